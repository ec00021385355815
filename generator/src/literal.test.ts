import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { comment, jsonSource, literal, propertyName, regexLiteral, stringLiteral } from "./literal.ts";
import { print } from "./print.ts";

function evaluate(source: string): unknown {
  return new Function(`"use strict"; return (${source});`)();
}

/** Texts that end strings, comments, lines or scripts, and characters that nobody sees. */
const hostile = [
  ...[
    '"',
    "'",
    "`",
    "\\",
    "${a}",
    "*/",
    "//",
    "<!--",
    "</script>",
    "</SCRIPT",
    "\n",
    "\r",
    "\t",
    "\0",
    "\u2028",
    "\u2029",
  ],
  ...["\u202e", "\u200b", "\ufeff", "\ud800", "\udc00", "😀", "\u{e0041}", "\u0085", "__proto__", "constructor"],
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: "binary", maxLength: 3 })), { maxLength: 5 })
  .map((parts) => parts.join(""));
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, -0, 1e300, 12345.5),
    tie("array"),
    tie("object"),
  ),
  array: fc.array(tie("value"), { maxLength: 4 }),
  object: fc.array(fc.tuple(text, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
})).value;

describe("literal", () => {
  test.each([undefined, Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 0])(
    "refuses %s, which JSON does not have",
    (value) => {
      expect(() => literal([value])).toThrow(/no literal/);
    },
  );

  test("evaluates to the value it was written from", () => {
    fc.assert(
      fc.property(json, fc.constantFrom(20, 120), (value, width) => {
        expect(evaluate(print(literal(value), width))).toStrictEqual(value);
      }),
      { seed: 1, numRuns: 1_000 },
    );
  });

  test("writes nothing that a reader cannot see, and nothing that a page could act on", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(print(literal(value))).not.toMatch(/[^\n\P{Cc}]|[\p{Cf}\p{Cs}\u2028\u2029]|<!--|<\/script/iu);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test("keeps __proto__ as a member of its own", () => {
    const written = print(literal(JSON.parse('{"__proto__": {"a": 1}}')));
    expect(written).toBe('{ ["__proto__"]: { a: 1 } }');
    expect(Object.keys(evaluate(written) as object)).toEqual(["__proto__"]);
  });

  test("groups the digits of long whole numbers", () => {
    expect([9999, 10_000, -1_234_567, 1.5, 12345.678, 1e21, -0].map((value) => print(literal(value)))).toEqual([
      "9999",
      "10_000",
      "-1_234_567",
      "1.5",
      "12345.678",
      "1e+21",
      "-0",
    ]);
  });

  test("takes the quotes that need fewer escapes", () => {
    expect([`it's`, `say "hi"`, `"it's"`, ""].map(stringLiteral)).toEqual([`"it's"`, `'say "hi"'`, `'"it\\'s"'`, `""`]);
  });
});

describe("jsonSource", () => {
  test("is JSON of the same value, and holds nothing that a reader cannot see", () => {
    fc.assert(
      fc.property(text, (value) => {
        const written = jsonSource({ text: [value] });
        expect(JSON.parse(written)).toStrictEqual({ text: [value] });
        expect(written).not.toMatch(/[^\n\P{Cc}]|[\p{Cf}\p{Cs}\u2028\u2029]/u);
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});

describe("propertyName", () => {
  test("quotes what is no plain name", () => {
    expect(["a_1", "$x", "x-y", "1", "größe", "", "class", "__proto__"].map(propertyName)).toEqual([
      "a_1",
      "$x",
      '"x-y"',
      '"1"',
      '"größe"',
      '""',
      "class",
      '["__proto__"]',
    ]);
  });
});

describe("comment", () => {
  test("cannot be left, whatever the text", () => {
    fc.assert(
      fc.property(text, (value) => {
        const written = comment(value);
        expect(written).not.toMatch(/\*\/|[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(evaluate(`/** ${written} */ 7`)).toBe(7);
      }),
      { seed: 3, numRuns: 1_000 },
    );
  });

  test("is no directive to the compiler", () => {
    expect(comment("@ts-ignore and @TS-expect-error")).toBe("@ ts-ignore and @ TS-expect-error");
  });

  test("joins lines and blanks", () => {
    expect(comment("  one\n\ttwo  ")).toBe("one two");
  });
});

describe("regexLiteral", () => {
  test.each([
    "a/b",
    "[/]",
    "^\\/$",
    "",
    "a\nb",
    "\u2028",
    "\u200b",
    "[\ud800]",
    "[\u{e0041}]",
    "\\p{L}",
    "</script",
    "\\*/",
  ])("evaluates to the pattern %j", (pattern) => {
    const written = regexLiteral(pattern);
    const samples = [pattern, "a/b", "a\nb", "\u2028", "\u200b", "\ud800", "\u{e0041}", "é", "/", "", "*/"];
    const read = evaluate(written) as RegExp;
    expect(read.flags).toBe("u");
    expect(samples.map((sample) => read.test(sample))).toEqual(
      samples.map((sample) => new RegExp(pattern, "u").test(sample)),
    );
    expect(written).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028]|<\/script/u);
  });

  test("refuses what is no pattern", () => {
    expect(() => regexLiteral("a{2,1}")).toThrow(SyntaxError);
  });
});
