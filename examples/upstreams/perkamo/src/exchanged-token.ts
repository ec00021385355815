import { ApiError } from "@toolspec/example-http";
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import type { Caller } from "./context.ts";
import { isName, unauthenticated } from "./identity.ts";

/** Whose tokens this API takes. */
export interface TokenSettings {
  /** Issuer of the authorization server, exactly as `iss` has it. */
  readonly issuer: string;
  /** The name of this API, exactly as `aud` has it, e.g. `perkamo-api`. */
  readonly audience: string;
  /** Where the authorization server publishes its keys. */
  readonly jwksUrl: string;
}

/** Signatures by a key pair only: a public key cannot then be taken for a shared secret. */
const ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"];

/** Seconds that the clocks of authorization server and API may differ. */
const CLOCK_SKEW_SECONDS = 5;

/**
 * Milliseconds between two looks at the keys for the sake of a key that is not among them. Short, because a key that has just
 * been taken into use must work soon; not 0, because anyone can make up a name of a key.
 */
const KEYS_COOLDOWN_MS = 1000;

/** Characters of a token: one with every claim that is read here has about a thousand. */
const TOKEN_MAX = 8192;

/**
 * Make a verifier of access tokens that the authorization server issued for this API by token exchange. The function it
 * returns takes the header `Authorization` and the time in Unix milliseconds.
 *
 * @throws ApiError 401 from that function: `wrong_audience` for a token that is good elsewhere, such as the person's own for
 *   the MCP server; else `unauthenticated`. 503 `keys_unavailable` while the keys cannot be read.
 * @see RFC 8693; RFC 9068, section 4
 */
export function createTokenVerifier(settings: TokenSettings): (header: string, nowMs: number) => Promise<Caller> {
  const { issuer, audience, jwksUrl } = settings;
  const keys = createRemoteJWKSet(new URL(jwksUrl), { cooldownDuration: KEYS_COOLDOWN_MS });
  return async (header, nowMs) => {
    const [, token = ""] = /^Bearer ([\w.~+/-]+=*)$/i.exec(header) ?? [];
    if (token === "" || token.length > TOKEN_MAX) throw unauthenticated("Authorization holds no Bearer token.");
    const options = {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(nowMs),
      requiredClaims: ["exp", "sub"],
    };
    const { payload } = await jwtVerify(token, keys, options).catch((error: unknown) => {
      throw toRefusal(error, audience);
    });
    return toCaller(payload);
  };
}

function toCaller({ sub, space, role, scope }: JWTPayload): Caller {
  const readable = isName(sub) && isName(space) && (role === undefined || isName(role)) && typeof scope === "string";
  if (!readable) throw unauthenticated("The token lacks sub, space or scope, or role is no text.");
  return { subject: sub, space, role, scopes: new Set(scope.split(" ")) };
}

/** What fails with none of the codes of a token or a key is the way to the keys. */
function toRefusal(error: unknown, audience: string): ApiError {
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "aud") {
    return unauthenticated(`The token is for another audience. Exchange it for one of ${audience}.`, "wrong_audience");
  }
  const faulty = [
    errors.JWTClaimValidationFailed,
    errors.JWTExpired,
    errors.JWTInvalid,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
    errors.JWKSNoMatchingKey,
  ].some((kind) => error instanceof kind);
  if (faulty) return unauthenticated("The token is expired, or was not issued by the authorization server.");
  return new ApiError(503, "keys_unavailable", "The keys of the authorization server cannot be read. Try again later.");
}
