import { keyMaxChars, keyRandomBytes } from "./key-format.ts";

const bodyChars = Math.ceil((keyRandomBytes * 8) / 6);

/** Characters after the prefix that a token of another issuer has at least: 120 bits. Shorter ones are not worth a request. */
const foreignMinChars = 20;

/** Write a token: prefix and 256 random bits as base64url, 43 characters. No checksum: vendors document just that. */
export function formatToken(prefix: string, random: Uint8Array): string {
  return `${prefix}${Buffer.from(random).toString("base64url")}`;
}

/** Whether the text has the shape of a token that `formatToken` wrote. Says nothing about who holds it. */
export function isWellFormedToken(text: string, prefix: string): boolean {
  return isShaped(text, prefix) && text.length === prefix.length + bodyChars;
}

/** Whether the text may be a token of another issuer: its prefix, then 20 or more URL-safe characters, 512 in all at most. */
export function isPlausibleToken(text: string, prefix: string): boolean {
  return isShaped(text, prefix) && text.length >= prefix.length + foreignMinChars && text.length <= keyMaxChars;
}

function isShaped(text: string, prefix: string): boolean {
  return text.startsWith(prefix) && /^[\w-]+$/.test(text.slice(prefix.length));
}
