/**
 * A schema as the parts that must all hold: its reference, its values, its type with the type's keywords, its alternatives.
 *
 * JSON Schema lets all of them stand side by side. One part becomes the zod schema, the others checks beside it, so the
 * fewer parts the better the source reads: `allOf` of plain objects is one object here.
 */
import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { fitsType } from "./holds.ts";
import { type JsonType, jsonTypeOf, jsonTypes } from "./json-type.ts";
import { declaredTypes, keywordsOfType } from "./keywords.ts";
import { memoOf } from "./memo.ts";
import type { Part, PartKind } from "./part.ts";
import { type Definitions, type Side, targetOf } from "./scope.ts";
import { isRecursive } from "./used.ts";

/** What parts depend on beside the schema. */
export interface PartScope {
  readonly definitions: Definitions;
  readonly side: Side;
}

/** The parts of a schema, the one to build on first. None: the schema accepts everything. */
export function partsOf(schema: JsonSchema, scope: PartScope): readonly Part[] {
  if (typeof schema === "boolean") return schema ? [] : [nothing];
  const { parts: known } = memoOf(scope.definitions, scope.side);
  const parts = known.get(schema) ?? findParts(schema, scope);
  known.set(schema, parts);
  return parts;
}

function findParts(schema: JsonSchemaObject, scope: PartScope): readonly Part[] {
  const parts = withoutImpliedType([...ownParts(schema, scope), ...allOfParts(schema, scope)], scope);
  return mergeTyped(parts, scope).toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

/** Every type that an accepted value may have; perhaps more than that, never less. */
export function possibleTypes(schema: JsonSchema, definitions: Definitions): ReadonlySet<JsonType> {
  if (typeof schema === "boolean") return new Set(schema ? jsonTypes : []);
  const { types: known } = memoOf(definitions, "output");
  const types = known.get(schema) ?? findTypes(schema, definitions);
  known.set(schema, types);
  return types;
}

function findTypes(schema: JsonSchemaObject, definitions: Definitions): ReadonlySet<JsonType> {
  const limits: ReadonlySet<JsonType>[] = schemas(schema.allOf).map((part) => possibleTypes(part, definitions));
  const target = targetOf(schema, definitions);
  if (target !== undefined) limits.push(possibleTypes(target.schema, definitions));
  const values = valuesOf(schema);
  if (values !== undefined) limits.push(new Set(values.map(jsonTypeOf)));
  for (const alternatives of [schema.anyOf, schema.oneOf]) {
    if (alternatives === undefined) continue;
    limits.push(new Set(schemas(alternatives).flatMap((part) => [...possibleTypes(part, definitions)])));
  }
  const declared = new Set<JsonType>(declaredTypes(schema) ?? jsonTypes);
  return limits.reduce<Set<JsonType>>((types, limit) => types.intersection(limit), declared);
}

/** `enum` and `const` as the list of values that both allow. */
export function valuesOf(schema: JsonSchemaObject): readonly unknown[] | undefined {
  const listed = Array.isArray(schema.enum) ? (schema.enum as readonly unknown[]) : undefined;
  return "const" in schema ? [schema.const] : listed;
}

const order: readonly PartKind[] = ["ref", "values", "typed", "oneOf", "anyOf", "unevaluated", "if", "not"];

const nothing: Part = { kind: "values", schema: { enum: [] } };

const typeKeywords: readonly string[] = ["type", ...new Set(Object.values(keywordsOfType).flat())];

function ownParts(schema: JsonSchemaObject, scope: PartScope): readonly Part[] {
  const parts: Part[] = [];
  const take = (kind: PartKind, ...keywords: readonly string[]) => {
    const picked = pick(schema, keywords);
    if (Object.keys(picked).length > 0) parts.push({ kind, schema: picked });
  };
  if (schema.$ref !== undefined) {
    // It would be written as a schema that accepts anything.
    if (targetOf(schema, scope.definitions) === undefined) throw new Error(`no shared schema ${String(schema.$ref)}`);
    take("ref", "$ref");
  }
  take("values", "const");
  take("values", "enum");
  take("typed", ...typeKeywords);
  take("oneOf", "oneOf");
  take("anyOf", "anyOf");
  if (schema.if !== undefined && (schema.then !== undefined || schema.else !== undefined))
    take("if", "if", "then", "else");
  take("not", "not");
  if (schema.unevaluatedItems !== undefined || schema.unevaluatedProperties !== undefined) {
    parts.push({ kind: "unevaluated", schema });
  }
  return parts;
}

function allOfParts(schema: JsonSchemaObject, scope: PartScope): readonly Part[] {
  return schemas(schema.allOf).flatMap((member) => partsOf(member, scope));
}

/** Join the typed parts into as few as mean the same; look into references where all of it then becomes one object. */
function mergeTyped(parts: readonly Part[], scope: PartScope): readonly Part[] {
  if (parts.length < 2) return parts;
  const opened = parts.flatMap((part) => (part.kind === "ref" ? openRef(part, scope) : [part]));
  const merged = joinAll(opened);
  return merged.length === 1 ? merged : joinAll(parts);
}

function openRef(part: Part, scope: PartScope): readonly Part[] {
  const target = targetOf(part.schema, scope.definitions);
  if (target === undefined || typeof target.schema === "boolean") return [part];
  // One that leads back to itself would be opened again inside, without end.
  if (isRecursive(target.name, scope.definitions)) return [part];
  return partsOf(target.schema, scope);
}

function joinAll(parts: readonly Part[]): readonly Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const index = part.kind === "typed" ? joined.findIndex((other) => isJoinable(other, part)) : -1;
    if (index < 0) joined.push(part);
    else joined[index] = { kind: "typed", schema: join((joined[index] as Part).schema, part.schema) };
  }
  return joined;
}

/** Keywords of one group read each other, so they stay with the schema they stand in. */
const groups: readonly (readonly string[])[] = [
  ["prefixItems", "items", "contains", "minContains", "maxContains"],
  ["patternProperties", "additionalProperties", "properties"],
];

function isJoinable(a: Part, b: Part): boolean {
  if (a.kind !== "typed") return false;
  const [left, right] = [Object.keys(a.schema), Object.keys(b.schema)];
  const shared = left.filter(
    (keyword) => right.includes(keyword) && keyword !== "required" && keyword !== "properties",
  );
  if (!shared.every((keyword) => keyword === "type" && JSON.stringify(a.schema.type) === JSON.stringify(b.schema.type)))
    return false;
  return groups.every((group) => {
    const both = left.some((keyword) => group.includes(keyword)) && right.some((keyword) => group.includes(keyword));
    const used = group.filter((keyword) => left.includes(keyword) || right.includes(keyword));
    return !both || used.every((keyword) => keyword === "properties");
  });
}

function join(a: JsonSchemaObject, b: JsonSchemaObject): JsonSchemaObject {
  const joined: Record<string, unknown> = { ...a, ...b };
  if (a.required !== undefined && b.required !== undefined) {
    joined.required = [...new Set([...(a.required as string[]), ...(b.required as string[])])];
  }
  if (a.properties !== undefined && b.properties !== undefined) {
    joined.properties = joinProperties(a.properties as Definitions, b.properties as Definitions);
  }
  return joined;
}

function joinProperties(a: Definitions, b: Definitions): Definitions {
  const entries = new Map(Object.entries(a));
  for (const [name, schema] of Object.entries(b)) {
    const before = entries.get(name);
    entries.set(name, before === undefined ? schema : joinSchemas(before, schema));
  }
  return Object.fromEntries(entries);
}

function joinSchemas(a: JsonSchema, b: JsonSchema): JsonSchema {
  if (a === true || JSON.stringify(a) === JSON.stringify(b)) return b;
  if (b === true) return a;
  const annotated = (schema: JsonSchema) =>
    typeof schema === "boolean" ? {} : pick(schema, ["description", "default"]);
  return { ...annotated(a), ...annotated(b), allOf: [a, b] };
}

/** Drop a bare `type` that another part implies, or push it into the alternatives. */
function withoutImpliedType(parts: readonly Part[], scope: PartScope): readonly Part[] {
  const bare = parts.find((part) => part.kind === "typed" && Object.keys(part.schema).join() === "type");
  const other = parts.find((part) => part.kind !== "typed" && ["ref", "values", "oneOf", "anyOf"].includes(part.kind));
  if (bare === undefined || other === undefined) return parts;
  const rest = parts.filter((part) => part !== bare && part !== other);
  if (other.kind === "values") {
    const values = (valuesOf(other.schema) ?? []).filter((value) => fitsType(bare.schema, value, scope.side));
    return [{ kind: "values", schema: { enum: values } }, ...rest];
  }
  const narrowed =
    other.kind === "ref" ? other : { kind: other.kind, schema: pushType(other.schema, bare.schema.type) };
  return implies(narrowed, bare.schema, scope) ? [narrowed, ...rest] : parts;
}

function implies(part: Part, bare: JsonSchemaObject, scope: PartScope): boolean {
  if ([bare.type].flat().includes("integer")) {
    const alternatives = schemas(part.schema.anyOf ?? part.schema.oneOf);
    return alternatives.length > 0 && alternatives.every((each) => typeof each === "object" && each.type === "integer");
  }
  return possibleTypes(part.schema, scope.definitions).isSubsetOf(new Set(declaredTypes(bare)));
}

/** A type beside alternatives holds just as well inside each of them. */
function pushType(schema: JsonSchemaObject, type: unknown): JsonSchemaObject {
  const [keyword, alternatives] = Object.entries(schema)[0] as [string, readonly JsonSchema[]];
  const typed = alternatives.map((part) =>
    typeof part === "object" && part.type === undefined && part.$ref === undefined ? { type, ...part } : part,
  );
  return { [keyword]: typed };
}

function pick(schema: JsonSchemaObject, keywords: readonly string[]): JsonSchemaObject {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keywords.includes(keyword)));
}

function schemas(value: unknown): readonly JsonSchema[] {
  return Array.isArray(value) ? value : [];
}
