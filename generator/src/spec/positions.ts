import { isMap, isScalar, isSeq, type Node } from "yaml";

/** Steps from the root of a file to a value. */
export type Path = readonly (string | number)[];

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
