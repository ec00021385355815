import type { AuthScheme } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import { apiKeySchemes, oauthSchemes, tokenSchemes } from "./key-format.ts";

/** Why a credential was refused: for the log and the audit trail. The caller is told less. */
export type RefusalReason =
  | "missing"
  | "several"
  | "unreadable"
  | "malformed"
  | "unknown"
  | "wrong_kind"
  | "expired"
  | "revoked"
  | "suspended"
  /** The upstream, which validates delegated tokens, has just refused it. */
  | "upstream_refused"
  | "kind_refused"
  /** No JWT, or one with a header or a claim that cannot be. */
  | "oauth_malformed"
  /** Of another kind than an access token: an ID token above all. */
  | "not_access_token"
  /** Signed by an algorithm that is not accepted, or not signed. */
  | "algorithm"
  | "wrong_issuer"
  | "wrong_audience"
  | "not_yet_valid"
  | "unknown_key"
  | "bad_signature"
  /** It says for no tenant that it is. */
  | "no_tenant";

/** The `cause` of an `unauthenticated` error. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** Identifier of the key or token, where one was found. */
  readonly keyId?: string;
  readonly tenant?: string;
  readonly kind?: string;
}

/**
 * Refuse a request's credential.
 *
 * One text for everything that a person with a guessed key could learn from: malformed, unknown, expired, revoked.
 * A suspended account is told so, because its credential is good in every other way: only its holder can learn it, and would
 * else look for a mistake of his own.
 * `meta.scheme` and `meta.error` are the parts of a `WWW-Authenticate: Bearer` challenge (RFC 6750, section 3).
 */
export function refuse(cause: Refusal, schemes: readonly AuthScheme[]): GatewayError {
  const header = apiKeySchemes(schemes)[0]?.header ?? (schemes.length > 0 ? "Authorization" : undefined);
  const error = challengeError(cause.reason);
  const meta = {
    scheme: "Bearer",
    ...(header === undefined ? {} : { header }),
    ...(error === undefined ? {} : { error }),
  };
  return new GatewayError("unauthenticated", messageOf(cause, schemes), { meta, cause });
}

/** A request without any credential gets a challenge without an error code, as RFC 6750 asks. */
function challengeError(reason: RefusalReason): "invalid_request" | "invalid_token" | undefined {
  if (reason === "missing") return undefined;
  return reason === "several" ? "invalid_request" : "invalid_token";
}

function messageOf({ reason, kind }: Refusal, schemes: readonly AuthScheme[]): string {
  switch (reason) {
    case "missing":
      return `This server needs ${credentialName(schemes, ["an API key", "a connection token", "an access token of its authorization server"])}. Send it as ${howToSend(schemes)}.`;
    case "several":
      return `The request carries more than one credential. Send exactly one, as ${howToSend(schemes)}.`;
    case "kind_refused":
      return `${describeKind(kind ?? "", schemes)} are not accepted here. Use ${usableKinds(schemes)}.`;
    case "suspended":
      return "This account is suspended, so none of its credentials is accepted. Ask its owner; another one will not help.";
    case "unreadable":
    case "malformed":
    case "unknown":
    case "wrong_kind":
    case "expired":
    case "revoked":
    case "upstream_refused":
    case "oauth_malformed":
    case "not_access_token":
    case "algorithm":
    case "wrong_issuer":
    case "wrong_audience":
    case "not_yet_valid":
    case "unknown_key":
    case "bad_signature":
    case "no_tenant":
      return `This ${credentialName(schemes, ["API key", "connection token", "access token"])} is not accepted. Check that it is whole and still valid, or ask for a new one.`;
  }
}

/** By what is taken here, not by what was presented: that would tell what a text was taken for. */
function credentialName(
  schemes: readonly AuthScheme[],
  [key, token, accessToken]: readonly [key: string, token: string, accessToken: string],
): string {
  const names = [
    ...(apiKeySchemes(schemes).length > 0 ? [key] : []),
    ...(tokenSchemes(schemes).length > 0 ? [token] : []),
    ...(oauthSchemes(schemes).length > 0 ? [accessToken] : []),
  ];
  return names.join(" or ") || key;
}

function howToSend(schemes: readonly AuthScheme[]): string {
  const own = [...new Set(apiKeySchemes(schemes).map((scheme) => scheme.header))].filter(
    (name) => name.toLowerCase() !== "authorization",
  );
  const bearer = `"Authorization: Bearer <${credentialName(schemes, ["key", "token", "access token"])}>"`;
  return [...own.map((name) => `"${name}: <key>"`), bearer].join(" or ");
}

function describeKind(kind: string, schemes: readonly AuthScheme[]): string {
  const prefix = apiKeySchemes(schemes)
    .map((scheme) => scheme.kinds[kind]?.prefix)
    .find((found) => found !== undefined);
  const name = kind.charAt(0).toUpperCase() + kind.slice(1);
  return `${name} keys (${prefix ?? ""}…)`;
}

function usableKinds(schemes: readonly AuthScheme[]): string {
  const usable = apiKeySchemes(schemes)
    .flatMap((scheme) => Object.entries(scheme.kinds))
    .filter(([, kind]) => kind.refused !== true);
  const keys = usable.map(([name, kind]) => `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name} key (${kind.prefix}…)`);
  const tokens = tokenSchemes(schemes).map(({ prefix }) => `a connection token (${prefix}…)`);
  return [...keys, ...tokens].join(" or ") || "another kind of credential";
}
