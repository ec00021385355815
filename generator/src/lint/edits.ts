import type { Edit } from "./rule.ts";

/** A text with edits made, the last first. Of two that overlap the later one waits for another run. */
export function edited(text: string, edits: readonly Edit[]): string {
  const inOrder = edits.toSorted((one, other) => one.start - other.start || one.end - other.end);
  let result = "";
  let done = 0;
  for (const { start, end, text: replacement } of inOrder) {
    if (start < done || end < start) continue;
    result += text.slice(done, start) + replacement;
    done = end;
  }
  return result + text.slice(done);
}
