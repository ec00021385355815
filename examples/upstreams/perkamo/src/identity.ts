import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { ApiError, isObject } from "@toolspec/example-http";
import type { Caller } from "./context.ts";

/** For whom the MCP server calls. */
export interface Identity {
  /** Who vouches for it: the server's name. */
  readonly iss: string;
  /** Account of the person. */
  readonly sub: string;
  /** The Space. */
  readonly tenant: string;
  readonly role?: string;
  readonly scopes: readonly string[];
  /** Unix seconds. */
  readonly iat: number;
  readonly exp: number;
  /** One call of the server. */
  readonly jti: string;
}

/** Seconds that a statement may live: long enough for a slow call, too short to be worth stealing. */
const LIFETIME_MAX_SECONDS = 300;

/** Seconds that the clocks of server and API may differ. */
const CLOCK_SKEW_SECONDS = 30;

/** Characters of a claim that is a name: more than any account, Space or role has. */
const NAME_MAX = 128;

const HEADER = encode({ alg: "HS256", typ: "JWT" });

/** @throws ApiError 401 unless `given` is the server's key. Constant time in the key. */
export function verifyServiceKey(given: string | undefined, expected: string): void {
  if (given === undefined || !timingSafeEqual(sha256(given), sha256(expected))) {
    throw unauthenticated("X-Perkamo-Service-Key is missing or is not the MCP server's key.");
  }
}

/**
 * Verify a signed identity and read the caller from it. Times are Unix seconds.
 *
 * @throws ApiError 401 for anything but a valid statement of now.
 * @see RFC 7515, section 5.2
 */
export function verifyIdentity(jws: string | undefined, secret: string, nowSeconds: number): Caller {
  const [header, payload, signature, ...rest] = jws?.split(".") ?? [];
  if (!header || !payload || !signature || rest.length > 0) throw unauthenticated("X-Perkamo-Identity is missing.");
  const algorithm = decode(header)?.alg;
  const expected = Buffer.from(sign(`${header}.${payload}`, secret));
  const given = Buffer.from(signature);
  if (algorithm !== "HS256" || given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw unauthenticated("X-Perkamo-Identity is not signed with the shared secret.");
  }
  const claims = decode(payload);
  if (!isIdentity(claims)) throw unauthenticated("X-Perkamo-Identity lacks a claim, or has one that is not valid.");
  const { iat, exp, sub, tenant, role, scopes } = claims;
  const current = exp > nowSeconds && iat <= nowSeconds + CLOCK_SKEW_SECONDS && exp - iat <= LIFETIME_MAX_SECONDS;
  if (!current) throw unauthenticated("X-Perkamo-Identity is expired, of the future, or lives too long.");
  return { subject: sub, space: tenant, role, scopes: new Set(scopes) };
}

/** Sign an identity as the MCP server does, for tests and for calls by hand. */
export function signIdentity(identity: Identity, secret: string): string {
  const content = `${HEADER}.${encode(identity)}`;
  return `${content}.${sign(content, secret)}`;
}

/** Say whether a claim is a name of reasonable length. */
export function isName(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= NAME_MAX;
}

/** Say that nobody knows who is calling. */
export function unauthenticated(message: string, code = "unauthenticated"): ApiError {
  return new ApiError(401, code, message);
}

type Claims = Readonly<Record<string, unknown>>;

function isIdentity(claims: Claims | undefined): claims is Claims & Identity {
  if (claims === undefined) return false;
  const { scopes, role } = claims;
  return (
    [claims.iss, claims.sub, claims.tenant, claims.jti].every(isName) &&
    (role === undefined || isName(role)) &&
    Array.isArray(scopes) &&
    scopes.every((scope) => typeof scope === "string") &&
    Number.isSafeInteger(claims.iat) &&
    Number.isSafeInteger(claims.exp)
  );
}

function sign(content: string, secret: string): string {
  return createHmac("sha256", secret).update(content).digest("base64url");
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function decode(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function sha256(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
