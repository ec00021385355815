import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonSchema } from "../ir/tool.ts";
import { compareSchemas } from "./compare-schemas.ts";
import { narrows, type SchemaChange, widens } from "./schema-change.ts";

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
    const values = JSON.parse(JSON.stringify(fc.sample(value, { numRuns: 150, seed: 1 }))) as readonly unknown[];
    fc.assert(
      fc.property(fc.tuple(schema, shared), fc.tuple(schema, shared), ([before, defBefore], [after, defAfter]) => {
        const changes = compare(before, after, [{ Shared: defBefore }, { Shared: defAfter }]);
        const fits = [
          [before, defBefore],
          [after, defAfter],
        ].map(([root, Shared]) => ajv.compile({ allOf: [root], $defs: { Shared } }));
        for (const one of values) {
          const [was, is] = fits.map((check) => check(one));
          if (was && !is) expect(changes.some(narrows), JSON.stringify(one)).toBe(true);
          if (!was && is) expect(changes.some(widens), JSON.stringify(one)).toBe(true);
        }
      }),
      { numRuns: Number(process.env.DIFF_RUNS ?? 60), seed: Number(process.env.DIFF_SEED ?? 7) },
    );
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

/** Schemas of a few keywords over a few values, so that two of them often mean nearly the same. */
const schema = fc
  .letrec<{ schema: JsonSchema; list: JsonSchema[]; map: Record<string, JsonSchema> }>((tie) => {
    const type = fc.constantFrom("null", "boolean", "object", "array", "string", "integer", "number");
    const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });
    const part = (keywords: Record<string, fc.Arbitrary<unknown>>) =>
      fc.record(Object.fromEntries(Object.entries(keywords).map(([name, each]) => [name, optional(each)])));
    const keywords = fc.oneof(
      part({
        type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })),
        minimum: small,
        maximum: small,
      }),
      part({ exclusiveMinimum: small, exclusiveMaximum: small, multipleOf: fc.constantFrom(1, 2, 4), type }),
      part({ type, minLength: small, maxLength: small, pattern: word }),
      part({ enum: fc.uniqueArray(fc.constantFrom(null, 0, 1, 2, "a", "b"), { minLength: 1, maxLength: 3 }), type }),
      part({ const: fc.constantFrom(0, "a"), not: tie("schema") }),
      part({
        type: fc.constant("object"),
        properties: tie("map"),
        required: fc.uniqueArray(word, { maxLength: 2 }),
        additionalProperties: tie("schema"),
      }),
      part({
        patternProperties: tie("map"),
        properties: tie("map"),
        propertyNames: tie("schema"),
        maxProperties: small,
      }),
      part({
        dependentRequired: fc.dictionary(word, fc.uniqueArray(word, { maxLength: 2 })),
        dependentSchemas: tie("map"),
      }),
      part({ properties: tie("map"), unevaluatedProperties: fc.boolean(), allOf: tie("list") }),
      part({
        items: tie("schema"),
        prefixItems: tie("list"),
        minItems: small,
        maxItems: small,
        uniqueItems: fc.boolean(),
      }),
      part({ contains: tie("schema"), minContains: small, maxContains: small, unevaluatedItems: fc.boolean() }),
      part({ allOf: tie("list"), anyOf: tie("list") }),
      part({ oneOf: tie("list") }),
      part({ anyOf: tie("list"), oneOf: tie("list"), type }),
      part({ if: tie("schema"), then: tie("schema"), else: tie("schema") }),
    );
    return {
      schema: fc.oneof(
        { maxDepth: 2 },
        fc.boolean(),
        keywords as fc.Arbitrary<JsonSchema>,
        fc.constant({ $ref: "#/$defs/Shared" }),
      ),
      list: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }),
      map: fc.dictionary(word, tie("schema"), { maxKeys: 2 }),
    };
  })
  .schema.map((one) => JSON.parse(JSON.stringify(one)) as JsonSchema);

/** It may lead back to itself, but only one step deeper in the value: no validator ends otherwise. */
const shared: fc.Arbitrary<JsonSchema> = fc.tuple(schema, schema).map(([a, items]) => ({ properties: { a }, items }));
