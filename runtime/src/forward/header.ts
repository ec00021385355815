import { refusal, toText } from "./primitive.ts";

/** Bytes of one header value. Upstreams refuse header blocks of 8 to 16 KiB; one argument has no business filling them. */
const headerValueMaxBytes = 1024;

/** Names that say how the message is framed or who is calling. They are the gateway's own, never a tool's. */
const ownNames: ReadonlySet<string> = new Set([
  ...[
    "host",
    "connection",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "expect",
  ],
  ...[
    "authorization",
    "proxy-authorization",
    "cookie",
    "accept",
    "accept-encoding",
    "user-agent",
    "x-request-id",
    "traceparent",
  ],
]);

/**
 * Refuse a header name that a tool may not set. Names come from the spec, so this is a broken definition, not a bad call.
 *
 * @throws Error for a name that is no token, is the gateway's own, or is one of `credentialNames` (lower case).
 * @see RFC 9110, section 5.1
 */
export function checkHeaderName(name: string, credentialNames: ReadonlySet<string>): void {
  const lower = name.toLowerCase();
  const isOwn = ownNames.has(lower) || lower.startsWith("content-") || credentialNames.has(lower);
  if (isOwn || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
    throw new Error(`A tool must not set the header ${JSON.stringify(name)}.`);
  }
}

/**
 * Check one header value: printable ASCII after trimming, at most {@link headerValueMaxBytes}. A list is joined with commas
 * (OpenAPI's style "simple").
 *
 * @throws GatewayError `invalid_argument` naming the input. CR and LF are refused, never stripped.
 * @see RFC 9110, section 5.5
 */
export function encodeHeaderValue(name: string, value: unknown): string {
  if (!Array.isArray(value)) return checkPrintable(name, toText(name, value).trim());
  const items = value.map((item) => toText(name, item).trim());
  if (items.some((item) => item.includes(","))) throw refusal(name, "must not hold a comma in one of its items");
  return checkPrintable(name, items.join(","));
}

/**
 * Write the `Cookie` header; undefined when no cookie was given.
 *
 * @throws GatewayError `invalid_argument` for a value that is not made of cookie octets; nothing is quoted or encoded, because
 * servers disagree on how to undo it.
 * @see RFC 6265, section 4.1.1
 */
export function encodeCookies(cookies: Readonly<Record<string, unknown>>): string | undefined {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(cookies)) {
    if (value === undefined || value === null) continue;
    const text = checkPrintable(name, toText(name, value).trim());
    if (!/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/.test(text)) {
      throw refusal(name, 'must not contain blanks, quotes, ",", ";" or "\\": it is sent as a cookie');
    }
    pairs.push(`${name}=${text}`);
  }
  return pairs.length === 0 ? undefined : pairs.join("; ");
}

function checkPrintable(name: string, text: string): string {
  if (text.length > headerValueMaxBytes)
    throw refusal(name, `must have at most ${headerValueMaxBytes} characters, got ${text.length}`);
  if (!/^[\x20-\x7e]*$/.test(text)) throw refusal(name, "must be printable ASCII: it is sent as a header");
  return text;
}
