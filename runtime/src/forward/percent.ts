const unreserved = /^[A-Za-z0-9._~-]*$/;

/**
 * Percent-encode everything but RFC 3986's unreserved characters. `text` must be well-formed.
 *
 * `encodeURIComponent` leaves `!'()*` alone, which RFC 3986 reserves and some servers give a meaning.
 *
 * @see RFC 3986, section 2.3
 */
export function percentEncode(text: string): string {
  if (unreserved.test(text)) return text;
  return encodeURIComponent(text).replace(/[!'()*]/g, encodeLeftover);
}

function encodeLeftover(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
