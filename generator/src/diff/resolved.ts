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
      const both = known.get(current) ?? { allOf: [target.schema, rest] };
      joined.set(definitions, known.set(current, both));
      return both;
    }
    current = target.schema;
  }
  return anything;
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
