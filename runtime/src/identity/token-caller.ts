import type { JWTPayload } from "jose";
import { type Caller, Secret } from "../call.ts";
import type { OAuthAuth, ServerDefinition } from "../codegen.ts";
import { nameMaxChars } from "./mint-checks.ts";
import type { RefusalReason } from "./refusal.ts";

/** Characters of a subject (OpenID Connect Core, section 2: "sub" has at most 255). */
const subjectMaxChars = 255;

/** What reading the claims of a verified token gives. */
export type TokenCaller = Caller | RefusalReason;

/**
 * Read who calls, for which tenant, and what of this server the token may use at all.
 *
 * A token without tenant is refused: there is no tenant that it could be meant for. A token whose role is missing or
 * unknown is a caller who may use no scope, so that the answer can say so.
 */
export function toTokenCaller(
  claims: JWTPayload,
  text: string,
  scheme: OAuthAuth,
  { scopes }: Pick<ServerDefinition, "scopes">,
): TokenCaller {
  const tenant = idOf(claims, scheme.tenant.claim, nameMaxChars);
  if (tenant === undefined) return "no_tenant";
  const id = idOf(claims, "sub", subjectMaxChars);
  if (id === undefined) return "oauth_malformed";
  const role = roleOf(claims, scheme);
  const asked = typeof claims.scope === "string" ? claims.scope.split(" ") : [];
  const granted = asked.filter((name) => Object.hasOwn(scopes, name) && (role?.mayUse.has(name) ?? true));
  return {
    tenant,
    kind: "oauth",
    id,
    name: nameOf(claims, "name") ?? nameOf(claims, "client_id") ?? id.slice(0, nameMaxChars),
    scopes: new Set(granted),
    bypasses: new Set(),
    ...(role !== undefined && { role }),
    credential: new Secret(text),
  };
}

function roleOf(claims: JWTPayload, { role }: OAuthAuth): Caller["role"] {
  if (role === undefined) return undefined;
  const name = nameOf(claims, role.claim) ?? "";
  return { name, mayUse: new Set(Object.hasOwn(role.scopes, name) ? role.scopes[name] : []) };
}

/** Something that is compared or recorded: whole, or not at all. */
function idOf(claims: JWTPayload, claim: string, maxChars: number): string | undefined {
  const value = textOf(claims, claim);
  return value !== undefined && value.length <= maxChars ? value : undefined;
}

/** Something that people read. */
function nameOf(claims: JWTPayload, claim: string): string | undefined {
  return textOf(claims, claim)?.slice(0, nameMaxChars);
}

function textOf(claims: JWTPayload, claim: string): string | undefined {
  const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  return typeof value === "string" && value.trim() !== "" && isVisible(value) ? value : undefined;
}

/** Control and formatting characters would let a name forge lines in a log, or hide. */
function isVisible(text: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text);
}
