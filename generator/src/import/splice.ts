/** One change of a text: what stands between two offsets goes, and `text` comes there. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Make the edits, which must not overlap. Of one place, what is put in comes first, in the order in which it is given. */
export function splice(text: string, edits: readonly Edit[]): string {
  const inOrder = [...edits].sort(
    (one, other) => one.from - other.from || Number(one.to > one.from) - Number(other.to > other.from),
  );
  let at = 0;
  let result = "";
  for (const { from, to, text: inserted } of inOrder) {
    if (from < at) throw new Error(`edits overlap at ${from}`);
    result += text.slice(at, from) + inserted;
    at = to;
  }
  return result + text.slice(at);
}

/** Whole lines that fit where they are put: indented alike, with the file's line ends. */
export function reshape(
  lines: string,
  { from, to, eol }: { readonly from: string; readonly to: string; readonly eol: string },
): string {
  return lines
    .replaceAll("\r\n", "\n")
    .split("\n")
    .map((line) => (line.startsWith(from) && line.trim() !== "" ? to + line.slice(from.length) : line))
    .join(eol);
}

/** An edit that puts whole lines at the start of a line, or at the end of a file whose last line has no line break. */
export function insertLines(text: string, at: number, lines: string, eol: string): Edit {
  const isAtOpenEnd = at === text.length && text !== "" && !text.endsWith("\n");
  return { from: at, to: at, text: isAtOpenEnd ? eol + withoutLastBreak(lines) : lines };
}

/** An edit that replaces whole lines; a last line without a line break stays without one. */
export function replaceLines(
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
  lines: string,
): Edit {
  const isOpen = to === text.length && !text.endsWith("\n");
  return { from, to, text: isOpen ? withoutLastBreak(lines) : lines };
}

function withoutLastBreak(lines: string): string {
  return lines.replace(/\r?\n$/, "");
}
