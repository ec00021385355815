import { isDeepStrictEqual } from "node:util";
import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { type Definitions, targetOf } from "../schema/scope.ts";

/** References that lead to references. */
const hopsMax = 100;

/** Made once for each reference and each version, so that the same two are known when they are met again. */
const joined = new WeakMap<Definitions, WeakMap<object, JsonSchemaObject>>();

/** What `true` stands for. */
export const anything: JsonSchemaObject = {};

/** The schema behind references; beside a reference, other keywords hold too. `true` is the empty schema. */
export function resolved(schema: JsonSchema, definitions: Definitions): JsonSchemaObject | false {
  let current = schema;
  for (let hops = 0; hops < hopsMax; hops++) {
    if (typeof current === "boolean") return current ? anything : false;
    const target = targetOf(current, definitions);
    if (target === undefined) return current;
    const { $ref: _, ...rest } = current;
    if (Object.keys(rest).some((keyword) => !isWords(keyword) && keyword !== "default")) {
      const known = joined.get(definitions) ?? new WeakMap<object, JsonSchemaObject>();
      const both = known.get(current) ?? together(target.schema, rest) ?? { allOf: [target.schema, rest] };
      joined.set(definitions, known.set(current, both));
      return both;
    }
    current = target.schema;
  }
  return anything;
}

/** Bounds of which, of two, one holds for both. */
const stricter: Readonly<Record<string, (one: number, other: number) => number>> = {
  ...{
    minimum: Math.max,
    exclusiveMinimum: Math.max,
    minLength: Math.max,
    minItems: Math.max,
    minProperties: Math.max,
  },
  ...{
    maximum: Math.min,
    exclusiveMaximum: Math.min,
    maxLength: Math.min,
    maxItems: Math.min,
    maxProperties: Math.min,
  },
};

/** Keywords that judge a value without looking at others. */
const alone: ReadonlySet<string> = new Set([
  ...["type", "enum", "const", "multipleOf", "pattern", "format", "uniqueItems", "default"],
  ...Object.keys(stricter),
]);

/** One schema that says what both say, where that is plain: a bound beside a reference is no reason to tell of all that is behind it. */
function together(target: JsonSchema, rest: JsonSchemaObject): JsonSchemaObject | undefined {
  if (typeof target !== "object" || target.$ref !== undefined) return undefined;
  const both: Record<string, unknown> = { ...target };
  for (const [keyword, value] of Object.entries(rest)) {
    const there = target[keyword];
    const choose = stricter[keyword];
    if (isWords(keyword) || keyword === "default" || there === undefined || isDeepStrictEqual(there, value))
      both[keyword] = value;
    else if (choose !== undefined && typeof there === "number" && typeof value === "number")
      both[keyword] = choose(there, value);
    else return undefined;
    if (!isWords(keyword) && !alone.has(keyword)) return undefined;
  }
  return both;
}

/** Keywords for people. */
export const words = ["title", "description", "examples", "example", "deprecated", "readOnly", "writeOnly"];
const ignored = [
  "$comment",
  "$schema",
  "$id",
  "$anchor",
  "$defs",
  "definitions",
  "externalDocs",
  "xml",
  "discriminator",
];

/** Keywords that judge no value. */
export function isWords(keyword: string): boolean {
  return (
    words.includes(keyword) || ignored.includes(keyword) || (keyword.startsWith("x-") && keyword !== "x-mcp-header")
  );
}
