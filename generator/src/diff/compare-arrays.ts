/** Keywords that speak about the items of an array. */
import type { JsonSchema, JsonSchemaObject } from "../ir/tool.ts";
import { bothMayBe, change, compareLeast, compareMost } from "./compare-values.ts";
import type { Pair } from "./pair.ts";
import { type Effect, effectOf, type SchemaChange } from "./schema-change.ts";

export function compareArrays(pair: Pair): readonly SchemaChange[] {
  if (!bothMayBe(pair, "array")) return [];
  const { before, after } = pair;
  const [was, is] = [before.uniqueItems === true, after.uniqueItems === true];
  return [
    ...compareItems(pair),
    ...compareLeast(pair, "minItems"),
    ...compareMost(pair, "maxItems"),
    ...change(pair, "uniqueItems", effectOf({ loses: is && !was, gains: was && !is })),
    ...change(pair, "contains", containing(pair)),
  ];
}

/** The items that `prefixItems` names, by position, and then all others. */
function compareItems({ before, after, at, compare }: Pair): readonly SchemaChange[] {
  const count = Math.max(prefixOf(before).length, prefixOf(after).length);
  const named = Array.from({ length: count }, (_, index) =>
    compare(prefixOf(before)[index] ?? othersOf(before), prefixOf(after)[index] ?? othersOf(after), [
      ...at,
      `[${index}]`,
    ]),
  );
  return [...named.flat(), ...compare(othersOf(before), othersOf(after), [...at, "[]"])];
}

function prefixOf({ prefixItems }: JsonSchemaObject): readonly JsonSchema[] {
  return (prefixItems as readonly JsonSchema[] | undefined) ?? [];
}

function othersOf({ items }: JsonSchemaObject): JsonSchema {
  return (items as JsonSchema | undefined) ?? true;
}

function containing(pair: Pair): Effect | undefined {
  const { before, after } = pair;
  const [was, is] = [before.contains, after.contains] as [JsonSchema | undefined, JsonSchema | undefined];
  if (was === undefined || is === undefined) {
    if (was === is) return undefined;
    return was === undefined ? "narrower" : "wider";
  }
  if (!pair.acceptsSame(was, is)) return "unknown";
  const least = ((after.minContains as number) ?? 1) - ((before.minContains as number) ?? 1);
  const [most, now] = [before.maxContains ?? Infinity, after.maxContains ?? Infinity] as [number, number];
  return effectOf({ loses: least > 0 || now < most, gains: least < 0 || now > most });
}
