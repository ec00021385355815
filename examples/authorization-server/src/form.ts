import type { IncomingMessage } from "node:http";

/** Bytes of a form. Those of this server have some hundred. */
const FORM_MAX_BYTES = 16_384;

/** Read an `application/x-www-form-urlencoded` body. Undefined when it is too large. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= FORM_MAX_BYTES) chunks.push(chunk);
  }
  return bytes > FORM_MAX_BYTES ? undefined : new URLSearchParams(Buffer.concat(chunks).toString());
}
