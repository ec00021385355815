import { expect, test } from "vitest";
import { readYaml } from "../spec/yaml.ts";
import type { Contract } from "./contract.ts";
import { fieldNames, findField, unfilled } from "./fields.ts";
import { findOperation, type Operation } from "./operation.ts";

const text = `openapi: 3.1.0
paths:
  /a/{id}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: string } }
      - { name: q, in: query, description: Of the path., schema: { type: string } }
      - { name: Authorization, in: header, schema: { type: string } }
    post:
      parameters:
        - { name: q, in: query, required: true, description: Of the operation., schema: { type: integer } }
        - $ref: '#/components/parameters/Page'
      requestBody: { $ref: '#/components/requestBodies/Body' }
    get: { parameters: [{ $ref: '#/components/parameters/Loop' }] }
components:
  parameters:
    Page: { name: page, in: query, schema: { type: integer } }
    Loop: { $ref: '#/components/parameters/Loop' }
  requestBodies:
    Body:
      required: true
      content:
        application/json; charset=utf-8: { schema: { $ref: '#/components/schemas/Whole' } }
  schemas:
    Whole:
      allOf: [{ $ref: '#/components/schemas/Part' }, { required: [size], properties: { size: { type: integer } } }]
      oneOf: [{ required: [either], properties: { either: { type: string } } }, { properties: { or: { type: string } } }]
    Part:
      required: [name, id]
      properties: { name: { type: string }, id: { type: string, readOnly: true }, fee: { $ref: '#/components/schemas/Fee' }, self: { $ref: '#/components/schemas/Part' } }
    Fee: { required: [value], properties: { value: { type: number } }, additionalProperties: { type: string } }
`;
const { file } = readYaml("c", text);
if (file === undefined) throw new Error("the contract of this test is broken");
const contract: Contract = { file, document: file.data as Contract["document"] };
const contentType = "application/json";

function operation(method: "get" | "post"): Operation {
  const found = findOperation(contract, method, "/a/{id}");
  if (!("operation" in found)) throw new Error(found.message);
  return found.operation;
}
const field = (place: "query" | "header" | "body", ...name: [string, ...string[]]) =>
  findField(contract, operation("post"), { place, name, contentType });

test("names the path with the same shape, the nearest path, and the methods that there are", () => {
  expect(findOperation(contract, "get", "/a/{code}")).toMatchObject({
    missing: "path",
    mend: 'did you mean "/a/{id}"?',
  });
  expect(findOperation(contract, "get", "/b/{id}")).toMatchObject({ missing: "path", mend: 'did you mean "/a/{id}"?' });
  expect(findOperation(contract, "put", "/a/{id}")).toMatchObject({ missing: "method", mend: "known: GET, POST" });
  expect(findOperation(contract, "get", "constructor")).toMatchObject({ missing: "path" });
});

test("merges parameters of path and operation, the operation's own winning", () => {
  expect(operation("post").parameters.map(({ name, required, description }) => [name, required, description])).toEqual([
    ["id", true, undefined],
    ["q", true, "Of the operation."],
    ["page", false, undefined],
  ]);
});

test("leaves out a parameter whose references go in a circle", () => {
  expect(operation("get").parameters.map(({ name }) => name)).toEqual(["id", "q"]);
});

test("finds body fields through references, allOf and oneOf, however deep", () => {
  expect(field("body", "name")).toMatchObject({ required: true });
  expect(field("body", "id")).toMatchObject({ required: false });
  expect(field("body", "size")).toMatchObject({ required: true });
  expect(field("body", "either")).toMatchObject({ required: false });
  expect(field("body", "fee", "value")).toMatchObject({ required: true, schema: { value: { type: "number" } } });
  expect(field("body", "fee", "other")).toMatchObject({ required: false, schema: { value: { type: "string" } } });
  expect(field("body", "self", "self", "self", "name")).toBeDefined();
  expect(field("body", "gone")).toBeUndefined();
  expect(field("query", "name")).toBeUndefined();
});

test("lists names for hints, two levels of the body", () => {
  const names = fieldNames(contract, operation("post"), { contentType });
  expect(names).toEqual(expect.arrayContaining(["q", "name", "size", "fee", "fee.value"]));
});

test("says what is required and not sent", () => {
  const sent = (...names: [string, ...string[]][]) => names.map((name) => ({ place: "body" as const, name }));
  expect(unfilled(contract, operation("post"), contentType, [])).toEqual(["id", "q", "name", "size"]);
  expect(unfilled(contract, operation("post"), contentType, sent(["name"], ["size"], ["fee", "other"]))).toEqual([
    "id",
    "q",
    "fee.value",
  ]);
});
