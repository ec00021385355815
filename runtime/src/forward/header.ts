import type { ParameterStyle, Styles } from "../codegen.ts";
import { percentEncode } from "./percent.ts";
import { refusal, toText } from "./primitive.ts";
import { isExploded, joinSimple, presentItems, presentMembers, toAsciiJson } from "./style.ts";

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
  if (isOwn || !token.test(name)) {
    throw new Error(`A tool must not set the header ${JSON.stringify(name)}.`);
  }
}

/**
 * Write one header value: printable ASCII after trimming, at most {@link headerValueMaxBytes}. Lists and maps by OpenAPI's style
 * "simple", in which nothing can be encoded: what holds a separator is refused.
 *
 * @throws GatewayError `invalid_argument` naming the input. CR and LF are refused, never stripped.
 * @see RFC 9110, section 5.5; OpenAPI 3.1.1, "Style Examples"
 */
export function encodeHeaderValue(name: string, value: unknown, style: ParameterStyle = {}): string {
  if (style.style === "json") return checkPrintable(name, toAsciiJson(name, value));
  if (typeof value !== "object" || value === null) return checkPrintable(name, toText(name, value).trim());
  const explode = isExploded(style, "simple");
  const separators = explode && !Array.isArray(value) ? /[,=]/ : /,/;
  const encode = (item: unknown) => {
    const text = toText(name, item).trim();
    if (text.includes(",")) throw refusal(name, "must not hold a comma in one of its items");
    if (separators.test(text)) throw refusal(name, 'must not hold "=" in one of its items');
    return text;
  };
  return checkPrintable(name, joinSimple(value, explode, encode) ?? "");
}

/**
 * Write the `Cookie` header; undefined when no cookie was given. Lists and maps by OpenAPI's style "form", with a cookie where the
 * query has a parameter.
 *
 * @throws GatewayError `invalid_argument` for a value that is not made of cookie octets; nothing is quoted or encoded, because
 * servers disagree on how to undo it. JSON alone is percent-encoded, as it could not be sent otherwise.
 * @see RFC 6265, section 4.1.1; OpenAPI 3.1.1, "Appendix D: Serializing Headers and Cookies"
 */
export function encodeCookies(cookies: Readonly<Record<string, unknown>>, styles: Styles = {}): string | undefined {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(cookies)) {
    if (value === undefined || value === null) continue;
    checkCookieName(name);
    const style = Object.hasOwn(styles, name) ? (styles[name] as ParameterStyle) : {};
    if (style.style === "json") pairs.push(`${name}=${checkPrintable(name, percentEncode(toAsciiJson(name, value)))}`);
    else if (typeof value !== "object") pairs.push(`${name}=${toCookieText(name, value)}`);
    else pairs.push(...compositeCookies({ name, value, explode: isExploded(style, "form"), cookies }));
  }
  return pairs.length === 0 ? undefined : pairs.join("; ");
}

interface CompositeCookie {
  readonly name: string;
  readonly value: object;
  readonly explode: boolean;
  readonly cookies: Readonly<Record<string, unknown>>;
}

function compositeCookies({ name, value, explode, cookies }: CompositeCookie): readonly string[] {
  const encode = (item: unknown) => toCookieText(name, item);
  if (!explode) {
    const joined = joinSimple(value, false, encode);
    return joined === undefined ? [] : [`${name}=${checkPrintable(name, joined)}`];
  }
  if (Array.isArray(value)) return presentItems(value).map((item) => `${name}=${encode(item)}`);
  return presentMembers(value).map(([key, item]) => {
    if (!token.test(key)) throw refusal(name, "must have members whose names can be names of cookies");
    if (Object.hasOwn(cookies, key)) throw refusal(name, "must not have a member named like another cookie");
    return `${key}=${encode(item)}`;
  });
}

function toCookieText(name: string, value: unknown): string {
  const text = checkPrintable(name, toText(name, value).trim());
  if (/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/.test(text)) return text;
  throw refusal(name, 'must not contain blanks, quotes, ",", ";" or "\\": it is sent as a cookie');
}

/** Names come from the spec, so this is a broken definition, not a bad call. */
function checkCookieName(name: string): void {
  if (!token.test(name)) throw new Error(`A tool must not set the cookie ${JSON.stringify(name)}.`);
}

/** RFC 9110, section 5.6.2; names of headers and cookies are such. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function checkPrintable(name: string, text: string): string {
  if (text.length > headerValueMaxBytes)
    throw refusal(name, `must have at most ${headerValueMaxBytes} characters, got ${text.length}`);
  if (!/^[\x20-\x7e]*$/.test(text)) throw refusal(name, "must be printable ASCII: it is sent as a header");
  return text;
}
