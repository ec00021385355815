import { isSafeAddress } from "../safe-address.ts";
import { AdapterError } from "./adapter-error.ts";

/** Milliseconds for one request of a login or a refresh. A person or a tool call waits for it. */
export const requestTimeoutMs = 15_000;

/** Bytes of a metadata document, a registration or a token reply: the longest known is some 20 kB. */
const replyMaxBytes = 256 * 1024;

/** Statuses that may have no body: a `Response` refuses to be made of them with one (Fetch, "null body status"). */
const bodilessStatuses = [204, 205, 304];

/**
 * `fetch` for what a login needs: only over TLS or on this machine, within a time that covers the body, and of a bounded size.
 *
 * Which URLs are asked comes from documents of other servers, so each is checked.
 */
export async function boundedFetch(input: string | URL, init: RequestInit = {}): Promise<Response> {
  const url = new URL(input);
  assertSecure(url, "the authorization server's metadata name");
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(requestTimeoutMs) });
  const body = await readText(response, replyMaxBytes);
  const { status, statusText, headers } = response;
  return new Response(bodilessStatuses.includes(status) ? null : body, { status, statusText, headers });
}

/** The whole body as text, cut off by an error where it is longer than `maxBytes`. */
export async function readText(response: Response, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > maxBytes)
      throw new AdapterError("failed", `${originOf(response.url)} answered more than ${maxBytes} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** Refuse what would send a token over a wire that others read, or hand anything but a web page to the browser. */
export function assertSecure(url: URL, whence: string): void {
  if (isSafeAddress(url)) return;
  throw new AdapterError("failed", `${whence} ${originOf(url.href)}, which is neither https nor on this machine.`);
}

/** A URL without what may be private in it. */
function originOf(href: string): string {
  const { protocol, host } = new URL(href);
  return `${protocol}//${host}`;
}
