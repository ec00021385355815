/**
 * Schemas as a request has them: what the upstream sets itself is no caller's to send.
 *
 * A `readOnly` property "MAY be sent as part of a response but SHOULD NOT be sent as part of the request", and being required "will
 * take effect on the response only" (OpenAPI 3.0.3, "Schema Object", readOnly; 3.1 leaves it to JSON Schema, which says the same).
 */
import { isObject } from "../openapi/contract.ts";

/** What a reference leads to, and from where its own references start. */
export interface Followed<File> {
  readonly value: unknown;
  readonly file: File;
}

export type Follow<File> = (ref: string, file: File) => Followed<File> | undefined;

/** Keywords whose schemas describe the same object as the schema that they stand in. */
const sameObject = ["allOf", "anyOf", "oneOf"] as const;

/** Schemas of schemas that are followed when names are gathered. */
const gatherDepthMax = 16;

export interface ReadOnlyLook<File> {
  /** Whether a `readOnly` property stands anywhere below, through references. */
  reaches(value: unknown, file: File): boolean;
  /** Names of the `readOnly` properties of the object that this describes, through references and combinations. */
  namesIn(value: unknown, file: File): ReadonlySet<string>;
  /** Which of these names are required there although they are set elsewhere. */
  requiredOf(names: ReadonlySet<string>, value: unknown, file: File): ReadonlySet<string>;
}

export function createReadOnlyLook<File>(follow: Follow<File>): ReadOnlyLook<File> {
  const known = new WeakMap<object, boolean>();

  function reaches(start: unknown, startFile: File): boolean {
    const seen = new Set<object>();
    const pending: Followed<File>[] = [{ value: start, file: startFile }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { value, file } = next;
      if (typeof value !== "object" || value === null || seen.has(value)) continue;
      const before = known.get(value);
      if (before === false) continue;
      if (before === true || hasReadOnly(value)) {
        if (isObject(start)) known.set(start, true);
        return true;
      }
      seen.add(value);
      const { $ref } = value as { readonly $ref?: unknown };
      const target = typeof $ref === "string" ? follow($ref, file) : undefined;
      if (target !== undefined) pending.push(target);
      for (const inner of Object.values(value)) pending.push({ value: inner, file });
    }
    // Nothing was found below any of them.
    for (const value of seen) known.set(value, false);
    return false;
  }

  function visit(
    value: unknown,
    file: File,
    each: (schema: Readonly<Record<string, unknown>>) => void,
    depth = 0,
  ): void {
    if (!isObject(value) || depth > gatherDepthMax) return;
    each(value);
    const target = typeof value.$ref === "string" ? follow(value.$ref, file) : undefined;
    if (target !== undefined) visit(target.value, target.file, each, depth + 1);
    for (const keyword of sameObject) {
      const parts = value[keyword];
      if (Array.isArray(parts)) for (const part of parts) visit(part, file, each, depth + 1);
    }
  }

  function namesIn(value: unknown, file: File): ReadonlySet<string> {
    const names = new Set<string>();
    visit(value, file, (schema) => {
      for (const name of readOnlyNames(schema)) names.add(name);
    });
    return names;
  }

  return {
    reaches,
    namesIn,
    requiredOf(names, value, file) {
      const required = new Set<string>();
      if (names.size === 0) return required;
      visit(value, file, (schema) => {
        for (const name of Array.isArray(schema.required) ? schema.required : [])
          if (names.has(name)) required.add(name);
      });
      for (const name of namesIn(value, file)) required.delete(name);
      return required;
    },
  };
}

function hasReadOnly(value: object): boolean {
  return isObject(value) && readOnlyNames(value).length > 0;
}

/** Properties of this schema alone that say so themselves. */
function readOnlyNames({ properties }: Readonly<Record<string, unknown>>): readonly string[] {
  if (!isObject(properties)) return [];
  return Object.entries(properties).flatMap(([name, property]) =>
    isObject(property) && property.readOnly === true ? [name] : [],
  );
}
