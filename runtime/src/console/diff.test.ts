import { describe, expect, it } from "vitest";
import { differences } from "./diff.ts";

describe("differences", () => {
  it("names each place where a value was changed, given or left out", () => {
    const before = { count: 150, discount: { type: "PERCENTAGE", value: 20 }, prefix: "A", tags: ["a"] };
    const after = { count: 5, discount: { value: 25, type: "PERCENTAGE" }, tags: ["a", "b"], name: "x" };
    expect(differences(before, after)).toEqual([
      { path: "count", before: 150, after: 5 },
      { path: "discount.value", before: 20, after: 25 },
      { path: "name", before: undefined, after: "x" },
      { path: "prefix", before: "A", after: undefined },
      { path: "tags", before: ["a"], after: ["a", "b"] },
    ]);
  });

  it("finds none where only the order of names differs, and tells null from nothing", () => {
    expect(differences({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toEqual([]);
    expect(differences({ a: null }, {})).toEqual([{ path: "a", before: null, after: undefined }]);
    expect(differences({ a: {} }, { a: [] })).toHaveLength(1);
  });
});
