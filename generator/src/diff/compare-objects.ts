/** Keywords that speak about the members of an object. */
import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { bothMayBe, compareLeast, compareMost } from "./compare-values.ts";
import type { Pair } from "./pair.ts";
import { type Effect, effectOf, isSame, narrows, type SchemaChange, widens } from "./schema-change.ts";

type Schemas = Readonly<Record<string, JsonSchema>>;

export function compareObjects(pair: Pair): readonly SchemaChange[] {
  if (!bothMayBe(pair, "object")) return [];
  return [
    ...compareMembers(pair),
    ...compareRequired(pair),
    ...compareDependent(pair),
    ...pair.compare(one(pair.before, "propertyNames"), one(pair.after, "propertyNames"), [...pair.at, "{names}"]),
    ...compareLeast(pair, "minProperties"),
    ...compareMost(pair, "maxProperties"),
  ];
}

function one(schema: JsonSchemaObject, keyword: string): JsonSchema {
  return (schema[keyword] as JsonSchema | undefined) ?? true;
}

function map(schema: JsonSchemaObject, keyword: string): Schemas {
  return (schema[keyword] as Schemas | undefined) ?? {};
}

function own(schemas: Schemas, name: string): JsonSchema | undefined {
  return Object.hasOwn(schemas, name) ? schemas[name] : undefined;
}

/** A member that is not declared is what `additionalProperties` says; with patterns it cannot be told. */
function compareMembers(pair: Pair): SchemaChange[] {
  const { before, after, at, compare } = pair;
  const [from, to] = [map(before, "properties"), map(after, "properties")];
  const [patternsFrom, patternsTo] = [map(before, "patternProperties"), map(after, "patternProperties")];
  const hasPatterns = Object.keys(patternsFrom).length + Object.keys(patternsTo).length > 0;
  const additional = [one(before, "additionalProperties"), one(after, "additionalProperties")] as const;
  const changes = namesOf(from, to).flatMap((name): readonly SchemaChange[] => {
    const [here, there] = [own(from, name), own(to, name)];
    if (here !== undefined && there !== undefined) return compare(here, there, [...at, name]);
    const effect = hasPatterns ? "unknown" : cameOrWent(pair, here ?? additional[0], there ?? additional[1]);
    return effect === undefined ? [] : [{ at: [...at, name], keyword: "$value", effect, before: here, after: there }];
  });
  const patterns = namesOf(patternsFrom, patternsTo).flatMap((pattern): readonly SchemaChange[] => {
    const [here, there] = [own(patternsFrom, pattern), own(patternsTo, pattern)];
    const place = [...at, `{${pattern}}`];
    if (here !== undefined && there !== undefined) return compare(here, there, place);
    return [{ at: place, keyword: "patternProperties", effect: "unknown", before: here, after: there }];
  });
  return [...changes, ...patterns, ...compareAdditional(pair, additional)];
}

/** Members that came are new where they were refused, and narrower where anything was accepted under their name. */
function cameOrWent({ compare }: Pair, before: JsonSchema, after: JsonSchema): Effect | undefined {
  const changes = compare(before, after, []);
  if (changes.some(({ effect }) => effect === "unknown")) return "unknown";
  return effectOf({ loses: changes.some(narrows), gains: changes.some(widens) });
}

function compareAdditional(
  { before, after, at, compare }: Pair,
  [from, to]: readonly [JsonSchema, JsonSchema],
): readonly SchemaChange[] {
  const wasShut = from === false;
  const isShut = to === false;
  if (!wasShut && !isShut) return compare(from, to, [...at, "{others}"]);
  if (wasShut === isShut) return [];
  const keyword = "additionalProperties";
  return [{ at, keyword, effect: isShut ? "narrower" : "wider", before: before[keyword], after: after[keyword] }];
}

function compareRequired({ before, after, at }: Pair): readonly SchemaChange[] {
  const [from, to] = [before, after].map(({ required }) => new Set((required as readonly string[] | undefined) ?? []));
  const names = [...new Set([...(from ?? []), ...(to ?? [])])];
  return names.flatMap((name): readonly SchemaChange[] => {
    const [was, is] = [from?.has(name) === true, to?.has(name) === true];
    if (was === is) return [];
    return [{ at: [...at, name], keyword: "required", effect: is ? "narrower" : "wider", before: was, after: is }];
  });
}

function compareDependent(pair: Pair): readonly SchemaChange[] {
  const { before, after, at, compare } = pair;
  const [from, to] = [map(before, "dependentSchemas"), map(after, "dependentSchemas")];
  const schemas = namesOf(from, to).flatMap((name) => compare(own(from, name) ?? true, own(to, name) ?? true, at));
  const keyword = "dependentRequired";
  const [needFrom, needTo] = [before, after].map((schema) => (schema[keyword] ?? {}) as Record<string, string[]>);
  const needs = namesOf(needFrom ?? {}, needTo ?? {}).flatMap((name): readonly SchemaChange[] => {
    const [was, is] = [needFrom, needTo].map((all) => (all && Object.hasOwn(all, name) ? (all[name] ?? []) : []));
    if (isSame([...(was ?? [])].sort(), [...(is ?? [])].sort())) return [];
    const loses = (is ?? []).some((need) => !was?.includes(need));
    const gains = (was ?? []).some((need) => !is?.includes(need));
    const effect = effectOf({ loses, gains });
    return effect === undefined ? [] : [{ at: [...at, name], keyword, effect, before: was, after: is }];
  });
  return [...schemas, ...needs];
}

function namesOf(one: object, other: object): readonly string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}
