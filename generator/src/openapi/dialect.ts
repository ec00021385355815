import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { isObject } from "./contract.ts";
import { type Dialect, dialectOf, type KeywordKind, keywordsOf } from "./keyword-kinds.ts";

/**
 * What a reference becomes. `at` is the path of the keyword in its file; nothing means that it leads nowhere. `unsent` are names that the
 * upstream sets in the object that the reference is about, where a request is described.
 */
export type RefWriter = (
  ref: string,
  at: readonly (string | number)[],
  keyword: "$ref" | "$dynamicRef",
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
 * @param dialect of what stands around it
 * @param request where it describes what is sent
 */
export function toJsonSchema(
  schema: unknown,
  at: readonly (string | number)[],
  writeRef: RefWriter,
  { dialect = "2020-12", request }: { readonly dialect?: Dialect; readonly request?: RequestView } = {},
): JsonSchema {
  return convertSchema(schema, at, { writeRef, dialect, request, above: noNames });
}

interface SchemaReading {
  readonly writeRef: RefWriter;
  readonly dialect: Dialect;
  readonly request: RequestView | undefined;
  /** Names that the upstream sets, as the schemas around say that describe the same object. */
  readonly above: ReadonlySet<string>;
}

const noNames: ReadonlySet<string> = new Set();

function convertSchema(schema: unknown, at: readonly (string | number)[], outer: SchemaReading): JsonSchema {
  if (typeof schema === "boolean") return schema;
  if (!isObject(schema)) return true;
  const dialect = dialectOf(schema.$schema) ?? outer.dialect;
  const own = outer.request?.unsent(schema) ?? noNames;
  const unsent = own.size === 0 ? outer.above : new Set([...outer.above, ...own]);
  const reading = { ...outer, dialect, above: unsent };
  const converted: Record<string, unknown> = {};
  const ref = written(schema, "$ref", at, reading);
  if (ref !== undefined) converted.$ref = ref;
  for (const { name, written, kind, value } of keywordsOf(schema, dialect))
    converted[name] = convert(kind, value, [...at, written], within(name, reading));
  const isHidden = dialect === "draft-07" && typeof schema.$ref === "string";
  if (!isHidden) {
    const dynamic = dialect === "2020-12" ? written(schema, "$dynamicRef", at, reading) : undefined;
    if (dynamic !== undefined) addPart(converted, { $ref: dynamic });
    translateDependencies(schema, converted, at, reading);
  }
  for (const keyword of refusedKeywords) if (Object.hasOwn(schema, keyword)) converted[keyword] = schema[keyword];
  if (schema.$schema !== undefined && dialectOf(schema.$schema) === undefined) converted.$schema = schema.$schema;
  translateBounds(schema, converted);
  if (schema.example !== undefined && converted.examples === undefined) converted.examples = [schema.example];
  if (unsent.size > 0) leaveOut(unsent, converted, outer.request?.refuses === true);
  return schema.nullable === true ? toNullable(converted) : converted;
}

function written(
  schema: JsonSchemaObject,
  keyword: "$ref" | "$dynamicRef",
  at: readonly (string | number)[],
  { writeRef, request, above }: SchemaReading,
): string | undefined {
  const ref = schema[keyword];
  return typeof ref === "string" ? writeRef(ref, [...at, keyword], keyword, request && above) : undefined;
}

/** Members are objects of their own; below `not` and `if` a stricter schema would make the whole laxer. */
function within(keyword: string, reading: SchemaReading): SchemaReading {
  if (sameObject.has(keyword)) return reading;
  return { ...reading, above: noNames, ...(inverted.has(keyword) && { request: undefined }) };
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

function convert(kind: KeywordKind, value: unknown, at: readonly (string | number)[], reading: SchemaReading): unknown {
  switch (kind) {
    case "data":
      return value;
    case "schema":
      return convertSchema(value, at, reading);
    case "list":
      if (!Array.isArray(value)) return value;
      return value.map((item, index) => convertSchema(item, [...at, index], reading));
    case "map":
      if (!isObject(value)) return value;
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, convertSchema(item, [...at, name], reading)]),
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
  reading: SchemaReading,
): void {
  if (!isObject(schema.dependencies)) return;
  const entries = Object.entries(schema.dependencies);
  const required = entries.filter(([, needs]) => Array.isArray(needs));
  const schemas = entries
    .filter(([, needs]) => !Array.isArray(needs))
    .map(([name, needs]) => [name, convertSchema(needs, [...at, "dependencies", name], reading)] as const);
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
