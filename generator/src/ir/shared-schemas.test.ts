import { expect, test } from "vitest";
import { namesReachedFrom } from "./shared-schemas.ts";

const definitions = {
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
  expect(namesReachedFrom(roots, definitions)).toEqual(new Set(["Owner", "State"]));
});
