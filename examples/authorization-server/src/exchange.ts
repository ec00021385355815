import { type ClientMetadata, errors, type Provider } from "oidc-provider";
import { findAccount } from "./accounts.ts";
import { type Claims, toClaims } from "./claims.ts";
import { findResource, toResourceServer } from "./resources.ts";
import { type AccessTokenClaims, readAccessToken, type SigningKey } from "./signing-keys.ts";

/** Who may exchange tokens, and for which upstream. */
export interface Exchange {
  readonly clientId: string;
  readonly clientSecret: string;
  /** `aud` of the new tokens. */
  readonly audience: string;
}

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token";

/** Seconds an exchanged token holds at most; never longer than the token that was given for it. */
const EXCHANGED_SECONDS = 120;

interface Params {
  readonly subject_token?: string;
  readonly subject_token_type?: string;
  readonly requested_token_type?: string;
  readonly actor_token?: string;
  readonly audience?: string;
  readonly resource?: string;
  readonly scope?: string;
}

/** The client that may exchange and do nothing else. */
export function exchangeClient({ clientId, clientSecret }: Exchange): ClientMetadata {
  return {
    client_id: clientId,
    client_secret: clientSecret,
    client_name: "Token exchange",
    token_endpoint_auth_method: "client_secret_basic",
    grant_types: [GRANT_TYPE],
    response_types: [],
    redirect_uris: [],
  };
}

/**
 * Let the client of `exchange` turn access tokens for a resource into ones for `exchange.audience`: same subject, Space, role and
 * at most the same scopes.
 *
 * @see RFC 8693, sections 2.1 and 2.2
 */
export function registerExchange(
  provider: Provider,
  options: {
    readonly keys: readonly SigningKey[];
    readonly claims: Claims;
    readonly resources: () => readonly string[];
    readonly exchange: Exchange;
  },
): void {
  const { keys, claims, exchange } = options;
  const names: readonly (keyof Params)[] = [
    "subject_token",
    "subject_token_type",
    "requested_token_type",
    "actor_token",
    "audience",
    "resource",
    "scope",
  ];
  provider.registerGrantType<Params>(
    GRANT_TYPE,
    async (ctx) => {
      const { client, params } = ctx.oidc;
      checkKind(params, exchange.audience);
      const subject = readSubject(provider.issuer, params.subject_token, keys, options.resources());
      const account = findAccount(subject.sub);
      if (account === undefined) throw new errors.InvalidRequest("the subject_token is of nobody");
      const scope = narrow(subject.scope, params.scope);
      const expiresIn = Math.min(EXCHANGED_SECONDS, subject.exp - Math.floor(Date.now() / 1000));
      const token = new provider.AccessToken({
        client,
        accountId: subject.sub,
        grantId: "",
        gty: "token_exchange",
        scope,
        resourceServer: new provider.ResourceServer(exchange.audience, toResourceServer(exchange.audience)),
        expiresIn,
      });
      claims.state(token, { ...toClaims(account, subject.space), act: { client_id: client.clientId } });
      ctx.body = {
        access_token: await token.save(),
        issued_token_type: ACCESS_TOKEN_TYPE,
        token_type: "Bearer",
        expires_in: expiresIn,
        scope,
      };
    },
    names,
  );
}

function checkKind(params: Params, audience: string): void {
  if (params.subject_token_type !== ACCESS_TOKEN_TYPE) {
    throw new errors.InvalidRequest(`subject_token_type must be ${ACCESS_TOKEN_TYPE}`);
  }
  if ((params.requested_token_type ?? ACCESS_TOKEN_TYPE) !== ACCESS_TOKEN_TYPE) {
    throw new errors.InvalidRequest(`requested_token_type must be ${ACCESS_TOKEN_TYPE}`);
  }
  if (params.actor_token !== undefined) throw new errors.InvalidRequest("actor_token is not taken here");
  if (params.resource !== undefined || params.audience !== audience) {
    throw new errors.InvalidTarget("tokens are exchanged for another audience only");
  }
}

/** The claims of a good access token for one of the resources. */
function readSubject(
  issuer: string,
  token: string | undefined,
  keys: readonly SigningKey[],
  resources: readonly string[],
): AccessTokenClaims {
  const claims = token === undefined ? undefined : readAccessToken(token, keys);
  if (claims === undefined || claims.iss !== issuer || findResource(claims.aud, resources) === undefined) {
    throw new errors.InvalidRequest("subject_token is no valid access token for a resource of this server");
  }
  return claims;
}

/** The scopes that are asked for, all of which the subject must hold; without any, those that it holds. */
function narrow(held: string, asked: string | undefined): string {
  if (asked === undefined) return held;
  const beyond = asked.split(" ").filter((scope) => !held.split(" ").includes(scope));
  if (beyond.length > 0) throw new errors.InvalidScope("the subject_token has not these scopes", beyond.join(" "));
  return asked;
}
