import type { ApiKeyAuth } from "../codegen.ts";
import { GatewayError } from "../errors.ts";

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
  | "kind_refused";

/** The `cause` of an `unauthenticated` error. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** Identifier of the key, where one was found. */
  readonly keyId?: string;
  readonly kind?: string;
}

/**
 * Refuse a request's credential.
 *
 * One text for everything that a person with a guessed key could learn from: malformed, unknown, expired, revoked.
 * `meta.scheme` and `meta.error` are the parts of a `WWW-Authenticate: Bearer` challenge (RFC 6750, section 3).
 */
export function refuse(cause: Refusal, schemes: readonly ApiKeyAuth[]): GatewayError {
  const header = schemes[0]?.header;
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

function messageOf({ reason, kind }: Refusal, schemes: readonly ApiKeyAuth[]): string {
  switch (reason) {
    case "missing":
      return `This server needs an API key. Send it as ${howToSend(schemes)}.`;
    case "several":
      return `The request carries more than one credential. Send exactly one, as ${howToSend(schemes)}.`;
    case "kind_refused":
      return `${describeKind(kind ?? "", schemes)} are not accepted here. Use ${usableKinds(schemes)}.`;
    case "unreadable":
    case "malformed":
    case "unknown":
    case "wrong_kind":
    case "expired":
    case "revoked":
      return "This API key is not accepted. Check that it is whole and still valid, or ask for a new one.";
  }
}

function howToSend(schemes: readonly ApiKeyAuth[]): string {
  const own = [...new Set(schemes.map((scheme) => scheme.header))].filter(
    (name) => name.toLowerCase() !== "authorization",
  );
  return [...own.map((name) => `"${name}: <key>"`), '"Authorization: Bearer <key>"'].join(" or ");
}

function describeKind(kind: string, schemes: readonly ApiKeyAuth[]): string {
  const prefix = schemes.map((scheme) => scheme.kinds[kind]?.prefix).find((found) => found !== undefined);
  const name = kind.charAt(0).toUpperCase() + kind.slice(1);
  return `${name} keys (${prefix ?? ""}…)`;
}

function usableKinds(schemes: readonly ApiKeyAuth[]): string {
  const usable = schemes.flatMap((scheme) => Object.entries(scheme.kinds)).filter(([, kind]) => kind.refused !== true);
  const named = usable.map(([name, kind]) => `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name} key (${kind.prefix}…)`);
  return named.join(" or ") || "another kind of credential";
}
