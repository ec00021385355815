import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** One shared secret. A header with a `kid` is held against the secret of that id alone. */
export interface RelaySecret {
  readonly id?: string;
  /** At least 32 bytes in UTF-8. */
  readonly secret: string;
}

/** A request as received. */
export interface SignedRequest {
  /** Value of X-Rekomi-MCP-Identity. */
  readonly header: string;
  readonly method: string;
  /** The request target as sent, query included. */
  readonly path: string;
  /** The body's exact bytes; empty without one. */
  readonly body: Uint8Array;
}

/** Seconds that a signature may be old or early. */
const WINDOW_SECONDS = 300;

const HEADER = /^t=(\d{1,12}),v1=([0-9a-f]{64})(?:,kid=([A-Za-z0-9._-]{1,64}))?$/;

/**
 * Make a verifier with its own replay cache: true for a signature of one of the secrets, of now, that comes for the first time.
 *
 * @see seed rekomi, "Security model: relay binding"
 */
export function createRelayVerifier(
  secrets: readonly RelaySecret[],
): (request: SignedRequest, nowSeconds: number) => boolean {
  const seen = new Map<string, number>();
  return (request, nowSeconds) => {
    const [, t = "", signature = "", kid] = HEADER.exec(request.header) ?? [];
    if (t === "" || Math.abs(nowSeconds - Number(t)) > WINDOW_SECONDS) return false;
    const hash = createHash("sha256").update(request.body).digest("hex");
    const given = Buffer.from(signature, "hex");
    const candidates = secrets.filter(({ id }) => kid === undefined || id === kid);
    const signed = candidates.some(({ secret }) => {
      const expected = createHmac("sha256", secret).update(`${t}.${request.method}.${request.path}.${hash}`).digest();
      return timingSafeEqual(given, expected);
    });
    if (!signed) return false;
    for (const [old, untilSeconds] of seen) {
      if (untilSeconds >= nowSeconds) break;
      seen.delete(old);
    }
    if (seen.has(signature)) return false;
    seen.set(signature, nowSeconds + 2 * WINDOW_SECONDS);
    return true;
  };
}
