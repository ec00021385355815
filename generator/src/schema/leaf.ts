import { jsonSchemaToZod } from "json-schema-to-zod";
import type { Expression } from "./expression.ts";

/** A type, and nothing else said about it. `unknown` is the schema that accepts everything, `never` the one that refuses. */
export type Leaf = "string" | "number" | "boolean" | "null" | "unknown" | "never";

const schemas: Readonly<Record<Exclude<Leaf, "unknown" | "never">, object>> = {
  string: { type: "string" },
  number: { type: "number" },
  boolean: { type: "boolean" },
  null: { type: "null" },
};

/**
 * The source of a leaf, as json-schema-to-zod writes it.
 *
 * The library goes no further here: it is exact for bare types, but loses `$ref` and type-less keywords, refuses valid
 * `oneOf`, counts UTF-16 units, and pastes text of the schema into code. What reaches it is this closed list.
 */
export function leaf(name: Leaf): Expression {
  if (name === "unknown" || name === "never") return { root: "z", calls: [`.${name}()`] };
  const written = cache.get(name) ?? jsonSchemaToZod(schemas[name], { zodVersion: 4 });
  cache.set(name, written);
  return { root: "z", calls: [written.slice(1)] };
}

const cache = new Map<Leaf, string>();
