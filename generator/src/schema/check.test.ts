import { describe, expect, test } from "vitest";
import type { JsonSchema } from "../ir/tool.ts";
import { checkSchema, schemaDepthMax } from "./check.ts";
import type { Side } from "./scope.ts";

function check(schema: JsonSchema, definitions: Record<string, JsonSchema> = {}, side: Side = "input"): string[] {
  return checkSchema(schema, { definitions, side }).map(({ rule, pointer }) => `${rule} ${pointer}`);
}

describe("refuses", () => {
  test.each<[string, JsonSchema, string]>([
    ["a schema that is none", { items: "string" } as JsonSchema, "schema-type /items"],
    ["a type that is none", { type: "strng" }, "invalid-keyword /type"],
    ["a type named twice", { type: ["string", "string"] }, "invalid-keyword /type"],
    ["a bound that is a text", { minimum: "3" }, "invalid-keyword /minimum"],
    ["a bound that is infinite", { minimum: Number.POSITIVE_INFINITY }, "invalid-keyword /minimum"],
    ["exclusiveMinimum of draft 4", { minimum: 1, exclusiveMinimum: true }, "invalid-keyword /exclusiveMinimum"],
    ["a negative length", { minLength: -1 }, "invalid-keyword /minLength"],
    ["multiples of zero", { multipleOf: 0 }, "invalid-keyword /multipleOf"],
    [
      "required at a member",
      { properties: { a: { required: true } } } as JsonSchema,
      "invalid-keyword /properties/a/required",
    ],
    ["another dialect", { $schema: "https://x.example/dialect" }, "unsupported-keyword /$schema"],
    ["a const that is no JSON", { const: Number.NaN }, "invalid-keyword /const"],
    ["no alternatives", { anyOf: [] }, "invalid-keyword /anyOf"],
    ["items by position", { items: [{}] } as JsonSchema, "invalid-keyword /items"],
    ["nullable of OpenAPI 3.0", { type: "string", nullable: true }, "unsupported-keyword /nullable"],
    ["a dynamic reference", { $dynamicRef: "#node" }, "unsupported-keyword /$dynamicRef"],
    ["schemas of its own", { $defs: { A: {} } }, "unsupported-keyword /$defs"],
    ["a reference to nowhere", { properties: { a: { $ref: "#/$defs/Nobody" } } }, "unknown-ref /properties/a/$ref"],
    ["a reference into another schema", { $ref: "#/properties/a" }, "unknown-ref /$ref"],
    ["a pattern that is none", { pattern: "(a" }, "invalid-pattern /pattern"],
    ["a slow pattern", { items: { pattern: "^(a+)+\\1" } }, "slow-pattern /items/pattern"],
    [
      "a slow pattern of names",
      { patternProperties: { "^(a+)+\\1": true } },
      "slow-pattern /patternProperties/^(a+)+\\1",
    ],
    ["a default of another type", { type: "integer", default: "1" }, "invalid-default /default"],
    [
      "a default out of bounds",
      { properties: { a: { maximum: 1, default: 2 } } },
      "invalid-default /properties/a/default",
    ],
    ["a whole number beyond 2^53 as default", { type: "integer", default: 2 ** 53 }, "invalid-default /default"],
    ["a default that is no date", { format: "date", default: "2023-02-29" }, "invalid-default /default"],
    [
      "a default behind a condition",
      { not: { properties: { a: { default: 1 } } } },
      "unfilled-default /not/properties/a",
    ],
    [
      "a default beside patterns",
      { properties: { a: { default: 1 } }, patternProperties: { "^x": true } },
      "unfilled-default /properties/a",
    ],
    [
      "a default of an alternative beside members",
      { type: "object", properties: { b: true }, anyOf: [{ properties: { a: { default: 1 } } }] },
      "unfilled-default /anyOf/0/properties/a",
    ],
  ])("%s", (_name, schema, problem) => {
    expect(check(schema)).toContain(problem);
  });

  test("references that go in circles about one value", () => {
    const definitions = { A: { $ref: "#/$defs/B" }, B: { anyOf: [{ $ref: "#/$defs/A" }, true] } };
    expect(check({ $ref: "#/$defs/A" }, definitions)).toEqual(["endless-ref /$ref"]);
    expect(check({ allOf: [{ $ref: "#/$defs/Self" }] }, { Self: { not: { $ref: "#/$defs/Self" } } })).toEqual([
      "endless-ref /allOf/0/$ref",
    ]);
  });

  test("defaults of a shared schema where they cannot be filled in", () => {
    const definitions = { Paged: { type: "object", properties: { limit: { type: "integer", default: 10 } } } };
    expect(check({ not: { $ref: "#/$defs/Paged" } }, definitions)).toEqual(["unfilled-default /not/$ref"]);
  });

  test("unevaluated members beside a schema that contains itself and has alternatives", () => {
    const tree = {
      properties: { child: { $ref: "#/$defs/Tree", unevaluatedProperties: false } },
      anyOf: [{ required: ["a"] }, { properties: { child: { $ref: "#/$defs/Tree" } } }],
    };
    expect(check(tree.properties.child, { Tree: tree })).toEqual(["unsupported-keyword /unevaluatedProperties"]);
  });

  test("schemas nested too deep", () => {
    let schema: JsonSchema = { type: "string" };
    for (let level = 0; level < schemaDepthMax * 3; level++) schema = { items: schema };
    expect(check(schema).map((problem) => problem.split(" ")[0])).toEqual(["schema-depth"]);
  });

  test("every problem at once, each with what to do about it", () => {
    const problems = checkSchema(
      { type: "strng", pattern: "(a", properties: { a: { nullable: true } } },
      { definitions: {}, side: "input" },
    );
    expect(problems.map(({ rule }) => rule)).toEqual(["invalid-keyword", "invalid-pattern", "unsupported-keyword"]);
    for (const { message, mend } of problems) expect([message, mend]).not.toContain("");
  });
});

describe("lets through", () => {
  test.each<[string, JsonSchema]>([
    ["annotations and unknown words", { title: "T", "x-note": 1, example: "a", deprecated: true, colour: "red" }],
    ["a schema that contains itself through a member", { $ref: "#/$defs/Tree" }],
    [
      "a default of a required member that is never used",
      { properties: { a: { type: "string", default: "x" } }, required: ["a"] },
    ],
    [
      "a default inside alternatives",
      { oneOf: [{ type: "object", properties: { a: { type: "integer", default: 1 } } }, { type: "string" }] },
    ],
    [
      "a default of a merged object",
      {
        allOf: [
          { type: "object", properties: { a: { type: "integer", default: 1 } } },
          { type: "object", required: ["b"] },
        ],
      },
    ],
    ["a default with a format", { format: "date-time", default: "2024-02-29T10:00:00Z" }],
  ])("%s", (_name, schema) => {
    const tree = { type: "object", properties: { child: { $ref: "#/$defs/Tree" } } };
    expect(check(schema, { Tree: tree })).toEqual([]);
  });

  test("any default on the output side, where none is filled in", () => {
    expect(check({ type: "integer", default: "1" }, {}, "output")).toEqual([]);
  });
});
