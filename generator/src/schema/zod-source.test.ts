import { describe, expect, test } from "vitest";
import type { JsonSchema } from "../ir/tool.ts";
import { print } from "../print.ts";
import type { Side } from "./scope.ts";
import { zodSource } from "./zod-source.ts";

const definitions: Record<string, JsonSchema> = {
  Money: {
    type: "object",
    properties: { amount: { type: "integer" }, currency: { type: "string" } },
    required: ["amount"],
  },
  Tree: { type: "object", properties: { left: { $ref: "#/$defs/Tree" } } },
  Sort: { enum: ["up", "down"], default: "up" },
};

function write(schema: JsonSchema, side: Side = "input", imports = new Set<string>()): string {
  const isLater = (name: string) => name === "Tree";
  const constName = (name: string) => name.toLowerCase();
  return print(zodSource(schema, { definitions, side, imports, constName, typeName: (name) => name, isLater }), 10_000);
}

describe("leaves", () => {
  test.each<[JsonSchema, string]>([
    [true, "z.unknown()"],
    [false, "z.never()"],
    [{ type: "string" }, "z.string()"],
    [{ type: "boolean" }, "z.boolean()"],
    [{ type: "null" }, "z.null()"],
    [{ type: "integer", minimum: 1, maximum: 10_000 }, "z.int().min(1).max(10_000)"],
    [{ type: "number", exclusiveMinimum: 0 }, "z.number().gt(0)"],
    [{ type: "integer", format: "int32" }, "z.int32()"],
    [{ type: "number", multipleOf: 0.01 }, 'z.number().refine(multipleOf(0.01), "must be a multiple of 0.01")'],
    [{ type: "string", pattern: "^[A-Z0-9-]{1,16}$" }, "z.string().regex(/^[A-Z0-9-]{1,16}$/u)"],
    [{ type: "string", pattern: "^(a+)+$" }, "z.string().regex(linear(/^(a+)+$/u))"],
    [{ type: "string", minLength: 1 }, "z.string().min(1)"],
    [{ type: "string", maxLength: 64 }, 'z.string().refine(hasLength(0, 64), "must have at most 64 characters")'],
    [{ type: "string", format: "uuid" }, 'z.stringFormat("uuid", isUuid)'],
    [{ type: "string", format: "date" }, "z.iso.date()"],
    [{ type: "string", format: "no such format" }, "z.string()"],
    [{ enum: ["A", "B"] }, 'z.enum(["A", "B"])'],
    [{ const: "A" }, 'z.literal("A")'],
    [{ enum: ["A", 1, null] }, 'z.literal(["A", 1]).nullable()'],
    [{ enum: ["__proto__", "a"] }, 'z.literal(["__proto__", "a"])'],
    [{ const: { a: [1] } }, "z.custom(equals({ a: [1] }))"],
    [{ type: "string", enum: ["A", 1] }, 'z.literal("A")'],
    [{ type: ["string", "null"] }, "z.string().nullable()"],
    [{ minimum: 3 }, 'z.union([z.number().min(3), z.custom(otherThan("number"))])'],
  ])("writes %j", (schema, source) => {
    expect(write(schema)).toBe(source);
  });
});

describe("objects", () => {
  const properties = { a: { type: "string" } };
  test.each<[JsonSchema, string]>([
    [{ type: "object" }, "z.record(z.string(), z.unknown())"],
    [{ type: "object", additionalProperties: { type: "number" } }, "z.record(z.string(), z.number())"],
    [{ type: "object", properties, required: ["a"] }, "z.looseObject({ a: z.string() })"],
    [{ type: "object", properties, additionalProperties: false }, "z.strictObject({ a: z.string().optional() })"],
    [
      { type: "object", properties, additionalProperties: { type: "null" } },
      "z.object({ a: z.string().optional() }).catchall(z.null())",
    ],
    [{ type: "object", required: ["b"] }, "z.looseObject({ b: z.unknown() })"],
  ])("writes %j", (schema, source) => {
    expect(write(schema)).toBe(source);
  });

  test("looks inherited names up by itself, because zod would find them in every object", () => {
    expect(write({ type: "object", properties: { constructor: { type: "string" } } })).toBe(
      'z.custom(hasMembers({ properties: { constructor: z.string() } }), "must be an object with the members described")',
    );
  });

  test("fills in defaults of members that may be absent, and describes members", () => {
    const members = {
      a: { type: "integer", default: 1, description: "How many." },
      b: { $ref: "#/$defs/Sort" },
      c: { type: "string", default: "x" },
    };
    expect(write({ type: "object", properties: members, required: ["c"] })).toBe(
      'z.looseObject({ a: z.int().default(1).describe("How many."), b: sort.default("up"), c: z.string() })',
    );
  });

  test("neither fills nor describes on the output side, where whole numbers may be large", () => {
    const members = { a: { type: "integer", default: 1, description: "How many." } };
    expect(write({ type: "object", properties: members }, "output")).toBe(
      'z.looseObject({ a: z.number().refine(Number.isInteger, "must be a whole number").optional() })',
    );
  });

  test("checks what the caller sent before it fills in defaults", () => {
    const schema = { type: "object", properties: { a: { type: "integer", default: 1 } }, maxProperties: 0 };
    expect(write(schema)).toBe(
      'z.record(z.string(), z.unknown()).refine(hasProperties(0, 0), "must have 0 to 0 members").pipe(z.looseObject({ a: z.int().default(1) }))',
    );
  });
});

test("checks of other parts, too, see what the caller sent", () => {
  const filled = { type: "object", properties: { a: { type: "integer", default: 1 } } };
  expect(write({ ...filled, not: { required: ["a"] } })).toMatch(
    /^z\.unknown\(\)\.refine\(matchesNot\(.*\.pipe\(z\.looseObject/,
  );
  // `[{}, { a: 1 }]` has no equal items until the default is filled in.
  expect(write({ type: "array", items: filled, uniqueItems: true })).toBe(
    'z.array(z.unknown()).refine(uniqueItems, "must not have equal items").pipe(z.array(z.looseObject({ a: z.int().default(1) })))',
  );
});

describe("combinations", () => {
  const a = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };
  const b = { type: "object", properties: { b: { type: "integer" } }, required: ["b"] };
  test.each<[string, JsonSchema, string]>([
    [
      "alternatives that exclude each other as a union",
      { oneOf: [{ type: "string" }, { type: "integer" }] },
      "z.union([z.string(), z.int()])",
    ],
    [
      "alternatives that may overlap as exactly one",
      { oneOf: [a, b] },
      "z.xor([z.looseObject({ a: z.string() }), z.looseObject({ b: z.int() })])",
    ],
    [
      "a null beside a reference as nullable",
      { anyOf: [{ $ref: "#/$defs/Money" }, { type: "null" }] },
      "money.nullable()",
    ],
    [
      "a type beside alternatives inside each",
      { type: "string", anyOf: [{ minLength: 1 }, { pattern: "^$" }] },
      "z.union([z.string().min(1), z.string().regex(/^$/u)])",
    ],
    ["objects that are all required as one", { allOf: [a, b] }, "z.looseObject({ a: z.string(), b: z.int() })"],
    [
      "a reference with more members as one object",
      { allOf: [{ $ref: "#/$defs/Money" }, b] },
      "z.looseObject({ amount: z.int(), currency: z.string().optional(), b: z.int() })",
    ],
    ["a schema that contains itself lazily", { $ref: "#/$defs/Tree" }, "z.lazy(() => tree)"],
    [
      "what is excluded as a check",
      { type: "string", not: { const: "x" } },
      'z.string().refine(matchesNot(z.literal("x")), "must not match what is excluded")',
    ],
  ])("writes %s", (_name, schema, source) => {
    expect(write(schema)).toBe(source);
  });

  test("names what it needs from the runtime, and nothing else", () => {
    const imports = new Set<string>();
    write(
      { type: "array", uniqueItems: true, items: { type: "string", format: "email", maxLength: 5 } },
      "input",
      imports,
    );
    expect([...imports].toSorted()).toEqual(["hasLength", "isEmail", "uniqueItems"]);
  });
});

test("text of a schema stays text", () => {
  const evil = '"); process.exit(1); ("';
  const source = write({
    type: "object",
    properties: { [evil]: { enum: [evil, "${evil}`"], description: "*/ process.exit()" } },
    required: [evil],
  });
  expect(source).toBe(
    `z.looseObject({ '"); process.exit(1); ("': z.enum(['"); process.exit(1); ("', "\${evil}\`"]).describe("*/ process.exit()") })`,
  );
});
