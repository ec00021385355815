import type { IncomingMessage } from "node:http";
import { ApiError } from "./api-error.ts";

/** Separate the request target. Repeated query names are refused: nothing here takes a list in the query. */
export function splitTarget(target: string): { path: string; query: Record<string, string> } {
  const [path = "", search = ""] = splitOnce(target, "?");
  const query = new URLSearchParams(search);
  for (const name of query.keys()) {
    if (query.getAll(name).length > 1) {
      throw new ApiError(400, "invalid_query", `${name} may stand in the query once only.`);
    }
  }
  return { path, query: Object.fromEntries(query) };
}

/**
 * Read the body as JSON.
 *
 * @throws ApiError 415 for another media type or a coding, 413 above `maxBytes`, 400 for what is not UTF-8 or not JSON.
 */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const bytes = await readBytes(request, maxBytes);
  requireJson(request);
  return parseJson(requireBytes(bytes, maxBytes));
}

/**
 * Read the body as it was sent, for who must verify it before it is read as JSON.
 *
 * A body that is too large is read to its end and dropped, so that the client gets the answer instead of a reset; the
 * server's request timeout bounds how long that may take.
 *
 * @returns undefined above `maxBytes`.
 */
export async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return length <= maxBytes ? Buffer.concat(chunks) : undefined;
}

/** @throws ApiError 413 for bytes that were too many. */
export function requireBytes(bytes: Uint8Array | undefined, maxBytes: number): Uint8Array {
  if (bytes) return bytes;
  throw new ApiError(413, "payload_too_large", `The body must have at most ${maxBytes} bytes.`);
}

/** @throws ApiError 415 for a body of another media type, or with a coding. */
export function requireJson(request: IncomingMessage): void {
  const mediaType = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (mediaType === "application/json" && request.headers["content-encoding"] === undefined) return;
  throw new ApiError(415, "unsupported_media_type", "Send the body as application/json, without a content encoding.");
}

/** @throws ApiError 400 for what is not UTF-8 or not JSON. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new ApiError(400, "invalid_json", "The body is not valid JSON in UTF-8.");
  }
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
