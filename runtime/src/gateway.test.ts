import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type Caller, type Outcome, type ReceivedCall, Secret } from "./call.ts";
import { type Advertised, defineServer, defineTool } from "./codegen.ts";
import { GatewayError } from "./errors.ts";
import { createGateway, type Rooms } from "./gateway.ts";
import type { AuditEntry } from "./ports.ts";

const annotations = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };
const advertised: Advertised = { inputSchema: { type: "object" }, annotations };

const getThing = defineTool<object>({
  name: "get_thing",
  title: "Get",
  description: "Get.",
  access: "read",
  scope: "READ",
  disposition: "auto",
  dryRun: "none",
  input: z.strictObject({}),
  handler: () => ({ method: "get", path: "/thing" }),
});
const makeThing = defineTool<object>({
  name: "make_thing",
  title: "Make",
  description: "Make.",
  access: "write",
  scope: "WRITE",
  disposition: "auto",
  dryRun: "plan",
  input: z.strictObject({}),
  handler: () => ({ method: "post", path: "/thing" }),
});
const breakThing = defineTool<object>({
  name: "break_thing",
  title: "Break",
  description: "Break.",
  access: "read",
  disposition: "auto",
  dryRun: "none",
  input: z.strictObject({}),
  handler: () => {
    throw new TypeError("a handler that throws");
  },
});

const recipes = { key: "id", entries: [{ id: "a", title: "A" }] };
const getRecipe = defineTool<{ id: string }>({
  name: "get_recipe",
  title: "Recipe",
  description: "Recipe.",
  access: "read",
  disposition: "auto",
  dryRun: "none",
  input: z.strictObject({ id: z.string() }),
  handler: (input) => ({ get: recipes, key: input.id }),
});

const server = defineServer({
  toolspec: 1,
  name: "acme",
  title: "Acme",
  version: "1.0.0",
  description: "",
  mcp: { path: "/mcp" },
  upstream: { url: "http://127.0.0.1:1", credentials: { kind: "none" }, timeoutMs: 1000 },
  auth: [],
  scopes: { READ: "", WRITE: "" },
  errors: {},
  manifest: new URL("file:///nowhere"),
  tools: [getThing, makeThing, breakThing, getRecipe],
  advertised: { get_thing: advertised, make_thing: advertised, break_thing: advertised, get_recipe: advertised },
});

const caller: Caller = {
  tenant: "acme",
  kind: "agent",
  id: "key_1",
  name: "ci",
  scopes: new Set(["READ", "WRITE"]),
  bypasses: new Set(),
  credential: new Secret("k"),
};

const ok: Outcome = {
  kind: "succeeded",
  text: "{}",
  value: {},
  exchange: { method: "POST", target: "/thing", status: 200, durationMs: 1 },
};

/** Rooms that do as they are told and remember in which order. */
function house(overrides: Partial<Rooms> = {}) {
  const steps: string[] = [];
  const entries: AuditEntry[] = [];
  const rooms: Rooms = {
    server,
    identity: { authenticate: async () => caller },
    rate: { take: () => ({ allowed: true }) },
    concurrency: {
      enter: () => {
        steps.push("enter");
        return () => steps.push("leave");
      },
    },
    forwarder: {
      plan: (_call, disposition) => ({ kind: "planned", text: "{}", value: { disposition } }),
      send: async () => {
        steps.push("send");
        return ok;
      },
    },
    audit: {
      append: async (entry) => {
        steps.push(entry.type);
        entries.push(entry);
      },
    },
    clock: { now: () => 0, monotonic: () => 0 },
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    ...overrides,
  };
  const call = (toolName: string, given: Record<string, unknown> = {}, by: Caller = caller): Promise<Outcome> => {
    const received: ReceivedCall = {
      id: "call-1",
      atMs: 0,
      caller: by,
      era: "modern",
      client: {},
      toolName,
      arguments: given,
      canAsk: false,
      signal: new AbortController().signal,
    };
    return createGateway(rooms).call(received);
  };
  return { rooms, steps, entries, call };
}

const codeOf = (outcome: Outcome) => (outcome.kind === "failed" ? outcome.error.code : outcome.kind);

describe("the order of a call", () => {
  it("is intent, send, outcome for a write", async () => {
    const { call, steps } = house();
    expect(codeOf(await call("make_thing"))).toBe("succeeded");
    expect(steps).toEqual(["enter", "intent", "send", "leave", "call"]);
  });

  it("tells identity how a call that was sent has ended, and nothing of what was not sent", async () => {
    const noted: unknown[] = [];
    const noteOutcome = (by: Caller, outcome: Outcome) => void noted.push([by.id, outcome]);
    const { call } = house({ identity: { authenticate: async () => caller, noteOutcome } });
    await call("get_thing");
    await call("make_thing", { dry_run: true });
    await call("no_such_tool");
    expect(noted).toEqual([[caller.id, ok]]);
  });

  it("leaves no intent for a read or a plan, which changes nothing", async () => {
    const read = house();
    await read.call("get_thing");
    expect(read.steps).toEqual(["enter", "send", "leave", "call"]);
    const plan = house();
    expect(await plan.call("make_thing", { dry_run: true })).toMatchObject({
      kind: "planned",
      value: { disposition: "auto" },
    });
    expect(plan.steps).toEqual(["enter", "leave", "call"]);
  });

  it.each([
    ["an unknown tool", "no_such_tool", "unknown_tool"],
    ["a handler that throws", "break_thing", "internal"],
  ])("leaves one entry for %s", async (_what, tool, code) => {
    const { call, entries, steps } = house();
    expect(codeOf(await call(tool))).toBe(code);
    expect(entries.map((entry) => entry.outcome)).toEqual([code]);
    expect(steps).not.toContain("send");
  });

  it("tells the caller nothing of a broken invariant but the call to quote", async () => {
    const outcome = await house().call("break_thing");
    expect(outcome).toMatchObject({ error: { message: expect.stringContaining("call-1") } });
    expect(JSON.stringify(outcome)).not.toContain("handler that throws");
  });

  it("looks at the scope before the arguments", async () => {
    const { call } = house();
    expect(codeOf(await call("get_thing", { wrong: 1 }, { ...caller, scopes: new Set() }))).toBe("scope_required");
  });
});

describe("a tool of local content", () => {
  it("is answered without any request, and leaves an entry without an upstream", async () => {
    const { call, steps, entries } = house();
    expect(await call("get_recipe", { id: "a" })).toEqual({
      kind: "succeeded",
      text: '{"id":"a","title":"A"}',
      value: { id: "a", title: "A" },
    });
    expect(steps).toEqual(["enter", "leave", "call"]);
    expect(entries[0]).toMatchObject({ outcome: "ok", decision: "run", arguments: { id: "a" } });
    for (const name of ["upstreamMethod", "upstreamTarget", "upstreamStatus", "upstreamMs"] as const)
      expect(entries[0]?.[name]).toBeUndefined();
  });

  it("refuses an unknown key as a wrong argument", async () => {
    expect(codeOf(await house().call("get_recipe", { id: "__proto__" }))).toBe("invalid_argument");
  });
});

describe("limits", () => {
  it("refuse a caller that calls too often, and leave an entry", async () => {
    const { call, entries } = house({ rate: { take: () => ({ allowed: false, retryAfterSeconds: 7 }) } });
    const outcome = await call("get_thing");
    expect(outcome).toMatchObject({ error: { code: "limit_exceeded", meta: { retryAfterSeconds: 7 } } });
    expect(entries).toHaveLength(1);
  });

  it("refuse a call too many at once", async () => {
    expect(codeOf(await house({ concurrency: { enter: () => undefined } }).call("get_thing"))).toBe("limit_exceeded");
  });
});

describe("an audit trail that cannot be written", () => {
  const broken = { append: () => Promise.reject(new Error("disk full")) };

  it("stops a write before it is sent", async () => {
    const { call, steps } = house({ audit: broken });
    expect(codeOf(await call("make_thing"))).toBe("audit_unavailable");
    expect(steps).not.toContain("send");
  });

  it("withholds the answer of a read", async () => {
    expect(codeOf(await house({ audit: broken }).call("get_thing"))).toBe("audit_unavailable");
  });

  it("still tells the truth about a write that was sent, since its intent is on record", async () => {
    const audit = {
      append: async ({ type }: AuditEntry) => (type === "call" ? Promise.reject(new Error("disk full")) : undefined),
    };
    expect(codeOf(await house({ audit }).call("make_thing"))).toBe("succeeded");
  });
});

describe("the list of tools", () => {
  it("shows a caller what it may use, the same array for the same scopes", () => {
    const gateway = createGateway(house().rooms);
    const reader = { ...caller, scopes: new Set(["READ"]) };
    expect(gateway.listTools(reader).map((tool) => tool.name)).toEqual(["get_thing", "break_thing", "get_recipe"]);
    expect(gateway.listTools(reader)).toBe(gateway.listTools({ ...reader, id: "key_2" }));
  });

  it("is not one caller's when another asks who holds other scopes", () => {
    const gateway = createGateway(house().rooms);
    const listFor = (...scopes: string[]) =>
      gateway.listTools({ ...caller, scopes: new Set(scopes) }).map((tool) => tool.name);
    expect(listFor("READ", "WRITE")).toEqual(["get_thing", "make_thing", "break_thing", "get_recipe"]);
    expect(listFor("WRITE")).toEqual(["make_thing", "break_thing", "get_recipe"]);
    expect(listFor()).toEqual(["break_thing", "get_recipe"]);
  });

  it("shows every caller everything where the server says so", () => {
    const mcp = { path: "/mcp", toolsList: "all" } as const;
    const gateway = createGateway({ ...house().rooms, server: { ...server, mcp } });
    expect(gateway.listTools({ ...caller, scopes: new Set() })).toHaveLength(4);
  });
});

it("answers an error of a room as that error", async () => {
  const error = new GatewayError("upstream_unreachable", "No connection.");
  const { rooms } = house();
  const { call } = house({ forwarder: { ...rooms.forwarder, send: async () => ({ kind: "failed", error }) } });
  expect(codeOf(await call("get_thing"))).toBe("upstream_unreachable");
});
