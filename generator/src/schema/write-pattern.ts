import { literal, regexLiteral } from "../literal.ts";
import type { Doc } from "../print.ts";
import { apply } from "./expression.ts";
import { isSlow } from "./pattern.ts";
import type { Place } from "./place.ts";

/** Write a pattern so that it is decided quickly whatever the text; `maxLength` is what the schema beside it states. */
export function writePattern(pattern: string, place: Place, maxLength?: unknown): Doc {
  const expression = regexLiteral(pattern);
  if (!isSlow(pattern)) return expression;
  return apply(place.use("linear"), expression, ...(maxLength === undefined ? [] : [literal(maxLength)]));
}
