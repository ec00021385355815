import { expect, test } from "vitest";
import { toJsonSchema } from "./dialect.ts";

const convert = (schema: unknown) =>
  toJsonSchema(schema, [], (ref) => (ref === "#/gone" ? undefined : ref.replace("#/components/schemas/", "#/$defs/")));

test("translates OpenAPI 3.0's nullable", () => {
  expect(convert({ type: "string", nullable: true })).toEqual({ type: ["string", "null"] });
  expect(convert({ type: "string", enum: ["a"], nullable: true })).toEqual({
    type: ["string", "null"],
    enum: ["a", null],
  });
  expect(convert({ description: "D", allOf: [{ $ref: "#/components/schemas/A" }], nullable: true })).toEqual({
    description: "D",
    anyOf: [{ allOf: [{ $ref: "#/$defs/A" }] }, { type: "null" }],
  });
  expect(convert({ nullable: true })).toEqual({});
});

test("translates boolean bounds and examples", () => {
  expect(convert({ minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false, example: 1 })).toEqual({
    exclusiveMinimum: 0,
    maximum: 9,
    examples: [1],
  });
});

test("rewrites references at any depth, and leaves out what says nothing about values", () => {
  const ref = { $ref: "#/components/schemas/A" };
  const schema = {
    type: "object",
    properties: { a: ref, $ref: { type: "string" } },
    items: { anyOf: [ref] },
    discriminator: {},
    xml: {},
    "x-y": 1,
  };
  const there = { $ref: "#/$defs/A" };
  expect(convert(schema)).toEqual({
    type: "object",
    properties: { a: there, $ref: { type: "string" } },
    items: { anyOf: [there] },
  });
});

test("keeps data as it is, references inside it too", () => {
  const data = { $ref: "#/components/schemas/A" };
  expect(convert({ enum: [data], const: data, default: data })).toEqual({ enum: [data], const: data, default: data });
});

test("makes anything of a reference that leads nowhere, and of what is no schema", () => {
  expect(convert({ $ref: "#/gone" })).toEqual({});
  expect(convert(5)).toBe(true);
});

test("does not touch the prototype for a property named __proto__", () => {
  const schema = JSON.parse('{"properties":{"__proto__":{"type":"string"}}}');
  const converted = convert(schema) as { properties: object };
  expect(Object.keys(converted.properties)).toEqual(["__proto__"]);
  expect(Object.getPrototypeOf(converted.properties)).toBe(Object.prototype);
});

test("translates dependencies of older drafts, which would be lost otherwise", () => {
  expect(convert({ type: "object", dependencies: { a: ["b"], c: { required: ["d"] } } })).toEqual({
    type: "object",
    allOf: [{ dependentRequired: { a: ["b"] }, dependentSchemas: { c: { required: ["d"] } } }],
  });
});

test.each([{ $recursiveRef: "#" }, { $schema: "https://json-schema.org/draft/2019-09/schema" }])(
  "keeps %j, for the schema room to refuse",
  (schema) => {
    expect(toJsonSchema(schema, ["items"], () => undefined)).toEqual(schema);
  },
);

test("reads draft 7 where a schema says that it is draft 7", () => {
  const $schema = "http://json-schema.org/draft-07/schema#";
  const ref = "#/components/schemas/A";
  expect(convert({ $schema, items: [{ type: "string" }], additionalItems: false, prefixItems: [true] })).toEqual({
    prefixItems: [{ type: "string" }],
    items: false,
  });
  expect(convert({ $schema, properties: { a: { $ref: ref, maximum: 1 } }, dependentRequired: { a: ["b"] } })).toEqual({
    properties: { a: { $ref: "#/$defs/A" } },
  });
  expect(convert({ $schema, additionalItems: false })).toEqual({});
});
