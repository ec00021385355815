import { type Caller, type Outcome, Secret } from "../call.ts";
import type { AuthScheme, OAuthAuth, ServerDefinition } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import { createLookupCache } from "../lookup-cache.ts";
import type { Changes, Clock, KeyStore, Logger, TenantStore, TokenStore } from "../ports.ts";
import { isTokenShaped } from "./access-token.ts";
import { findCredential, type Headers } from "./credential.ts";
import { createDelegatedTokens } from "./delegated.ts";
import { IssuerUnavailable } from "./issuer.ts";
import { type Found, judge } from "./judge.ts";
import { apiKeySchemes, hashKey, type Named, namedBy, oauthSchemes, tokenSchemes } from "./key-format.ts";
import { fetchCoolDownMs } from "./key-set.ts";
import { createLastUsed } from "./last-used.ts";
import { type AccessTokens, createAccessTokens } from "./oauth.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { createRefusalLog, type RefusalListener } from "./refusal-log.ts";
import { isPlausibleToken } from "./token-format.ts";

/** Finds out who is calling. */
export interface Authenticator {
  /**
   * @param path where the request came, for servers that take access tokens at a path of their own; absent over stdio
   * @throws GatewayError `unauthenticated`: no credential, several, or one that is not accepted; why, is in `cause` alone.
   * @throws GatewayError `auth_unavailable`: the store, or the issuer of access tokens, cannot be asked.
   */
  authenticate(headers: Headers, path?: string): Promise<Caller>;
  /** Learn from the end of a call whether the upstream, which validates delegated tokens, has refused the caller's. */
  noteOutcome(caller: Caller, outcome: Outcome): void;
  /** Write what is not yet written: when tokens were last used. Never rejects. */
  close(): Promise<void>;
}

/** What authentication asks of the store. */
export interface CredentialStore {
  readonly keys: Pick<KeyStore, "findByHash">;
  readonly tokens: Pick<TokenStore, "findByHash" | "recordUse">;
  readonly tenants: Pick<TenantStore, "find">;
  readonly changes: Changes;
}

/**
 * Authenticate callers by API key, connection token or access token, as the server declares.
 *
 * Every credential is hashed and looked up before anything is said about it, so that the time of an answer does not tell an
 * unknown key from a malformed one. Tokens whose validation is delegated are looked up nowhere: their shape alone is
 * checked, and the upstream sees each with its call.
 */
export function createAuthenticator(options: {
  readonly server: Pick<ServerDefinition, "auth" | "scopes">;
  readonly store: CredentialStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Hears of refusals as often as they are logged. */
  readonly onRefused?: RefusalListener;
}): Authenticator {
  const { server, store, clock, logger } = options;
  const find = createFinder(server.auth, store, clock);
  const isSuspended = createLookupCache({
    find: async (tenant) => (await store.tenants.find(tenant)) !== undefined,
    changes: store.changes,
    clock,
  });
  const accessTokens = new Map<OAuthAuth, AccessTokens>(
    oauthSchemes(server.auth).map((scheme) => [scheme, createAccessTokens({ scheme, server, clock, logger })]),
  );
  const delegated = createDelegatedTokens(clock);
  const lastUsed = createLastUsed({ tokens: store.tokens, clock, logger });
  const log = createRefusalLog({ logger, clock, listener: options.onRefused });

  function unavailable(cause: unknown): never {
    logger.error("the key store cannot be read, callers are refused", { cause });
    throw cannotCheck(cause, 1);
  }

  async function fromStore(text: string, hash: string, schemes: readonly AuthScheme[]): Promise<Caller | Refusal> {
    const named = namedBy(text, schemes);
    if (named?.is === "token" && named.scheme.validation === "delegated") {
      if (!isPlausibleToken(text, named.prefix)) return { reason: "malformed" };
      if (delegated.isRefused(hash)) return { reason: "upstream_refused" };
      return delegated.toCaller(text, hash, named.scheme);
    }
    const found = await find(hash, named).catch(unavailable);
    const refusal = judge({ text, hash, named, found, nowMs: clock.now() });
    if (refusal !== undefined) return refusal;
    if (found === undefined || named === undefined) throw new Error("A credential was accepted that nobody knows.");
    if (found.is === "token") lastUsed.note(found.record.id);
    return toCaller(found, named, text);
  }

  async function fromIssuer(text: string, hash: string, tokens: AccessTokens): Promise<Caller | Refusal> {
    const caller = await tokens.verify(text, hash).catch((cause: unknown) => {
      // Logged with the fetch that failed, which is not made for every request.
      throw cause instanceof IssuerUnavailable ? cannotCheck(cause, fetchCoolDownMs / 1000) : cause;
    });
    if (typeof caller === "string") return { reason: caller };
    const { tenant } = caller;
    return (await isSuspended(tenant).catch(unavailable)) ? { reason: "suspended", tenant } : caller;
  }

  return {
    async authenticate(headers, path) {
      const accepted = acceptedAt(path, server.auth);
      const refuseAndLog = (refusal: Refusal) => {
        log(refusal);
        return refuse(refusal, accepted);
      };
      const credential = findCredential(headers, server.auth, accepted);
      if (credential.kind !== "presented") throw refuseAndLog({ reason: credential.kind });
      const { text, schemes } = credential;
      const hash = hashKey(text);
      const tokens = accessTokens.get(issuerOf(text, schemes) as OAuthAuth);
      const caller = await (tokens ? fromIssuer(text, hash, tokens) : fromStore(text, hash, schemes));
      if ("reason" in caller) throw refuseAndLog(caller);
      return caller;
    },
    noteOutcome: delegated.noteOutcome,
    close: lastUsed.close,
  };
}

function cannotCheck(cause: unknown, retryAfterSeconds: number): GatewayError {
  const message = "Credentials cannot be checked at the moment. Try again shortly.";
  return new GatewayError("auth_unavailable", message, { cause, meta: { retryAfterSeconds } });
}

/**
 * The schemes whose credentials are taken at this path. A server that has both takes access tokens at their own path and all
 * else at the others: clients that find an authorization server drop the header that they were configured with.
 */
function acceptedAt(path: string | undefined, auth: readonly AuthScheme[]): readonly AuthScheme[] {
  const others = auth.filter((scheme) => scheme.kind !== "oauth");
  if (path === undefined || others.length === 0) return auth;
  const here = oauthSchemes(auth).filter((scheme) => scheme.path === path);
  return here.length > 0 ? here : others;
}

/** The scheme of access tokens that a text is for, if any: over stdio, where all are taken, its shape decides. */
function issuerOf(text: string, schemes: readonly AuthScheme[]): OAuthAuth | undefined {
  const [scheme] = oauthSchemes(schemes);
  const isOnly = schemes.every(({ kind }) => kind === "oauth");
  return isOnly || (isTokenShaped(text) && namedBy(text, schemes) === undefined) ? scheme : undefined;
}

/** Keys and tokens lie in two tables. A text without a known prefix is looked for in one, whichever the server has. */
function createFinder(auth: readonly AuthScheme[], { keys, tokens, tenants, changes }: CredentialStore, clock: Clock) {
  const isSuspended = async (tenant: string) => (await tenants.find(tenant)) !== undefined;
  const findKey = createLookupCache<Found | undefined>({
    async find(hash) {
      const record = await keys.findByHash(hash);
      return record && { is: "key", record, isSuspended: await isSuspended(record.tenant) };
    },
    changes,
    clock,
  });
  const findToken = createLookupCache<Found | undefined>({
    async find(hash) {
      const record = await tokens.findByHash(hash);
      return record && { is: "token", record, isSuspended: await isSuspended(record.tenant) };
    },
    changes,
    clock,
  });
  const hasTokensOnly = tokenSchemes(auth).length > 0 && apiKeySchemes(auth).length === 0;
  return (hash: string, named: Named | undefined): Promise<Found | undefined> =>
    named?.is === "token" || (named === undefined && hasTokensOnly) ? findToken(hash) : findKey(hash);
}

function toCaller(found: Found, named: Named, text: string): Caller {
  const { tenant, id, name } = found.record;
  const granted = named.is === "token" ? named.scheme.grants : [];
  return {
    tenant,
    kind: named.is === "key" ? named.name : "token",
    id,
    name,
    scopes: new Set(found.is === "key" ? found.record.scopes : granted),
    bypasses: new Set(named.is === "key" ? named.kind.bypasses : []),
    credential: new Secret(text),
  };
}
