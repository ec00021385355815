import { canonical } from "../canonical.ts";
import type { JsonObject } from "../codegen.ts";

/** One place at which two values differ. Absent: not there. */
export interface Difference {
  /** Dotted path: `discount.value`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Where `after` differs from `before`, in the order of names; lists are compared whole, because a row has no name. */
export function differences(before: JsonObject, after: JsonObject, at = ""): readonly Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const path = at === "" ? name : `${at}.${name}`;
    const [was, is] = [before[name], after[name]];
    if (isObject(was) && isObject(is)) return differences(was, is, path);
    if (canonical(was ?? null) === canonical(is ?? null) && name in before === name in after) return [];
    return [{ path, before: was, after: is }];
  });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
