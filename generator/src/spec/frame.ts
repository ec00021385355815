import type { Span } from "../diagnostics.ts";
import { visible } from "./problem.ts";

/** Lines shown above the one that is marked. */
const linesBefore = 2;
/** Columns shown of a long line, the marked part among them. */
const columnsMax = 100;
/** Columns kept before the marked part when a long line is cut. */
const columnsBefore = 30;

/**
 * The lines of a file around a span, the span marked with carets and followed by the mend.
 *
 * Of a span over several lines the first is marked. Tabs are shown as one space, control characters as U+FFFD.
 */
export function codeFrame(text: string, span: Span, mend?: string): string {
  const lines = linesOf(text, span.start.line);
  const first = Math.max(1, span.start.line - linesBefore);
  const gutter = String(span.start.line).length + 1;
  const marked = lines[span.start.line - 1] ?? "";
  const start = Math.min(span.start.column - 1, marked.length);
  const end = span.end.line > span.start.line ? marked.trimEnd().length : Math.min(span.end.column - 1, marked.length);
  const cut = Math.max(0, marked.length > columnsMax ? start - columnsBefore : 0);

  const frame: string[] = [];
  for (let number = first; number <= span.start.line; number++) {
    const mark = number === span.start.line ? ">" : " ";
    frame.push(
      `${mark}${String(number).padStart(gutter)} | ${excerpt(lines[number - 1] ?? "", number === span.start.line ? cut : 0)}`.trimEnd(),
    );
  }
  const indent = width(marked.slice(cut, start)) + (cut > 0 ? 1 : 0);
  const carets = "^".repeat(Math.max(1, Math.min(width(marked.slice(start, end)), columnsMax - (start - cut))));
  frame.push(`${" ".repeat(gutter + 1)} | ${" ".repeat(indent)}${carets}${mend === undefined ? "" : ` ${mend}`}`);
  return frame.join("\n");
}

/** The first `count` lines, without their ends. */
function linesOf(text: string, count: number): readonly string[] {
  return text.split("\n", count).map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
}

function excerpt(line: string, cut: number): string {
  const shown = line.slice(cut, cut + columnsMax);
  const text = visible(shown).replaceAll("\t", " ");
  return `${cut > 0 ? "…" : ""}${text}${cut + columnsMax < line.length ? "…" : ""}`;
}

/** Columns that a text takes: one per character, so that a caret below an emoji stands right. */
function width(text: string): number {
  return [...text].length;
}
