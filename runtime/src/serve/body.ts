import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";

/** What came of reading a request's body. `gone`: the client went away before its end. */
export type BodyRead =
  | { readonly kind: "read"; readonly text: string }
  | { readonly kind: "too_large" }
  | { readonly kind: "not_utf8" }
  | { readonly kind: "gone" };

/**
 * Read a request's body, up to `maxBytes`, as UTF-8. Stops at the first byte too many, and before the first when the
 * announced length is too long: what is not wanted is never held.
 *
 * UTF-8 is checked, not repaired: a repaired body is not what was sent (MCP 2026-07-28, "Base Protocol": UTF-8).
 */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
): Promise<BodyRead> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return { kind: "too_large" };
  if (request.headers.expect !== undefined) response.writeContinue();
  const bytes = await collect(request, maxBytes);
  if (!Buffer.isBuffer(bytes)) return { kind: bytes };
  return isUtf8(bytes) ? { kind: "read", text: bytes.toString("utf8") } : { kind: "not_utf8" };
}

/** By events, not by iteration: leaving a `for await` would destroy the socket on which the refusal is to be sent. */
function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer | "too_large" | "gone"> {
  if (request.destroyed) return Promise.resolve("gone");
  const { promise, resolve } = Promise.withResolvers<Buffer | "too_large" | "gone">();
  const chunks: Buffer[] = [];
  let length = 0;
  const onData = (chunk: Buffer) => {
    length += chunk.length;
    if (length <= maxBytes) chunks.push(chunk);
    else settle("too_large");
  };
  const onEnd = () => settle(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length));
  const onGone = () => settle("gone");
  const settle = (value: Buffer | "too_large" | "gone") => {
    request.off("data", onData).off("end", onEnd).off("close", onGone).off("error", onGone);
    request.pause();
    resolve(value);
  };
  request.on("data", onData).on("end", onEnd).on("close", onGone).on("error", onGone);
  return promise;
}
