import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { ApiError, isObject } from "@toolspec/example-http";

/** For whom the gateway calls. */
export interface Identity {
  /** Who vouches for it: the gateway's server name. */
  readonly iss: string;
  /** The caller's credential, by id. */
  readonly sub: string;
  readonly tenant: string;
  readonly scopes: readonly string[];
  /** Unix seconds. */
  readonly iat: number;
  readonly exp: number;
  /** One call of the gateway. */
  readonly jti: string;
}

/** Seconds that a statement may live: long enough for a slow call, too short to be worth stealing. */
const LIFETIME_MAX_SECONDS = 300;

/** Seconds that the clocks of gateway and API may differ. */
const CLOCK_SKEW_SECONDS = 30;

const HEADER = encode({ alg: "HS256", typ: "JWT" });

/** @throws ApiError 401 unless `given` is the gateway's key. Constant time in the key. */
export function verifyServiceKey(given: string | undefined, expected: string): void {
  if (given === undefined || !timingSafeEqual(sha256(given), sha256(expected))) {
    throw unauthenticated("X-API-Key is missing or is not the gateway's key.");
  }
}

/**
 * Verify a signed identity and read its claims. Times are Unix seconds.
 *
 * @throws ApiError 401 for anything but a valid statement of now.
 * @see RFC 7515, section 5.2
 */
export function verifyIdentity(jws: string | undefined, secret: string, nowSeconds: number): Identity {
  const [header, payload, signature, ...rest] = jws?.split(".") ?? [];
  if (!header || !payload || !signature || rest.length > 0) throw unauthenticated("X-Vauchflow-Identity is missing.");
  const algorithm = decode(header)?.alg;
  const expected = Buffer.from(sign(`${header}.${payload}`, secret));
  const given = Buffer.from(signature);
  if (algorithm !== "HS256" || given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw unauthenticated("X-Vauchflow-Identity is not signed with the shared secret.");
  }
  const claims = decode(payload);
  if (!isIdentity(claims)) throw unauthenticated("X-Vauchflow-Identity lacks a claim.");
  const { iat, exp } = claims;
  const current = exp > nowSeconds && iat <= nowSeconds + CLOCK_SKEW_SECONDS && exp - iat <= LIFETIME_MAX_SECONDS;
  if (!current) throw unauthenticated("X-Vauchflow-Identity is expired, of the future, or lives too long.");
  return claims;
}

/** Sign an identity as the gateway does, for tests and for calls by hand. */
export function signIdentity(identity: Identity, secret: string): string {
  const content = `${HEADER}.${encode(identity)}`;
  return `${content}.${sign(content, secret)}`;
}

type Claims = Readonly<Record<string, unknown>>;

function isIdentity(claims: Claims | undefined): claims is Claims & Identity {
  if (claims === undefined) return false;
  const words = [claims.iss, claims.sub, claims.tenant, claims.jti];
  const { scopes } = claims;
  return (
    words.every((word) => typeof word === "string" && word.length > 0 && word.length <= 128) &&
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

function unauthenticated(message: string): ApiError {
  return new ApiError(401, "unauthenticated", message);
}
