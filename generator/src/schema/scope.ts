/** Where a schema stands: which shared schemas it may name, and what they are called in the file it is written into. */
import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { refName } from "./keywords.ts";

/** Shared schemas by name, `ServerIr.schemas`: what `#/$defs/Name` points to. */
export type Definitions = Readonly<Record<string, JsonSchema>>;

/**
 * `input`: what a caller sends. Whole numbers stay within ±(2^53 − 1), because `JSON.parse` has already altered others;
 * defaults are filled in; descriptions are written.
 * `output`: what the upstream answers. It is judged and passed on as received, so none of that applies.
 */
export type Side = "input" | "output";

/** What the schemas of one file have in common. */
export interface SchemaScope {
  readonly definitions: Definitions;
  readonly side: Side;
  /** Name of the constant that holds the zod schema of a shared schema: `money`. */
  readonly constName: (definition: string) => string;
  /** Name of its type: `Money`. */
  readonly typeName: (definition: string) => string;
  /** The constant is declared later than the place that is being written, so it is named inside `z.lazy(() => …)`. */
  readonly isLater?: (definition: string) => boolean;
  /** Gathers the names that the written source needs from `@toolspec/runtime/codegen`. */
  readonly imports: Set<string>;
}

/** The shared schema that this one refers to, if it does. */
export function targetOf(
  schema: JsonSchemaObject,
  definitions: Definitions,
): { readonly name: string; readonly schema: JsonSchema } | undefined {
  const name = typeof schema.$ref === "string" ? refName(schema.$ref) : undefined;
  if (name === undefined || !Object.hasOwn(definitions, name)) return undefined;
  return { name, schema: definitions[name] as JsonSchema };
}
