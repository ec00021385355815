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
