import { errors, type JWTPayload, jwtVerify } from "jose";
import type { Caller } from "../call.ts";
import type { OAuthAuth, ServerDefinition } from "../codegen.ts";
import type { Clock, Logger } from "../ports.ts";
import { type DecodedToken, decodeAccessToken } from "./access-token.ts";
import { createKeyFetcher } from "./issuer.ts";
import { createKeySet, type FoundKeys } from "./key-set.ts";
import type { RefusalReason } from "./refusal.ts";
import { toTokenCaller } from "./token-caller.ts";

/** Milliseconds for which a verified token is not verified again: an agent makes many calls with one. */
const verifiedMaxAgeMs = 60_000;

/** Verified tokens kept, 2 kB each: 20 MB. Beyond it the oldest go, and cost one more verification. */
const verifiedMax = 10_000;

interface Verified {
  readonly caller: Caller;
  /** Of the key set that it was verified with. */
  readonly keysVersion: number;
  readonly atMs: number;
  /** Unix time in milliseconds. */
  readonly expiresAtMs: number;
}

/** Verifies the access tokens of one issuer. */
export interface AccessTokens {
  /**
   * @param hash SHA-256 of the text, under which what was found is remembered
   * @returns the caller, or why the token is refused
   * @throws IssuerUnavailable when the signing keys cannot be had
   */
  verify(text: string, hash: string): Promise<Caller | RefusalReason>;
}

/**
 * Verify access tokens as a resource server does: JWTs that one issuer signed for this audience (RFC 9068, section 4).
 *
 * Only asymmetric algorithms of the scheme's list are tried, with keys of the issuer's own set, so that neither "none" nor a
 * public key taken for a secret gets anywhere (RFC 8725, section 2.1).
 */
export function createAccessTokens(options: {
  readonly scheme: OAuthAuth;
  readonly server: Pick<ServerDefinition, "scopes">;
  readonly clock: Clock;
  readonly logger: Logger;
}): AccessTokens {
  const { scheme, server, clock, logger } = options;
  const keys = createKeySet({ fetchKeys: createKeyFetcher(scheme), clock, logger });
  const verified = new Map<string, Verified>();

  function recall(hash: string): Caller | undefined {
    const known = verified.get(hash);
    if (known === undefined) return undefined;
    const isFresh = clock.monotonic() - known.atMs < verifiedMaxAgeMs && clock.now() < known.expiresAtMs;
    if (isFresh && keys.version() === known.keysVersion) return known.caller;
    verified.delete(hash);
    return undefined;
  }

  function remember(hash: string, caller: Caller, expiresAtMs: number, keysVersion: number): void {
    verified.set(hash, { caller, keysVersion, atMs: clock.monotonic(), expiresAtMs });
    if (verified.size > verifiedMax) verified.delete(verified.keys().next().value as string);
  }

  return {
    async verify(text, hash) {
      const known = recall(hash);
      if (known !== undefined) return known;
      const decoded = decodeAccessToken(text, scheme, clock.now());
      if (typeof decoded === "string") return decoded;
      const found = await keys.keysFor(decoded.header);
      const claims = await verifySignature(text, decoded, found, { scheme, clock });
      if (typeof claims === "string") return claims;
      const caller = toTokenCaller(claims, text, scheme, server);
      if (typeof caller !== "string") remember(hash, caller, Number(claims.exp) * 1000, found.version);
      return caller;
    },
  };
}

/** The claims once more from the verified bytes, and checked once more by jose itself. */
async function verifySignature(
  text: string,
  { header }: DecodedToken,
  { keys }: FoundKeys,
  { scheme, clock }: { readonly scheme: OAuthAuth; readonly clock: Clock },
): Promise<JWTPayload | RefusalReason> {
  if (keys.length === 0) return "unknown_key";
  for (const key of keys) {
    try {
      const { payload } = await jwtVerify(text, key, {
        algorithms: [header.alg],
        issuer: scheme.issuer,
        audience: scheme.audience,
        clockTolerance: scheme.clockSkewSeconds,
        currentDate: new Date(clock.now()),
        requiredClaims: ["exp", "sub"],
      });
      return payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) return reasonOf(error);
    }
  }
  return "bad_signature";
}

function reasonOf(error: unknown): RefusalReason {
  if (error instanceof errors.JWTExpired) return "expired";
  return error instanceof errors.JOSEError ? "oauth_malformed" : "unknown_key";
}
