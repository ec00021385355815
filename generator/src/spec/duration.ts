/** What a duration looks like, for messages. */
export const durationWords = "a duration like 500ms, 10s or 2m, at most 15m";

/** What the time that a call may wait for a person looks like, for messages. */
export const waitWords = "a duration like 30m, 24h or 7d, from 1m to 30d";

/** Longest duration, in milliseconds: no HTTP call of an agent is worth waiting for longer. */
const durationMaxMs = 15 * 60_000;

/** Milliseconds that a person needs at least to hear of a call, look at it and decide. */
const waitMinMs = 60_000;

/** Milliseconds after which nobody remembers why a call was made. */
const waitMaxMs = 30 * 86_400_000;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `500ms`, `10s` or `2m`, at least one; nothing for any other text. */
export function parseDuration(text: string): number | undefined {
  return within(/^(\d{1,7})(ms|s|m)$/.exec(text), 1, durationMaxMs);
}

/** Milliseconds of `30m`, `24h` or `7d`, from a minute to thirty days; nothing for any other text. */
export function parseWait(text: string): number | undefined {
  return within(/^(\d{1,7})(s|m|h|d)$/.exec(text), waitMinMs, waitMaxMs);
}

function within(parts: RegExpExecArray | null, minMs: number, maxMs: number): number | undefined {
  const [, amount, unit] = parts ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const milliseconds = Number(amount) * (unitMs[unit] ?? 0);
  return milliseconds >= minMs && milliseconds <= maxMs ? milliseconds : undefined;
}

export function isDuration(text: string): boolean {
  return parseDuration(text) !== undefined;
}

export function isWait(text: string): boolean {
  return parseWait(text) !== undefined;
}
