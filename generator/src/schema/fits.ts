/** Whether a value fits a schema, as far as that is certain. */
import type { JsonSchema } from "../ir/tool.ts";
import { checkSchema } from "./check.ts";
import { holds } from "./holds.ts";
import type { Definitions } from "./scope.ts";
import { definitionsUsedBy } from "./used.ts";

/**
 * Whether a caller may send this value. Nothing where that cannot be told: formats are known here in part only, and a
 * schema that is not sound has been reported.
 */
export function fits(schema: JsonSchema, value: unknown, definitions: Definitions): boolean | undefined {
  try {
    return verdictOf(schema, value, definitions);
  } catch (error) {
    // Too deep for the engine's stack, which checkSchema has told.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function verdictOf(schema: JsonSchema, value: unknown, definitions: Definitions): boolean | undefined {
  const used = definitionsUsedBy([schema], definitions).map((name) => definitions[name] as JsonSchema);
  // On the output side, checkSchema judges structure alone, once for each schema.
  const isSound = (each: JsonSchema) => checkSchema(each, { definitions, side: "output" }).length === 0;
  if (![schema, ...used].every(isSound)) return undefined;
  const reading = { definitions, side: "input" } as const;
  const usually = holds(schema, value, reading);
  return usually === holds(schema, value, { ...reading, formats: "ignored" }) ? usually : undefined;
}
