import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { isObject } from "./contract.ts";

/** How the value of a JSON Schema keyword is built: from data, from one schema, a list of them, or a map. */
type KeywordKind = "data" | "schema" | "list" | "map";

const keywordKinds: ReadonlyMap<string, KeywordKind> = new Map([
  ...kinds("data", [
    ...["title", "description", "type", "enum", "const", "default", "examples", "deprecated", "format", "pattern"],
    ...["minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
    ...["minContains", "maxContains", "minItems", "maxItems", "uniqueItems"],
    ...["required", "minProperties", "maxProperties", "dependentRequired", "contentEncoding", "contentMediaType"],
  ]),
  ...kinds("schema", ["items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else"]),
  ...kinds("schema", ["unevaluatedItems", "unevaluatedProperties"]),
  ...kinds("list", ["prefixItems", "allOf", "anyOf", "oneOf"]),
  ...kinds("map", ["properties", "patternProperties", "dependentSchemas"]),
]);

function kinds(kind: KeywordKind, names: readonly string[]): (readonly [string, KeywordKind])[] {
  return names.map((name) => [name, kind] as const);
}

/**
 * What a reference becomes. `at` is the path of the `$ref` in its file; nothing means that it leads nowhere. `unsent` are names that the
 * upstream sets in the object that the reference is about, where a request is described.
 */
export type RefWriter = (
  ref: string,
  at: readonly (string | number)[],
  unsent?: ReadonlySet<string>,
) => string | undefined;

/** How a schema is read where it describes a request. */
export interface RequestView {
  /** Properties that the upstream sets are refused by name; else they may be sent, and need not be. */
  readonly refuses: boolean;
  /** Names of such properties of the object that this describes, wherever it is put together from. */
  readonly unsent: (schema: unknown) => ReadonlySet<string>;
}

/**
 * A schema of a contract or a spec as plain JSON Schema 2020-12 with its references rewritten.
 *
 * OpenAPI 3.0's own words are translated (`nullable`, boolean `exclusiveMinimum`, `example`), also where a 3.1 document
 * uses them; what says nothing about values (`discriminator`, `xml`, `x-…`) is left out. A reference that leads
 * nowhere becomes `true`: it has been reported, and the rest can still be looked at.
 *
 * @param request where it describes what is sent
 */
export function toJsonSchema(
  schema: unknown,
  at: readonly (string | number)[],
  writeRef: RefWriter,
  request?: RequestView,
): JsonSchema {
  return convertSchema(schema, at, { writeRef, request, above: noNames });
}

interface Conversion {
  readonly writeRef: RefWriter;
  readonly request: RequestView | undefined;
  /** Names that the upstream sets, as the schemas around say that describe the same object. */
  readonly above: ReadonlySet<string>;
}

const noNames: ReadonlySet<string> = new Set();

function convertSchema(schema: unknown, at: readonly (string | number)[], given: Conversion): JsonSchema {
  if (typeof schema === "boolean") return schema;
  if (!isObject(schema)) return true;
  const { writeRef, request } = given;
  const own = request?.unsent(schema) ?? noNames;
  const unsent = own.size === 0 ? given.above : new Set([...given.above, ...own]);
  const conversion = { ...given, above: unsent };
  const converted: Record<string, unknown> = {};
  if (typeof schema.$ref === "string") {
    const ref = writeRef(schema.$ref, [...at, "$ref"], request && unsent);
    if (ref !== undefined) converted.$ref = ref;
  }
  for (const [keyword, value] of Object.entries(schema)) {
    const kind = keywordKinds.get(keyword);
    if (kind !== undefined) converted[keyword] = convert(kind, value, [...at, keyword], within(keyword, conversion));
  }
  for (const keyword of refusedKeywords) {
    if (Object.hasOwn(schema, keyword) && !(keyword === "$id" && at.length === 0)) converted[keyword] = schema[keyword];
  }
  translateDependencies(schema, converted, at, conversion);
  translateBounds(schema, converted);
  if (schema.example !== undefined && converted.examples === undefined) converted.examples = [schema.example];
  if (unsent.size > 0) leaveOut(unsent, converted, request?.refuses === true);
  return schema.nullable === true ? toNullable(converted) : converted;
}

/** Members are objects of their own; below `not` and `if` a stricter schema would make the whole laxer. */
function within(keyword: string, conversion: Conversion): Conversion {
  if (sameObject.has(keyword)) return conversion;
  return { ...conversion, above: noNames, ...(inverted.has(keyword) && { request: undefined }) };
}

const sameObject: ReadonlySet<string> = new Set(["allOf", "anyOf", "oneOf", "then", "else", "dependentSchemas"]);
const inverted: ReadonlySet<string> = new Set(["not", "if"]);

/** What the upstream sets is not required of a caller, shown to none, and where it `refuses`, taken from none. */
function leaveOut(unsent: ReadonlySet<string>, converted: Record<string, unknown>, refuses: boolean): void {
  if (Array.isArray(converted.required)) {
    const required = converted.required.filter((name) => !unsent.has(name));
    if (required.length > 0) converted.required = required;
    else delete converted.required;
  }
  if (!refuses) return;
  if (isObject(converted.properties))
    converted.properties = Object.fromEntries(
      Object.entries(converted.properties).map(([name, property]) => [name, unsent.has(name) ? false : property]),
    );
  if (Object.hasOwn(converted, "default")) converted.default = without(unsent, converted.default);
  if (Array.isArray(converted.examples)) converted.examples = converted.examples.map((one) => without(unsent, one));
}

function without(names: ReadonlySet<string>, value: unknown): unknown {
  return isObject(value) ? Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name))) : value;
}

function convert(kind: KeywordKind, value: unknown, at: readonly (string | number)[], conversion: Conversion): unknown {
  switch (kind) {
    case "data":
      return value;
    case "schema":
      return convertSchema(value, at, conversion);
    case "list":
      if (!Array.isArray(value)) return value;
      return value.map((item, index) => convertSchema(item, [...at, index], conversion));
    case "map":
      if (!isObject(value)) return value;
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, convertSchema(item, [...at, name], conversion)]),
      );
  }
}

/** Change what references mean, or what follows from them: the schema room refuses them by name, so they must reach it. */
const refusedKeywords = ["$id", "$dynamicRef", "$recursiveRef"] as const;

/** `dependencies` of older drafts, which validators still read: lists of names, or schemas. */
function translateDependencies(
  schema: JsonSchemaObject,
  converted: Record<string, unknown>,
  at: readonly (string | number)[],
  conversion: Conversion,
): void {
  if (!isObject(schema.dependencies)) return;
  const entries = Object.entries(schema.dependencies);
  const required = entries.filter(([, needs]) => Array.isArray(needs));
  const schemas = entries
    .filter(([, needs]) => !Array.isArray(needs))
    .map(([name, needs]) => [name, convertSchema(needs, [...at, "dependencies", name], conversion)] as const);
  const own = Array.isArray(converted.allOf) ? converted.allOf : [];
  const translated = { dependentRequired: Object.fromEntries(required), dependentSchemas: Object.fromEntries(schemas) };
  converted.allOf = [...own, translated];
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
