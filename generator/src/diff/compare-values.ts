/** Keywords that speak about a value by itself: its type, which values there are, bounds of numbers and texts. */
import type { JsonSchemaObject } from "../ir/tool.ts";
import type { Pair } from "./pair.ts";
import { type Effect, effectOf, isSame, type SchemaChange } from "./schema-change.ts";

/** JSON's types, numbers in two: those that are whole, and the rest. */
type Kind = "null" | "boolean" | "object" | "array" | "string" | "integer" | "fraction";
const kinds: readonly Kind[] = ["null", "boolean", "object", "array", "string", "integer", "fraction"];

export function compareValues(pair: Pair): readonly SchemaChange[] {
  return [...compareTypes(pair), ...compareLists(pair), ...compareNumbers(pair), ...compareTexts(pair)];
}

/** Whether values of this type fit both, as far as their type goes; where they do not, that alone is the change. */
export function bothMayBe({ before, after }: Pair, ...some: readonly Kind[]): boolean {
  const [one, other] = [kindsOf(before), kindsOf(after)];
  return some.some((kind) => one.has(kind) && other.has(kind));
}

export function change(
  { before, after, at }: Pair,
  keyword: string,
  effect: Effect | undefined,
): readonly SchemaChange[] {
  return effect === undefined ? [] : [{ at, keyword, effect, before: before[keyword], after: after[keyword] }];
}

/** The types that are declared, less those that no listed value has. */
export function kindsOf(schema: JsonSchemaObject): ReadonlySet<Kind> {
  const declared = declaredKinds(schema);
  const listed = listedIn(schema);
  if (listed === undefined) return declared;
  return new Set(listed.map(kindOf).filter((kind) => declared.has(kind)));
}

function declaredKinds({ type }: JsonSchemaObject): ReadonlySet<Kind> {
  if (type === undefined) return new Set(kinds);
  const names = (Array.isArray(type) ? type : [type]) as readonly string[];
  return new Set(
    names.flatMap((name): readonly Kind[] => (name === "number" ? ["integer", "fraction"] : [name as Kind])),
  );
}

function kindOf(value: unknown): Kind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "fraction";
  return typeof value as Kind;
}

/** The values that `enum` and `const` leave, those of a type that is not declared too; undefined where all are. */
function listedIn({ enum: list, const: only }: JsonSchemaObject): readonly unknown[] | undefined {
  if (only === undefined) return list as readonly unknown[] | undefined;
  return ((list as readonly unknown[] | undefined) ?? [only]).filter((value) => isSame(value, only));
}

function compareTypes(pair: Pair): readonly SchemaChange[] {
  const [before, after] = [kindsOf(pair.before), kindsOf(pair.after)];
  const isListed = listedIn(pair.before) !== undefined && listedIn(pair.after) !== undefined;
  // Of two lists, their values say all of it.
  if (isListed) return [];
  const loses = [...before].some((kind) => !after.has(kind));
  const gains = [...after].some((kind) => !before.has(kind));
  return change(pair, "type", effectOf({ loses, gains }));
}

function compareLists(pair: Pair): readonly SchemaChange[] {
  const valuesOf = (schema: JsonSchemaObject) =>
    listedIn(schema)?.filter((value) => declaredKinds(schema).has(kindOf(value)));
  const [before, after] = [valuesOf(pair.before), valuesOf(pair.after)];
  if (before === undefined && after === undefined) return [];
  const effect = effectOf({
    loses: after !== undefined && (before?.some((value) => !holds(after, value)) ?? true),
    gains: before !== undefined && (after?.some((value) => !holds(before, value)) ?? true),
  });
  if (effect === undefined) return [];
  return [{ at: pair.at, keyword: "enum", effect, before, after }];
}

function holds(values: readonly unknown[], wanted: unknown): boolean {
  return values.some((value) => isSame(value, wanted));
}

function compareNumbers(pair: Pair): readonly SchemaChange[] {
  if (!bothMayBe(pair, "integer", "fraction")) return [];
  return [
    ...compareBound(pair, ["minimum", "exclusiveMinimum"], 1),
    ...compareBound(pair, ["maximum", "exclusiveMaximum"], -1),
    ...change(pair, "multipleOf", multiples(pair.before.multipleOf, pair.after.multipleOf)),
    ...(bothMayBe(pair, "string") ? [] : change(pair, "format", added(pair, "format"))),
  ];
}

/** `direction` 1 for lower bounds, -1 for upper ones. */
function compareBound(pair: Pair, keywords: readonly [string, string], direction: 1 | -1): readonly SchemaChange[] {
  const [open, shut] = keywords;
  const tightest = (schema: JsonSchemaObject) => {
    const at = (keyword: string) =>
      schema[keyword] === undefined ? Number.NEGATIVE_INFINITY : direction * (schema[keyword] as number);
    return at(shut) >= at(open)
      ? { keyword: shut, bound: at(shut), isShut: at(shut) > Number.NEGATIVE_INFINITY }
      : { keyword: open, bound: at(open), isShut: false };
  };
  const [before, after] = [tightest(pair.before), tightest(pair.after)];
  const higher = after.bound - before.bound || Number(after.isShut) - Number(before.isShut);
  // Infinity less infinity is no number: neither has a bound.
  if (Number.isNaN(higher) || higher === 0) return [];
  const keyword = after.bound === Number.NEGATIVE_INFINITY ? before.keyword : after.keyword;
  return [
    {
      at: pair.at,
      keyword,
      effect: higher > 0 ? "narrower" : "wider",
      before: pair.before[before.keyword],
      after: pair.after[after.keyword],
    },
  ];
}

function multiples(before: unknown, after: unknown): Effect | undefined {
  if (before === after) return undefined;
  if (before === undefined) return "narrower";
  if (after === undefined) return "wider";
  // Of fractions nobody knows how a validator rounds.
  if (!Number.isSafeInteger(before) || !Number.isSafeInteger(after)) return "unknown";
  if ((after as number) % (before as number) === 0) return "narrower";
  return (before as number) % (after as number) === 0 ? "wider" : "both";
}

function compareTexts(pair: Pair): readonly SchemaChange[] {
  if (!bothMayBe(pair, "string")) return [];
  return [
    ...compareLeast(pair, "minLength"),
    ...compareMost(pair, "maxLength"),
    ...change(pair, "pattern", added(pair, "pattern")),
    ...change(pair, "format", added(pair, "format")),
  ];
}

/** Of a keyword that only refuses: whether it came, went, or says something else. */
function added({ before, after }: Pair, keyword: string): Effect | undefined {
  if (isSame(before[keyword] ?? null, after[keyword] ?? null)) return undefined;
  if (before[keyword] === undefined) return "narrower";
  return after[keyword] === undefined ? "wider" : "unknown";
}

export function compareLeast(pair: Pair, keyword: string): readonly SchemaChange[] {
  const difference = ((pair.after[keyword] as number) ?? 0) - ((pair.before[keyword] as number) ?? 0);
  return change(pair, keyword, effectOf({ loses: difference > 0, gains: difference < 0 }));
}

export function compareMost(pair: Pair, keyword: string): readonly SchemaChange[] {
  const [before, after] = [pair.before[keyword], pair.after[keyword]].map((most) => (most as number) ?? Infinity) as [
    number,
    number,
  ];
  return change(pair, keyword, effectOf({ loses: after < before, gains: after > before }));
}
