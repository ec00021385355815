/** Keywords that combine schemas of the same value. */
import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import type { Definitions } from "../schema/scope.ts";
import { change, kindsOf } from "./compare-values.ts";
import type { Pair } from "./pair.ts";
import { resolved } from "./resolved.ts";
import { isSame, narrows, type SchemaChange, turned, widens } from "./schema-change.ts";

type Schemas = readonly JsonSchema[];

export function compareCombined(pair: Pair): readonly SchemaChange[] {
  return [...compareAll(pair), ...compareAny(pair), ...compareNot(pair), ...compareIf(pair)];
}

function listOf(schema: JsonSchemaObject, keyword: string): Schemas {
  return (schema[keyword] as Schemas | undefined) ?? [];
}

function compareAll(pair: Pair): readonly SchemaChange[] {
  const { pairs, gone, come } = matched(pair, listOf(pair.before, "allOf"), listOf(pair.after, "allOf"));
  return [
    ...pairs.flatMap(([one, other]) => pair.compare(one, other, pair.at)),
    ...gone.flatMap((each) => pair.compare(each, true, pair.at)),
    ...come.flatMap((each) => pair.compare(true, each, pair.at)),
  ];
}

/** `oneOf` whose alternatives cannot overlap is `anyOf`; of others, any difference may mean anything. */
function compareAny(pair: Pair): readonly SchemaChange[] {
  const before = alternativesOf(pair.before, pair.sides.before);
  const after = alternativesOf(pair.after, pair.sides.after);
  const exact = compareExact(pair, before.exact, after.exact);
  if (before.any === undefined && after.any === undefined) return exact;
  if (before.any === undefined || after.any === undefined) {
    return [...exact, ...change(pair, before.keyword ?? after.keyword ?? "anyOf", before.any ? "wider" : "narrower")];
  }
  const { pairs, gone, come } = matched(pair, before.any, after.any);
  const keyword = after.keyword ?? "anyOf";
  return [
    ...exact,
    ...pairs.flatMap(([one, other]) => pair.compare(one, other, pair.at)),
    ...gone.map((each): SchemaChange => ({ at: pair.at, keyword, effect: "narrower", before: each, after: undefined })),
    ...come.map((each): SchemaChange => ({ at: pair.at, keyword, effect: "wider", before: undefined, after: each })),
  ];
}

interface Alternatives {
  readonly keyword: string | undefined;
  readonly any: Schemas | undefined;
  /** Exactly one of them must fit, and more than one might. */
  readonly exact: Schemas | undefined;
}

function alternativesOf(schema: JsonSchemaObject, definitions: Definitions): Alternatives {
  const [any, one] = [schema.anyOf, schema.oneOf] as [Schemas | undefined, Schemas | undefined];
  if (one === undefined) return { keyword: "anyOf", any, exact: undefined };
  return any === undefined && areApart(one, definitions)
    ? { keyword: "oneOf", any: one, exact: undefined }
    : { keyword: "anyOf", any, exact: one };
}

function compareExact(pair: Pair, before: Schemas | undefined, after: Schemas | undefined): readonly SchemaChange[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined || after === undefined) {
    const isOther = pair.before.oneOf !== undefined && pair.after.oneOf !== undefined;
    return change(pair, "oneOf", isOther ? "unknown" : before === undefined ? "narrower" : "wider");
  }
  const isUntouched =
    before.length === after.length && before.every((each, index) => pair.acceptsSame(each, after[index] as JsonSchema));
  return isUntouched ? [] : withinExact(pair, before, after);
}

/** What differs inside the alternatives, where each of them is still there. It may make the whole narrower or wider. */
function withinExact(pair: Pair, before: Schemas, after: Schemas): readonly SchemaChange[] {
  const { pairs, gone, come } = matched(pair, before, after);
  if (gone.length > 0 || come.length > 0) return change(pair, "oneOf", "unknown");
  const inside = pairs
    .flatMap(([one, other]) => pair.compare(one, other, pair.at))
    .map((each): SchemaChange => (narrows(each) || widens(each) ? { ...each, effect: "unknown" } : each));
  if (!inside.some(narrows)) return change(pair, "oneOf", "unknown");
  // Alternatives share members.
  return inside.filter((each, index) => inside.findIndex((other) => isSame(each, other)) === index);
}

/** Alternatives compared at most: telling all of them apart grows with the square. */
const alternativesMax = 50;

/** Whether no value can fit two of them: by type, or by a required member whose values are listed. */
function areApart(schemas: Schemas, definitions: Definitions): boolean {
  const all = schemas.map((schema) => resolved(schema, definitions));
  if (all.length > alternativesMax) return false;
  return all.every((one, index) =>
    all.slice(index + 1).every((other) => one === false || other === false || apart(one, other)),
  );
}

function apart(one: JsonSchemaObject, other: JsonSchemaObject): boolean {
  const kinds = kindsOf(other);
  const shared = [...kindsOf(one)].filter((kind) => kinds.has(kind));
  if (shared.length === 0) return true;
  if (shared.some((kind) => kind !== "object")) return false;
  return requiredOf(one).some((name) => {
    const [here, there] = [valuesOf(one, name), valuesOf(other, name)];
    if (!requiredOf(other).includes(name) || here === undefined || there === undefined) return false;
    return !here.some((value) => there.some((each) => isSame(value, each)));
  });
}

function requiredOf({ required }: JsonSchemaObject): readonly string[] {
  return (required as readonly string[] | undefined) ?? [];
}

function valuesOf({ properties }: JsonSchemaObject, name: string): readonly unknown[] | undefined {
  const member = ((properties ?? {}) as Readonly<Record<string, JsonSchema>>)[name];
  if (typeof member !== "object") return undefined;
  return member.const === undefined ? (member.enum as readonly unknown[] | undefined) : [member.const];
}

interface Matched {
  readonly pairs: readonly (readonly [JsonSchema, JsonSchema])[];
  readonly gone: Schemas;
  readonly come: Schemas;
}

/** Which schema of one list became which of the other: the same ones, those of one name, of one type, and the rest in turn. */
function matched(pair: Pair, before: Schemas, after: Schemas): Matched {
  const pairs: (readonly [JsonSchema, JsonSchema])[] = [];
  let gone = [...before];
  const come = [...after];
  const match = (isMeant: (one: JsonSchema, other: JsonSchema) => boolean) => {
    gone = gone.filter((one) => {
      const index = come.findIndex((other) => isMeant(one, other));
      if (index < 0) return true;
      pairs.push([one, come[index] as JsonSchema]);
      come.splice(index, 1);
      return false;
    });
  };
  match((one, other) => isSame(one, other));
  match((one, other) => nameOf(one) !== undefined && nameOf(one) === nameOf(other));
  match((one, other) => pair.acceptsSame(one, other));
  match((one, other) => isSame(typeOf(pair, one, "before"), typeOf(pair, other, "after")));
  return { pairs, gone, come };
}

function nameOf(schema: JsonSchema): unknown {
  return typeof schema === "object" ? (schema.$ref ?? schema.title) : undefined;
}

function typeOf({ sides }: Pair, schema: JsonSchema, side: "before" | "after"): readonly string[] {
  const target = resolved(schema, sides[side]);
  return target === false ? [] : [...kindsOf(target)].sort();
}

function compareNot(pair: Pair): readonly SchemaChange[] {
  const [was, is] = [pair.before.not, pair.after.not] as [JsonSchema | undefined, JsonSchema | undefined];
  if (was === undefined || is === undefined) {
    if (was === is) return [];
    return change(pair, "not", was === undefined ? "narrower" : "wider");
  }
  return pair
    .opposed(was, is, pair.at)
    .map(({ effect, ...one }) => ({ ...one, effect: turned(effect), keyword: `not ${one.keyword}` }));
}

function compareIf(pair: Pair): readonly SchemaChange[] {
  const { before, after } = pair;
  const speaks = (schema: JsonSchemaObject) =>
    schema.if !== undefined && (schema.then !== undefined || schema.else !== undefined);
  if (!speaks(before) || !speaks(after)) {
    if (speaks(before) === speaks(after)) return [];
    return change(pair, "if", speaks(after) ? "narrower" : "wider");
  }
  const isUntouched = ["if", "then", "else"].every((keyword) =>
    pair.acceptsSame((before[keyword] as JsonSchema) ?? true, (after[keyword] as JsonSchema) ?? true),
  );
  return isUntouched ? [] : change(pair, "if", "unknown");
}
