import { AdapterError } from "./adapter-error.ts";
import { type Authority, type ClientDescription, discover, refresh } from "./authority.ts";
import { requestTimeoutMs } from "./bounded-fetch.ts";
import type { Grant, GrantStore, Tokens } from "./grant-store.ts";
import { withLock } from "./lock.ts";
import { type LoginRequest, logIn, loginTimeoutMs } from "./login.ts";

/** Milliseconds before its end at which a token is replaced: a request under way should not meet an expired one. */
const refreshMarginMs = 30_000;

/** A refresh is discovery (two requests) and one more; each is bounded, and so is the wait for another process's. */
const refreshLock = { waitMs: 4 * requestTimeoutMs, staleMs: 4 * requestTimeoutMs };
const loginLock = { waitMs: loginTimeoutMs + 60_000, staleMs: loginTimeoutMs + 60_000 };

/** Milliseconds after a failed login in which no other is begun: a client that tries again must not open window upon window. */
const loginPauseMs = 60_000;

/** What the endpoint asked for when it refused a call. */
export interface Challenge {
  readonly metadataUrl?: string;
  readonly scopes: readonly string[];
}

/** Tokens for one endpoint, whatever it takes to have one. */
export interface Access {
  /** The token to send now, or undefined where there is no grant. Refreshed when it is about to expire. */
  token(): Promise<string | undefined>;
  /** A token other than the one that was `refused` with 401: from another process, by refreshing, or by a login. */
  renew(refused: string | undefined, challenge: Challenge): Promise<string>;
  /** A token with the scopes that `refused` lacked (403): by a login; undefined when the person does not grant them. */
  stepUp(refused: string, challenge: Challenge): Promise<string | undefined>;
  /** Log in now, whatever grant there is. */
  logIn(): Promise<Grant>;
}

/** What access to an endpoint is made of. */
export interface AccessOptions extends Pick<LoginRequest, "url" | "scopes" | "signal" | "openBrowser" | "notify"> {
  readonly store: GrantStore;
  readonly client: ClientDescription;
  readonly loginTimeoutMs?: number;
}

/**
 * Keep access to one endpoint. The grant file is read anew for every call, so that adapters of one user share logins and refreshes,
 * and a logout counts at once.
 */
export function createAccess(options: AccessOptions): Access {
  const { store, url } = options;
  let authority: Promise<Authority> | undefined;
  let refreshing: Promise<Tokens> | undefined;
  let loggingIn: Promise<Grant> | undefined;
  let failure: { readonly error: Error; readonly until: number } | undefined;
  const declined = new Set<string>();

  async function token(): Promise<string | undefined> {
    const tokens = store.read()?.tokens;
    if (tokens === undefined) return undefined;
    const leftMs = (tokens.expiresAt ?? Number.POSITIVE_INFINITY) - Date.now();
    if (leftMs > refreshMarginMs || tokens.refreshToken === undefined) return tokens.accessToken;
    try {
      return (await refreshOnce(tokens.accessToken)).accessToken;
    } catch (error) {
      if (isTakenBack(error)) return undefined;
      // It may be good for one more call, and the authorization server back by the next.
      if (leftMs > 0) return tokens.accessToken;
      throw error;
    }
  }

  async function renew(refused: string | undefined, challenge: Challenge): Promise<string> {
    const tokens = store.read()?.tokens;
    if (tokens !== undefined && tokens.accessToken !== refused) return tokens.accessToken;
    if (tokens?.refreshToken !== undefined) {
      try {
        return (await refreshOnce(tokens.accessToken)).accessToken;
      } catch (error) {
        if (!isTakenBack(error)) throw error;
      }
    }
    const isEnough = (grant: Grant) => grant.tokens !== undefined && grant.tokens.accessToken !== refused;
    return accessTokenOf(await loginOnce(options.scopes, isEnough, challenge.metadataUrl));
  }

  async function stepUp(refused: string, challenge: Challenge): Promise<string | undefined> {
    const covers = (grant: Grant) =>
      grant.tokens?.accessToken !== refused && challenge.scopes.every((scope) => grant.tokens?.scopes.includes(scope));
    const grant = store.read();
    if (grant?.tokens !== undefined && covers(grant)) return grant.tokens.accessToken;
    const wanted = [...new Set([...(grant?.tokens?.scopes ?? options.scopes), ...challenge.scopes])];
    const name = wanted.toSorted().join(" ");
    // Asked again by every call that lacks a scope, a person would be asked until they agree.
    if (challenge.scopes.length === 0 || declined.has(name)) return undefined;
    options.notify(`${options.client.title} asks for more: ${challenge.scopes.join(", ")}.`);
    try {
      const widened = await loginOnce(wanted, covers, challenge.metadataUrl);
      if (!covers(widened)) declined.add(name);
      return accessTokenOf(widened);
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error;
      declined.add(name);
      options.notify(`Not granted: ${error.message} To be asked again, restart the adapter or run its login command.`);
      return undefined;
    }
  }

  /** Refresh, unless another process just did. One at a time here, and by the lock one at a time for the user. */
  function refreshOnce(old: string): Promise<Tokens> {
    const lock = { ...refreshLock, signal: options.signal };
    refreshing ??= withLock(`${store.file}.lock`, lock, () => refreshLocked(old)).finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  async function refreshLocked(old: string): Promise<Tokens> {
    const grant = store.read();
    if (grant?.tokens === undefined) throw new AdapterError("refused", "the grant was given up.");
    if (grant.tokens.accessToken !== old) return grant.tokens;
    const found = await findAuthority(grant.metadataUrl);
    // Another authorization server than the one that gave the grant must never see it.
    if (found.metadata.issuer !== grant.issuer) {
      store.delete();
      throw new AdapterError("refused", "the endpoint has moved to another authorization server.");
    }
    try {
      const tokens = await refresh(found, grant.client, grant.tokens);
      store.write({ ...grant, tokens });
      return tokens;
    } catch (error) {
      authority = undefined;
      if (isKind(error, "client_unknown")) store.delete();
      if (isKind(error, "refused")) store.write(withoutTokens(grant));
      throw error;
    }
  }

  function findAuthority(metadataUrl: string | undefined): Promise<Authority> {
    authority ??= discover(url, metadataUrl).catch((error: unknown) => {
      authority = undefined;
      throw error;
    });
    return authority;
  }

  /** Log in, one at a time; whoever comes meanwhile gets the same grant if that is enough. */
  async function loginOnce(
    scopes: readonly string[],
    isEnough: (grant: Grant) => boolean,
    metadataUrl?: string,
  ): Promise<Grant> {
    if (loggingIn !== undefined) {
      const grant = await loggingIn;
      if (isEnough(grant)) return grant;
      return await loginOnce(scopes, isEnough, metadataUrl);
    }
    if (failure !== undefined && Date.now() < failure.until) throw failure.error;
    loggingIn = withLock(`${store.file}.login.lock`, { ...loginLock, signal: options.signal }, async () => {
      const grant = store.read();
      return grant !== undefined && isEnough(grant)
        ? grant
        : await loginLocked(scopes, grant, metadataUrl ?? grant?.metadataUrl);
    })
      .catch((error: unknown) => {
        failure = { error: error as Error, until: Date.now() + loginPauseMs };
        throw error;
      })
      .finally(() => {
        loggingIn = undefined;
      });
    return await loggingIn;
  }

  async function loginLocked(
    scopes: readonly string[],
    previous: Grant | undefined,
    metadataUrl: string | undefined,
  ): Promise<Grant> {
    const { client, signal, openBrowser, notify, loginTimeoutMs: timeoutMs } = options;
    const hurry = timeoutMs === undefined ? {} : { timeoutMs };
    const place = metadataUrl === undefined ? {} : { metadataUrl };
    try {
      const login = { url, scopes, client, previous, signal, openBrowser, notify, ...hurry, ...place };
      const grant = await logIn(login);
      store.write(grant);
      return grant;
    } catch (error) {
      // A registration that the server has forgotten shows as an error page, or as nobody coming back: the next login registers anew.
      const isOfNoUse = previous !== undefined && previous.tokens === undefined;
      if (isOfNoUse && !isKind(error, "declined") && !isKind(error, "cancelled")) store.delete();
      throw error;
    }
  }

  const atOnce = () => false;
  return { token, renew, stepUp, logIn: () => loginOnce(options.scopes, atOnce) };
}

function isKind(error: unknown, kind: AdapterError["kind"]): boolean {
  return error instanceof AdapterError && error.kind === kind;
}

/** Whether only a login helps: everything else may be over in a minute, and is no reason to open a window. */
function isTakenBack(error: unknown): boolean {
  return isKind(error, "refused") || isKind(error, "client_unknown");
}

function withoutTokens({ tokens: _tokens, ...grant }: Grant): Grant {
  return grant;
}

function accessTokenOf({ tokens }: Grant): string {
  if (tokens === undefined) throw new Error("a grant without tokens is not the end of a login");
  return tokens.accessToken;
}
