import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { mintRefusal } from "./mint-checks.ts";

/**
 * scrypt with N = 2^15, r = 8, p = 3: 32 MiB and about 0.2 s. OWASP gives it as equal to N = 2^17 with p = 1, which would hold
 * 128 MiB for everybody who tries to sign in.
 */
const cost = { N: 2 ** 15, r: 8, p: 3 } as const;

/** Bytes that Node lets scrypt use: a little more than 128·N·r. */
const memoryMaxBytes = 64 * 1024 * 1024;

const saltBytes = 16;
const hashBytes = 32;

/** Characters. Twelve that a person makes up and nobody else has; more than a thousand is no password. */
const passwordMinChars = 12;
const passwordMaxChars = 1000;

/** Sign-ins that may wait for their turn at hashing: more is an attack, and memory that others need. */
const waitingMax = 16;

/** Too many want to sign in at the same time. */
export class HashingBusyError extends Error {}

/** @throws GatewayError `invalid_argument` saying what is wrong with it, never repeating it. */
export function checkPassword(password: string): void {
  const length = [...password].length;
  if (length < passwordMinChars)
    throw mintRefusal(`The password has ${length} characters; it needs at least ${passwordMinChars}.`);
  if (length > passwordMaxChars)
    throw mintRefusal(`The password has ${length} characters; at most ${passwordMaxChars} are taken.`);
  if (/\p{Cc}/u.test(password)) throw mintRefusal("The password has control characters. Leave them out.");
}

/** @returns `scrypt$N$r$p$salt$hash`, salt and hash as base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, cost);
  return ["scrypt", cost.N, cost.r, cost.p, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/**
 * Whether this is the password. Where there is no account it takes as long, so that names cannot be found out.
 *
 * @throws HashingBusyError
 */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [kind, N, r, p, salt = "", hash = ""] = (stored ?? "").split("$");
  const isKnown = kind === "scrypt";
  const given = password.length > passwordMaxChars * 2 ? "" : password;
  const parameters = isKnown ? { N: Number(N), r: Number(r), p: Number(p) } : cost;
  const derived = await derive(given, Buffer.from(salt, "base64url"), parameters);
  const expected = Buffer.from(hash, "base64url");
  return isKnown && expected.length === derived.length && timingSafeEqual(expected, derived);
}

let waiting = 0;
let last: Promise<unknown> = Promise.resolve();

/** One at a time: hashing must never take all threads from what is served beside. */
async function derive(password: string, salt: Uint8Array, parameters: Pick<ScryptOptions, "N" | "r" | "p">) {
  if (waiting >= waitingMax) throw new HashingBusyError("too many sign-ins at the same time");
  waiting += 1;
  const work = last.then(() => {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    // The same letters can be typed as different characters.
    scrypt(password.normalize("NFKC"), salt, hashBytes, { ...parameters, maxmem: memoryMaxBytes }, (error, hash) =>
      error === null ? resolve(hash) : reject(error),
    );
    return promise;
  });
  last = work.catch(() => undefined);
  try {
    return await work;
  } finally {
    waiting -= 1;
  }
}
