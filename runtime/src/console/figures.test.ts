import { describe, expect, it } from "vitest";
import { columnChart, niceCeiling } from "./column-chart.ts";
import { decisionWaits, errorsByCode, groupCalls, latencies, percentile } from "./figures.ts";

const minute = 60_000;

describe("figures", () => {
  it("group outcomes, and take every code that is none of them for an error", () => {
    const counts = [
      { part: 0, outcome: "ok", calls: 3 },
      { part: 1, outcome: "planned", calls: 2 },
      { part: 1, outcome: "not_found", calls: 1 },
      { part: 1, outcome: "constructor", calls: 1 },
      { part: 9, outcome: "ok", calls: 5 },
    ];
    const groups = groupCalls(counts, 2);
    expect([groups.get("ok"), groups.get("dry run"), groups.get("error")]).toEqual([
      [3, 0],
      [0, 2],
      [0, 2],
    ]);
    expect(errorsByCode([...counts, { part: 0, outcome: "not_found", calls: 4 }])).toEqual([
      ["not_found", 5],
      ["constructor", 1],
    ]);
  });

  it.each([
    [[], 0, 0],
    [[7], 7, 7],
    [[4, 1, 3, 2], 2, 4],
    [Array.from({ length: 100 }, (_, at) => at + 1), 50, 95],
  ])("find the middle and the end of %j", (values, p50, p95) => {
    expect([percentile(values, 0.5), percentile(values, 0.95)]).toEqual([p50, p95]);
  });

  it("put all tools before each, the most used first", () => {
    const rows = latencies([
      { tool: "a", upstreamMs: 10, ownMs: 1 },
      { tool: "b", upstreamMs: 20, ownMs: 2 },
      { tool: "b", upstreamMs: 30, ownMs: 3 },
    ]);
    expect(rows.map(({ tool, calls }) => [tool, calls])).toEqual([
      ["every tool", 3],
      ["b", 2],
      ["a", 1],
    ]);
    expect(rows[1]).toMatchObject({ upstream: { p50: 20, p95: 30 }, own: { p50: 2, p95: 3 } });
  });

  it("sort decisions by how long they took", () => {
    const waited = [0, minute, 59 * minute, 48 * 60 * minute];
    const timings = waited.map((ms) => ({ createdAtMs: 5, decidedAtMs: 5 + ms }));
    expect(decisionWaits(timings).map(([, many]) => many)).toEqual([1, 1, 1, 0, 0, 1]);
  });
});

describe("a chart", () => {
  it.each([
    [0, 1],
    [0.3, 0.5],
    [7, 10],
    [10, 10],
    [101, 200],
  ])("has an axis for %d up to %d", (value, most) => {
    expect(niceCeiling(value)).toBe(most);
  });

  it("draws one bar for each value that is there, and escapes what it is told", async () => {
    const series = [
      { name: "<b>", tone: "good", values: [1, 0] },
      { name: "bad", tone: "bad", values: [2, 4] },
    ];
    const text = String(
      await columnChart({ title: '"x"', series, labels: ["<i>", ""], isStacked: true, show: String }),
    );
    expect(text.match(/<rect class="tone-(good|bad)" x=/g)).toHaveLength(3);
    expect(text).not.toMatch(/<b>|<i>|"x"/);
    expect(text).not.toContain("NaN");
  });
});
