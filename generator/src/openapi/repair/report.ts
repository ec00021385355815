import type { Problem } from "../../spec/problem.ts";

/** A part that may be changed in place: a document belongs to whoever has just read it. */
export type Mutable = Record<string, unknown>;

/** Tells of one repair. */
export type Report = (problem: Problem) => void;

export function isMutable(value: unknown): value is Mutable {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The members of a map that are maps. */
export function mapsIn(value: unknown): [string, Mutable][] {
  if (!isMutable(value)) return [];
  return Object.entries(value).filter((entry): entry is [string, Mutable] => isMutable(entry[1]));
}

/** A warning that says what was made of a part. */
export function mended(rule: string, path: readonly (string | number)[], message: string, mend: string): Problem {
  return { rule, severity: "warning", path, message, mend };
}
