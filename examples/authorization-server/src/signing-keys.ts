import { createPublicKey, generateKeyPair, type JsonWebKey, randomUUID, verify } from "node:crypto";
import { promisify } from "node:util";

/** RSA-2048: what RS256 asks for at least (RFC 7518, section 3.3), and made in a fraction of a second. */
const MODULUS_BITS = 2048;

/** A private signing key, as oidc-provider takes it. */
export interface SigningKey extends JsonWebKey {
  readonly kid: string;
  readonly alg: "RS256";
  readonly use: "sig";
}

/** Make a key that nobody has seen. */
export async function createSigningKey(): Promise<SigningKey> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: MODULUS_BITS });
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), alg: "RS256", use: "sig" };
}

/** The claims that every access token of this server has. */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly exp: number;
  readonly scope: string;
  readonly space: string;
}

/**
 * Read an access token that one of `keys` signed. Undefined for anything else; claims are not looked at but for `exp`.
 *
 * @see RFC 9068, section 4
 */
export function readAccessToken(token: string, keys: readonly SigningKey[]): AccessTokenClaims | undefined {
  const [header = "", payload = "", signature = "", ...rest] = token.split(".");
  try {
    const { alg, typ, kid } = JSON.parse(Buffer.from(header, "base64url").toString());
    const key = keys.find((candidate) => candidate.kid === kid);
    if (rest.length > 0 || alg !== "RS256" || typ !== "at+jwt" || key === undefined) return undefined;
    const publicKey = createPublicKey({ key, format: "jwk" });
    const signed = Buffer.from(`${header}.${payload}`);
    if (!verify("sha256", signed, publicKey, Buffer.from(signature, "base64url"))) return undefined;
    const claims: AccessTokenClaims = JSON.parse(Buffer.from(payload, "base64url").toString());
    return claims.exp * 1000 > Date.now() ? claims : undefined;
  } catch {
    return undefined;
  }
}
