import { expect, test } from "vitest";
import { unicodePattern } from "./unicode-pattern.ts";

test.each([
  ["^\\d{2}\\:\\d{2}$", "^\\d{2}:\\d{2}$"],
  ["^a\\-b\\_c\\ d$", "^a-b_c d$"],
  ["^(?:{[0-9a-f]{4}}|x)$", "^(?:\\{[0-9a-f]{4}\\}|x)$"],
  ["^[\\w-.\\:]+@[\\w-]+$", "^[\\w\\-.:]+@[\\w-]+$"],
  ["^\\p{L}{2}\\.$", "^\\p{L}{2}\\.$"],
])("reads %s as %s", (pattern, expected) => {
  expect(unicodePattern(pattern)).toBe(expected);
  // What it is without the flag decides alike.
  for (const text of ["12:34", "a-b_c d", "{12af}", "x", "a.b:c@d-e", "", "é"])
    expect(new RegExp(expected, "u").test(text)).toBe(new RegExp(pattern, pattern === expected ? "u" : "").test(text));
});

test.each(["(a", "[b-a]", "a**", "\\k<x>\\y", "(?i)abc"])("makes nothing of %s", (pattern) => {
  expect(unicodePattern(pattern)).toBeUndefined();
});
