import type { JsonObject, JsonSchema } from "../codegen.ts";

/**
 * Find what the advertised input schema says of the value at `path`: every schema that must hold there, outermost first,
 * by way of `$ref` and `allOf`. None where only some alternative speaks of it.
 */
export function schemasAt(root: JsonSchema, path: readonly PropertyKey[]): readonly JsonObject[] {
  return path.reduce<readonly JsonObject[]>(
    (schemas, key) => schemas.flatMap((schema) => unfold(memberOf(schema, key), root)),
    unfold(root, root),
  );
}

/** The names that an object with these schemas declares. */
export function namesOf(schemas: readonly JsonObject[]): readonly string[] {
  return [...new Set(schemas.flatMap(({ properties }) => (isObject(properties) ? Object.keys(properties) : [])))];
}

/**
 * The alternatives that only differ in which members must be there: `anyOf: [{ required: [a] }, { required: [b] }]` gives
 * `[[a], [b]]`.
 */
export function requiredAlternatives({ anyOf, oneOf }: JsonObject): readonly (readonly string[])[] | undefined {
  const alternatives = anyOf ?? oneOf;
  if (!Array.isArray(alternatives)) return undefined;
  const required = alternatives.map((alternative) => (isObject(alternative) ? alternative.required : undefined));
  return required.every((names): names is string[] => Array.isArray(names)) ? required : undefined;
}

function memberOf(schema: JsonObject, key: PropertyKey): unknown {
  const { properties, prefixItems, items } = schema;
  if (typeof key !== "number")
    return isObject(properties) && Object.hasOwn(properties, key) ? properties[String(key)] : undefined;
  return (Array.isArray(prefixItems) ? prefixItems[key] : undefined) ?? items;
}

/** The schema itself, what it refers to, and the parts that must all hold. */
function unfold(schema: unknown, root: JsonSchema, seen: readonly unknown[] = []): readonly JsonObject[] {
  // A schema may refer to itself: a tree of nodes does.
  if (!isObject(schema) || seen.includes(schema)) return [];
  const { $ref, allOf } = schema;
  const parts = [
    ...(typeof $ref === "string" ? [definitionOf($ref, root)] : []),
    ...(Array.isArray(allOf) ? allOf : []),
  ];
  return [schema, ...parts.flatMap((part) => unfold(part, root, [...seen, schema]))];
}

/** The generator writes definitions at the root, and no other references. */
function definitionOf($ref: string, { $defs }: JsonSchema): unknown {
  const name = $ref.replace(/^#\/\$defs\//, "");
  return isObject($defs) && Object.hasOwn($defs, name) ? $defs[name] : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
