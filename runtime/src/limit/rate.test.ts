import { describe, expect, it } from "vitest";
import { createRateLimit } from "./rate.ts";

function setUp(options: { readonly perMinute?: number; readonly burst?: number } = {}) {
  const time = { nowMs: 0 };
  const limiter = createRateLimit({ clock: { monotonic: () => time.nowMs }, ...options });
  const takeMany = (id: string, count: number) => {
    let allowed = 0;
    for (let turn = 0; turn < count; turn++) if (limiter.take(id).allowed) allowed += 1;
    return allowed;
  };
  return { time, takeMany, ...limiter };
}

describe("the rate limiter", () => {
  it("refuses the call after the burst and says when to come back", () => {
    const { take, takeMany } = setUp();
    expect(takeMany("k-1", 100)).toBe(100);
    expect(take("k-1")).toEqual({ allowed: false, retryAfterSeconds: 1 });
  });

  it("names a time after which the call is in fact allowed", () => {
    const { take, takeMany, time } = setUp({ perMinute: 7, burst: 1 });
    takeMany("k-1", 1);
    const turn = take("k-1");
    if (turn.allowed) throw new Error("allowed too early");
    expect(turn.retryAfterSeconds).toBe(9);
    time.nowMs += (turn.retryAfterSeconds - 1) * 1000;
    expect(take("k-1").allowed).toBe(false);
    time.nowMs += 1000;
    expect(take("k-1").allowed).toBe(true);
  });

  it("does not count refused calls against the caller", () => {
    const { takeMany, time } = setUp({ perMinute: 60, burst: 1 });
    takeMany("k-1", 1000);
    time.nowMs += 1000;
    expect(takeMany("k-1", 1)).toBe(1);
  });

  it("allows no more than the rate in the long run", () => {
    const { takeMany, time } = setUp();
    let allowed = 0;
    for (let second = 0; second < 600; second++) {
      allowed += takeMany("k-1", 50);
      time.nowMs += 1000;
    }
    expect(allowed).toBeGreaterThanOrEqual(600 * 10);
    expect(allowed).toBeLessThanOrEqual(600 * 10 + 100);
  });

  it("counts callers apart", () => {
    const { take, takeMany } = setUp();
    takeMany("k-1", 200);
    expect(take("k-2").allowed).toBe(true);
  });

  it("saves up a burst and no more while a caller is quiet", () => {
    const { takeMany, time } = setUp();
    takeMany("k-1", 100);
    time.nowMs += 3_600_000;
    expect(takeMany("k-1", 500)).toBe(100);
  });

  it("makes the burst ten seconds' worth of another rate, one call at least", () => {
    expect(setUp({ perMinute: 30 }).takeMany("k-1", 50)).toBe(5);
    expect(setUp({ perMinute: 1 }).takeMany("k-1", 50)).toBe(1);
  });

  it("forgets the caller that was quiet for longest when it has to remember too many", () => {
    const { take, takeMany } = setUp();
    takeMany("busy", 100);
    takeMany("quiet", 100);
    for (let count = 0; count < 9_999; count++) {
      take(`other-${count}`);
      take("busy");
    }
    expect(take("busy").allowed).toBe(false);
    expect(take("quiet").allowed).toBe(true);
  });
});
