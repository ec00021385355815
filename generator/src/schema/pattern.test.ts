import { describe, expect, test } from "vitest";
import { isSlow, patternProblem, toRegExp } from "./pattern.ts";

describe("reads what backtracks without bound in linear time", () => {
  test.each([
    "^(a+)+$",
    "^(a|a)*$",
    "^(a|aa)+$",
    "(a*)*b",
    "^([a-zA-Z]+)*$",
    "^(\\d+)+x$",
    "(x+x+)+y",
    "^\\s+$|^(\\w+\\s?)*$",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "^(a+)+(?=b)",
    "(?<=(a+)+)b",
    "^(?=.*[A-Z])(?=.*\\d).{8,}$",
    "^(?!admin)[a-z]+$",
    "^\\d+\\d+$",
    "\\s+$",
    "a+b",
    "^.*a.*a.*a$",
    "^(?:a+){2,10}$",
    "^(?:\\w+\\.?)+$",
    "^(a?){30}a{30}$",
    "(\\w*\\d*)*x",
    "^(?:a|b|ab)*c$",
    "^[\\s\\S]*foo[\\s\\S]*bar$",
  ])("%s", (pattern) => {
    expect([patternProblem(pattern), isSlow(pattern)]).toEqual([undefined, true]);
    expect(toRegExp(pattern).test(`${"aA1 ".repeat(10_000)}!`)).toBeTypeOf("boolean");
  });
});

describe("refuses as slow", () => {
  test.each(["^(?<x>a+)+\\k<x>$", "^(a+)+\\1$", "(?=(a+)+b)\\b(a)\\1", "^(a{0,20}){20}$"])("%s", (pattern) => {
    expect(patternProblem(pattern)?.rule).toBe("slow-pattern");
  });

  test("many states, unless texts are short", () => {
    expect(patternProblem("^(a{0,20}){20}$", 200_000)).toBeUndefined();
    expect(patternProblem("^(?<x>a+)+\\k<x>$", 10)?.rule).toBe("slow-pattern");
  });

  test("a pattern that is too long to judge", () => {
    expect(patternProblem("a".repeat(2_001))?.message).toBe("a pattern of 2001 characters is too long");
  });

  test("and says what keeps it from being read in linear time", () => {
    expect(patternProblem("^[A-Z]{3}-(\\d+)+\\1$")?.message).toContain("\\1$ cannot be read in linear time");
    expect(patternProblem("^(a{0,60}){60}$")?.message).toContain("it has more than 1000 states");
    expect(patternProblem("(?:){999999999}")?.message).toContain("it has more than 1000 states");
  });
});

describe("refuses as invalid", () => {
  test.each(["(a", "a{2,1}", "[b-a]", "\\", "\\p{Nonsense}", "a**", "\\-", "(?<a>x)(?<a>y)"])("%s", (pattern) => {
    expect(patternProblem(pattern)?.rule).toBe("invalid-pattern");
  });
});

describe("lets through", () => {
  test.each([
    "^[A-Z0-9-]{1,16}$",
    "^\\d{3}-\\d{4}$",
    "^[a-z]+(?:-[a-z]+)*$",
    "^#[0-9a-f]{6}$",
    "^(?:\\+?1)?\\d{10}$",
    "^[^@\\s]+@[^@\\s]+$",
    "^\\p{L}+$",
    "^.{1,64}$",
    "^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)$",
    "foo",
    "^$",
    "",
    "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$",
    "^\\d+(\\.\\d{1,2})?$",
    "^(?:[^@]+@)+$",
    "^(?:.|\\n)*x$",
    "^(?<year>\\d{4})-(?<month>\\d\\d)$",
    "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$",
    "^(mon|tue|wed|thu|fri|sat|sun)(,(mon|tue|wed|thu|fri|sat|sun))*$",
  ])("%s", (pattern) => {
    expect(patternProblem(pattern)).toBeUndefined();
  });
});
