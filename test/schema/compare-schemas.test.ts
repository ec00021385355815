import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareSchemas } from "../../generator/src/diff/compare-schemas.ts";
import { narrows, type SchemaChange, widens } from "../../generator/src/diff/schema-change.ts";
import type { JsonSchema } from "../../generator/src/ir/tool.ts";

function compare(before: JsonSchema, after: JsonSchema, defs: Readonly<Record<string, JsonSchema>>[] = [{}, {}]) {
  return compareSchemas(before, after, { before: defs[0] ?? {}, after: defs[1] ?? {} });
}

const told = (changes: readonly SchemaChange[]) =>
  changes.map(({ at, keyword, effect }) => `${at.join(".")} ${keyword} ${effect}`.trim());

describe("compareSchemas", () => {
  it.each<[string, JsonSchema, JsonSchema, readonly string[]]>([
    ["a lower maximum", { type: "integer", maximum: 9 }, { type: "integer", maximum: 8 }, ["maximum narrower"]],
    ["a bound made exclusive", { minimum: 1 }, { exclusiveMinimum: 1 }, ["exclusiveMinimum narrower"]],
    ["a bound of another type's", { type: "string" }, { type: "string", maximum: 1 }, []],
    ["integer to number", { type: "integer" }, { type: "number" }, ["type wider"]],
    ["a value more in a list", { enum: ["A"] }, { enum: ["A", "B"] }, ["enum wider"]],
    ["a list without its type", { type: "string", enum: ["A"] }, { enum: ["A"] }, []],
    ["a text that became a list", { type: "string" }, { enum: ["A"] }, ["enum narrower"]],
    ["a pattern that changed", { pattern: "^a" }, { pattern: "^b" }, ["pattern unknown"]],
    ["null for a reference", { type: "string" }, { anyOf: [{ type: "string" }, { type: "null" }] }, ["anyOf wider"]],
    ["words alone", { title: "A" }, { title: "B" }, ["title words"]],
    ["another default", { default: 1 }, { default: 2 }, ["default filled"]],
    ["a keyword that nobody knows", { odd: 1 }, { odd: 2 }, ["odd unknown"]],
    [
      "a member gone, one required, one shut out",
      { type: "object", properties: { a: { type: "string" }, b: {} }, additionalProperties: false },
      { type: "object", properties: { b: {} }, required: ["b"], additionalProperties: false },
      ["a $value narrower", "b required narrower"],
    ],
    ["items", { items: { type: "string" } }, { items: { type: ["string", "null"] } }, ["[] type wider"]],
    ["a refusal that grew", { not: { enum: [1] } }, { not: { enum: [1, 2] } }, ["not enum narrower"]],
  ])("tells %s", (_, before, after, expected) => {
    expect(told(compare(before, after))).toEqual(expected);
  });

  it("tells of a bound beside a reference as of one that moved, and of nothing behind it", () => {
    const defs = { Limit: { type: "integer", minimum: 1, maximum: 100 } };
    const limit = { $ref: "#/$defs/Limit" };
    expect(told(compare(limit, { ...limit, maximum: 10 }, [defs, defs]))).toEqual(["maximum narrower"]);
    expect(told(compare({ ...limit, maximum: 500 }, limit, [defs, defs]))).toEqual([]);
  });

  it("tells what differs inside of alternatives that may overlap, once", () => {
    const oneOf = [{ $ref: "#/$defs/Gift" }, { $ref: "#/$defs/Discount" }];
    const defs = (code: JsonSchema) => ({
      Gift: { properties: { code, gift: {} } },
      Discount: { properties: { code } },
    });
    const [before, after] = [defs({ type: "string" }), defs({ type: "string", maxLength: 50 })];
    expect(told(compare({ oneOf }, { oneOf }, [before, after]))).toEqual(["code maxLength unknown"]);
    expect(told(compare({ oneOf }, { oneOf: [...oneOf, { minProperties: 1 }] }, [before, after]))).toEqual([
      "oneOf unknown",
    ]);
  });

  it("follows schemas that lead back to themselves, once", () => {
    const node = (value: JsonSchema) => ({
      Node: {
        type: "object",
        properties: { value, next: { $ref: "#/$defs/Node" }, all: { items: { $ref: "#/$defs/Node" } } },
      },
    });
    const ref = { $ref: "#/$defs/Node" };
    const changes = compare(ref, ref, [node({ type: "string" }), node({ type: "string", maxLength: 3 })]);
    expect(told(changes)).toEqual(["value maxLength narrower"]);
  });

  it("never misses a value that fits no more, or fits now: Ajv is the judge", () => {
    const ajv = new Ajv2020({ strict: false, logger: false });
    const values = JSON.parse(JSON.stringify(fc.sample(value, { numRuns: 120, seed: 1 }))) as readonly unknown[];
    for (const [seed, [group, name]] of keywords.entries()) {
      fc.assert(
        fc.property(versions(group, name), shared, fc.option(shared, { freq: 1 }), ({ before, after }, def, other) => {
          const defs = [{ Shared: def }, { Shared: other ?? def }];
          const changes = compare(before, after, defs);
          const [fitted, fits] = [before, after].map((root, side) => ajv.compile({ allOf: [root], $defs: defs[side] }));
          for (const one of values) {
            const [was, is] = [fitted?.(one), fits?.(one)];
            if (was && !is) expect(changes.some(narrows), JSON.stringify(one)).toBe(true);
            if (!was && is) expect(changes.some(widens), JSON.stringify(one)).toBe(true);
          }
        }),
        { numRuns: Number(process.env.DIFF_RUNS ?? 4), seed: seed + Number(process.env.DIFF_SEED ?? 7) },
      );
    }
  });
});

const small = fc.integer({ min: 0, max: 3 });
const word = fc.constantFrom("a", "b", "ab", "");
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, 0, 1, 2, 3, 1.5, "a", "b", "ab", ""),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(word, tie("any"), { maxKeys: 3 }),
  ),
})).any;

const type = fc.constantFrom("null", "boolean", "object", "array", "string", "integer", "number");
type Keywords = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** Keywords that depend on each other, over a few values, so that two schemas often mean nearly the same. */
function groupsOf(tie: (name: "schema" | "list" | "map") => fc.Arbitrary<unknown>): readonly Keywords[] {
  return [
    { type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })), minimum: small, maximum: small },
    { exclusiveMinimum: small, minimum: small, exclusiveMaximum: small, multipleOf: fc.constantFrom(1, 2, 4) },
    { type: fc.constant("string"), minLength: small, maxLength: small, pattern: word },
    { enum: fc.uniqueArray(fc.constantFrom(null, 0, 1, 2, "a", "b"), { minLength: 1, maxLength: 3 }), type },
    { const: fc.constantFrom(0, "a"), not: tie("schema") },
    { properties: tie("map"), required: fc.uniqueArray(word, { maxLength: 2 }), additionalProperties: tie("schema") },
    { patternProperties: tie("map"), properties: tie("map"), additionalProperties: tie("schema") },
    { propertyNames: tie("schema"), minProperties: small, maxProperties: small, type: fc.constant("object") },
    { dependentRequired: fc.dictionary(word, fc.uniqueArray(word, { maxLength: 2 })), dependentSchemas: tie("map") },
    { properties: tie("map"), unevaluatedProperties: fc.boolean(), allOf: tie("list") },
    { items: tie("schema"), prefixItems: tie("list"), unevaluatedItems: fc.boolean() },
    { minItems: small, maxItems: small, uniqueItems: fc.boolean() },
    { contains: tie("schema"), minContains: small, maxContains: small },
    { allOf: tie("list"), anyOf: tie("list") },
    { oneOf: tie("list") },
    { anyOf: tie("list"), oneOf: tie("list"), type },
    { if: tie("schema"), then: tie("schema"), else: tie("schema") },
  ];
}

function part(keywords: Keywords): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const optional = Object.entries(keywords).map(([name, each]) => [name, fc.option(each, { nil: undefined, freq: 3 })]);
  return fc.record(Object.fromEntries(optional) as Keywords);
}

const parts = fc.letrec((tie) => ({
  schema: fc.oneof(
    { maxDepth: 2 },
    fc.boolean(),
    fc.oneof(...groupsOf(tie).map(part)),
    fc.constant({ $ref: "#/$defs/Shared" }),
  ),
  list: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }),
  map: fc.dictionary(word, tie("schema"), { maxKeys: 2 }),
}));
const keywords = groupsOf((name) => parts[name]).flatMap((group) =>
  Object.keys(group).map((name) => [group, name] as const),
);
const schema = parts.schema as fc.Arbitrary<JsonSchema>;

/** Where the part that differs stands: half of the time at the root. */
const contexts: readonly ((part: JsonSchema) => JsonSchema)[] = [
  (part) => part,
  (part) => part,
  (part) => part,
  (part) => part,
  (part) => part,
  (part) => ({ properties: { a: part } }),
  (part) => ({ items: part, type: ["array", "string"] }),
  (part) => ({ not: part }),
  (part) => ({ not: { not: part } }),
  (part) => ({ anyOf: [part, { type: "null" }] }),
  (part) => ({ allOf: [part, { not: { const: 1 } }] }),
  (part) => ({ oneOf: [part, { enum: [0, "a"] }] }),
  (part) => ({ additionalProperties: part, properties: { a: true } }),
  (part) => ({ contains: part }),
  (part) => ({ if: part, then: false }),
];

interface Versions {
  readonly before: JsonSchema;
  readonly after: JsonSchema;
}

/** Two schemas that differ in one keyword, so that no other change can stand in for it. */
function versions(group: Keywords, name: string): fc.Arbitrary<Versions> {
  const value = fc.option(group[name] as fc.Arbitrary<unknown>, { nil: undefined, freq: 2 });
  return fc
    .tuple(part(group), group[name] as fc.Arbitrary<unknown>, value, fc.constantFrom(...contexts), fc.boolean())
    .map(([rest, one, other, context, isTurned]) => {
      const [first, second] = [one, other].map((each) => context({ ...rest, [name]: each }));
      const pair = isTurned ? { before: second, after: first } : { before: first, after: second };
      return JSON.parse(JSON.stringify(pair)) as Versions;
    });
}

/** It may lead back to itself, but only one step deeper in the value: no validator ends otherwise. */
const shared: fc.Arbitrary<JsonSchema> = fc
  .tuple(schema, schema)
  .map(([a, items]) => JSON.parse(JSON.stringify({ properties: { a }, items })) as JsonSchema);
