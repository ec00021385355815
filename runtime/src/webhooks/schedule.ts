const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** Milliseconds from one attempt to the next: Standard Webhooks' own example. After the tenth, some three days later, a message is dead. */
const pausesMs: readonly number[] = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
];

/** Share by which a pause is longer or shorter, so that what failed together does not come back together. */
const jitter = 0.2;

/** Milliseconds that a receiver may put an attempt off for. */
const retryAfterMaxMs = 24 * hourMs;

/** Milliseconds after which an endpoint at which every attempt has failed is disabled. */
export const failingMaxMs = 5 * 24 * hourMs;

/**
 * When to try again.
 *
 * @param attempts how many were made
 * @param chance from 0 to 1
 * @param retryAfterMs what the receiver asked for, if anything; never shortens the pause
 * @returns milliseconds from now; undefined when that was the last attempt
 */
export function pauseBefore(attempts: number, chance: number, retryAfterMs = 0): number | undefined {
  const pauseMs = pausesMs[attempts - 1];
  if (pauseMs === undefined) return undefined;
  const varied = Math.round(pauseMs * (1 - jitter + 2 * jitter * chance));
  return Math.max(varied, Math.min(retryAfterMs, retryAfterMaxMs));
}

/**
 * Read a Retry-After header: seconds, or a date.
 *
 * @returns milliseconds from `nowMs`; undefined where it says nothing usable
 * @see RFC 9110, section 10.2.3
 */
export function readRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * secondMs;
  const atMs = /^[A-Z][a-z]{2}, /.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
