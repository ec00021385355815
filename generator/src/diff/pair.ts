import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import type { Definitions } from "../schema/scope.ts";
import type { SchemaChange } from "./schema-change.ts";

export interface Sides {
  readonly before: Definitions;
  readonly after: Definitions;
}

/** Compares a part of two schemas; `at` is where its value stands. */
export type Compare = (before: JsonSchema, after: JsonSchema, at: readonly string[]) => readonly SchemaChange[];

/** Two schemas whose keywords are compared: no references at their root. */
export interface Pair {
  readonly before: JsonSchemaObject;
  readonly after: JsonSchemaObject;
  readonly at: readonly string[];
  readonly compare: Compare;
  /** The same below a `not`, where what is narrower makes the whole wider. */
  readonly opposed: Compare;
  /** Whether two parts accept the same values, as far as can be told. */
  readonly acceptsSame: (before: JsonSchema, after: JsonSchema) => boolean;
  readonly sides: Sides;
}
