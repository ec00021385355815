import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { linear } from "./linear-pattern.ts";

const atoms = [
  ..."ab. é",
  ...[
    "[ab]",
    "[^a\\]]",
    "\\w",
    "\\W",
    "\\d",
    "\\p{L}",
    "\\n",
    "\\x61",
    "\\u0062",
    "\\u{1F600}",
    "\\ud83d\\ude00",
    "\\/",
    "[\\w-]",
  ],
  ...["^", "$", "\\b", "\\B"],
];
const quantifiers = ["*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "{0}"];

const patterns = fc.letrec<{ pattern: string }>((tie) => {
  const inner = tie("pattern");
  return {
    pattern: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom(...atoms),
      fc.tuple(inner, inner).map(([a, b]) => a + b),
      fc.tuple(inner, inner).map(([a, b]) => `(?:${a}|${b})`),
      inner.map((a) => `(?<n>${a})`),
      fc.tuple(fc.constantFrom("?=", "?!", "?<=", "?<!"), inner).map(([look, a]) => `(${look}${a})`),
      fc.tuple(inner, fc.constantFrom(...quantifiers)).map(([a, quantifier]) => `(${a})${quantifier}`),
    ),
  };
}).pattern;
const texts = fc
  .array(fc.constantFrom("a", "b", "é", "😀", "\n", "/", "-", "]", " ", "1", "\ud83d"), { maxLength: 7 })
  .map((parts) => parts.join(""));

test("decides as JavaScript does", () => {
  fc.assert(
    fc.property(patterns, fc.array(texts, { minLength: 4, maxLength: 4 }), (source, tried) => {
      // Two groups of one name are none.
      fc.pre(source.split("(?<n>").length <= 2);
      const pattern = new RegExp(source, "u");
      const read = linear(pattern);
      // V8 stands between the halves of a surrogate pair, where ECMAScript has no place.
      const isOdd = (text: string) => /\(\?<?[=!]|\\b/i.test(source) && /[\ud800-\udfff]/.test(text);
      for (const text of tried.filter((each) => !isOdd(each)))
        expect([source, text, read.test(text)]).toEqual([source, text, pattern.test(text)]);
    }),
    { numRuns: 300 },
  );
});

test.each(["(a)\\1", "(?<n>a)\\k<n>", "a{1001}", "(?:a{40}){40}"])("says that it cannot read %s", (source) => {
  expect(() => linear(new RegExp(source, "u"))).toThrow(/linear time|states/);
});

test("takes no longer for a text that has many readings", () => {
  const [pattern, startMs] = [linear(/^(a|a)*(a+)+(?=b)(?<=(a+)+)/u), performance.now()];
  expect(pattern.test(`${"a".repeat(20_000)}!`)).toBe(false);
  // JavaScript's own engine would be done after the end of the universe.
  expect(performance.now() - startMs).toBeLessThan(5_000);
});

test("reads no text that is longer than its schema allows, counted in characters", () => {
  const pattern = linear(/^(😀+)+$/u, 2);
  expect(["😀😀", "😀😀😀"].map((text) => pattern.test(text))).toEqual([true, false]);
});

test("shows the pattern itself, and is the file that the generator judges by", () => {
  expect(String(linear(/^(a+)+$/u))).toBe("/^(a+)+$/u");
  for (const name of ["linear-pattern.ts", "pattern-machine.ts"]) {
    const [own, copy] = [`./${name}`, `../../generator/src/schema/${name}`].map((path) =>
      readFileSync(new URL(path, import.meta.url), "utf8"),
    );
    expect(copy).toBe(own);
  }
});
