import type { IncomingMessage, ServerResponse } from "node:http";
import type { Reply } from "./rpc.ts";

/**
 * Milliseconds and bytes for which an unwanted body is still taken off the wire and dropped, so that its sender reads our
 * refusal instead of a reset. The bytes are those of a large upload that is nearly done.
 */
const lingerMs = 2_000;
const lingerMaxBytes = 64 * 1024 * 1024;

/** Never guess a type, never keep an answer that was made for one caller. A reply's own headers win. */
const commonHeaders = { "x-content-type-options": "nosniff", "cache-control": "no-store" };

/** One reply on its way out. */
export interface Outgoing {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly reply: Reply;
  /** Milliseconds for the client to take it whole, or each chunk of a stream. */
  readonly timeoutMs: number;
}

/** Send a reply: at once, or chunk by chunk when it is a stream. Never rejects: a client that left is not an error. */
export async function writeReply(outgoing: Outgoing): Promise<void> {
  const { request, response, reply, timeoutMs } = outgoing;
  if (response.destroyed) return;
  if (reply.body instanceof ReadableStream) return await writeStream(outgoing, reply.body);
  const bytes = typeof reply.body === "string" ? Buffer.from(reply.body) : reply.body;
  const isBodyless = request.method === "HEAD" || reply.status === 304;
  const length = isBodyless ? {} : { "content-length": String(bytes?.length ?? 0) };
  const close = request.complete || isEmpty(request) ? {} : { connection: "close" };
  response.writeHead(reply.status, { ...commonHeaders, ...length, ...reply.headers, ...close });
  const deadline = setTimeout(() => response.destroy(), timeoutMs);
  response.once("close", () => clearTimeout(deadline));
  if ("connection" in close) return await linger(request, response, bytes);
  if (isBodyless || bytes === undefined) response.end();
  // Node takes a reply for done once it is ended, and cuts it off when it is closing: a long one is ended when it is out.
  else if (bytes.length > response.writableHighWaterMark) response.write(bytes, () => response.end());
  else response.end(bytes);
}

/** Answer first, then drop what still comes, then hang up. */
async function linger(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array | undefined,
): Promise<void> {
  if (bytes !== undefined && request.method !== "HEAD") response.write(bytes);
  else response.flushHeaders();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, lingerMs);
  let dropped = 0;
  request.on("data", (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > lingerMaxBytes) resolve();
  });
  request.once("end", resolve).once("close", resolve).once("error", resolve);
  request.resume();
  await promise;
  clearTimeout(timer);
  response.end();
}

/** A reader that is slower than the stream stops it, and one that has gone ends it. */
async function writeStream(
  { response, reply, timeoutMs }: Outgoing,
  stream: ReadableStream<Uint8Array>,
): Promise<void> {
  response.writeHead(reply.status, { ...commonHeaders, ...reply.headers });
  response.flushHeaders();
  const reader = stream.getReader();
  const onClose = () => void reader.cancel().catch(() => {});
  response.once("close", onClose);
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (!response.write(next.value)) await drained(response, timeoutMs);
    }
  } catch {
    response.destroy();
  } finally {
    response.off("close", onClose);
    response.end();
  }
}

/** Resolves when there is room again, or no one left to write to; a reader that takes nothing for too long is dropped. */
function drained(response: ServerResponse, timeoutMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const deadline = setTimeout(() => response.destroy(), timeoutMs);
  const settle = () => {
    clearTimeout(deadline);
    response.off("drain", settle).off("close", settle);
    resolve();
  };
  response.once("drain", settle).once("close", settle);
  return promise;
}

function isEmpty(request: IncomingMessage): boolean {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  return encoding === undefined && (length === undefined || length === "0");
}
