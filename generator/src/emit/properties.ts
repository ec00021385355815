import { property } from "../literal.ts";
import type { Doc } from "../print.ts";

/** The members of an object literal whose values are given. */
export function properties(values: Readonly<Record<string, unknown>>): Doc[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [property(name, value)]));
}
