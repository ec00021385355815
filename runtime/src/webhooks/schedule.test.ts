import { describe, expect, it } from "vitest";
import { pauseBefore, readRetryAfter } from "./schedule.ts";

const minute = 60_000;
const hour = 60 * minute;

describe("the schedule", () => {
  it("is that of Standard Webhooks, and ends", () => {
    const pauses = Array.from({ length: 10 }, (_, index) => pauseBefore(index + 1, 0.5));
    expect(pauses).toEqual([
      5000,
      5 * minute,
      30 * minute,
      2 * hour,
      5 * hour,
      10 * hour,
      14 * hour,
      20 * hour,
      24 * hour,
      undefined,
    ]);
  });

  it("varies by a fifth", () => {
    expect([pauseBefore(1, 0), pauseBefore(1, 1)]).toEqual([4000, 6000]);
  });

  it("waits as long as it was asked to, up to a day, and never shorter than its own pause", () => {
    expect(pauseBefore(1, 0.5, 60_000)).toBe(60_000);
    expect(pauseBefore(2, 0.5, 60_000)).toBe(5 * minute);
    expect(pauseBefore(1, 0.5, 1e12)).toBe(24 * hour);
    expect(pauseBefore(10, 0.5, 60_000)).toBeUndefined();
  });
});

it.each([
  ["120", 120_000],
  ["0", 0],
  ["Wed, 01 Sep 2027 00:01:00 GMT", 60_000],
  ["Wed, 01 Sep 2027 00:00:00 GMT", 0],
  ["Mon, 01 Jan 2001 00:00:00 GMT", 0],
  ["-1", undefined],
  ["1e3", undefined],
  ["9999999999", undefined],
  ["2027", 2_027_000],
  ["Nonsense, never", undefined],
  [undefined, undefined],
])("Retry-After %j is %j ms", (header, expected) => {
  expect(readRetryAfter(header, Date.UTC(2027, 8, 1))).toBe(expected);
});
