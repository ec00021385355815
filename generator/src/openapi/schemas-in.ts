import { isObject, type ObjectValue } from "./contract.ts";
import { type Dialect, dialectOf, partsOfSchema } from "./keyword-kinds.ts";

/** A schema, and the steps to it from the root of its document. */
export interface FoundSchema {
  readonly schema: unknown;
  readonly steps: readonly string[];
}

/** Members whose values are data, in which a `schema` is somebody's value. */
const data: ReadonlySet<string> = new Set(["example", "examples", "enum", "const", "default", "value"]);

/** Members that are maps by names which people choose. */
const maps: ReadonlySet<string> = new Set([
  "responses",
  "parameters",
  "headers",
  "content",
  "requestBodies",
  "callbacks",
]);

/** Every schema of a document that stands in no other schema. What is no OpenAPI document is a schema itself. */
export function* schemasIn(document: ObjectValue): Generator<FoundSchema> {
  if (document.openapi === undefined && document.swagger === undefined) yield { schema: document, steps: [] };
  else yield* search(document, []);
}

function* search(value: unknown, steps: readonly string[]): Generator<FoundSchema> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const here = [...steps, name];
    if (name === "schemas" && steps.length === 1 && steps[0] === "components" && isObject(member)) {
      for (const [key, schema] of Object.entries(member)) yield { schema, steps: [...here, key] };
    } else if (name === "schema") yield { schema: member, steps: here };
    else if (maps.has(steps.at(-1) ?? "") || !(data.has(name) || name.startsWith("x-"))) yield* search(member, here);
  }
}

/** A schema and every schema inside of it. */
export function* withParts(
  { schema, steps }: FoundSchema,
  outer: Dialect,
): Generator<FoundSchema & { readonly schema: ObjectValue }> {
  if (!isObject(schema)) return;
  const dialect = dialectOf(schema.$schema) ?? outer;
  yield { schema, steps };
  for (const part of partsOfSchema(schema, dialect))
    yield* withParts({ schema: part.schema, steps: [...steps, ...part.path] }, dialect);
}
