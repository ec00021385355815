import type { JsonSchemaObject } from "../ir/tool.ts";
import { literal } from "../literal.ts";
import { apply, call, type Expression, z } from "./expression.ts";
import { stringFormats } from "./formats.ts";
import { leaf } from "./leaf.ts";
import type { Place } from "./place.ts";
import { writePattern } from "./write-pattern.ts";

/** Write the strings that the schema accepts: `z.string().min(1).regex(/^[a-z]+$/u)`. */
export function writeString(schema: JsonSchemaObject, place: Place): Expression {
  const expression = withLength(writeFormat(schema, place), schema, place);
  if (schema.pattern === undefined) return expression;
  return call(expression, "regex", writePattern(schema.pattern as string, place, schema.maxLength));
}

function writeFormat(schema: JsonSchemaObject, place: Place): Expression {
  const format = stringFormats.get(schema.format);
  if (format?.zod !== undefined) return z(format.zod);
  if (format?.check !== undefined) return z("stringFormat", literal(schema.format), place.use(format.check));
  return leaf("string");
}

function withLength(expression: Expression, schema: JsonSchemaObject, place: Place): Expression {
  const min = (schema.minLength ?? 0) as number;
  const max = schema.maxLength as number | undefined;
  // zod counts UTF-16 units, JSON Schema characters; only for "not empty" is that the same.
  if (max === undefined && min === 0) return expression;
  if (max === undefined && min === 1) return call(expression, "min", "1");
  const check = apply(place.use("hasLength"), literal(min), ...(max === undefined ? [] : [literal(max)]));
  return call(expression, "refine", check, literal(lengthMessage(min, max)));
}

function lengthMessage(min: number, max: number | undefined): string {
  if (max === undefined) return `must have at least ${min} characters`;
  if (min === max) return `must have exactly ${min} characters`;
  return min === 0 ? `must have at most ${max} characters` : `must have ${min} to ${max} characters`;
}
