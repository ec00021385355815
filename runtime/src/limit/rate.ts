import type { Clock } from "../ports.ts";

/** Calls a minute for one caller, in the long run. An agent that works hard makes about one a second. */
const defaultPerMinute = 600;

/** Calls at once for a caller that has been quiet: ten seconds' worth, for an agent that lists everything before it begins. */
const burstSeconds = 10;

/** Callers that are remembered. The one quiet for longest is forgotten first, and begins again with a full burst. */
const bucketsMax = 10_000;

/** The answer to "may this caller make another call now?" */
export type Turn = { readonly allowed: true } | { readonly allowed: false; readonly retryAfterSeconds: number };

/** Counts calls per caller. */
export interface RateLimit {
  /** Take one call from the caller's allowance. */
  take(id: string): Turn;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Limit calls by a token bucket per caller, in this process's memory. */
export function createRateLimit(options: {
  readonly clock: Pick<Clock, "monotonic">;
  /** Default: 600. */
  readonly perMinute?: number;
  /** Calls that a quiet caller may make at once. Default: ten seconds' worth, 100 of 600 a minute. */
  readonly burst?: number;
}): RateLimit {
  const perMinute = options.perMinute ?? defaultPerMinute;
  const tokensPerMs = perMinute / 60_000;
  // Below one, nobody could ever take a turn.
  const burst = Math.max(1, options.burst ?? (perMinute / 60) * burstSeconds);
  const buckets = new Map<string, Bucket>();
  return {
    take(id) {
      const nowMs = options.clock.monotonic();
      const bucket = buckets.get(id) ?? { tokens: burst, atMs: nowMs };
      bucket.tokens = Math.min(burst, bucket.tokens + (nowMs - bucket.atMs) * tokensPerMs);
      bucket.atMs = nowMs;
      // Set again, so that the map's order is the order of use.
      buckets.delete(id);
      buckets.set(id, bucket);
      if (buckets.size > bucketsMax) buckets.delete(buckets.keys().next().value as string);
      if (bucket.tokens < 1) return { allowed: false, retryAfterSeconds: secondsUntil(1 - bucket.tokens, tokensPerMs) };
      bucket.tokens -= 1;
      return { allowed: true };
    },
  };
}

/** Rounded up, because Retry-After has whole seconds and a caller that comes back too early is refused again. */
function secondsUntil(tokens: number, tokensPerMs: number): number {
  return Math.max(1, Math.ceil(tokens / tokensPerMs / 1000));
}
