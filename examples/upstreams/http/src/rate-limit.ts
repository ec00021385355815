import { ApiError } from "./api-error.ts";

/** A token bucket: `burst` requests at once, `perSecond` in the long run. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/** Buckets in memory. The one that was filled longest ago goes first; its tenant merely starts anew. */
const BUCKETS_MAX = 10_000;

/** @throws ApiError 429 with Retry-After from the function it returns, when the tenant has no request left. */
export function createRateLimiter(limit: RateLimit): (tenant: string, nowMs: number) => void {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return (tenant, nowMs) => {
    const last = buckets.get(tenant) ?? { tokens: limit.burst, atMs: nowMs };
    const grown = (Math.max(0, nowMs - last.atMs) / 1000) * limit.perSecond;
    const tokens = Math.min(limit.burst, last.tokens + grown);
    const allowed = tokens >= 1;
    buckets.delete(tenant);
    buckets.set(tenant, { tokens: allowed ? tokens - 1 : tokens, atMs: nowMs });
    if (buckets.size > BUCKETS_MAX) buckets.delete(buckets.keys().next().value ?? tenant);
    if (!allowed) throw tooMany(Math.max(1, Math.ceil((1 - tokens) / limit.perSecond)));
  };
}

function tooMany(seconds: number): ApiError {
  return new ApiError(429, "rate_limited", `Too many requests of this tenant. Try again in ${seconds} s.`, {
    meta: { retryAfterSeconds: seconds },
    headers: { "retry-after": String(seconds) },
  });
}
