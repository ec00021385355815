import { expect, test } from "vitest";
import { definitionsUsedBy, isRecursive } from "./used.ts";

const definitions = {
  Order: { properties: { lines: { items: { $ref: "#/$defs/Line" } } } },
  Line: { properties: { price: { $ref: "#/$defs/Money" }, "a/b~c": { $ref: "#/$defs/a~1b~0c" } } },
  Money: { type: "object" },
  "a/b~c": { type: "string" },
  Tree: { properties: { child: { $ref: "#/$defs/Tree" } } },
  Unused: true,
};

test("names what is used before what uses it, and nothing else", () => {
  expect(definitionsUsedBy([{ $ref: "#/$defs/Order" }, { $ref: "#/$defs/Tree" }], definitions)).toEqual([
    "Money",
    "a/b~c",
    "Line",
    "Order",
    "Tree",
  ]);
});

test("data that looks like a reference is none", () => {
  expect(
    definitionsUsedBy([{ const: { $ref: "#/$defs/Order" }, properties: { $ref: { type: "string" } } }], definitions),
  ).toEqual([]);
});

test("knows which schemas lead back to themselves", () => {
  expect([isRecursive("Tree", definitions), isRecursive("Order", definitions)]).toEqual([true, false]);
});
