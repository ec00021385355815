import { createReplayCache, type RelaySecret, verify } from "@toolspec/runtime/relay";

export type { RelaySecret };

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

/**
 * Make a verifier with its own replay cache: true for a signature of one of the secrets, of now, that comes for the first time.
 *
 * @see seed rekomi, "Security model: relay binding"
 */
export function createRelayVerifier(
  secrets: readonly RelaySecret[],
): (request: SignedRequest, nowSeconds: number) => boolean {
  const replays = createReplayCache();
  return ({ header, method, path, body }, nowSeconds) =>
    verify({ header, method, target: path, body, secrets, nowSeconds, replays }).ok;
}
