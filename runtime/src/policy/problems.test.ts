import { describe, expect, it } from "vitest";
import * as z from "zod";
import { matches } from "../checks.ts";
import type { JsonSchema } from "../codegen.ts";
import { summarize, toProblems } from "./problems.ts";

/** As the generator writes it: the alternatives of a row are a check on the whole of it. */
const row = z
  .strictObject({
    affiliateEmail: z.string().optional(),
    affiliateSlug: z.string().optional(),
    amountCents: z.int().min(0),
  })
  .refine(
    matches(z.union([z.looseObject({ affiliateEmail: z.unknown() }), z.looseObject({ affiliateSlug: z.unknown() })])),
    "must match one of its alternatives",
  );
const rows = z.strictObject({
  campaignId: z.string(),
  conversions: z.array(row).min(1).max(1000),
  origins: z.union([z.string(), z.array(z.url())]).optional(),
});
const schema: JsonSchema = {
  type: "object",
  properties: {
    campaignId: { type: "string" },
    conversions: { type: "array", items: { $ref: "#/$defs/Row" } },
    origins: { anyOf: [{ type: "string" }, { type: "array" }] },
  },
  $defs: {
    Row: {
      type: "object",
      properties: { affiliateEmail: {}, affiliateSlug: {}, amountCents: {} },
      anyOf: [{ required: ["affiliateEmail"] }, { required: ["affiliateSlug"] }],
    },
  },
};

const good = { affiliateSlug: "ada", amountCents: 100 };

function find(input: Record<string, unknown>, validator: z.ZodType = rows, sensitive: readonly string[] = []) {
  const parsed = validator.safeParse(input);
  return toProblems(parsed.success ? [] : parsed.error.issues, { input, schema, sensitive });
}

const lines = (input: Record<string, unknown>, validator?: z.ZodType) =>
  find(input, validator).problems.map(({ path, message }) => `${path} ${message}`);

it("says that a member which only the upstream sets must be left out", () => {
  const validator = z.strictObject({ order: z.looseObject({ id: z.never().optional() }) });
  expect(lines({ order: { id: "1" } }, validator)).toEqual(["order.id must be left out"]);
});

describe("one bad row among 1,000", () => {
  const among = (bad: unknown) => ({
    campaignId: "c",
    conversions: Array.from({ length: 1000 }, (_, i) => (i === 412 ? bad : good)),
  });

  it.each<[string, unknown, string]>([
    ["a wrong type", { ...good, amountCents: "5" }, 'conversions.412.amountCents must be a number, got "5"'],
    ["a missing member", { affiliateSlug: "ada" }, "conversions.412.amountCents is required"],
    ["no alternative", { amountCents: 1 }, "conversions.412 must have affiliateEmail or affiliateSlug"],
    [
      "an unknown member",
      { ...good, amount: 1 },
      "conversions.412.amount is not known here; known are affiliateEmail, affiliateSlug, amountCents",
    ],
    ["no row at all", null, "conversions.412 must be an object, got null"],
  ])("with %s is named by its index", (_what, bad, line) => {
    expect(lines(among(bad))).toEqual([line]);
  });
});

describe("1,000 bad rows", () => {
  const conversions = Array.from({ length: 1000 }, () => ({ ...good, amountCents: -1 }));

  it("are told by twenty of them and a number", () => {
    const { problems, more } = find({ campaignId: "c", conversions });
    expect(problems).toHaveLength(20);
    expect(more).toBe(980);
    const line = summarize(problems, more);
    expect(line).toMatch(/^conversions\.0\.amountCents must be at least 0, got -1; .*; and 980 more problems$/);
    expect(line.length).toBeLessThan(2000);
  });

  it("do not hide what is wrong with the arguments themselves", () => {
    expect(lines({ conversions, colour: "red" }).slice(0, 3)).toEqual([
      "campaignId is required",
      "colour is not an argument here; this tool takes campaignId, conversions, origins",
      "conversions.0.amountCents must be at least 0, got -1",
    ]);
  });

  it("name what a row takes once", () => {
    const misspelt = Array.from({ length: 3 }, () => ({ ...good, amount: 1 }));
    expect(lines({ campaignId: "c", conversions: misspelt }).slice(1)).toEqual([
      "conversions.1.amount is not known here",
      "conversions.2.amount is not known here",
    ]);
  });
});

describe("alternatives", () => {
  it("that are of other types are all named", () => {
    expect(lines({ campaignId: "c", conversions: [good], origins: 7 })).toEqual([
      "origins must be a string or an array, got 7",
    ]);
  });

  it("step back behind the one whose type was meant", () => {
    expect(lines({ campaignId: "c", conversions: [good], origins: ["https://a.example", "no"] })).toEqual([
      'origins.1 must be a valid url, got "no"',
    ]);
  });

  it.each<[string, z.ZodType, unknown, string]>([
    [
      "members",
      z.union([z.looseObject({ email: z.string() }), z.looseObject({ slug: z.string() })]),
      { name: "Ada" },
      'x must have email or slug, got {"name":"Ada"}',
    ],
    [
      "values",
      z.union([z.looseObject({ kind: z.literal("a") }), z.looseObject({ kind: z.literal("b"), n: z.int() })]),
      { kind: "c" },
      'x must have kind be "a" or kind be "b" and have n, got {"kind":"c"}',
    ],
    [
      "words",
      z.union([z.enum(["all", "none"]), z.array(z.string())]),
      "some",
      'x must be "all" or "none" or an array, got "some"',
    ],
    [
      "one only, where several match",
      z.xor([z.looseObject({ a: z.string() }), z.looseObject({ b: z.string() })]),
      { a: "1", b: "2" },
      "x must match exactly one of its alternatives, and matches several",
    ],
    ["a missing value", z.union([z.string(), z.int()]), undefined, "x is required"],
  ])("of %s are put into words", (_what, x, value, line) => {
    expect(lines({ x: value }, z.strictObject({ x }))).toEqual([line]);
  });

  it("of a sensitive input are told without its value", () => {
    const x = z.union([z.looseObject({ email: z.string() }), z.looseObject({ slug: z.string() })]);
    const { problems } = find({ x: { pin: "1234" } }, z.strictObject({ x }), ["x"]);
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain("1234");
  });
});
