import { Secret } from "../call.ts";
import type { ServerDefinition, TokenAuth } from "../codegen.ts";
import type { Clock, NewValue, Random, TokenRecord } from "../ports.ts";
import { apiKeySchemes, hashKey, hintOf, keyRandomBytes, oauthSchemes, tokenSchemes } from "./key-format.ts";
import { checkText, expiryOf, mintRefusal } from "./mint-checks.ts";
import { formatToken } from "./token-format.ts";

/** What a new token shall be. */
export interface MintTokenOptions {
  readonly server: Pick<ServerDefinition, "auth">;
  readonly tenant: string;
  /** For people: where the token is used. */
  readonly name: string;
  /** Who makes it and answers for it. */
  readonly owner: string;
  /** Whole days until it ends. Default: what server.yaml says. */
  readonly ttlDays?: number | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Make one connection token. Nothing is stored: the caller inserts `record` and shows `token` once, for it cannot be had
 * again.
 *
 * @throws GatewayError `invalid_argument` where this server makes no tokens, for a lifetime beyond the scheme's, or for a
 *   name, owner or tenant that cannot be shown.
 */
export function mintToken(options: MintTokenOptions): { readonly token: Secret; readonly record: TokenRecord } {
  const { tenant, name, owner, random } = options;
  const scheme = localScheme(options.server);
  checkText("token's tenant", tenant);
  checkText("token's name", name);
  checkText("token's owner", owner);
  const { token, value } = newToken(scheme, options);
  const createdAtMs = value.atMs;
  return {
    token,
    record: {
      id: random.uuid(),
      tenant,
      name,
      owner,
      hash: value.hash,
      hint: value.hint,
      createdAtMs,
      expiresAtMs: expiryOf({
        ttlDays: scheme.ttlDays,
        whose: "Connection tokens",
        days: options.ttlDays,
        createdAtMs,
      }),
      revokedAtMs: undefined,
      rotatedAtMs: undefined,
      lastUsedAtMs: undefined,
    },
  };
}

/**
 * Make a new value for a token that keeps its id, name, owner and end. Nothing is stored.
 *
 * @throws GatewayError `invalid_argument` where this server makes no tokens.
 */
export function renewToken(options: Pick<MintTokenOptions, "server" | "clock" | "random">): {
  readonly token: Secret;
  readonly value: NewValue;
} {
  return newToken(localScheme(options.server), options);
}

/**
 * The scheme of the tokens that this runtime knows itself.
 *
 * @throws GatewayError `invalid_argument` with the reason where there is none.
 */
export function localScheme({ auth }: Pick<ServerDefinition, "auth">): TokenAuth {
  const schemes = tokenSchemes(auth);
  const local = schemes.find((scheme) => scheme.validation === "local");
  if (local !== undefined) return local;
  const logIn = apiKeySchemes(auth).length === 0 && oauthSchemes(auth).length > 0;
  throw mintRefusal(
    schemes.length === 0
      ? `server.yaml declares no tokens. ${logIn ? describeLogin("tokens") : "See `toolspec keys` for API keys."}`
      : "Tokens of this server are made and validated by its upstream (validation: delegated); none is stored here. Make, rotate and revoke them there.",
  );
}

/** What to do instead of making keys or tokens where people log in. */
export function describeLogin(what: "keys" | "tokens"): string {
  return (
    `Its callers log in at the authorization server (auth: oauth), so there are no ${what} to manage here. ` +
    "Take a grant back there, or suspend a whole tenant with `toolspec tenants suspend`."
  );
}

function newToken({ prefix }: TokenAuth, { clock, random }: Pick<MintTokenOptions, "clock" | "random">) {
  const text = formatToken(prefix, random.bytes(keyRandomBytes));
  const value: NewValue = { hash: hashKey(text), hint: hintOf(text, prefix), atMs: clock.now() };
  return { token: new Secret(text), value };
}
