import { randomBytes } from "node:crypto";
import { AdapterError, printable } from "./adapter-error.ts";
import { type Authority, type ClientDescription, discover, loadSdk, redeem, register } from "./authority.ts";
import { type Callback, type CallbackServer, listenForCallback } from "./callback.ts";
import type { Grant, RegisteredClient } from "./grant-store.ts";
import { explain, refusedWith } from "./oauth-failure.ts";

/** Milliseconds for a person to find the window, log in and agree. Authorization servers give up after about ten minutes. */
export const loginTimeoutMs = 5 * 60_000;

/** What a login needs to know, and how it reaches the person. */
export interface LoginRequest {
  readonly url: string;
  /** From the endpoint's challenge (RFC 9728, `resource_metadata`). */
  readonly metadataUrl?: string;
  readonly scopes: readonly string[];
  readonly client: ClientDescription;
  /** Its registration is used again where it can be. */
  readonly previous: Grant | undefined;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  openBrowser(url: URL): Promise<void>;
  /** Tell the person something, on one line. */
  notify(line: string): void;
  /** Default: {@link loginTimeoutMs}. */
  readonly timeoutMs?: number;
}

/**
 * Let a person log in with the browser: authorization code with PKCE (OAuth 2.1), called back on this machine (RFC 8252).
 *
 * @throws AdapterError of kind `declined` when the person said no, `cancelled` when the signal was aborted, `failed` otherwise
 */
export async function logIn(request: LoginRequest): Promise<Grant> {
  const authority = await discover(request.url, request.metadataUrl);
  const server = await listenForCallback(reusablePort(request.previous, authority));
  try {
    return await logInAt(server, authority, request);
  } finally {
    server.close();
  }
}

async function logInAt(server: CallbackServer, authority: Authority, request: LoginRequest): Promise<Grant> {
  const { redirectUri } = server;
  const scopes = withOfflineAccess(request.scopes, authority);
  const client = await clientFor(redirectUri, authority, request);
  const state = randomBytes(32).toString("base64url");
  const sdk = await loadSdk();
  const { authorizationUrl, codeVerifier } = await explain("the login cannot be started", () =>
    sdk.startAuthorization(authority.metadata.issuer, {
      metadata: authority.metadata,
      clientInformation: client,
      redirectUrl: redirectUri,
      scope: scopes.join(" "),
      state,
      resource: authority.resource,
    }),
  );
  const callback = await askPerson(authorizationUrl, server, state, request);
  try {
    const { code, iss } = await readCallback(callback, authority);
    const login = { client, redirectUri, code, iss, codeVerifier, requested: request.scopes };
    const tokens = await redeem(authority, login);
    callback.respond(200, `You are logged in to ${request.client.title}. You can close this window.`);
    const { url, metadataUrl } = request;
    const { resource, metadata } = authority;
    const place = metadataUrl === undefined ? {} : { metadataUrl };
    return { version: 1, url, ...place, issuer: metadata.issuer, resource, client, redirectUri, tokens };
  } catch (error) {
    const reason = error instanceof AdapterError ? error.message : "an unexpected error.";
    callback.respond(400, `The login did not succeed: ${reason} You can close this window.`);
    throw error;
  }
}

async function askPerson(
  authorizationUrl: URL,
  server: CallbackServer,
  state: string,
  { client, notify, openBrowser, signal, timeoutMs = loginTimeoutMs }: LoginRequest,
): Promise<Callback> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const wait = server.wait(state, AbortSignal.any([signal, timeout]));
  // It may be aborted while the browser is being opened, before anyone waits for it.
  wait.catch(() => {});
  notify(`Log in to ${client.title} in the browser. If no window opens, open: ${authorizationUrl.href}`);
  await openBrowser(authorizationUrl);
  try {
    return await wait;
  } catch {
    if (signal.aborted) throw new AdapterError("cancelled", "the login was cancelled.");
    const minutes = Math.max(1, Math.round(timeoutMs / 60_000));
    throw new AdapterError("failed", `nobody logged in within ${minutes} min. Call again to get a new window.`);
  }
}

/** The code of a callback, or why there is none. Who answered is looked at before anything that it says (RFC 9207). */
async function readCallback(
  { params }: Callback,
  { metadata }: Authority,
): Promise<{ readonly code: string; readonly iss: string | undefined }> {
  const sdk = await loadSdk();
  const iss = params.get("iss") ?? undefined;
  const issParameterSupported = metadata.authorization_response_iss_parameter_supported === true;
  await explain("the login was answered wrongly", async () =>
    sdk.validateAuthorizationResponseIssuer({ iss, expectedIssuer: metadata.issuer, issParameterSupported }),
  );
  const error = params.get("error");
  if (error !== null) throw refusedWith("the authorization server refused the login", printable(error));
  const code = params.get("code");
  if (code === null) throw new AdapterError("failed", "the authorization server sent neither a code nor an error.");
  return { code, iss };
}

/** The port of an earlier registration: authorization servers need not accept another one, though RFC 8252 says they should. */
function reusablePort(previous: Grant | undefined, { metadata }: Authority): number | undefined {
  return previous?.issuer === metadata.issuer ? Number(new URL(previous.redirectUri).port) : undefined;
}

async function clientFor(
  redirectUri: string,
  authority: Authority,
  { previous, client }: LoginRequest,
): Promise<RegisteredClient> {
  const isReusable = previous?.issuer === authority.metadata.issuer && previous.redirectUri === redirectUri;
  return isReusable ? previous.client : await register(authority, client, redirectUri);
}

/** Servers that know `offline_access` give refresh tokens for it alone (OpenID Connect Core, section 11). */
function withOfflineAccess(scopes: readonly string[], { metadata }: Authority): readonly string[] {
  const isKnown = metadata.scopes_supported?.includes("offline_access") === true;
  return isKnown ? [...new Set([...scopes, "offline_access"])] : scopes;
}
