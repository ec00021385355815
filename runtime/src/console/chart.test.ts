import { describe, expect, it } from "vitest";
import { chart, groupHours, groupOf, niceAbove } from "./chart.ts";

const tally = (outcome: string, calls: number) => ({ outcome, calls, ownMs: 0, sent: 0, upstreamMs: 0 });

describe("the chart", () => {
  it.each([
    ["ok", "good"],
    ["planned", "good"],
    ["pending_approval", "waits"],
    ["invalid_argument", "over"],
    ["upstream_rejected", "over"],
    ["upstream_rate_limited", "over"],
    ["upstream_timeout", "bad"],
    ["audit_unavailable", "bad"],
    ["outcome_unknown", "bad"],
    ["something that no version knows yet", "over"],
  ])("counts %s as %s", (outcome, group) => {
    expect(groupOf(outcome)).toBe(group);
  });

  it("adds up what ended alike, and says the sums to who does not see it", async () => {
    const hours = [
      { atMs: 0, tallies: [tally("ok", 3), tally("planned", 1), tally("upstream_failed", 2)] },
      { atMs: 3_600_000, tallies: [] },
    ];
    expect(groupHours(hours)).toEqual([
      { atMs: 0, counts: { good: 4, waits: 0, bad: 2, over: 0 }, total: 6 },
      { atMs: 3_600_000, counts: { good: 0, waits: 0, bad: 0, over: 0 }, total: 0 },
    ]);
    const text = String(await chart(hours));
    expect(text).toContain("Calls by the hour: succeeded 4, waits or asks 0, failed 2, refused 0");
    expect(text.match(/<rect class="fill-\w+" x=/g)).toHaveLength(2);
    // The bars stand on each other: 4 of 10 and 2 of 10 of 150 units.
    expect(text).toContain('y="104" width="326" height="60"');
    expect(text).toContain('y="74" width="326" height="30"');
  });

  it("is drawn without a call too", async () => {
    expect(String(await chart([]))).toContain("succeeded 0");
  });

  it.each([
    [1, 2],
    [3, 4],
    [5, 10],
    [11, 20],
    [41, 100],
    [100_001, 200_000],
  ])("ends above %i at %i", (value, end) => {
    expect(niceAbove(value)).toBe(end);
  });
});
