import { expect, test } from "vitest";
import type { JsonSchema } from "../ir/tool.ts";
import { holds, isEqual } from "./holds.ts";

const definitions = {
  Tree: { type: "object", properties: { child: { $ref: "#/$defs/Tree" } }, additionalProperties: false },
};

test.each<[JsonSchema, unknown, boolean]>([
  [{ $ref: "#/$defs/Tree" }, { child: { child: {} } }, true],
  [{ $ref: "#/$defs/Tree" }, { child: { leaf: 1 } }, false],
  [{ type: "integer" }, 2 ** 53, false],
  [{ multipleOf: 0.01 }, 19.99, true],
  [{ multipleOf: 0.01 }, 19.995, false],
  [{ maxLength: 1 }, "😀", true],
  [{ oneOf: [{ minimum: 1 }, { maximum: 1 }] }, 1, false],
  [
    { uniqueItems: true },
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    false,
  ],
  [{ if: { required: ["a"] }, then: { required: ["b"] } }, { a: 1 }, false],
  [{ properties: { a: true }, unevaluatedProperties: false }, { b: 1 }, false],
  [{ if: { properties: { a: { const: 1 } }, required: ["a"] }, unevaluatedProperties: false }, { a: 1 }, true],
  [{ if: { properties: { a: { const: 1 } }, required: ["a"] }, unevaluatedProperties: false }, { a: 2 }, false],
  [{ anyOf: [{ properties: { a: { const: 1 } } }, true], unevaluatedProperties: false }, { a: 2 }, false],
  [{ prefixItems: [true], contains: { const: 1 }, unevaluatedItems: false }, [0, 1, 2], false],
  [{ required: ["constructor"] }, {}, false],
])("reads %j against %j", (schema, value, verdict) => {
  expect(holds(schema, value, { definitions, side: "input" })).toBe(verdict);
});

test("an upstream's whole numbers may be larger than a caller's", () => {
  expect(holds({ type: "integer" }, 2 ** 53, { definitions, side: "output" })).toBe(true);
});

test("members are equal in any order, arrays are not", () => {
  expect([isEqual({ a: [1], b: null }, { b: null, a: [1] }), isEqual([1, 2], [2, 1]), isEqual({ 0: 1 }, [1])]).toEqual([
    true,
    false,
    false,
  ]);
});

test("reads a shared schema once for each value, on however many ways it is reached", () => {
  const twice = (name: string): JsonSchema => ({
    anyOf: [{ allOf: [{ $ref: name }, { $ref: name }] }, { oneOf: [{ $ref: name }, { not: { $ref: name } }] }],
  });
  const chain = Array.from({ length: 40 }, (_, index) => [`S${index}`, twice(`#/$defs/S${index + 1}`)] as const);
  const reading = { definitions: { ...Object.fromEntries(chain), S40: { type: "string" } }, side: "input" } as const;
  // On every way by itself, this would take longer than anybody has.
  expect(holds({ $ref: "#/$defs/S0" }, "x", reading)).toBe(true);
});
