import { GatewayError } from "../errors.ts";

/** Characters of a tenant, a name or an owner. They stand in audit entries. */
export const nameMaxChars = 100;

const dayMs = 24 * 60 * 60 * 1000;

/** For what has no limit of its own. A hundred years; more is a typo, and overflows dates. */
const ttlMaxDays = 36_500;

/** Refuse to make a key or token, as the message says. */
export function mintRefusal(message: string): GatewayError {
  return new GatewayError("invalid_argument", message);
}

/**
 * Check a text that people will read in lists: control and formatting characters would let it forge lines or hide.
 *
 * @throws GatewayError `invalid_argument`
 */
export function checkText(what: string, text: string): void {
  if (text.trim() === "") throw mintRefusal(`The ${what} is empty. Give one that people will recognise.`);
  if (text.length > nameMaxChars)
    throw mintRefusal(`The ${what} has ${text.length} characters, at most ${nameMaxChars} are kept.`);
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text))
    throw mintRefusal(`The ${what} has control or invisible characters. Leave them out.`);
}

/**
 * When a new credential ends, in Unix milliseconds; undefined for never.
 *
 * @throws GatewayError `invalid_argument` for days that are not whole, none, or more than may be asked for
 */
export function expiryOf(options: {
  readonly ttlDays: { readonly default: number; readonly max: number } | undefined;
  /** Beginning of a sentence: `Keys of kind agent`. */
  readonly whose: string;
  /** As asked for. */
  readonly days: number | undefined;
  readonly createdAtMs: number;
}): number | undefined {
  const { ttlDays, whose, createdAtMs } = options;
  const days = options.days ?? ttlDays?.default;
  if (days === undefined) return undefined;
  const most = ttlDays?.max ?? ttlMaxDays;
  if (!Number.isInteger(days) || days < 1)
    throw mintRefusal(`The lifetime must be a whole number of days from 1 to ${most}, got ${days}.`);
  if (days > most) throw mintRefusal(`${whose} live at most ${most} days, got ${days}.`);
  return createdAtMs + days * dayMs;
}
