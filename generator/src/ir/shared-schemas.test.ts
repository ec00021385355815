import { expect, test } from "vitest";
import type { SpecFile } from "../spec/spec-file.ts";
import { createSharedSchemas, namesReachedFrom } from "./shared-schemas.ts";

function fileOf(path: string, data: unknown): SpecFile {
  const start = { line: 1, column: 1 };
  return { path, text: JSON.stringify(data), data, at: () => ({ file: path, start, end: start }) };
}

/** Convert a schema of a contract beside others; gives what is advertised, and what leads nowhere. */
function convert(input: unknown, schemas: Record<string, unknown> = {}) {
  const document = { openapi: "3.1.0", components: { schemas: { ...schemas, Input: input } } };
  const file = fileOf("openapi.yaml", document);
  const contract = { file, document };
  const shared = createSharedSchemas({
    server: undefined,
    contract,
    contractName: "openapi.yaml",
    contractBroken: false,
  });
  const schema = shared.convert(input, { file, path: ["components", "schemas", "Input"] });
  return { schema, definitions: shared.definitions(), unknown: shared.unknownRefs.map(({ ref }) => ref) };
}

test("finds a schema by its anchor's address, relative to the schema that it stands in", () => {
  const Money = { $id: "https://x.example/money", $defs: { cents: { $anchor: "c", type: "integer" } }, $ref: "#c" };
  expect(convert({ $ref: "https://x.example/money#c" }, { Money })).toEqual({
    schema: { $ref: "#/$defs/Money__defs_cents" },
    definitions: { Money__defs_cents: { type: "integer" } },
    unknown: [],
  });
  const own = convert({ $ref: "#/components/schemas/Money" }, { Money });
  expect(own.definitions.Money).toEqual({ $ref: "#/$defs/Money__defs_cents" });
});

test("reads paths in a schema that has an address from there, and what is not there from the root", () => {
  const input = {
    $id: "https://x.example/a",
    $defs: { b: { type: "string" } },
    properties: { b: { $ref: "#/$defs/b" }, c: { $ref: "#/components/schemas/C" } },
  };
  const { schema, definitions } = convert(input, { C: { type: "number" } });
  expect(schema).toEqual({ properties: { b: { $ref: "#/$defs/Input__defs_b" }, c: { $ref: "#/$defs/C" } } });
  expect(definitions).toEqual({ Input__defs_b: { type: "string" }, C: { type: "number" } });
});

test.each([
  ["two schemas of one address", { $ref: "https://x.example/s" }],
  ["an address of nobody", { $ref: "https://x.example/other" }],
  ["an anchor of nobody", { $ref: "https://x.example/t#gone" }],
  ["an anchor in data", { $ref: "https://x.example/t#data" }],
  ["a dynamic reference to nobody", { $dynamicRef: "#gone" }],
])("does not guess: %s", (_name, input) => {
  const { unknown } = convert(input, {
    A: { $id: "https://x.example/s", type: "string" },
    B: { $id: "https://x.example/s", type: "number" },
    T: { $id: "https://x.example/t", enum: [{ $anchor: "data" }] },
  });
  expect(unknown).toEqual([Object.values(input)[0]]);
});

test("knows two equal schemas of one address as one", () => {
  const A = { $id: "https://x.example/s", type: "string" };
  expect(convert({ $ref: "https://x.example/s" }, { A, B: { ...A } }).unknown).toEqual([]);
});

test("makes of a schema that dynamic references leave open one for each way to it", () => {
  const list = {
    $id: "https://x.example/list",
    type: "array",
    items: { $dynamicRef: "#item" },
    $defs: { any: { $dynamicAnchor: "item" } },
  };
  const listOf = (name: string, type: string) => ({
    $id: `https://x.example/${name}`,
    $ref: "list",
    $defs: { own: { $dynamicAnchor: "item", type } },
  });
  const { definitions } = convert(
    { anyOf: ["Texts", "Numbers", "List"].map((name) => ({ $ref: `#/components/schemas/${name}` })) },
    { List: list, Texts: listOf("texts", "string"), Numbers: listOf("numbers", "number") },
  );
  const itemsBehind = (name: string) => {
    const { $ref } = definitions[name] as { $ref: string };
    const { items } = definitions[$ref.slice("#/$defs/".length)] as { items: { $ref: string } };
    return definitions[items.$ref.slice("#/$defs/".length)];
  };
  expect([itemsBehind("Texts"), itemsBehind("Numbers")]).toEqual([{ type: "string" }, { type: "number" }]);
  const { items } = definitions.List as { items: { $ref: string } };
  expect(definitions[items.$ref.slice("#/$defs/".length)]).toEqual({});
});

test.each([
  ["https://json-schema.org/draft/2020-12/schema", ["object", "boolean"]],
  ["http://json-schema.org/draft-07/schema#", ["object", "boolean"]],
  ["http://json-schema.org/draft-07/schema#/definitions/nonNegativeInteger", "integer"],
])("has %s at hand", (ref, type) => {
  const { schema, definitions, unknown } = convert({ $ref: ref });
  expect(unknown).toEqual([]);
  const name = (schema as { $ref: string }).$ref.slice("#/$defs/".length);
  expect(definitions[name]).toMatchObject({ type });
});

const named = {
  State: { enum: ["open", null], default: null },
  Owner: { type: "object", properties: { parent: { $ref: "#/$defs/Owner" }, state: { $ref: "#/$defs/State" } } },
  Unused: {},
};

test("finds what schemas lead to, circles and values of null on the way", () => {
  const roots = [
    { $ref: "#/$defs/Owner" },
    { type: "object", properties: { a: { enum: [null] }, b: { default: null } } },
    true,
  ];
  expect(namesReachedFrom(roots, named)).toEqual(new Set(["Owner", "State"]));
});
