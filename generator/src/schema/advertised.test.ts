import { describe, expect, test } from "vitest";
import type { InputIr, JsonSchema, ToolIr } from "../ir/tool.ts";
import { advertisedInput, advertisedOutput, wrapsOutput } from "./advertised.ts";

function tool(part: Partial<ToolIr>): ToolIr {
  return { dryRun: "none", disposition: "auto", inputs: [], output: undefined, ...part } as ToolIr;
}

function input(name: string, schema: JsonSchema, required = false): InputIr {
  return { name, schema, required, place: "body", as: [name], sensitive: false };
}

describe("advertisedInput", () => {
  test("keeps the order of the spec, closes the object, and carries only the shared schemas that are used", () => {
    const inputs = [input("z", { $ref: "#/$defs/Outer" }, true), input("a", { type: "string", description: "A." })];
    const definitions = {
      Outer: { properties: { i: { $ref: "#/$defs/Inner" } } },
      Inner: { type: "string" },
      Unused: true,
    };
    const schema = advertisedInput(tool({ inputs }), definitions);
    expect(schema).toEqual({
      type: "object",
      properties: { z: { $ref: "#/$defs/Outer" }, a: { type: "string", description: "A." } },
      required: ["z"],
      additionalProperties: false,
      $defs: { Inner: { type: "string" }, Outer: { properties: { i: { $ref: "#/$defs/Inner" } } } },
    });
    expect(Object.keys(schema.properties as object)).toEqual(["z", "a"]);
  });

  test("says of an enum of nothing that nothing fits, in words that every client can read", () => {
    const inputs = [input("a", { type: "string", enum: [] })];
    expect(advertisedInput(tool({ inputs }), {}).properties).toEqual({ a: { type: "string", not: {} } });
  });

  test.each(["forward", "plan"] as const)("offers dry_run where the tool has one: %s", (dryRun) => {
    expect(advertisedInput(tool({ dryRun }), {}).properties).toEqual({
      dry_run: { type: "boolean", description: expect.any(String), default: false },
    });
  });

  test("offers confirm where a person may have to say yes, behind dry_run, and asks nobody for it", () => {
    const schema = advertisedInput(tool({ disposition: "confirm", dryRun: "plan" }), {});
    expect(Object.keys(schema.properties as object)).toEqual(["dry_run", "confirm"]);
    expect(schema.properties).toMatchObject({ confirm: { type: "boolean", description: expect.any(String) } });
    expect(schema.properties).not.toHaveProperty("confirm.default");
    expect(schema).not.toHaveProperty("required");
    const beyond = { upTo: 9, of: "points", beyond: "confirm" } as const;
    const { properties } = advertisedInput(tool({ disposition: beyond }), {});
    expect(properties).toMatchObject({
      confirm: { description: expect.stringContaining("Needed where points is above 9.") },
    });
  });

  test.each(["auto", "approval", { upTo: 9, of: "points", beyond: "approval" }] as const)(
    "offers no confirm where nobody is asked: %j",
    (disposition) => {
      expect(advertisedInput(tool({ disposition }), {}).properties).toEqual({});
    },
  );

  test("says that whole numbers stay where JSON.parse keeps them", () => {
    const inputs = [
      input("any", { type: "integer" }),
      input("from", { type: "integer", minimum: 0 }),
      input("huge", { type: "integer", minimum: -1e30, maximum: 5 }),
      input("listed", { type: "integer", enum: [1, 2] }),
      input("inner", { type: "array", items: { type: ["integer", "null"] } }),
      input("real", { type: "number" }),
    ];
    const bounds = { minimum: -9007199254740991, maximum: 9007199254740991 };
    expect(advertisedInput(tool({ inputs }), {}).properties).toEqual({
      any: { type: "integer", ...bounds },
      from: { type: "integer", minimum: 0, maximum: bounds.maximum },
      huge: { type: "integer", minimum: bounds.minimum, maximum: 5 },
      listed: { type: "integer", enum: [1, 2] },
      inner: { type: "array", items: { type: ["integer", "null"], ...bounds } },
      real: { type: "number" },
    });
  });

  test("leaves out formats that it does not check but other validators do, and words that are not JSON Schema's", () => {
    const schema = { type: "string", format: "url", example: "x", "x-internal": 1, "x-mcp-header": "Region" };
    expect(advertisedInput(tool({ inputs: [input("a", schema)] }), {}).properties).toEqual({
      a: { type: "string", "x-mcp-header": "Region" },
    });
  });
});

/** Of a server where no call can wait. */
const none = { canPark: false };

describe("advertisedOutput", () => {
  test.each([
    ["write", true, true],
    ["write", false, false],
    ["read", true, false],
  ] as const)("speaks of a call that waits for an operator only where one may: a %s, %s", (access, canPark, waits) => {
    const output = { type: "object", properties: { id: { type: "string" } } };
    const schema = advertisedOutput(tool({ access, output }), {}, { canPark });
    expect(JSON.stringify(schema).includes("pending_approval")).toBe(waits);
  });

  const closed = { type: "object", properties: { id: { type: "string" } }, additionalProperties: false };

  test("is absent where the tool declares no output", () => {
    expect(advertisedOutput(tool({}), {}, none)).toBeUndefined();
  });

  test("is an object at the root, also through a reference, and whole numbers are as large as they are", () => {
    const definitions = { Reply: { type: "object", properties: { n: { type: "integer" } } } };
    expect(advertisedOutput(tool({ output: { $ref: "#/$defs/Reply" } }), definitions, none)).toEqual({
      type: "object",
      $ref: "#/$defs/Reply",
      $defs: definitions,
    });
  });

  test("wraps what is no object", () => {
    const output = { type: "array", items: { type: "string" } };
    expect(wrapsOutput(output, {})).toBe(true);
    expect(wrapsOutput({ type: ["object", "null"] }, {})).toBe(false);
    expect(advertisedOutput(tool({ output }), {}, none)).toEqual({
      type: "object",
      properties: { result: output },
      required: ["result"],
    });
  });

  test("describes both where a reply may be an object or not", () => {
    const output = { type: ["object", "null"] };
    expect(advertisedOutput(tool({ output }), {}, none)).toEqual({
      type: "object",
      anyOf: [{ type: "object" }, { type: "object", properties: { result: output }, required: ["result"] }],
    });
  });

  test("gives a closed object room for dry_run where the upstream runs dry, and leaves an open one alone", () => {
    const open = { type: "object", properties: { id: { type: "string" } } };
    expect(advertisedOutput(tool({ output: closed, dryRun: "forward" }), {}, none)?.properties).toEqual({
      id: { type: "string" },
      dry_run: { type: "boolean" },
    });
    expect(advertisedOutput(tool({ output: open, dryRun: "forward" }), {}, none)).toEqual(open);
    const byRef = advertisedOutput(tool({ output: { $ref: "#/$defs/C" }, dryRun: "forward" }), { C: closed }, none);
    expect(byRef?.anyOf).toContainEqual({
      type: "object",
      properties: { dry_run: { const: true } },
      required: ["dry_run"],
    });
  });

  test("describes a plan, and a call that waits for an operator, where the tool may answer so", () => {
    const planned = advertisedOutput(tool({ output: closed, dryRun: "plan" }), {}, none);
    const parked = advertisedOutput(tool({ output: closed, access: "write" }), {}, { canPark: true });
    const required = (schema: unknown) =>
      (schema as { anyOf: { required?: string[] }[] }).anyOf.map((each) => each.required);
    expect(required(planned)).toEqual([undefined, ["dry_run", "plan", "disposition"]]);
    expect(required(parked)).toEqual([
      undefined,
      ["status", "approval_id", "action_type", "expires_at", "poll_url", "message"],
    ]);
  });
});
