import type { Span } from "../diagnostics.ts";

/** A text in which what stands at a place is blotted out, character by character, so that every other place stays. */
export function blotted(text: string, span: Span): string {
  const lines = text.split("\n");
  for (let line = span.start.line; line <= span.end.line; line++) {
    const whole = lines[line - 1] ?? "";
    const from = line === span.start.line ? span.start.column - 1 : 0;
    const to = line === span.end.line ? span.end.column - 1 : whole.length;
    lines[line - 1] = whole.slice(0, from) + "•".repeat(Math.max(0, to - from)) + whole.slice(to);
  }
  return lines.join("\n");
}
