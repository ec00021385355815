/**
 * How two JSON Schemas (2020-12) differ in what they accept.
 *
 * A schema is the conjunction of its keywords, so it becomes narrower only where one of them does. Each keyword is compared by itself, with those that it
 * depends on, and where that cannot be told the answer is `unknown`: nothing that accepts less (or more) is ever missed.
 */
import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { compareArrays } from "./compare-arrays.ts";
import { compareCombined } from "./compare-combined.ts";
import { compareObjects } from "./compare-objects.ts";
import { compareValues } from "./compare-values.ts";
import type { Compare, Pair, Sides } from "./pair.ts";
import { anything, isWords, resolved, words } from "./resolved.ts";
import { effectOf, isSame, narrows, type SchemaChange, widens } from "./schema-change.ts";

/** Steps from the root to a value; schemas that lead back to themselves end earlier, by the pairs already seen. */
const depthMax = 100;

/** Changes of one pair that are told again at the next place where the same two stand; of more, only what they mean. */
const repeatedMax = 10;

export function compareSchemas(before: JsonSchema, after: JsonSchema, sides: Sides): readonly SchemaChange[] {
  const compare = createCompare(sides, new Pairs(), new Pairs());
  return compare(before, after, []);
}

type Seen = Pairs<readonly SchemaChange[]>;

function createCompare(sides: Sides, seen: Seen, seenOpposed: Seen): Compare {
  const compare: Compare = (one, other, at) => {
    const from = resolved(one, sides.before);
    const to = resolved(other, sides.after);
    const said = [...wordsOf(one, other, at)];
    if (from === false || to === false) return from === to ? [] : [whole(from, to, at)];
    const known = seen.get(from, to);
    if (known !== undefined) return [...said, ...repeated(known, at)];
    if (at.length > depthMax) return [{ at, keyword: "$value", effect: "unknown", before: from, after: to }];
    // Where they lead back to themselves, what comes of it is told here.
    seen.set(from, to, []);
    const found = comparePair(
      asAlternatives({ before: from, after: to, at, compare, opposed: opposite(), acceptsSame: sameOf, sides }),
    );
    seen.set(
      from,
      to,
      found.map((change) => ({ ...change, at: change.at.slice(at.length) })),
    );
    return [...said, ...found];
  };
  const sameOf: Pair["acceptsSame"] = (one, other) => acceptsSame(one, other, sides);
  const opposite = () => createCompare(sides, seenOpposed, seen);
  return compare;
}

function repeated(known: readonly SchemaChange[], at: readonly string[]): readonly SchemaChange[] {
  if (known.length <= repeatedMax) return known.map((change) => ({ ...change, at: [...at, ...change.at] }));
  const loses = known.some(narrows);
  const effect = effectOf({ loses, gains: known.some(widens) });
  return effect === undefined ? [] : [{ at, keyword: "$value", effect, before: undefined, after: undefined }];
}

/** Values by two objects. */
class Pairs<Value> {
  readonly #values = new WeakMap<object, WeakMap<object, Value>>();

  get(one: object, other: object): Value | undefined {
    return this.#values.get(one)?.get(other);
  }

  set(one: object, other: object, value: Value): void {
    const row = this.#values.get(one) ?? new WeakMap<object, Value>();
    this.#values.set(one, row.set(other, value));
  }
}

/** Verdicts by the definitions that they rest on. */
const verdicts = new Pairs<Pairs<boolean>>();

/** Whether both accept the same values, as far as can be told: of two that lead back to themselves it cannot. */
function acceptsSame(before: JsonSchema, after: JsonSchema, sides: Sides): boolean {
  if (typeof before === "boolean" || typeof after === "boolean") return before === after;
  const known = verdicts.get(sides.before, sides.after) ?? new Pairs<boolean>();
  verdicts.set(sides.before, sides.after, known);
  const verdict = known.get(before, after);
  if (verdict !== undefined) return verdict;
  known.set(before, after, false);
  const isSameToAll = !compareSchemas(before, after, sides).some((change) => narrows(change) || widens(change));
  known.set(before, after, isSameToAll);
  return isSameToAll;
}

function comparePair(pair: Pair): readonly SchemaChange[] {
  const changes = [
    ...compareValues(pair),
    ...compareObjects(pair),
    ...compareArrays(pair),
    ...compareCombined(pair),
    ...compareUnknown(pair),
  ];
  return [...changes, ...compareUnevaluated(pair, changes)];
}

/** A schema that became one of several alternatives, or the other way round, is an alternative too. */
function asAlternatives(pair: Pair): Pair {
  const [was, is] = [isChoice(pair.before), isChoice(pair.after)];
  if (was === is) return pair;
  if (was) return isPlain(pair.after) ? { ...pair, after: { anyOf: [pair.after] } } : pair;
  return isPlain(pair.before) ? { ...pair, before: { anyOf: [pair.before] } } : pair;
}

function isChoice(schema: JsonSchemaObject): boolean {
  const keywords = Object.keys(schema).filter((keyword) => !isWords(keyword) && keyword !== "default");
  return keywords.length === 1 && (keywords[0] === "anyOf" || keywords[0] === "oneOf");
}

function isPlain({ anyOf, oneOf }: JsonSchemaObject): boolean {
  return anyOf === undefined && oneOf === undefined;
}

function whole(before: JsonSchema, after: JsonSchema, at: readonly string[]): SchemaChange {
  return { at, keyword: "$value", effect: after === false ? "narrower" : "wider", before, after };
}

function* wordsOf(before: JsonSchema, after: JsonSchema, at: readonly string[]): Generator<SchemaChange> {
  const from = typeof before === "boolean" ? anything : before;
  const to = typeof after === "boolean" ? anything : after;
  for (const keyword of [...words, "default"]) {
    if (isSame(from[keyword] ?? null, to[keyword] ?? null)) continue;
    const effect = keyword === "default" ? "filled" : "words";
    yield { at, keyword, effect, before: from[keyword], after: to[keyword] };
  }
}

/** Keywords that another part compares. */
const compared = new Set([
  ...["type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"],
  ...["minLength", "maxLength", "pattern", "properties", "required", "additionalProperties", "patternProperties"],
  ...[
    "propertyNames",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "dependentSchemas",
    "items",
    "prefixItems",
  ],
  ...[
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
    "minContains",
    "maxContains",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
  ],
  ...["if", "then", "else", "unevaluatedProperties", "unevaluatedItems", "default"],
]);

/** A keyword that this house does not know may mean anything; so may a reference that leads nowhere. */
function compareUnknown({ before, after, at }: Pair): SchemaChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((keyword) => !compared.has(keyword) && !isWords(keyword))
    .filter((keyword) => !isSame(before[keyword] ?? null, after[keyword] ?? null))
    .map((keyword) => ({ at, keyword, effect: "unknown", before: before[keyword], after: after[keyword] }));
}

/** These depend on which keywords beside them have looked at a member, also where that made no difference before. */
function compareUnevaluated({ before, after, at }: Pair, others: readonly SchemaChange[]): SchemaChange[] {
  return ["unevaluatedProperties", "unevaluatedItems"].flatMap((keyword): SchemaChange[] => {
    if ((before[keyword] ?? true) === true && (after[keyword] ?? true) === true) return [];
    const isUntouched = isSame(judging(before), judging(after)) && !others.some((one) => narrows(one) || widens(one));
    if (isUntouched) return [];
    return [{ at, keyword, effect: "unknown", before: before[keyword], after: after[keyword] }];
  });
}

function judging(schema: JsonSchemaObject): JsonSchemaObject {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !isWords(keyword)));
}
