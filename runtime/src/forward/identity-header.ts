import { createHmac, createSecretKey } from "node:crypto";
import type { ReceivedCall } from "../call.ts";
import { UpstreamSettingError } from "./upstream.ts";

/** Seconds a signed identity holds. It is used at once; a minute forgives clocks that differ. */
const identityTtlSeconds = 60;

/** RFC 7518, section 3.2: "A key of the same size as the hash output or larger MUST be used". */
const identitySecretMinBytes = 32;

/**
 * Say for whom a call is, in a compact JWS with HMAC-SHA256. Claims: `iss` the server's name, `sub` the caller's id, `tenant`,
 * `scopes`, `role` where the caller has one, `jti` the call's id, `iat` and `exp` in Unix seconds.
 *
 * @throws UpstreamSettingError when the secret is too short.
 * @see RFC 7515, section 7.1; RFC 7519, section 4.1
 */
export function createIdentitySigner(options: {
  readonly header: string;
  readonly secret: string;
  readonly issuer: string;
}): (call: Pick<ReceivedCall, "id" | "caller">, nowMs: number) => string {
  const secretBytes = Buffer.from(options.secret);
  if (secretBytes.length < identitySecretMinBytes) {
    throw new UpstreamSettingError(
      `The secret that signs ${options.header} must have at least ${identitySecretMinBytes} bytes.`,
    );
  }
  const key = createSecretKey(secretBytes);
  const protectedHeader = toBase64Url({ alg: "HS256", typ: "JWT" });
  return ({ id, caller }, nowMs) => {
    const iat = Math.floor(nowMs / 1000);
    const claims = {
      iss: options.issuer,
      sub: caller.id,
      tenant: caller.tenant,
      scopes: [...caller.scopes],
      ...(caller.role && { role: caller.role.name }),
    };
    const signed = `${protectedHeader}.${toBase64Url({ ...claims, jti: id, iat, exp: iat + identityTtlSeconds })}`;
    return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
  };
}

function toBase64Url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
