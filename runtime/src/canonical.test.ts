import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical } from "./canonical.ts";

/** The same value with the members of every object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, shuffled(member)] as const);
  return Object.fromEntries(members.reverse());
}

describe("the canonical text", () => {
  it("is the same whatever order members came in, and JSON of the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonical(shuffled(value))).toBe(canonical(value));
        expect(canonical(JSON.parse(canonical(value)))).toBe(canonical(value));
        // JSON knows no negative zero.
        expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("is another for every other value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const [left, right] = [one, other].map((value) => JSON.parse(JSON.stringify(value)) as unknown);
        let isSame = true;
        try {
          expect(left).toEqual(right);
        } catch {
          isSame = false;
        }
        expect(canonical(one) === canonical(other)).toBe(isSame);
      }),
    );
  });

  it.each([
    [{ b: 1, a: [true, null, "x"], "": {} }, '{"":{},"a":[true,null,"x"],"b":1}'],
    // By UTF-16 units, as RFC 8785 says: an emoji's first half comes before U+FB33.
    [{ "\u{fb33}": 1, "\u{1f600}": 2, "€": 3, "\r": 4 }, '{"\\r":4,"€":3,"\u{1f600}":2,"\u{fb33}":1}'],
    [[1e21, 1e-7, 0.1, -0, 1e2], "[1e+21,1e-7,0.1,0,100]"],
    [{ given: 1, absent: undefined }, '{"given":1}'],
    [["10", 10], '["10",10]'],
  ])("of %j is %s", (value, text) => {
    expect(canonical(value)).toBe(text);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1, Symbol("s"), new Date(0), new Map()])(
    "is not made of what is no JSON: %s",
    (value) => {
      expect(() => canonical(value)).toThrow("no JSON");
      expect(() => canonical({ list: [{ value }] })).toThrow("no JSON");
    },
  );
});
