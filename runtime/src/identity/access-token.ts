import { decodeJwt, decodeProtectedHeader, type JWTPayload, type ProtectedHeaderParameters } from "jose";
import type { OAuthAuth } from "../codegen.ts";
import type { RefusalReason } from "./refusal.ts";

/** Characters of an access token. Ours have about 900; half of what all headers of a request may have. */
export const accessTokenMaxChars = 8 * 1024;

/** `typ` of an access token (RFC 9068, section 4), or what issuers wrote before that: JWT, or nothing. */
const accessTokenTypes = new Set([undefined, "at+jwt", "application/at+jwt", "jwt"]);

/** A token taken apart, nothing of it believed. */
export interface DecodedToken {
  readonly header: { readonly alg: string; readonly kid?: string };
  readonly claims: JWTPayload;
}

/** Whether the text is built like a signed JWT: three parts of base64url. Our own keys and tokens have no dots. */
export function isTokenShaped(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}

/**
 * Take a token apart and judge all that can be judged without a key: so that only tokens that could be meant for this server
 * ever make anybody ask for keys.
 *
 * Of the header, algorithm, type and key id matter alone. `jku`, `jwk`, `x5u` and `x5c` would let a token say where its key
 * comes from, and are not looked at; `crit` would oblige us to know what we do not (RFC 7515, section 4.1.11).
 *
 * @returns the token, or why it is refused; true of the signature's owner only once the signature has been verified
 */
export function decodeAccessToken(
  text: string,
  scheme: OAuthAuth,
  /** Unix time in milliseconds. */
  nowMs: number,
): DecodedToken | RefusalReason {
  const decoded = decode(text);
  if (decoded === undefined) return "oauth_malformed";
  const { header, claims } = decoded;
  if (Object.hasOwn(header, "crit")) return "oauth_malformed";
  if (header.alg === undefined || !scheme.algorithms.includes(header.alg)) return "algorithm";
  if (!isOptionalText(header.kid) || !isOptionalText(header.typ)) return "oauth_malformed";
  if (!accessTokenTypes.has(header.typ?.toLowerCase()) || isIdToken(claims)) return "not_access_token";
  const reason = judgeClaims(claims, scheme, nowMs);
  if (reason !== undefined) return reason;
  return { header: { alg: header.alg, ...(header.kid !== undefined && { kid: header.kid }) }, claims };
}

function decode(text: string): { header: ProtectedHeaderParameters; claims: JWTPayload } | undefined {
  if (!isTokenShaped(text)) return undefined;
  try {
    return { header: decodeProtectedHeader(text), claims: decodeJwt(text) };
  } catch {
    return undefined;
  }
}

/** These claims are for the client that logged somebody in (OpenID Connect Core, section 2), which must not call with it. */
function isIdToken(claims: JWTPayload): boolean {
  return Object.hasOwn(claims, "nonce") || Object.hasOwn(claims, "at_hash");
}

/** Times with `clockSkewSeconds` to the caller's favour; a token ends with the very second of `exp` (RFC 7519, section 4.1.4). */
function judgeClaims(claims: JWTPayload, scheme: OAuthAuth, nowMs: number): RefusalReason | undefined {
  const { iss, aud, exp, nbf, sub } = claims;
  const nowSeconds = nowMs / 1000;
  if (iss !== scheme.issuer) return "wrong_issuer";
  if (![aud].flat().includes(scheme.audience)) return "wrong_audience";
  if (!Number.isFinite(exp) || (nbf !== undefined && !Number.isFinite(nbf))) return "oauth_malformed";
  if (typeof sub !== "string" || sub === "") return "oauth_malformed";
  if ((exp as number) + scheme.clockSkewSeconds <= nowSeconds) return "expired";
  if (nbf !== undefined && nbf - scheme.clockSkewSeconds > nowSeconds) return "not_yet_valid";
  return undefined;
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}
