import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type Caller, type ParsedCall, Secret, type ToolCall } from "../call.ts";
import { type Advertised, defineTool, type Tool } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import type { PolicyOverride } from "../ports.ts";
import { clear, decide } from "./decide.ts";
import { parseArguments } from "./parse.ts";
import { authorize, holdsScope } from "./scope.ts";

const createVoucher = defineTool<{ count: number; prefix?: string }>({
  name: "create_voucher",
  title: "Create vouchers",
  description: "Create vouchers.",
  access: "write",
  scope: "VOUCHER_WRITE",
  disposition: { upTo: 100, of: "count", beyond: "approval" },
  dryRun: "forward",
  sensitive: ["pin"],
  input: z.strictObject({
    count: z.int().min(1).max(10_000).default(1),
    prefix: z
      .string()
      .regex(/^[A-Z]+$/u)
      .optional(),
    pin: z.string().max(4).optional(),
    rows: z.array(z.strictObject({ email: z.email() })).optional(),
  }),
  handler: (input) => ({ method: "post", path: "/v1/vouchers", body: { count: input.count, prefix: input.prefix } }),
});
const readTool: Tool = { ...createVoucher, name: "get_voucher", access: "read", scope: undefined, dryRun: "none" };
const advertised: Advertised = {
  inputSchema: { type: "object", properties: { count: {}, prefix: {}, dry_run: {} } },
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
};

const agent: Caller = {
  tenant: "acme",
  kind: "agent",
  id: "key_1",
  name: "ci",
  scopes: new Set(["VOUCHER_WRITE"]),
  bypasses: new Set(),
  credential: new Secret("vf_ak_x"),
};

function callOf(overrides: Partial<ToolCall> = {}): ToolCall {
  return {
    id: "00000000-0000-4000-8000-000000000000",
    atMs: 0,
    caller: agent,
    era: "modern",
    client: {},
    toolName: "create_voucher",
    arguments: {},
    canAsk: false,
    signal: new AbortController().signal,
    tool: createVoucher,
    ...overrides,
  };
}

function parse(given: Record<string, unknown>, overrides: Partial<ToolCall> = {}): ParsedCall {
  return parseArguments(authorize(callOf({ arguments: given, ...overrides })), advertised);
}

function refusal(act: () => unknown): GatewayError {
  try {
    act();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("scope", () => {
  it("refuses a caller without the scope and names it", () => {
    const error = refusal(() => authorize(callOf({ caller: { ...agent, scopes: new Set(["VOUCHER_READ"]) } })));
    expect(error.code).toBe("scope_required");
    expect(error.message).toContain("'VOUCHER_WRITE'");
    expect(error.meta).toEqual({ required: ["VOUCHER_WRITE"] });
  });

  it("takes any one of several scopes", () => {
    const tool: Tool = { ...createVoucher, scope: { anyOf: ["A", "B"] } };
    expect(holdsScope({ ...agent, scopes: new Set(["B"]) }, tool)).toBe(true);
    expect(holdsScope({ ...agent, scopes: new Set(["C"]) }, tool)).toBe(false);
  });

  it("lets a key that bypasses scopes through", () => {
    const secret: Caller = { ...agent, scopes: new Set(), bypasses: new Set(["scope"]) };
    expect(authorize(callOf({ caller: secret })).caller).toBe(secret);
  });
});

describe("arguments", () => {
  it("names every problem at once, each with its path", () => {
    const error = refusal(() =>
      parse({ count: 25_000, prefix: "low", colour: "red", rows: [{ email: "a@b.example" }, { email: "no" }] }),
    );
    expect(error.code).toBe("invalid_argument");
    expect(error.meta.issues).toEqual([
      { path: "count", message: "must be at most 10000, got 25000" },
      { path: "prefix", message: 'must match /^[A-Z]+$/u, got "low"' },
      { path: "rows.1.email", message: 'must be a valid email, got "no"' },
      { path: "colour", message: "is not an argument here; this tool takes count, prefix, dry_run" },
    ]);
  });

  it("cuts an unknown name of a megabyte short", () => {
    const error = refusal(() => parse({ ["k".repeat(1_000_000)]: 1 }));
    expect(JSON.stringify(error.meta).length).toBeLessThan(500);
    expect(error.message.length).toBeLessThan(500);
  });

  it.each(["123456789", 987654321, { nested: "123456789" }])("never repeats %j, given for a sensitive input", (pin) => {
    const error = refusal(() => parse({ pin }));
    expect(error.meta.issues).toMatchObject([{ path: "pin" }]);
    expect(JSON.stringify([error.message, error.meta])).not.toMatch(/123456789|987654321/);
  });

  it("refuses a dry_run that is not true or false", () => {
    for (const given of ["true", 1, null, {}]) {
      expect(refusal(() => parse({ dry_run: given })).message).toContain("dry_run must be true or false");
    }
  });

  it("refuses dry_run like any unknown name where the tool has none, so that no real write comes of it", () => {
    const tool: Tool = { ...createVoucher, dryRun: "none" };
    expect(refusal(() => parse({ dry_run: true }, { tool })).message).toContain("dry_run is not an argument here");
  });

  describe("of a tool that may need a person's yes", () => {
    const confirmed: Tool = { ...createVoucher, disposition: { upTo: 100, of: "count", beyond: "confirm" } };

    it("hold confirm, which is taken out and counts only as true or false", () => {
      expect(parse({ confirm: true }, { tool: confirmed })).toMatchObject({
        input: { count: 1 },
        controls: { dryRun: false, confirm: true },
      });
      expect(parse({ confirm: false, dry_run: true }, { tool: confirmed }).controls).toEqual({
        dryRun: true,
        confirm: false,
      });
      expect(parse({}, { tool: { ...confirmed, disposition: "confirm" } }).controls.confirm).toBe(false);
      for (const given of ["true", 1, 0, null, [], {}, ""]) {
        const error = refusal(() => parse({ confirm: given, count: 0 }, { tool: confirmed }));
        expect(error.meta.issues).toMatchObject([
          { path: "confirm", message: "must be true or false" },
          { path: "count" },
        ]);
      }
    });

    it("hold it by themselves, and inherit nothing", () => {
      const inherited = { ...confirmed, input: z.looseObject({}) } as Tool;
      const given = JSON.parse('{"__proto__":{"confirm":true}}');
      expect(parse(given, { tool: inherited }).controls.confirm).toBe(false);
      expect(parse(Object.create({ confirm: true }), { tool: inherited }).controls.confirm).toBe(false);
    });
  });

  it.each([
    ["auto", "write"],
    ["approval", "write"],
    [{ upTo: 1, of: "count", beyond: "approval" }, "write"],
    ["confirm", "read"],
  ] as const)("refuse confirm like any unknown name where nothing needs it: %j, %s", (disposition, access) => {
    const tool: Tool = { ...createVoucher, disposition, access };
    expect(refusal(() => parse({ confirm: true }, { tool })).message).toContain("confirm is not an argument here");
  });

  it("leave confirm to a tool that has an input of that name and needs no yes", () => {
    const tool: Tool = { ...createVoucher, disposition: "auto", input: z.strictObject({ confirm: z.string() }) };
    expect(parse({ confirm: "code-1" }, { tool })).toMatchObject({
      input: { confirm: "code-1" },
      controls: { confirm: false },
    });
  });

  it("refuses a misspelt control", () => {
    expect(refusal(() => parse({ dryRun: true })).message).toContain("dryRun is not an argument here");
  });

  it("fills in defaults and takes the control out", () => {
    const parsed = parse({ dry_run: true });
    expect(parsed.input).toEqual({ count: 1 });
    expect(parsed.controls).toEqual({ dryRun: true, confirm: false });
  });
});

describe("rules over several inputs", () => {
  const coupon: Tool = {
    ...readTool,
    constraints: [
      { exactlyOneOf: ["percent", "cents"], message: "exactly one of percent and cents must be given" },
      {
        when: { duration: "repeating" },
        require: ["months"],
        message: "months must be given when duration is repeating",
      },
    ],
    input: z.strictObject({
      percent: z.int().max(100).optional(),
      cents: z.int().optional(),
      duration: z.enum(["once", "repeating"]).default("repeating"),
      months: z.int().optional(),
    }),
  };
  const refuse = (given: Record<string, unknown>) => {
    const schema: Advertised = {
      ...advertised,
      inputSchema: {
        type: "object",
        properties: { percent: {}, cents: {}, duration: { $ref: "#/$defs/Duration" }, months: {} },
        $defs: { Duration: { default: "repeating" } },
      },
    };
    return refusal(() => parseArguments(authorize(callOf({ arguments: given, tool: coupon })), schema));
  };

  it("are all checked at once, on defaults too, and read well", () => {
    const error = refuse({});
    expect(error.meta.issues).toEqual([
      { path: "percent", inputs: ["percent", "cents"], message: "exactly one of percent and cents must be given" },
      { path: "months", inputs: ["months", "duration"], message: "months must be given when duration is repeating" },
    ]);
    expect(error.message).toBe(
      "get_voucher cannot run with these arguments: exactly one of percent and cents must be given; months must be given when duration is repeating.",
    );
  });

  it("are named beside what the validator refuses, with the defaults that are advertised", () => {
    expect(refuse({ percent: 101, cents: 1, colour: "red" }).message).toBe(
      "get_voucher cannot run with these arguments: exactly one of percent and cents must be given; months must be given when duration is repeating; percent must be at most 100, got 101; colour is not an argument here; this tool takes percent, cents, duration, months.",
    );
  });

  it("about a value say nothing while the value itself is refused", () => {
    const { issues } = refuse({ percent: 5, duration: "weekly" }).meta as { issues: readonly { path: string }[] };
    expect(issues.map(({ path }) => path)).toEqual(["duration"]);
  });

  it("let through what keeps them", () => {
    expect(parse({ percent: 5, duration: "once" }, { tool: coupon }).input).toEqual({ percent: 5, duration: "once" });
  });
});

describe("decision", () => {
  const decideFor = (given: Record<string, unknown>, overrides: Partial<ToolCall> = {}) =>
    decide(parse(given, overrides));

  it.each([
    [1, "run"],
    [100, "run"],
    [101, "approval"],
    [10_000, "approval"],
  ])("with count %i of a threshold of 100: %s", (count, kind) => {
    expect(decideFor({ count }).kind).toBe(kind);
  });

  it("counts a missing input as its default", () => {
    expect(decideFor({})).toEqual({ kind: "run", why: "count 1 is at most 100" });
  });

  it("waits for an operator when the threshold's input is not there at all", () => {
    const tool: Tool = { ...createVoucher, disposition: { upTo: 5, of: "rows", beyond: "approval" } };
    expect(decideFor({}, { tool }).kind).toBe("approval");
  });

  it("never sends a dry run to the queue", () => {
    expect(decideFor({ count: 5_000, dry_run: true })).toMatchObject({ kind: "dry_run", how: "forward" });
    const tool: Tool = { ...createVoucher, disposition: "approval", dryRun: "plan" };
    expect(decideFor({ dry_run: true }, { tool })).toMatchObject({ kind: "dry_run", how: "plan" });
  });

  it("runs what a secret key asks for, and says why", () => {
    const caller: Caller = { ...agent, kind: "secret", bypasses: new Set(["approval"]) };
    expect(decideFor({ count: 5_000 }, { caller })).toEqual({ kind: "run", why: "secret keys bypass approval" });
  });

  describe("of a tool that needs a person's yes", () => {
    const tool: Tool = { ...createVoucher, disposition: "confirm", dryRun: "plan" };
    const needed = { kind: "confirm", why: "every call of this tool needs a person's yes" };
    const answer = { requestState: "x", response: { action: "accept", content: { confirm: true } } };

    it("is to ask for it, unless the caller sent confirm: true and cannot be asked", () => {
      expect(decideFor({}, { tool })).toEqual(needed);
      expect(decideFor({ confirm: false }, { tool })).toEqual(needed);
      expect(decideFor({ confirm: true }, { tool })).toEqual({ kind: "run", why: "the caller sent confirm: true" });
      expect(decideFor({ confirm: true }, { tool, canAsk: true })).toEqual(needed);
    });

    it("never takes the argument where there is an answer, nor the answer by itself", () => {
      for (const canAsk of [true, false]) {
        expect(decideFor({ confirm: true }, { tool, canAsk, answer })).toEqual(needed);
        expect(decideFor({}, { tool, canAsk, answer })).toEqual(needed);
      }
    });

    it("asks beyond a threshold only", () => {
      const beyond: Tool = { ...tool, disposition: { upTo: 100, of: "count", beyond: "confirm" } };
      expect(decideFor({ count: 100 }, { tool: beyond }).kind).toBe("run");
      expect(decideFor({ count: 101 }, { tool: beyond })).toEqual({ kind: "confirm", why: "count 101 is above 100" });
    });

    it("asks nobody about a dry run, and says what it stands for", () => {
      for (const given of [{ dry_run: true }, { dry_run: true, confirm: true }])
        expect(decideFor(given, { tool })).toMatchObject({ kind: "dry_run", how: "plan", insteadOf: "confirm" });
    });

    it("asks about the call of a key that bypasses approval too", () => {
      const caller: Caller = { ...agent, kind: "secret", bypasses: new Set(["approval", "scope"]) };
      expect(decideFor({}, { tool, caller })).toEqual(needed);
      expect(decideFor({ confirm: true }, { tool, caller })).toMatchObject({ kind: "run" });
    });
  });

  it("runs every read", () => {
    expect(decide(parse({}, { tool: { ...readTool, disposition: "approval" } })).kind).toBe("run");
  });

  it("clears a call with the request that the handler made of its input", () => {
    const call = parse({ count: 2, prefix: "SUN" });
    const cleared = clear(call, { kind: "run", why: "" });
    expect(cleared).toMatchObject({
      request: { method: "post", path: "/v1/vouchers", body: { count: 2, prefix: "SUN" } },
    });
  });

  it("clears a call of local content without any request", () => {
    const collection = { key: "id", entries: [] };
    const tool: Tool = { ...readTool, handler: () => ({ get: collection, key: "a" }) };
    const cleared = clear(parse({}, { tool }), { kind: "run", why: "" });
    expect(cleared).toMatchObject({ content: { get: collection, key: "a" } });
    expect(cleared).not.toHaveProperty("request");
  });

  it("clears no write and no dry run of local content, which can only be read", () => {
    const handler = () => ({ list: { key: "id", entries: [] }, fields: [] });
    const write = parse({}, { tool: { ...createVoucher, handler } });
    expect(() => clear(write, { kind: "run", why: "" })).toThrow("can only read what is here");
    const dryRun = { kind: "dry_run", how: "plan", insteadOf: "auto", why: "" } as const;
    const read = parse({}, { tool: { ...readTool, handler } });
    expect(() => clear(read, dryRun)).toThrow("can only read what is here");
  });

  it("cannot be skipped: only a cleared call has a request", () => {
    const call: ParsedCall = parse({});
    // @ts-expect-error a parsed call is not a cleared one, however alike they look
    const wrong: import("../call.ts").ClearedCall = {
      ...call,
      decision: { kind: "run", why: "" },
      request: {} as never,
    };
    expect(wrong).toBeDefined();
  });
});

describe("a policy that was written by hand", () => {
  const nonsense = [
    null,
    5,
    true,
    "Auto",
    "not json",
    [],
    {},
    { mode: "auto", threshold_count: 9999 },
    { mode: "pending_approval" },
    { mode: "pending_approval", threshold_count: "9999" },
    { mode: "pending_approval", threshold_count: -1 },
    { mode: "pending_approval", threshold_count: 9999, and: 1 },
  ];
  it.each(nonsense)("makes every call wait where it says %j", (written) => {
    expect(decide(parse({ count: 1 }), written as unknown as PolicyOverride).kind).toBe("approval");
  });
});
