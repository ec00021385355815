/**
 * JSON Schema's string formats, as ajv-formats decides them: that is what MCP clients check replies with, so an advertised
 * schema and this runtime accept the same strings. A property test holds the two together.
 *
 * Every check is linear in the text.
 */

/** RFC 9562, also in its URN form; any version and variant. */
export function isUuid(text: string): boolean {
  return /^(?:urn:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** RFC 3339 `full-date`. */
export function isDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

/** RFC 3339 `full-time`; an offset may also be written `+0100` or `+01`, and 23:59:60 UTC is a leap second. */
export function isTime(text: string): boolean {
  const parts = /^(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:z|([+-])(\d{2})(?::?(\d{2}))?)$/i.exec(text);
  if (parts === null) return false;
  const [hour, minute, second] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const [offsetHour, offsetMinute] = [Number(parts[5] ?? 0), Number(parts[6] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return false;
  if (second < 60) return true;
  const offset = (offsetHour * 60 + offsetMinute) * (parts[4] === "-" ? -1 : 1);
  return (hour * 60 + minute - offset + minutesPerDay) % minutesPerDay === minutesPerDay - 1;
}

/** RFC 3339 `date-time`; a blank may stand in place of the `T`. */
export function isDateTime(text: string): boolean {
  return /^[t\s]$/i.test(text.charAt(10)) && isDate(text.slice(0, 10)) && isTime(text.slice(11));
}

/** RFC 3339, appendix A. */
export function isDuration(text: string): boolean {
  return /^P(?:\d+W|(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/.test(text);
}

/** A dot-atom of RFC 5322, `@`, and a domain of two labels or more. */
export function isEmail(text: string): boolean {
  const at = text.indexOf("@");
  const labels = text.slice(at + 1).split(".");
  return (
    at > 0 &&
    labels.length > 1 &&
    text
      .slice(0, at)
      .split(".")
      .every((atom) => /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+$/i.test(atom)) &&
    labels.every(isLabel)
  );
}

/** RFC 1123: labels of at most 63 characters, 253 in all; a final dot is the root. */
export function isHostname(text: string): boolean {
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  return name.length <= 253 && name.split(".").every((label) => label.length <= 63 && isLabel(label));
}

/** Four decimal octets without leading zeros. */
export function isIpv4(text: string): boolean {
  return isQuad(text, /^(?:0|[1-9]\d{0,2})$/);
}

/** RFC 4291, section 2.2, without a zone. */
export function isIpv6(text: string): boolean {
  return isIpv6With(text, isIpv4);
}

/** RFC 3986 `URI`, with something after the scheme; `//a:b` passes as a path, though it is no authority. */
export function isUri(text: string): boolean {
  const parts = /^[a-z][a-z0-9+.-]*:([^?#]+)((?:\?[^#]*)?(?:#[\s\S]*)?)$/i.exec(text);
  return parts !== null && isHierarchy(parts[1] as string, false) && isTail(parts[2] as string, false);
}

/** RFC 3986 `URI-reference`; quotation marks are let through. */
export function isUriReference(text: string): boolean {
  const parts = /^([^?#]*)((?:\?[^#]*)?(?:#[\s\S]*)?)$/.exec(text);
  if (parts === null || !isTail(parts[2] as string, true)) return false;
  const path = parts[1] as string;
  const afterScheme = path.replace(/^[a-z][a-z0-9+.-]*:/i, "");
  return [path, afterScheme].some((hierarchy) => hierarchy === "" || isHierarchy(hierarchy, true));
}

/** RFC 6901, as a string. */
export function isJsonPointer(text: string): boolean {
  return text === "" || /^(?:\/(?:[^~/]|~[01])*)+$/.test(text);
}

/** A number of levels up, then a JSON pointer or `#`. */
export function isRelativeJsonPointer(text: string): boolean {
  const parts = /^(?:0|[1-9]\d*)(#$|[\s\S]*$)/.exec(text);
  return parts !== null && (parts[1] === "#" || isJsonPointer(parts[1] as string));
}

/** A regular expression of ECMA-262. */
export function isRegex(text: string): boolean {
  // `\Z` is an anchor in other languages, and an escaped Z in this one: nobody means that.
  if (/[^\\]\\Z/.test(text)) return false;
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

const minutesPerDay = 24 * 60;

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2) return isLeap ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function isLabel(label: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i.test(label);
}

function isQuad(text: string, octet: RegExp): boolean {
  const octets = text.split(".");
  return octets.length === 4 && octets.every((part) => octet.test(part) && Number(part) <= 255);
}

/** Eight groups of hex digits, of which `::` stands for one or more; the last two may be an IPv4 address. */
function isIpv6With(text: string, isQuadOctets: (text: string) => boolean): boolean {
  const sides = text.split("::");
  if (sides.length > 2) return false;
  const groups = sides.flatMap((side) => (side === "" ? [] : side.split(":")));
  const last = groups.at(-1) ?? "";
  const endsInQuad = last.includes(".") && text.endsWith(last);
  const hexGroups = endsInQuad ? groups.slice(0, -1) : groups;
  const width = hexGroups.length + (endsInQuad ? 2 : 0);
  return (
    hexGroups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) &&
    (!endsInQuad || isQuadOctets(last)) &&
    (sides.length === 2 ? width <= 7 : width === 8)
  );
}

/** What stands between scheme and query: `//authority/path`, `/path` or `path`. */
function isHierarchy(text: string, quotes: boolean): boolean {
  return text.split("/").every((segment) => isEncoded(segment, quotes, pathCharacters)) || isNetworkPath(text, quotes);
}

function isNetworkPath(text: string, quotes: boolean): boolean {
  const rest = /^\/\/?([^/]*)((?:\/[\s\S]*)?)$/.exec(text);
  if (rest === null || !text.startsWith("/")) return false;
  return (
    isAuthority(rest[1] as string, quotes) &&
    (rest[2] as string).split("/").every((segment) => isEncoded(segment, quotes, pathCharacters))
  );
}

function isAuthority(text: string, quotes: boolean): boolean {
  const at = text.indexOf("@");
  if (at >= 0 && !isEncoded(text.slice(0, at), false, /[a-z0-9\-._~!$&'()*+,;=:]/gi)) return false;
  const hostAndPort = text.slice(at + 1);
  const literal = /^\[([^\]]*)\](?::\d*)?$/.exec(hostAndPort);
  if (literal !== null) return isAddressLiteral(literal[1] as string);
  return isEncoded(hostAndPort.replace(/:\d*$/, ""), quotes, /[a-z0-9\-._~!$&'()*+,;=]/gi);
}

function isAddressLiteral(text: string): boolean {
  const isQuadLoosely = (quad: string) => isQuad(quad, /^(?:\d\d?|[012]\d\d)$/);
  return isIpv6With(text, isQuadLoosely) || /^v[0-9a-f]+\.[a-z0-9\-._~!$&'()*+,;=:]+$/i.test(text);
}

/** Query and fragment, with their marks. */
function isTail(text: string, quotes: boolean): boolean {
  const hash = text.indexOf("#");
  const parts = hash < 0 ? [text.slice(1)] : [text.slice(1, hash), text.slice(hash + 1)];
  return (text.startsWith("#") ? [text.slice(1)] : parts).every((part) => isEncoded(part, quotes, tailCharacters));
}

const pathCharacters = /[a-z0-9\-._~!$&'()*+,;=:@]/gi;
const tailCharacters = /[a-z0-9\-._~!$&'()*+,;=:@/?]/gi;

/** Nothing but the given characters and percent-encoded bytes. */
function isEncoded(text: string, quotes: boolean, allowed: RegExp): boolean {
  const rest = text.replace(/%[0-9a-f]{2}/gi, "").replace(allowed, "");
  return rest === "" || (quotes && /^"+$/.test(rest));
}
