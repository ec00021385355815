/** What a duration looks like, for messages. */
export const durationWords = "a duration like 500ms, 10s or 2m, at most 15m";

/** Longest duration, in milliseconds: no HTTP call of an agent is worth waiting for longer. */
const durationMaxMs = 15 * 60_000;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/** Milliseconds of `500ms`, `10s` or `2m`, at least one; nothing for any other text. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,7})(ms|s|m)$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const milliseconds = Number(amount) * (unitMs[unit] ?? 0);
  return milliseconds >= 1 && milliseconds <= durationMaxMs ? milliseconds : undefined;
}

export function isDuration(text: string): boolean {
  return parseDuration(text) !== undefined;
}
