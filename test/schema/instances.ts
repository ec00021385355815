/** Values for a schema: sampled to fit it, and then altered to just miss it. The same seed gives the same values. */
import type { JsonSchema, JsonSchemaObject } from "../../generator/src/ir/tool.ts";
import type { Definitions } from "../../generator/src/schema/scope.ts";

type Random = (below: number) => number;

/** mulberry32: small, and good enough to choose by. */
export function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below;
  };
}

const formats: Readonly<Record<string, readonly string[]>> = {
  uuid: ["550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-44665544000"],
  date: ["2026-02-28", "2026-02-29", "2026-2-1"],
  "date-time": ["2026-12-31T23:59:59Z", "2026-12-31T23:59:59", "2026-02-30T00:00:00Z"],
  email: ["a@b.example", "a@", "a..b@c.example"],
  uri: ["https://a.example/x?y=1#z", "a.example", "https://a b"],
  ipv4: ["127.0.0.1", "256.0.0.1"],
  ipv6: ["::1", ":::1"],
  hostname: ["a.example", "-a"],
};
const junk: readonly unknown[] = [null, true, 0, -1, 1.5, "", "a", "😀", [], {}, [null], { constructor: 1 }];
/** Levels of objects and arrays that are filled. */
const depthMax = 5;

/** Values near the schema: half of them sampled, half of them with one place altered. */
export function instancesOf(schema: JsonSchema, definitions: Definitions, count: number, random: Random): unknown[] {
  return Array.from({ length: count }, (_, index) => {
    const value = sample(schema, { definitions, random }, 0);
    return index % 2 === 0 ? value : altered(value, random);
  });
}

interface Context {
  readonly definitions: Definitions;
  readonly random: Random;
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random(list.length))] as T;
}

function sample(schema: JsonSchema | undefined, context: Context, depth: number): unknown {
  const { definitions, random } = context;
  if (typeof schema !== "object") return pick(junk, random);
  if (typeof schema.$ref === "string" && depth <= depthMax * 3)
    return sample(definitions[decodeURIComponent(schema.$ref.slice("#/$defs/".length))], context, depth + 1);
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return pick(schema.enum, random);
  const parts = (schema.allOf ?? []) as readonly JsonSchema[];
  const alternatives = (schema.oneOf ?? schema.anyOf) as readonly JsonSchema[] | undefined;
  if (depth > depthMax * 3) return pick(junk, random);
  const values = [...parts, ...(alternatives === undefined ? [] : [pick(alternatives, random)])].map((part) =>
    sample(part, context, depth + 1),
  );
  const own = schema.type !== undefined || schema.properties !== undefined || values.length === 0;
  if (own) values.push(sampleType(schema, context, depth));
  if (values.every((value) => typeof value === "object" && value !== null && !Array.isArray(value)))
    return Object.fromEntries(values.flatMap((value) => Object.entries(value as object)));
  return values[0];
}

function sampleType(schema: JsonSchemaObject, context: Context, depth: number): unknown {
  const { random } = context;
  const implied = schema.properties !== undefined ? "object" : schema.items !== undefined ? "array" : undefined;
  switch (pick([schema.type ?? implied].flat(), random)) {
    case "string":
      return sampleText(schema, random);
    case "integer":
      return Math.round(sampleNumber(schema, random));
    case "number":
      return sampleNumber(schema, random) + pick([0, 0.5], random);
    case "boolean":
      return random(2) < 1;
    case "null":
      return null;
    case "array": {
      const least = Number(schema.minItems ?? 0);
      const length = depth > depthMax ? least : least + Math.floor(random(3));
      const prefix = (schema.prefixItems ?? []) as readonly JsonSchema[];
      return Array.from({ length: Math.min(length, 50) }, (_, index) =>
        sample(prefix[index] ?? (schema.items as JsonSchema | undefined), context, depth + 1),
      );
    }
    case "object": {
      const required = (schema.required ?? []) as readonly string[];
      const members = Object.entries((schema.properties ?? {}) as Definitions).filter(
        ([name]) => required.includes(name) || (depth <= depthMax && random(2) < 1),
      );
      const entries = members.map(([name, member]) => [name, sample(member, context, depth + 1)] as const);
      const rest = schema.additionalProperties;
      if (typeof rest === "object" && random(2) < 1)
        entries.push(["extra", sample(rest as JsonSchema, context, depth + 1)]);
      return Object.fromEntries(entries);
    }
    default:
      return pick(junk, random);
  }
}

function sampleText(schema: JsonSchemaObject, random: Random): string {
  const known = formats[String(schema.format)];
  if (known !== undefined && random(8) < 7) return random(4) < 3 ? (known[0] as string) : pick(known, random);
  const least = Number(schema.minLength ?? 0);
  const most = Number(schema.maxLength ?? least + 8);
  const length = Math.max(
    0,
    pick([least, Math.min(most, 2000), least + 1, Math.min(most + 1, 2001), least - 1], random),
  );
  return pick(["a", "A", "1", "😀", "-"], random).repeat(length);
}

function sampleNumber(schema: JsonSchemaObject, random: Random): number {
  const edges = [schema.minimum, schema.maximum, schema.exclusiveMinimum, schema.exclusiveMaximum];
  const numbers = edges.filter((edge): edge is number => typeof edge === "number" && Math.abs(edge) < 2 ** 52);
  const step = typeof schema.multipleOf === "number" ? schema.multipleOf : 1;
  return pick([...numbers, ...numbers.map((edge) => edge + pick([-step, step], random)), 0, step, 42], random);
}

/** One place of the value replaced, removed or added. */
function altered(value: unknown, random: Random): unknown {
  if (typeof value !== "object" || value === null || random(4) < 1) return pick(junk, random);
  if (Array.isArray(value)) {
    if (value.length === 0 || random(3) < 1)
      return [...value, ...(value.length > 0 ? [value[0]] : [pick(junk, random)])];
    const at = Math.floor(random(value.length));
    return value.map((item, index) => (index === at ? altered(item, random) : item));
  }
  const entries = Object.entries(value);
  if (entries.length === 0 || random(4) < 1) return { ...value, toString: pick(junk, random) };
  const [name, member] = pick(entries, random);
  if (random(3) < 1) return Object.fromEntries(entries.filter(([other]) => other !== name));
  return Object.fromEntries(entries.map(([other, each]) => [other, other === name ? altered(member, random) : each]));
}
