import { describe, expect, test } from "vitest";
import * as checks from "./checks.ts";

const accepting = (...accepted: readonly unknown[]) => ({
  safeParse: (value: unknown) => ({ success: accepted.includes(value) }),
});

describe("hasLength", () => {
  test.each<[string, number, number | undefined, boolean]>([
    ["", 1, undefined, false],
    ["😀", 2, undefined, false],
    ["😀😀", 2, 2, true],
    ["😀😀😀", 0, 2, false],
    ["e\u0301", 2, 2, true],
    ["\ud800", 1, 1, true],
    ["a".repeat(10), 0, 9, false],
    ["a".repeat(10), 10, 10, true],
  ])("counts the characters of %j between %s and %s", (text, min, max, verdict) => {
    expect(checks.hasLength(min, max)(text)).toBe(verdict);
  });
});

describe("multipleOf", () => {
  test.each<[number, number, boolean]>([
    [19.99, 0.01, true],
    [19.995, 0.01, false],
    [2.03, 0.07, true],
    [1e15 + 1, 2, false],
    [1e308, 0.5, true],
    [1e308, 0.123456789, false],
    [5e-324, 1e-323, false],
    [-9, 3, true],
    [-0, 3, true],
    [7.5, 2.5, true],
  ])("%s by %s", (value, divisor, verdict) => {
    expect(checks.multipleOf(divisor)(value)).toBe(verdict);
  });
});

describe("equality", () => {
  test.each<[unknown, unknown, boolean]>([
    [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
    [{ a: 1 }, [["a", 1]], false],
    [{ "": [["a", 1]] }, { a: 1 }, false],
    [[1, 2], [2, 1], false],
    [0, -0, true],
    [1, "1", false],
    [null, {}, false],
    [JSON.parse('{"__proto__":1}'), {}, false],
  ])("of %j and %j", (a, b, verdict) => {
    expect(checks.equals(a)(b)).toBe(verdict);
    expect(checks.uniqueItems([a, b])).toBe(!verdict);
  });
});

describe("hasMembers", () => {
  const isObject = checks.hasMembers({ required: ["constructor"] });

  test("does not take an inherited member for a present one", () => {
    expect([isObject({}), isObject({ constructor: 1 })]).toEqual([false, true]);
    expect(checks.hasMembers({ properties: { toString: accepting(1) } })({})).toBe(true);
  });

  test("refuses a member called __proto__ where no other members may be", () => {
    const closed = checks.hasMembers({ properties: { a: accepting(1) }, rest: accepting() });
    expect([closed({ a: 1 }), closed(JSON.parse('{"a":1,"__proto__":{}}'))]).toEqual([true, false]);
  });

  test("asks every pattern that a name matches, and the declared schema too", () => {
    const check = checks.hasMembers({
      properties: { ab: accepting(1, 2) },
      patterns: [
        [/^a/u, accepting(2)],
        [/b$/u, accepting(2, 3)],
      ],
    });
    expect([check({ ab: 2 }), check({ ab: 1 }), check({ xb: 3 }), check({ ax: 3 }), check({ zz: 9 })]).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  test.each([null, [], "a", 1])("refuses %j, which is no object", (value) => {
    expect(checks.hasMembers({})(value)).toBe(false);
  });
});

test("otherThan lets through what is of no named type", () => {
  const check = checks.otherThan("array", "number");
  expect([[], 1, {}, null, "a", true].map(check)).toEqual([false, false, true, true, true, true]);
});

test("contains counts from one item to as many as there are, unless told otherwise", () => {
  const item = accepting("x");
  expect([
    checks.contains(item)([]),
    checks.contains(item)(["x", "x"]),
    checks.contains(item, 0)([]),
    checks.contains(item, 1, 1)(["x", "x"]),
  ]).toEqual([false, true, true, false]);
});

test("dependent members are asked for by own members only", () => {
  expect([checks.dependentRequired({ toString: ["a"] })({}), checks.dependentRequired({ a: ["b"] })({ a: 1 })]).toEqual(
    [true, false],
  );
  expect([
    checks.dependentSchemas({ valueOf: accepting() })({}),
    checks.dependentSchemas({ a: accepting() })({ a: 1 }),
  ]).toEqual([true, false]);
});

test("members and names are counted and checked as they are", () => {
  expect([
    checks.hasProperties(1)({}),
    checks.hasProperties(0, 1)({ a: 1, b: 2 }),
    checks.propertyNames(accepting("a"))({ b: 1 }),
  ]).toEqual([false, false, false]);
});

test("conditions ask the branch that applies", () => {
  const check = checks.matchesWhen(accepting(1), accepting(1), accepting(2));
  expect([1, 2, 3].map(check)).toEqual([true, true, false]);
  expect([checks.matches(accepting(1))(1), checks.matchesNot(accepting(1))(1)]).toEqual([true, false]);
});

test("unevaluated members and items are those that nothing applying speaks about", () => {
  const check = checks.unevaluated({
    members: [accepting(), { names: ["a"], given: [[(value) => "kind" in (value as object), { patterns: [/^k/u] }]] }],
    items: [accepting(0), { first: 1, containing: [accepting("x")] }],
  });
  expect([
    check({ a: 1 }),
    check({ a: 1, kind: 1 }),
    check({ key: 1 }),
    check(["any", "x", 0]),
    check(["any", "y"]),
    check("text"),
  ]).toEqual([true, true, false, true, false, true]);
});
