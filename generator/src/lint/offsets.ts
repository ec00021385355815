import type { Position } from "../diagnostics.ts";
import type { Path } from "../spec/positions.ts";
import type { SpecFile } from "../spec/spec-file.ts";

/** Where the text of a value begins and ends in its file. */
export function offsetsOf(file: SpecFile, path: Path): { readonly start: number; readonly end: number } {
  const { start, end } = file.at(path);
  return { start: offsetIn(file.text, start), end: offsetIn(file.text, end) };
}

/** Characters before a place. */
export function offsetIn(text: string, { line, column }: Position): number {
  let start = 0;
  for (let at = 1; at < line; at++) start = text.indexOf("\n", start) + 1;
  return start + column - 1;
}
