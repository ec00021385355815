import { expect, test } from "vitest";
import type { JsonSchema } from "../ir/tool.ts";
import { partsOf, possibleTypes } from "./parts.ts";

const definitions = {
  Base: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
  Closed: { type: "object", properties: { id: { type: "string" } }, additionalProperties: false },
  Tree: { type: "object", properties: { child: { $ref: "#/$defs/Tree" } } },
};

function kinds(schema: JsonSchema): string {
  return partsOf(schema, { definitions, side: "input" })
    .map(({ kind }) => kind)
    .join(" ");
}

test("joins objects that are all required, also through references", () => {
  const more = { type: "object", properties: { a: true }, required: ["a"] };
  expect(partsOf({ allOf: [{ $ref: "#/$defs/Base" }, more] }, { definitions, side: "input" })).toEqual([
    {
      kind: "typed",
      schema: { type: "object", properties: { id: { type: "string" }, a: true }, required: ["id", "a"] },
    },
  ]);
});

test("keeps apart what reads its neighbours: a closed object beside members it does not know", () => {
  expect(kinds({ allOf: [{ $ref: "#/$defs/Closed" }, { type: "object", properties: { a: true } }] })).toBe("ref typed");
});

test("refuses a reference that leads nowhere, which would be written as anything", () => {
  expect(() => kinds({ allOf: [{ $ref: "#/$defs/Gone" }] })).toThrow("no shared schema #/$defs/Gone");
});

test("keeps both of two bounds", () => {
  expect(
    kinds({
      allOf: [
        { type: "number", minimum: 3 },
        { type: "number", minimum: 1 },
      ],
    }),
  ).toBe("typed typed");
});

test("does not open a schema that contains itself", () => {
  expect(kinds({ $ref: "#/$defs/Tree", required: ["child"] })).toBe("ref typed");
});

test("drops a type that the reference implies", () => {
  expect(kinds({ type: "object", $ref: "#/$defs/Base" })).toBe("ref");
});

test("keeps a type that excludes some of the alternatives", () => {
  expect(kinds({ type: "object", anyOf: [{ $ref: "#/$defs/Base" }, { type: "string" }] })).toBe("typed anyOf");
});

test("keeps only the listed values of the declared type", () => {
  expect(partsOf({ type: "integer", enum: [1, 1.5, "1", 2 ** 53] }, { definitions, side: "input" })).toEqual([
    { kind: "values", schema: { enum: [1] } },
  ]);
});

test("knows which types are possible", () => {
  expect(
    [...possibleTypes({ oneOf: [{ $ref: "#/$defs/Base" }, { enum: [1, null] }] }, definitions)].toSorted(),
  ).toEqual(["null", "number", "object"]);
});
