import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { isObject } from "./contract.ts";
import { type Dialect, dialectOf, type KeywordKind, keywordsOf } from "./keyword-kinds.ts";

/** What a reference becomes. `at` is the path of the keyword in its file; nothing means that it leads nowhere. */
export type RefWriter = (
  ref: string,
  at: readonly (string | number)[],
  keyword: "$ref" | "$dynamicRef",
) => string | undefined;

/**
 * A schema of a contract or a spec as plain JSON Schema 2020-12 with its references rewritten.
 *
 * OpenAPI 3.0's own words are translated (`nullable`, boolean `exclusiveMinimum`, `example`), also where a 3.1 document
 * uses them; what says nothing about values (`discriminator`, `xml`, `x-…`) is left out. A reference that leads
 * nowhere becomes `true`: it has been reported, and the rest can still be looked at.
 */
export function toJsonSchema(
  schema: unknown,
  at: readonly (string | number)[],
  writeRef: RefWriter,
  outer: Dialect = "2020-12",
): JsonSchema {
  if (typeof schema === "boolean") return schema;
  if (!isObject(schema)) return true;
  const dialect = dialectOf(schema.$schema) ?? outer;
  const reading = { writeRef, dialect };
  const converted: Record<string, unknown> = {};
  const ref = written(schema, "$ref", at, writeRef);
  if (ref !== undefined) converted.$ref = ref;
  for (const { name, written, kind, value } of keywordsOf(schema, dialect))
    converted[name] = convert(kind, value, [...at, written], reading);
  const isHidden = dialect === "draft-07" && typeof schema.$ref === "string";
  if (!isHidden) {
    const dynamic = dialect === "2020-12" ? written(schema, "$dynamicRef", at, writeRef) : undefined;
    if (dynamic !== undefined) addPart(converted, { $ref: dynamic });
    translateDependencies(schema, converted, at, reading);
  }
  for (const keyword of refusedKeywords) if (Object.hasOwn(schema, keyword)) converted[keyword] = schema[keyword];
  if (schema.$schema !== undefined && dialectOf(schema.$schema) === undefined) converted.$schema = schema.$schema;
  translateBounds(schema, converted);
  if (schema.example !== undefined && converted.examples === undefined) converted.examples = [schema.example];
  return schema.nullable === true ? toNullable(converted) : converted;
}

function written(
  schema: JsonSchemaObject,
  keyword: "$ref" | "$dynamicRef",
  at: readonly (string | number)[],
  writeRef: RefWriter,
): string | undefined {
  const ref = schema[keyword];
  return typeof ref === "string" ? writeRef(ref, [...at, keyword], keyword) : undefined;
}

interface SchemaReading {
  readonly writeRef: RefWriter;
  readonly dialect: Dialect;
}

function convert(
  kind: KeywordKind,
  value: unknown,
  at: readonly (string | number)[],
  { writeRef, dialect }: SchemaReading,
): unknown {
  switch (kind) {
    case "data":
      return value;
    case "schema":
      return toJsonSchema(value, at, writeRef, dialect);
    case "list":
      if (!Array.isArray(value)) return value;
      return value.map((item, index) => toJsonSchema(item, [...at, index], writeRef, dialect));
    case "map":
      if (!isObject(value)) return value;
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, toJsonSchema(item, [...at, name], writeRef, dialect)]),
      );
  }
}

/** Changes what follows from references: the schema room refuses it by name, so it must reach it. */
const refusedKeywords = ["$recursiveRef"] as const;

/** What holds beside everything that the schema says itself. */
function addPart(converted: Record<string, unknown>, part: JsonSchemaObject): void {
  if (typeof part.$ref === "string" && converted.$ref === undefined) converted.$ref = part.$ref;
  else converted.allOf = [...(Array.isArray(converted.allOf) ? converted.allOf : []), part];
}

/** `dependencies` of older drafts, which validators still read: lists of names, or schemas. */
function translateDependencies(
  schema: JsonSchemaObject,
  converted: Record<string, unknown>,
  at: readonly (string | number)[],
  { writeRef, dialect }: SchemaReading,
): void {
  if (!isObject(schema.dependencies)) return;
  const entries = Object.entries(schema.dependencies);
  const required = entries.filter(([, needs]) => Array.isArray(needs));
  const schemas = entries
    .filter(([, needs]) => !Array.isArray(needs))
    .map(([name, needs]) => [name, toJsonSchema(needs, [...at, "dependencies", name], writeRef, dialect)] as const);
  const translated = { dependentRequired: Object.fromEntries(required), dependentSchemas: Object.fromEntries(schemas) };
  addPart(converted, translated);
}

/** `minimum: 0, exclusiveMinimum: true` is `exclusiveMinimum: 0`. */
function translateBounds(schema: JsonSchemaObject, converted: Record<string, unknown>): void {
  for (const [exclusive, inclusive] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    if (typeof schema[exclusive] !== "boolean") continue;
    delete converted[exclusive];
    if (schema[exclusive] === true && converted[inclusive] !== undefined) {
      converted[exclusive] = converted[inclusive];
      delete converted[inclusive];
    }
  }
}

/** Accept null too. An `enum` without null is meant to have it: nothing else could make it nullable. */
function toNullable(schema: Record<string, unknown>): JsonSchemaObject {
  if (typeof schema.type === "string") {
    const nullable = { ...schema, type: schema.type === "null" ? "null" : [schema.type, "null"] };
    if (Array.isArray(schema.enum) && !schema.enum.includes(null)) return { ...nullable, enum: [...schema.enum, null] };
    return nullable;
  }
  if (
    schema.$ref === undefined &&
    schema.allOf === undefined &&
    schema.anyOf === undefined &&
    schema.oneOf === undefined
  )
    return schema;
  const { title, description, default: preset, ...rest } = schema;
  return { ...definedOf({ title, description, default: preset }), anyOf: [rest, { type: "null" }] };
}

function definedOf(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
