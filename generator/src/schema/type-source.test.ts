import { expect, test } from "vitest";
import type { JsonSchema } from "../ir/tool.ts";
import { print } from "../print.ts";
import type { Side } from "./scope.ts";
import { typeSource } from "./type-source.ts";

const definitions = { Money: { type: "object", properties: { amount: { type: "integer" } }, required: ["amount"] } };

function write(schema: JsonSchema, side: Side = "input"): string {
  return print(
    typeSource(schema, { definitions, side, imports: new Set(), constName: (name) => name, typeName: (name) => name }),
  );
}

test.each<[JsonSchema, string]>([
  [true, "unknown"],
  [false, "never"],
  [{ type: "integer" }, "number"],
  [{ type: ["string", "null"] }, "string | null"],
  [{ enum: ["A", 1, null] }, '"A" | 1 | null'],
  [{ type: "array", items: { enum: ["A", "B"] } }, '("A" | "B")[]'],
  [{ type: "array", items: { type: "array", items: { type: "string" } } }, "string[][]"],
  [
    { type: "array", prefixItems: [{ type: "string" }, { type: "number" }], items: false, minItems: 2 },
    "[string, number]",
  ],
  [{ type: "array", prefixItems: [{ type: "string" }] }, "[string?, ...unknown[]]"],
  [{ type: "object" }, "Record<string, unknown>"],
  [{ type: "object", additionalProperties: { type: "number" } }, "Record<string, number>"],
  [{ anyOf: [{ $ref: "#/$defs/Money" }, { type: "null" }] }, "Money | null"],
  [{ anyOf: [{ type: "string" }, {}] }, "unknown"],
  [{ minimum: 3 }, "unknown"],
  [{ type: "string", not: { const: "x" } }, "string"],
])("gives %j its type", (schema, type) => {
  expect(write(schema)).toBe(type);
});

test("writes an object at the root one member a line", () => {
  const properties = { id: { type: "string" }, "x-y": { type: "object", properties: { a: { type: "boolean" } } } };
  expect(write({ type: "object", properties, required: ["id", "other"] })).toBe(
    '{\n  id: string;\n  "x-y"?: { a?: boolean };\n  other: unknown;\n}',
  );
});

test("a member with a default is always there for a handler, and perhaps not in a reply", () => {
  const schema = { type: "object", properties: { count: { type: "integer", default: 1 } } };
  expect(write(schema)).toBe("{\n  count: number;\n}");
  expect(write(schema, "output")).toBe("{\n  count?: number;\n}");
});

test("a union of unions is one list, however long", () => {
  const values = Array.from({ length: 12 }, (_, index) => `a-name-of-a-model-${index}`);
  const source = write({ type: "array", items: { anyOf: [{ type: "string" }, { enum: values }] } });
  expect(source).toContain('\n  | string\n  | "a-name-of-a-model-0"\n');
  expect(source).not.toMatch(/\|\s*\|/);
});
