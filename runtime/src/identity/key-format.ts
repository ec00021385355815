import { hash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { ApiKeyAuth, AuthScheme, KeyKind, OAuthAuth, TokenAuth } from "../codegen.ts";

/** Bytes of randomness in a key or token. Guessing 256 bits is out of reach, so the hash needs no salt and no slow function. */
export const keyRandomBytes = 32;

/** Longest credential that is looked at. Ours have about 55 characters; tokens of other systems that were imported may have more. */
export const keyMaxChars = 512;

/** Characters after the prefix that people may see. 24 of 256 bits; enough to tell a handful of keys apart. */
const hintChars = 4;

const checksumChars = 6;
const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const bodyChars = Math.ceil((keyRandomBytes * 8) / 6);

/** A kind of key with the name that server.yaml gives it, or a scheme of tokens. */
export type Named =
  | { readonly is: "key"; readonly prefix: string; readonly name: string; readonly kind: KeyKind }
  | { readonly is: "token"; readonly prefix: string; readonly scheme: TokenAuth };

/**
 * Write a key: prefix, 256 random bits as base64url, and a checksum of both.
 *
 * The checksum (CRC-32, six characters of base 62) lets secret scanners and people tell a key from a typo without asking us.
 */
export function formatKey(prefix: string, random: Uint8Array): string {
  const body = `${prefix}${Buffer.from(random).toString("base64url")}`;
  return `${body}${checksum(body)}`;
}

/** Whether the text has the shape and the checksum of a key that `formatKey` wrote. Says nothing about who holds it. */
export function isWellFormedKey(text: string, prefix: string): boolean {
  const length = prefix.length + bodyChars + checksumChars;
  if (text.length !== length || !text.startsWith(prefix) || !/^[\w-]+$/.test(text.slice(prefix.length))) return false;
  return checksum(text.slice(0, -checksumChars)) === text.slice(-checksumChars);
}

/** SHA-256 of the whole key or token, lowercase hex: what is stored, and what is looked up. */
export function hashKey(text: string): string {
  return hash("sha256", text, "hex");
}

/** The first characters, for people who compare a list with a configuration file. */
export function hintOf(text: string, prefix: string): string {
  return text.slice(0, prefix.length + hintChars);
}

/** The schemes that API keys belong to. */
export function apiKeySchemes(auth: readonly AuthScheme[]): readonly ApiKeyAuth[] {
  return auth.filter((scheme) => scheme.kind === "apiKey");
}

/** The schemes that connection tokens belong to. */
export function tokenSchemes(auth: readonly AuthScheme[]): readonly TokenAuth[] {
  return auth.filter((scheme) => scheme.kind === "token");
}

/** The schemes that access tokens belong to. */
export function oauthSchemes(auth: readonly AuthScheme[]): readonly OAuthAuth[] {
  return auth.filter((scheme) => scheme.kind === "oauth");
}

/** What the prefix of a credential says that it is; the longest wins where one prefix begins another. */
export function namedBy(text: string, schemes: readonly AuthScheme[]): Named | undefined {
  const kinds = apiKeySchemes(schemes).flatMap((scheme) => Object.entries(scheme.kinds));
  const all: readonly Named[] = [
    ...kinds.map(([name, kind]) => ({ is: "key" as const, prefix: kind.prefix, name, kind })),
    ...tokenSchemes(schemes).map((scheme) => ({ is: "token" as const, prefix: scheme.prefix, scheme })),
  ];
  return all
    .filter(({ prefix }) => text.startsWith(prefix))
    .reduce<Named | undefined>(
      (best, one) => (best && best.prefix.length >= one.prefix.length ? best : one),
      undefined,
    );
}

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = "";
  for (let place = 0; place < checksumChars; place++) {
    digits = `${base62[rest % base62.length]}${digits}`;
    rest = Math.floor(rest / base62.length);
  }
  return digits;
}
