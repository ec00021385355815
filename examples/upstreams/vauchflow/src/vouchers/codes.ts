import { randomBytes } from "node:crypto";

/** Upper case without I and O, digits without 0 and 1: 32 characters, so that five bits choose one without bias. */
const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** 40 bits: a tenant with a million codes meets one of them by guessing once in a million tries. */
const RANDOM_CHARACTERS = 8;

/** A made-up code, e.g. `SUMMER-7K2QX9AB`. */
export function makeCode(prefix: string | undefined): string {
  const random = Array.from(randomBytes(RANDOM_CHARACTERS), (byte) => ALPHABET[byte & 31]).join("");
  return prefix === undefined ? random : `${prefix.replace(/-$/, "")}-${random}`;
}
