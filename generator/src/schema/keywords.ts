/** The words of JSON Schema 2020-12 that this door knows, and what it makes of each. */
import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { isChecked } from "./formats.ts";
import type { JsonType } from "./json-type.ts";

/** Keywords that speak about values of one type only, and let every other value pass. */
export const keywordsOfType: Readonly<Record<JsonType, readonly string[]>> = {
  null: [],
  boolean: [],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"],
  string: ["minLength", "maxLength", "pattern", "format"],
  array: ["items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains"],
  object: [
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "dependentSchemas",
  ],
};

/** Where a keyword keeps schemas: one, a list, or a map by name. */
export const subschemas: Readonly<Record<string, "one" | "list" | "map">> = {
  items: "one",
  contains: "one",
  additionalProperties: "one",
  propertyNames: "one",
  unevaluatedItems: "one",
  unevaluatedProperties: "one",
  not: "one",
  if: "one",
  then: "one",
  else: "one",
  prefixItems: "list",
  allOf: "list",
  anyOf: "list",
  oneOf: "list",
  properties: "map",
  patternProperties: "map",
  dependentSchemas: "map",
};

/** Keywords whose schemas speak about the same value as the schema they stand in. */
export const inPlace: ReadonlySet<string> = new Set([
  "allOf",
  "anyOf",
  "oneOf",
  "not",
  "if",
  "then",
  "else",
  "dependentSchemas",
]);

/** Every schema directly inside this one, with the path that leads to it. */
export function* children(
  schema: JsonSchemaObject,
): Generator<{ readonly keyword: string; readonly path: readonly string[]; readonly schema: JsonSchema }> {
  for (const [keyword, value] of Object.entries(schema)) {
    const kind = Object.hasOwn(subschemas, keyword) ? subschemas[keyword] : undefined;
    if (kind === "one") yield { keyword, path: [keyword], schema: value as JsonSchema };
    else if (kind !== undefined && typeof value === "object" && value !== null) {
      for (const [name, member] of Object.entries(value))
        yield { keyword, path: [keyword, name], schema: member as JsonSchema };
    }
  }
}

/** The name that a `$ref` to a shared schema means: `#/$defs/Money` → `Money`. Undefined for any other reference. */
export function refName(ref: string): string | undefined {
  const match = /^#\/\$defs\/([^/]+)$/.exec(ref);
  if (match === null) return undefined;
  try {
    return decodeURIComponent(match[1] as string)
      .replaceAll("~1", "/")
      .replaceAll("~0", "~");
  } catch {
    return undefined;
  }
}

/** The declared types, in order and each once, `integer` counted as `number`; undefined when `type` is absent. */
export function declaredTypes(schema: JsonSchemaObject): readonly JsonType[] | undefined {
  if (schema.type === undefined) return undefined;
  const names = Array.isArray(schema.type) ? schema.type : [schema.type];
  return [...new Set(names.map((name) => (name === "integer" ? "number" : name)))];
}

/** Whether numbers must be whole: `integer` without `number` beside it, or a format of whole numbers. */
export function wantsInteger(schema: JsonSchemaObject): boolean {
  const names = Array.isArray(schema.type) ? schema.type : [schema.type];
  return (
    (names.includes("integer") && !names.includes("number")) || schema.format === "int32" || schema.format === "int64"
  );
}

/** Whether a keyword of this type stands in the schema. `format` counts only where it means something for the type. */
export function speaksAbout(schema: JsonSchemaObject, type: JsonType): boolean {
  return keywordsOfType[type].some((keyword) =>
    keyword === "format" ? isChecked(type, schema.format) : Object.hasOwn(schema, keyword),
  );
}
