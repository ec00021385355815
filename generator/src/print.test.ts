import { describe, expect, it } from "vitest";
import { block, braces, brokenGroup, group, hardline, indent, join, line, list, print } from "./print.ts";

describe("print", () => {
  it("keeps a line that just fits, and breaks one that is a column too long", () => {
    const doc = list("[", ["aaa", "bbb"], "]");
    expect(print(doc, 10)).toBe("[aaa, bbb]");
    expect(print(doc, 9)).toBe("[\n  aaa,\n  bbb,\n]");
  });

  it("counts what follows a group up to the next break", () => {
    const doc = ["x = ", list("[", ["aaa"], "]"), ";"];
    expect(print(doc, 10)).toBe("x = [aaa];");
    expect(print(doc, 9)).toBe("x = [\n  aaa,\n];");
  });

  it("counts the comma that follows the last item of a broken list", () => {
    const doc = brokenGroup(
      "[",
      indent(hardline, list("[", ["aaa"], "]")),
      { kind: "ifBroken", broken: "," },
      hardline,
      "]",
    );
    expect(print(doc, 8)).toBe("[\n  [aaa],\n]");
    expect(print(doc, 7)).toBe("[\n  [\n    aaa,\n  ],\n]");
  });

  it("breaks the outer group before the inner one", () => {
    const doc = braces([["a: ", braces(["b: 1", "c: 2"])], "d: 3"]);
    expect(print(doc, 25)).toBe("{\n  a: { b: 1, c: 2 },\n  d: 3,\n}");
  });

  it("breaks a group that holds a hard line, and those around it", () => {
    expect(print(group("(", indent(line, "a", hardline, "b"), line, ")"), 80)).toBe("(\n  a\n  b\n)");
    expect(print(braces([["a: ", block(["b: 1"])]]), 80)).toBe("{\n  a: {\n    b: 1,\n  },\n}");
  });

  it("writes empty lists and objects without a space", () => {
    expect(print([list("[", [], "]"), braces([]), block([]), join(", ", [])])).toBe("[]{}{}");
  });
});
