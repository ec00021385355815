import type {
  AuthorizationServerMetadata,
  OAuthClientInformationMixed,
  OAuthTokens,
} from "@modelcontextprotocol/client";
import { AdapterError } from "./adapter-error.ts";
import { assertSecure, boundedFetch } from "./bounded-fetch.ts";
import type { RegisteredClient, Tokens } from "./grant-store.ts";
import { explain } from "./oauth-failure.ts";

/** Loaded when it is needed: with its schemas it takes longer to load than all else of the adapter together. */
export const loadSdk = () => import("@modelcontextprotocol/client");

/** Where tokens for an endpoint come from, and what they are asked for. */
export interface Authority {
  readonly metadata: AuthorizationServerMetadata;
  /** The audience of the tokens, as the endpoint's metadata spell it (RFC 9728, `resource`). */
  readonly resource: string;
}

/** What a registration says about this program (RFC 7591). */
export interface ClientDescription {
  readonly name: string;
  readonly title: string;
  readonly version: string;
}

/**
 * Find the authorization server of an MCP endpoint: protected resource metadata (RFC 9728), then the server's own (RFC 8414).
 *
 * The SDK checks that the metadata name the issuer they were fetched for; here, that the resource is the endpoint, and that the server
 * knows PKCE, without which an MCP client must not go on.
 *
 * @param metadataUrl from the endpoint's challenge; the well-known places otherwise
 * @throws AdapterError
 */
export async function discover(url: string, metadataUrl?: string): Promise<Authority> {
  const sdk = await loadSdk();
  return await explain(`the login for ${url} cannot be prepared`, async () => {
    const options = metadataUrl === undefined ? {} : { resourceMetadataUrl: new URL(metadataUrl) };
    const resource = await sdk.discoverOAuthProtectedResourceMetadata(url, options, boundedFetch);
    if (!sdk.checkResourceAllowed({ requestedResource: url, configuredResource: resource.resource }))
      throw new AdapterError("failed", `${url} says that its tokens are for another server. Check the URL.`);
    const issuer = resource.authorization_servers?.[0];
    if (issuer === undefined)
      throw new AdapterError("failed", `${url} names no authorization server: there is nowhere to log in.`);
    const metadata = await sdk.discoverAuthorizationServerMetadata(issuer, { fetchFn: boundedFetch });
    if (metadata === undefined)
      throw new AdapterError("failed", "the authorization server publishes no metadata. Tell whoever runs it.");
    if (!metadata.code_challenge_methods_supported?.includes("S256"))
      throw new AdapterError("failed", "the authorization server does not offer PKCE with S256. Tell whoever runs it.");
    assertSecure(new URL(metadata.authorization_endpoint), "the authorization server wants the login at");
    return { metadata, resource: resource.resource };
  });
}

/**
 * Register this program as a public client that is called back on this machine (RFC 7591, RFC 8252).
 *
 * Without scopes: a server that holds a client to those it registered with could never grant it more later.
 */
export async function register(
  { metadata }: Authority,
  { name, title, version }: ClientDescription,
  redirectUri: string,
): Promise<RegisteredClient> {
  const sdk = await loadSdk();
  const registered = await explain("the authorization server did not register this adapter", () =>
    sdk.registerClient(metadata.issuer, {
      metadata,
      clientMetadata: {
        client_name: `${title} MCP adapter`,
        software_id: `${name}-mcp`,
        software_version: version,
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        token_endpoint_auth_method: "none",
        application_type: "native",
      },
      fetchFn: boundedFetch,
    }),
  );
  const { client_id, client_secret, token_endpoint_auth_method } = registered;
  return {
    client_id,
    ...(client_secret !== undefined && { client_secret }),
    ...(token_endpoint_auth_method !== undefined && { token_endpoint_auth_method }),
  };
}

/** Trade the code of a callback for tokens. `requested` is what was granted where the server does not say (RFC 6749, section 5.1). */
export async function redeem(
  { metadata, resource }: Authority,
  login: {
    readonly client: RegisteredClient;
    readonly redirectUri: string;
    readonly code: string;
    readonly iss: string | undefined;
    readonly codeVerifier: string;
    readonly requested: readonly string[];
  },
): Promise<Tokens> {
  const sdk = await loadSdk();
  const { client, code: authorizationCode, iss, codeVerifier, redirectUri, requested } = login;
  const tokens = await explain("the authorization server did not complete the login", () =>
    sdk.exchangeAuthorization(metadata.issuer, {
      metadata,
      clientInformation: client as OAuthClientInformationMixed,
      authorizationCode,
      ...(iss !== undefined && { iss }),
      codeVerifier,
      redirectUri,
      resource,
      fetchFn: boundedFetch,
    }),
  );
  return toTokens(tokens, requested);
}

/**
 * Trade a refresh token for new tokens; the old one may be worth nothing afterwards.
 *
 * @throws AdapterError of kind `refused` when the grant was taken back, `client_unknown` when the registration was
 */
export async function refresh(
  { metadata, resource }: Authority,
  client: RegisteredClient,
  { refreshToken = "", scopes }: Tokens,
): Promise<Tokens> {
  const sdk = await loadSdk();
  const tokens = await explain("the authorization server did not refresh the grant", () =>
    sdk.refreshAuthorization(metadata.issuer, {
      metadata,
      clientInformation: client as OAuthClientInformationMixed,
      refreshToken,
      resource,
      fetchFn: boundedFetch,
    }),
  );
  return toTokens(tokens, scopes);
}

/**
 * Take a grant back at the authorization server (RFC 7009): the refresh token, and with it what was issued for it.
 *
 * @returns false where the server has no place for that
 */
export async function revoke({ metadata }: Authority, client: RegisteredClient, tokens: Tokens): Promise<boolean> {
  // OpenID's metadata do not list it, and servers put it there all the same.
  const { revocation_endpoint: endpoint } = metadata as { readonly revocation_endpoint?: string };
  if (endpoint === undefined) return false;
  const [token, hint] =
    tokens.refreshToken === undefined ? [tokens.accessToken, "access_token"] : [tokens.refreshToken, "refresh_token"];
  const { client_id, client_secret } = client;
  const form = { token, token_type_hint: hint, client_id, ...(client_secret !== undefined && { client_secret }) };
  await explain("the authorization server did not revoke the grant", async () => {
    const { ok, status } = await boundedFetch(endpoint, { method: "POST", body: new URLSearchParams(form) });
    if (!ok) throw new AdapterError("failed", `the authorization server did not revoke the grant: HTTP ${status}.`);
  });
  return true;
}

function toTokens(tokens: OAuthTokens, requested: readonly string[]): Tokens {
  if (tokens.token_type.toLowerCase() !== "bearer")
    throw new AdapterError(
      "failed",
      "the authorization server gave no bearer token, which is the only kind sent here.",
    );
  // It goes into a header; RFC 6749, appendix A.12, allows no more.
  if (!/^[\x21-\x7e]+$/.test(tokens.access_token))
    throw new AdapterError("failed", "the authorization server gave a token with characters that no token may have.");
  return {
    accessToken: tokens.access_token,
    ...(tokens.refresh_token !== undefined && { refreshToken: tokens.refresh_token }),
    scopes: tokens.scope === undefined ? requested : tokens.scope.split(" ").filter(Boolean),
    ...(tokens.expires_in !== undefined && { expiresAt: Date.now() + tokens.expires_in * 1000 }),
  };
}
