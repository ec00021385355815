import { expect, test } from "vitest";
import { readYaml } from "./yaml.ts";

const read = (text: string) => readYaml("f.yaml", text);
const rulesOf = (text: string) =>
  read(text).diagnostics.map(({ rule, span }) => `${span.start.line}:${span.start.column} ${rule}`);

test("refuses anchors, aliases, merge keys, tags and second documents where they stand", () => {
  expect(rulesOf("a: &x 1\nb: *x\n")).toEqual(["1:7 yaml-alias", "2:4 yaml-alias"]);
  expect(rulesOf("a:\n  <<: { b: 1 }\n")).toEqual(["2:3 yaml-alias"]);
  expect(rulesOf("a: !!binary aGk=\nb: !evil x\n")).toEqual(["1:13 yaml-tag", "2:10 yaml-tag"]);
  expect(rulesOf("a: 1\n---\nb: 2\n")).toEqual(["2:1 yaml-documents"]);
});

test("refuses a key that stands twice, at the second place", () => {
  expect(rulesOf("a: 1\nb: { c: 1, c: 2 }\na: 3\n")).toEqual(["2:12 duplicate-key", "3:1 duplicate-key"]);
});

test("refuses __proto__ as a key and leaves prototypes alone", () => {
  expect(rulesOf("a: { __proto__: { polluted: true } }\n")).toEqual(["1:6 forbidden-key"]);
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});

test("refuses numbers that JSON cannot hold", () => {
  expect(rulesOf("a: 9007199254740993\nb: .nan\nc: -.inf\nd: 9007199254740991\ne: 1.5\n")).toEqual([
    "1:4 yaml-number",
    "2:4 yaml-number",
    "3:4 yaml-number",
  ]);
});

test.for([
  ["brackets", `a: ${"[".repeat(100_000)}`],
  ["braces", "{a: ".repeat(100_000)],
  ["list items", "- ".repeat(100_000)],
  ["indentation", Array.from({ length: 400 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
])("refuses a bomb of %s", ([, text = ""]) => {
  const { file, diagnostics } = read(text);
  expect(file).toBeUndefined();
  expect(diagnostics.map(({ rule }) => rule)).toEqual(["yaml-depth"]);
});

test("reads a megabyte of keys in linear time", () => {
  const text = Array.from({ length: 100_000 }, (_, index) => `k${index}:`).join("\n");
  const startMs = performance.now();
  const limits = { depthMax: 64, aliasesMax: 0, valuesMax: 1_000_000 };
  expect(readYaml("f.yaml", text, limits).diagnostics).toEqual([]);
  // The parser's own check of duplicates takes more than a minute.
  expect(performance.now() - startMs).toBeLessThan(10_000);
});

test("shows a hundred problems of a file and counts the rest", () => {
  const { diagnostics } = read("a: !x 1\n".repeat(150));
  expect(diagnostics).toHaveLength(101);
  expect(diagnostics.at(-1)).toMatchObject({
    rule: "too-many-problems",
    message: "50 more problems in this file are not shown",
  });
});

test("reads YAML 1.2: yes and dates are texts, keys too", () => {
  expect(read("a: yes\n404: 2020-01-01\ntrue: 0o17\nnone:\n").file?.data).toEqual({
    a: "yes",
    404: "2020-01-01",
    true: 15,
    none: null,
  });
});

test("finds keys and values by path, and the nearest key for a path that leads nowhere", () => {
  const { file } = read("a:\r\n  b: [1, two]\r\n  c: >-\r\n    text\r\n    more\r\n");
  const place = (path: (string | number)[], part?: "key" | "value") => {
    const span = file?.at(path, part);
    return span && `${span.start.line}:${span.start.column}-${span.end.line}:${span.end.column}`;
  };
  expect(place(["a", "b", 1])).toBe("2:10-2:13");
  expect(place(["a", "b"], "key")).toBe("2:3-2:4");
  expect(place(["a", "c"])).toBe("3:6-5:9");
  expect(place(["a", "x", "y"])).toBe("1:1-1:2");
  expect(place(["z"])).toBe("1:1-1:2");
});

test("says how to mend a text with a colon, a tab and an open bracket", () => {
  expect(read("a: b: c\n").diagnostics[0]?.mend).toBe('put a text that contains ": " in quotes');
  expect(read("a:\n\tb: 1\n").diagnostics[0]?.mend).toBe("indent with spaces");
  expect(read("a: [1\nb: 2\n").diagnostics[0]?.mend).toBe("close the bracket before this line with ]");
});

test("refuses more values than a person writes, once, where the first one too many stands", () => {
  const text = Array.from({ length: 10_001 }, (_, index) => `k${index}: 1`).join("\n");
  expect(read(text).file).toBeUndefined();
  expect(rulesOf(text)).toEqual(["10000:8 yaml-size"]);
});

test("says of one slip one thing: the key that is indented too deeply, the brace that wants quotes", () => {
  const saidOf = (text: string) => read(text).diagnostics.map(({ message, mend }) => `${message}: ${mend}`);
  expect(saidOf("a: x\n b: y\nc: z\n")).toEqual([
    "the line after this value begins with a key, but is indented deeper: indent it like the key before it",
  ]);
  expect(saidOf("a: { path: /v1/{id}, b: 1 }\n")).toEqual([
    "Unexpected flow-map-start at node end: put a text that contains { or [ in quotes",
  ]);
});
