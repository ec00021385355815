import { type ClientMetadata, type Configuration, errors, Provider } from "oidc-provider";
import { findAccount } from "./accounts.ts";
import type { Claims } from "./claims.ts";
import { type Exchange, exchangeClient, registerExchange } from "./exchange.ts";
import type { Memory } from "./memory.ts";
import { toErrorPage } from "./pages/error.ts";
import { sendPage } from "./pages/page.ts";
import { toPublicNative } from "./registration.ts";
import { ACCESS_TOKEN_SECONDS, findResource, RESOURCE_SCOPES, toResourceServer } from "./resources.ts";
import type { SigningKey } from "./signing-keys.ts";

/** Seconds that a consent, and the refresh tokens that stand on it, may last: two weeks. */
export const GRANT_SECONDS = 14 * 24 * 3600;

const HOUR_SECONDS = 3600;

/** In whose name {@link AuthorizationServer.accessToken} issues. Nobody can use it otherwise: it has no grant type. */
export const READY_MADE_CLIENT = "ready-made";

/** What a provider is made of. All but the keys outlives it. */
export interface ProviderOptions {
  readonly issuer: string;
  /** The first one signs; all are published. */
  readonly keys: readonly SigningKey[];
  readonly cookieKeys: readonly string[];
  readonly memory: Memory;
  readonly claims: Claims;
  readonly resources: () => readonly string[];
  readonly exchange: Exchange | undefined;
}

/** Set oidc-provider up as an OAuth 2.1 authorization server for public clients and the given resources. */
export function createProvider(options: ProviderOptions): Provider {
  const provider = new Provider(options.issuer, toConfiguration(options));
  if (options.exchange !== undefined) registerExchange(provider, { ...options, exchange: options.exchange });
  provider.on("server_error", (_ctx, error) => console.error(error));
  return provider;
}

function toConfiguration(options: ProviderOptions): Configuration {
  const { memory, claims, resources, exchange } = options;
  return {
    adapter: (model) => memory.adapter(model),
    jwks: { keys: options.keys },
    cookies: { keys: options.cookieKeys, long: { signed: true }, short: { signed: true } },
    clients: [readyMadeClient, ...(exchange === undefined ? [] : [exchangeClient(exchange)])],
    clientDefaults: {
      application_type: "native",
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      id_token_signed_response_alg: "RS256",
    },
    clientAuthMethods: exchange === undefined ? ["none"] : ["none", "client_secret_basic"],
    // A property of our own, because only then is the validator called: it makes every registration a public native client.
    extraClientMetadata: {
      properties: ["software_note"],
      validator: (ctx, _key, _value, metadata) => {
        if (ctx !== undefined) toPublicNative(metadata);
      },
    },
    clientBasedCORS: () => true,
    scopes: ["openid", "offline_access", ...Object.keys(RESOURCE_SCOPES)],
    responseTypes: ["code"],
    pkce: { required: () => true },
    findAccount: (_ctx, id) => {
      const account = findAccount(id);
      return account && { accountId: id, claims: () => ({ sub: id, name: account.name }) };
    },
    extraTokenClaims: (_ctx, token) => ("accountId" in token ? claims.of(token) : undefined),
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    // Each consent is a grant of its own, because the person chooses the Space with it.
    loadExistingGrant: async ({ oidc }) => {
      const grantId = oidc.result?.consent?.grantId;
      return grantId === undefined ? undefined : oidc.provider.Grant.find(grantId);
    },
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx, client, code) =>
      client.grantTypeAllowed("refresh_token") && code.scopes.has("offline_access"),
    expiresWithSession: (_ctx, code) => !code.scopes.has("offline_access"),
    ttl: {
      AccessToken: ACCESS_TOKEN_SECONDS,
      AuthorizationCode: 60,
      Grant: GRANT_SECONDS,
      IdToken: ACCESS_TOKEN_SECONDS,
      Interaction: HOUR_SECONDS,
      RefreshToken: GRANT_SECONDS,
      Session: HOUR_SECONDS,
    },
    renderError: (ctx, out) => sendPage(ctx.res, ctx.status, toErrorPage(out)),
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      registration: { enabled: true, initialAccessToken: false, issueRegistrationAccessToken: false },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_ctx, _client, oneOf) => oneOf ?? onlyOne(resources()),
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, identifier) => {
          const audience = findResource(identifier, resources());
          if (audience === undefined) throw new errors.InvalidTarget("no tokens are issued for this resource");
          return toResourceServer(audience);
        },
      },
    },
  };
}

const readyMadeClient = {
  client_id: READY_MADE_CLIENT,
  client_name: "Ready-made tokens",
  redirect_uris: [],
  response_types: [],
  grant_types: [],
} satisfies ClientMetadata;

/** A client that names no resource means the one that there is. */
function onlyOne(resources: readonly string[]): string[] {
  return resources.length === 1 ? [...resources] : [];
}
