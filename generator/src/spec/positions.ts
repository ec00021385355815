import { isMap, isScalar, isSeq, type Node } from "yaml";
import type { Position, Span } from "../diagnostics.ts";

/** Steps from the root of a file to a value. */
export type Path = readonly (string | number)[];

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

/** Offsets of the value at `path` below `root`, or of its key; for a path that leads nowhere, the last key on the way. */
export function rangeAt(root: Node | null, path: Path, part: "key" | "value"): readonly [number, number] {
  let node = root;
  let key: Node | null = null;
  let complete = true;
  for (const step of path) {
    const next = childAt(node, step);
    if (next === undefined) {
      complete = false;
      break;
    }
    key = next.key ?? next.value;
    node = next.value;
  }
  const value = rangeOf(node);
  if (complete && part === "value" && value !== undefined && value[1] > value[0]) return value;
  return rangeOf(key) ?? firstKeyOf(root) ?? value ?? [0, 0];
}

function childAt(node: Node | null, step: string | number): { key: Node | null; value: Node | null } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && item.key.value === String(step));
    return pair === undefined ? undefined : { key: pair.key as Node, value: pair.value as Node | null };
  }
  if (!isSeq(node)) return undefined;
  const value = node.items[Number(step)] as Node | undefined;
  return value === undefined ? undefined : { key: null, value };
}

function firstKeyOf(root: Node | null): readonly [number, number] | undefined {
  return isMap(root) ? rangeOf((root.items[0]?.key as Node | undefined) ?? null) : undefined;
}

function rangeOf(node: Node | null): readonly [number, number] | undefined {
  return node?.range ? [node.range[0], node.range[1]] : undefined;
}
