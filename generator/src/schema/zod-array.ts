import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { literal } from "../literal.ts";
import { list } from "../print.ts";
import { apply, call, type Expression, toDoc, z } from "./expression.ts";
import { fillsDefaults } from "./fills.ts";
import { leaf } from "./leaf.ts";
import type { Place } from "./place.ts";

/** Write the arrays that the schema accepts: `z.array(z.string()).max(10)`. */
export function writeArray(schema: JsonSchemaObject, place: Place): Expression {
  const items = writeItems(schema, place);
  const checks = checksOf(schema, place);
  if (checks.length === 0) return items;
  const refine = (base: Expression) =>
    checks.reduce((expression, [check, message]) => call(expression, "refine", check, literal(message)), base);
  if (place.isChecking || !fillsDefaults(schema, place)) return refine(items);
  // Checks see what the caller sent, before defaults are filled in.
  return call(refine(z("array", toDoc(leaf("unknown")))), "pipe", toDoc(items));
}

function writeItems(schema: JsonSchemaObject, place: Place): Expression {
  const prefix = (schema.prefixItems ?? []) as readonly JsonSchema[];
  const [min, max] = [schema.minItems as number | undefined, schema.maxItems as number | undefined];
  if (prefix.length === 0) {
    const items = z("array", toDoc(place.write((schema.items ?? true) as JsonSchema)));
    if (min !== undefined && min === max) return call(items, "length", literal(min));
    const atLeast = min === undefined || min === 0 ? items : call(items, "min", literal(min));
    return max === undefined ? atLeast : call(atLeast, "max", literal(max));
  }
  return writeTuple(schema, prefix, place);
}

/** `prefixItems` speaks about the items that are there; an array may be shorter. */
function writeTuple(schema: JsonSchemaObject, prefix: readonly JsonSchema[], place: Place): Expression {
  const rest = schema.items === false ? undefined : place.write((schema.items ?? true) as JsonSchema);
  const isWhole = rest === undefined && schema.minItems === prefix.length;
  const items = prefix.map((item) => (isWhole ? place.write(item) : call(place.write(item), "optional")));
  const tuple = z("tuple", list("[", items.map(toDoc), "]"), ...(rest === undefined ? [] : [toDoc(rest)]));
  if (isWhole) return tuple;
  const withMin = bounded(tuple, "minItems", schema.minItems as number | undefined);
  return bounded(withMin, "maxItems", schema.maxItems as number | undefined);
}

/** zod's tuples have no bounds of their own. */
function bounded(tuple: Expression, keyword: "minItems" | "maxItems", limit: number | undefined): Expression {
  if (limit === undefined || (keyword === "minItems" && limit === 0)) return tuple;
  const [sign, word] = keyword === "minItems" ? [">=", "least"] : ["<=", "most"];
  return call(
    tuple,
    "refine",
    ["(items) => items.length ", sign, " ", literal(limit)],
    literal(`must have at ${word} ${limit} items`),
  );
}

function checksOf(schema: JsonSchemaObject, place: Place): [ReturnType<typeof apply>, string][] {
  const checks: [ReturnType<typeof apply>, string][] = [];
  if (schema.uniqueItems === true) checks.push([place.use("uniqueItems"), "must not have equal items"]);
  if (schema.contains !== undefined) {
    const limits = [schema.minContains ?? 1, ...(schema.maxContains === undefined ? [] : [schema.maxContains])];
    const args = limits.length === 1 && limits[0] === 1 ? [] : limits.map(literal);
    checks.push([
      apply(place.use("contains"), place.check(schema.contains as JsonSchema), ...args),
      "must contain the items described",
    ]);
  }
  return checks;
}
