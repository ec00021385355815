import { expect, test } from "vitest";
import type { Diagnostic } from "../diagnostics.ts";
import { compareDiagnostics, formatDiagnostics, summarize } from "./diagnostics-format.ts";

const span = { file: "s/a,b.yaml", start: { line: 2, column: 4 }, end: { line: 2, column: 7 } };
const problem: Diagnostic = {
  rule: "unknown-key",
  severity: "error",
  message: "50% wrong:\nall",
  span,
  mend: "mend it",
};
const sources = new Map([["s/a,b.yaml", "a: 1\nb: two\n"]]);

test("prints place, rule, message, frame and mend for people", () => {
  expect(formatDiagnostics([problem], { format: "pretty", sources, color: false })).toBe(
    "s/a,b.yaml:2:4  error unknown-key  50% wrong:\nall\n  1 | a: 1\n> 2 | b: two\n    |    ^^^ mend it\n",
  );
});

test("prints the mend below where there is no text to show", () => {
  const text = formatDiagnostics([problem], { format: "pretty", sources: new Map(), color: false });
  expect(text.split("\n").slice(-2)).toEqual(["  mend it", ""]);
});

test("colours only when asked", () => {
  expect(formatDiagnostics([problem], { format: "pretty", sources, color: true })).toContain("\u001b[31merror");
});

test("escapes workflow commands for GitHub", () => {
  expect(formatDiagnostics([problem], { format: "github", sources, color: false })).toBe(
    "::error file=s/a%2Cb.yaml,line=2,col=4,endLine=2,endColumn=7,title=unknown-key::50%25 wrong:%0Aall: mend it\n",
  );
});

test("prints JSON that holds all of it, and an empty list for nothing", () => {
  const [record] = JSON.parse(formatDiagnostics([problem], { format: "json", sources, color: false }));
  expect(record).toMatchObject({
    rule: "unknown-key",
    file: "s/a,b.yaml",
    start: { line: 2, column: 4 },
    mend: "mend it",
  });
  expect(formatDiagnostics([], { format: "json", sources, color: false })).toBe("[]\n");
});

test("counts and sorts", () => {
  const warning: Diagnostic = { ...problem, severity: "warning", span: { ...span, start: { line: 1, column: 1 } } };
  expect(summarize([problem, warning, warning])).toBe("✗ 1 error, 2 warnings");
  expect(summarize([])).toBe("✔ 0 errors, 0 warnings");
  expect([problem, warning].sort(compareDiagnostics)).toEqual([warning, problem]);
});
