import type { JsonSchemaObject } from "../ir/tool.ts";
import { literal } from "../literal.ts";
import { apply, call, type Expression, z } from "./expression.ts";
import { wantsInteger } from "./keywords.ts";
import { leaf } from "./leaf.ts";
import type { Place } from "./place.ts";

/** Bounds and the calls that mean the same in zod. */
const bounds = [
  ["minimum", "min"],
  ["exclusiveMinimum", "gt"],
  ["maximum", "max"],
  ["exclusiveMaximum", "lt"],
] as const;

/** Write the numbers that the schema accepts: `z.int().min(1).max(100)`. */
export function writeNumber(schema: JsonSchemaObject, place: Place): Expression {
  let expression = writeKind(schema, place);
  for (const [keyword, name] of bounds) {
    if (schema[keyword] !== undefined) expression = call(expression, name, literal(schema[keyword]));
  }
  if (schema.multipleOf === undefined) return expression;
  // zod's own multipleOf allows for rounding, by so much that 10^15 + 1 is a multiple of 2.
  const check = apply(place.use("multipleOf"), literal(schema.multipleOf));
  return call(expression, "refine", check, literal(`must be a multiple of ${schema.multipleOf}`));
}

function writeKind(schema: JsonSchemaObject, place: Place): Expression {
  if (schema.format === "int32") return z("int32");
  if (!wantsInteger(schema)) return leaf("number");
  if (place.side === "input" || isBoundedSafely(schema)) return z("int");
  // An upstream may well count beyond 2^53, and what it says is passed on as text.
  return call(leaf("number"), "refine", "Number.isInteger", literal("must be a whole number"));
}

/** zod's `int` means ±(2^53 − 1); where the bounds say less, that makes no difference. */
function isBoundedSafely(schema: JsonSchemaObject): boolean {
  const lowest = (schema.minimum ?? schema.exclusiveMinimum) as number | undefined;
  const highest = (schema.maximum ?? schema.exclusiveMaximum) as number | undefined;
  return (
    lowest !== undefined &&
    highest !== undefined &&
    lowest >= Number.MIN_SAFE_INTEGER &&
    highest <= Number.MAX_SAFE_INTEGER
  );
}
