import type { Position, Span } from "../diagnostics.ts";

/** Turns offsets into lines and columns. Lines end at LF, with or without a CR before it. */
export interface LineIndex {
  position(offset: number): Position;
  span(start: number, end: number): Span;
}

export function lineIndex(file: string, text: string): LineIndex {
  let starts: number[] | undefined;
  const position = (offset: number): Position => {
    starts ??= lineStarts(text);
    const line = lastAtMost(starts, Math.min(Math.max(offset, 0), text.length));
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
  return { position, span: (start, end) => ({ file, start: position(start), end: position(Math.max(start, end)) }) };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Index of the last element that is at most `limit`, in a sorted list that begins with 0. */
function lastAtMost(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((sorted[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
