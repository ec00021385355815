import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { holds } from "../schema/holds.ts";
import { sampleString } from "./sample-string.ts";

/** What a sample is made with. */
export interface SampleWorld {
  /** Shared schemas by name: what `#/$defs/Name` points to. */
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  /** The same seed gives the same samples. */
  readonly seed: number;
}

/** Schemas inside schemas down to which optional parts are made: enough to see a record's parts, and an end to circles. */
const optionalDepthMax = 4;

/** Where even what is required ends: a schema that requires itself has no value. */
const depthMax = 24;

/** Items that are made where a list asks for more than one could read. */
const itemsMax = 100;

/** A value of this schema as an upstream might answer it, the same every time; as good as can be where the schema has none. */
export function sample(schema: JsonSchema, world: SampleWorld): unknown {
  return make(schema, { ...world, depth: 0, salt: world.seed });
}

/** Whether the schema takes the value. One that nobody has checked, or that leads through too many others, is believed to. */
export function holdsSafely(schema: JsonSchema, value: unknown, definitions: SampleWorld["definitions"]): boolean {
  try {
    return holds(schema, value, { definitions, side: "output" });
  } catch {
    return true;
  }
}

interface Making extends SampleWorld {
  readonly depth: number;
  /** Tells siblings apart, where they must differ. */
  readonly salt: number;
}

function make(schema: JsonSchema, making: Making): unknown {
  if (typeof schema === "boolean") return schema ? {} : null;
  if (making.depth > depthMax) return null;
  const whole = flatten(schema, making.definitions);
  const fits = (value: unknown) => holdsSafely(schema, value, making.definitions);
  const shown = [...asList(whole.examples), ...("default" in whole ? [whole.default] : [])].find(fits);
  if (shown !== undefined) return shown;
  if ("const" in whole) return whole.const;
  const values = asList(whole.enum);
  if (values.length > 0) return values.filter(fits)[making.salt % values.length] ?? values.find(fits) ?? values[0];
  const made = branches(whole, making.definitions).map((branch) => () => makePlain(branch, making));
  let first: unknown;
  for (const [index, build] of made.entries()) {
    const value = build();
    if (index === 0) first = value;
    if (made.length === 1 || fits(value)) return value;
  }
  return first;
}

/** The schema with its references followed and `allOf` merged, as far as plain keywords go. */
function flatten(schema: JsonSchemaObject, definitions: SampleWorld["definitions"], hops = 0): JsonSchemaObject {
  const { $ref, allOf, ...own } = schema;
  if (hops > depthMax) return own;
  const behind = typeof $ref === "string" ? definitions[decode($ref)] : undefined;
  const parts = [behind, ...asList(allOf)].filter(
    (part): part is JsonSchemaObject => typeof part === "object" && part !== null,
  );
  return parts.map((part) => flatten(part, definitions, hops + 1)).reduce(merge, own);
}

function decode(ref: string): string {
  return decodeURIComponent(ref.slice("#/$defs/".length)).replaceAll("~1", "/").replaceAll("~0", "~");
}

function merge(one: JsonSchemaObject, other: JsonSchemaObject): JsonSchemaObject {
  const merged: Record<string, unknown> = { ...other, ...one };
  for (const key of ["properties", "patternProperties"])
    if (key in one && key in other) merged[key] = mergeMaps(one[key] as Schemas, other[key] as Schemas);
  if ("required" in one && "required" in other) merged.required = [...asList(one.required), ...asList(other.required)];
  for (const key of ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"])
    if (key in one && key in other) merged[key] = Math.max(Number(one[key]), Number(other[key]));
  for (const key of ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"])
    if (key in one && key in other) merged[key] = Math.min(Number(one[key]), Number(other[key]));
  if ("enum" in one && "enum" in other)
    merged.enum = asList(one.enum).filter((value) => asList(other.enum).includes(value));
  if ("type" in one && "type" in other) {
    const both = asList(one.type).filter((type) => asList(other.type).includes(type));
    if (both.length > 0) merged.type = both;
  }
  for (const key of ["oneOf", "anyOf"])
    if (key in one && key in other) merged.allOf = [...asList(merged.allOf), { [key]: other[key] }];
  return merged;
}

type Schemas = Readonly<Record<string, JsonSchema>>;

function mergeMaps(one: Schemas, other: Schemas): Schemas {
  const merged: Record<string, JsonSchema> = { ...other };
  for (const [name, schema] of Object.entries(one))
    merged[name] = Object.hasOwn(other, name) ? { allOf: [schema, other[name]] } : schema;
  return merged;
}

/** Alternatives that are tried before the rest is left out: unions of more are mostly of one kind. */
const alternativesMax = 40;

/** The schema once for each alternative of its unions; those that are only null come last. */
function branches(
  schema: JsonSchemaObject,
  definitions: SampleWorld["definitions"],
  hops = 0,
): readonly JsonSchemaObject[] {
  const key = (["oneOf", "anyOf"] as const).find((name) => asList(schema[name]).length > 0);
  if (key === undefined || hops > 4) return [schema];
  const { [key]: union, ...rest } = schema;
  const options = asList(union)
    .slice(0, alternativesMax)
    .map((option) =>
      flatten(typeof option === "object" && option !== null ? (option as JsonSchemaObject) : {}, definitions),
    )
    .sort((a, b) => Number(a.type === "null") - Number(b.type === "null"));
  return options.flatMap((option) => branches(merge(rest, option), definitions, hops + 1)).slice(0, alternativesMax);
}

function makePlain(schema: JsonSchemaObject, making: Making): unknown {
  if ("const" in schema) return schema.const;
  const [value] = asList(schema.enum);
  if (value !== undefined) return value;
  switch (typeOf(schema)) {
    case "object":
      return makeObject(schema, making);
    case "array":
      return makeArray(schema, making);
    case "string":
      return sampleString(schema, making.salt);
    case "integer":
    case "number":
      return makeNumber(schema, making);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return {};
  }
}

function typeOf(schema: JsonSchemaObject): unknown {
  const types = asList(schema.type);
  if (types.length > 0) return types.find((type) => type !== "null") ?? "null";
  if ("properties" in schema || "required" in schema || "additionalProperties" in schema) return "object";
  if ("items" in schema || "prefixItems" in schema) return "array";
  if (["minLength", "maxLength", "pattern", "format"].some((key) => key in schema)) return "string";
  return ["minimum", "maximum", "multipleOf"].some((key) => key in schema) ? "number" : undefined;
}

function makeObject(schema: JsonSchemaObject, making: Making): Record<string, unknown> {
  const properties = (schema.properties ?? {}) as Schemas;
  const required = new Set(asList(schema.required) as string[]);
  const atMost = Number(schema.maxProperties ?? Number.POSITIVE_INFINITY);
  const isDeep = making.depth >= optionalDepthMax;
  const names = Object.keys(properties).filter((name) => required.has(name) || (!isDeep && properties[name] !== false));
  const inner = { ...making, depth: making.depth + 1 };
  const made: [string, unknown][] = names
    .sort((a, b) => Number(required.has(b)) - Number(required.has(a)))
    .slice(0, atMost)
    .map((name) => [name, make(properties[name] as JsonSchema, inner)]);
  const object = Object.fromEntries(made);
  const rest = (schema.additionalProperties ?? true) as JsonSchema;
  for (const name of required)
    if (!Object.hasOwn(object, name)) object[name] = make(rest === false ? true : rest, inner);
  const atLeast = Number(schema.minProperties ?? (typeof rest === "object" && names.length === 0 && !isDeep ? 1 : 0));
  for (let index = 1; Object.keys(object).length < Math.min(atLeast, itemsMax, atMost) && index <= itemsMax; index++)
    object[`key${index}`] = make(rest, inner);
  return object;
}

function makeArray(schema: JsonSchemaObject, making: Making): unknown[] {
  const first = asList(schema.prefixItems) as JsonSchema[];
  const atLeast = Number(schema.minItems ?? 0);
  const usual = making.depth >= optionalDepthMax ? 0 : 1;
  const count = Math.min(
    Math.max(atLeast, usual, making.depth >= optionalDepthMax ? 0 : first.length),
    itemsMax,
    Number(schema.maxItems ?? itemsMax),
  );
  const items = (schema.items ?? true) as JsonSchema;
  if (items === false) return first.slice(0, count).map((item) => make(item, { ...making, depth: making.depth + 1 }));
  return Array.from({ length: count }, (_, index) =>
    make(first[index] ?? items, { ...making, depth: making.depth + 1, salt: making.salt + index }),
  );
}

function makeNumber(schema: JsonSchemaObject, { salt }: Making): number {
  const isWhole = typeOf(schema) === "integer";
  const step = typeof schema.multipleOf === "number" ? schema.multipleOf : isWhole ? 1 : 0.5;
  const low = Math.max(
    Number(schema.minimum ?? Number.NEGATIVE_INFINITY),
    typeof schema.exclusiveMinimum === "number"
      ? schema.exclusiveMinimum + (isWhole ? 1 : step / 1_000)
      : Number.NEGATIVE_INFINITY,
  );
  const high = Math.min(
    Number(schema.maximum ?? Number.POSITIVE_INFINITY),
    typeof schema.exclusiveMaximum === "number"
      ? schema.exclusiveMaximum - (isWhole ? 1 : step / 1_000)
      : Number.POSITIVE_INFINITY,
  );
  const wanted = Math.min(Math.max(1 + salt, low), high);
  if (!isWhole && schema.multipleOf === undefined) return wanted;
  const up = Math.ceil(wanted / step) * step;
  return up <= high ? up : Math.floor(high / step) * step;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
