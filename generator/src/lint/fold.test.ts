import { expect, test } from "vitest";
import type { Diagnostic } from "../diagnostics.ts";
import { byRule, foldByFile } from "./fold.ts";

function finding(file: string, rule: string, severity: Diagnostic["severity"] = "warning"): Diagnostic {
  const start = { line: 1, column: 1 };
  return { rule, severity, message: "it is so", span: { file, start, end: start }, mend: "mend it" };
}

test("tells a rule's warnings once a file, and every error", () => {
  const all = [finding("a", "x"), finding("a", "x"), finding("a", "y"), finding("b", "x")];
  const errors = [finding("a", "z", "error"), finding("a", "z", "error")];
  expect(foldByFile([...all, ...errors]).map(({ span, rule, message }) => `${span.file} ${rule} ${message}`)).toEqual([
    "a x it is so (and 1 more like it in this file)",
    "a y it is so",
    "b x it is so",
    "a z it is so",
    "a z it is so",
  ]);
});

test("counts by rule where there is more than a screen or two", () => {
  const many = Array.from({ length: 40 }, (_, index) => finding(`f${index}`, index < 30 ? "x" : "y"));
  expect(byRule(many)).toEqual(["x 30, y 10", "one rule at a time: toolspec lint --rule x"]);
  expect(byRule(many.slice(0, 5))).toEqual([]);
});
