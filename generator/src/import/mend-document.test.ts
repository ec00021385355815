import { expect, test } from "vitest";
import type { OpenApiDocument } from "../ir/tool.ts";
import { mendDocument } from "./mend-document.ts";

/** Mend a document of these shared schemas; gives them, and what was told. */
function mended(schemas: Record<string, unknown>) {
  const document = { openapi: "3.0.3", info: {}, paths: {}, components: { schemas } } as unknown as OpenApiDocument;
  return { schemas, told: mendDocument(document).map(({ at, message }) => `${at.slice(2).join(".")} ${message}`) };
}

test.each([
  ["a number in quotes", { type: "integer", minimum: "1" }, { type: "integer", minimum: 1 }],
  ["a length below nothing", { type: "string", minLength: -1 }, { type: "string" }],
  ["a type of another language", { type: "Int" }, { type: "integer" }],
  ["a type that is none", { type: "any" }, {}],
  ["a file", { type: "file" }, { type: "string", format: "binary" }],
  ["the name of a schema", { type: "Pet" }, { $ref: "#/components/schemas/Pet" }],
  ["no values", { type: "string", enum: [] }, { type: "string" }],
  ["no alternatives", { anyOf: [] }, {}],
  [
    "a list in a list of one",
    { type: "array", items: [{ type: "str" }] },
    { type: "array", items: { type: "string" } },
  ],
  ["dynamic scope", { $recursiveRef: "#" }, {}],
  ["OpenAPI 3.0's bounds", { minimum: 0, exclusiveMinimum: true }, { minimum: 0, exclusiveMinimum: true }],
])("a schema of %s becomes one that can be checked", (_, written, sound) => {
  const { schemas } = mended({ A: { type: "object", properties: { a: written } }, Pet: { type: "object" } });
  expect(schemas.A).toEqual({ type: "object", properties: { a: sound } });
});

test("tells of what it mends, and of nothing that says nothing", () => {
  const properties = { a: { type: "int" }, b: { required: false, type: "string" }, c: { maximum: null }, d: null };
  const { schemas, told } = mended({ A: { type: "object", properties } });
  expect(told).toEqual([
    'A.properties.a.type must be a type name, or a list of different ones, not "int": read as "integer"',
  ]);
  expect(schemas.A).toEqual({
    type: "object",
    properties: { a: { type: "integer" }, b: { type: "string" }, c: {}, d: {} },
  });
});

test("names and data that look like keywords stay", () => {
  const properties = { type: { type: "string" }, required: { type: "boolean" }, enum: { type: "string" } };
  const schema = { type: "object", properties, example: { type: 3, enum: [] }, default: { type: "x" } };
  const { schemas, told } = mended({ A: structuredClone(schema) });
  expect(schemas.A).toEqual(schema);
  expect(told).toEqual([]);
});

test("a member that is required by its own word is required by its object", () => {
  const { schemas } = mended({ A: { properties: { a: { type: "string", required: true }, b: {} }, required: ["b"] } });
  expect(schemas.A).toEqual({ properties: { a: { type: "string" }, b: {} }, required: ["b", "a"] });
});

test("a default is judged with what its schema refers to", () => {
  const { schemas, told } = mended({
    Mode: { type: "string", enum: ["human", "json"] },
    A: {
      type: "object",
      properties: {
        good: { allOf: [{ $ref: "#/components/schemas/Mode" }], default: "json" },
        bad: { allOf: [{ $ref: "#/components/schemas/Mode" }], default: "Human" },
      },
    },
  });
  expect(schemas.A).toMatchObject({ properties: { good: { default: "json" } } });
  expect(told).toEqual(["A.properties.bad.default is a default that does not fit its own schema, and is left out"]);
});

test("defaults behind a nullable reference are taken out where nothing could fill them in", () => {
  const { schemas } = mended({
    Access: { type: "object", properties: { statements: { type: "boolean", default: true } } },
    Maybe: {
      nullable: true,
      allOf: [{ $ref: "#/components/schemas/Access" }, { type: "object", additionalProperties: true }],
    },
  });
  expect(schemas.Access).toEqual({ type: "object", properties: { statements: { type: "boolean" } } });
});

test("a circle without a member between is cut where one schema is part of the other", () => {
  const pet = "#/components/schemas/Pet";
  const cat = "#/components/schemas/Cat";
  const { schemas, told } = mended({
    Cat: { allOf: [{ $ref: pet }, { properties: { lives: { type: "integer" } } }] },
    Pet: { type: "object", properties: { kind: { type: "string" } }, oneOf: [{ $ref: cat }] },
    Self: { $ref: "#/components/schemas/Self" },
    Tree: { properties: { children: { items: { $ref: "#/components/schemas/Tree" } } } },
  });
  expect(schemas.Cat).toMatchObject({ allOf: [{ type: "object", properties: { kind: { type: "string" } } }, {}] });
  expect(schemas.Pet).toMatchObject({ oneOf: [{ $ref: cat }] });
  expect(schemas.Self).toEqual({});
  expect(schemas.Tree).toMatchObject({ properties: { children: { items: { $ref: expect.any(String) } } } });
  expect(told).toEqual([
    "Cat.allOf.0.$ref leads back to itself by way of Pet, whose own members stand there instead",
    "Self.$ref leads back to itself by way of Self, whose own members stand there instead",
  ]);
});

test("an example that shows a credential is left out", () => {
  const { schemas, told } = mended({ A: { type: "string", example: "AKIAIOSFODNN7EXAMPLE" } });
  expect(schemas.A).toEqual({ type: "string" });
  expect(told).toEqual(["A.example shows what looks like an AWS access key, and is left out"]);
});
