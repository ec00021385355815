import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type Caller, type Outcome, type ParkedCall, type ReceivedCall, Secret } from "./call.ts";
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
const giveThing = defineTool<{ count: number }>({
  name: "give_thing",
  title: "Give a thing away",
  description: "Give.",
  access: "write",
  scope: "WRITE",
  disposition: { upTo: 10, of: "count", beyond: "confirm" },
  dryRun: "plan",
  input: z.strictObject({ count: z.int().default(20) }),
  handler: () => ({ method: "post", path: "/thing/gifts" }),
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
  tools: [getThing, makeThing, giveThing, breakThing, getRecipe],
  advertised: {
    get_thing: advertised,
    make_thing: advertised,
    give_thing: advertised,
    break_thing: advertised,
    get_recipe: advertised,
  },
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
    confirmation: {
      ask: async (call, request) => {
        steps.push(`ask ${request.method} ${request.path}`);
        return { kind: "asked", form: { message: call.toolName, requestedSchema: {} }, requestState: "sealed" };
      },
      redeem: async (_call, { requestState }) => {
        steps.push("redeem");
        if (requestState === "sealed") return undefined;
        return { reason: "forged", message: "It was not run.", fix: "Call again." };
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
  const call = (
    toolName: string,
    given: Record<string, unknown> = {},
    by: Caller = caller,
    changes: Partial<ReceivedCall> = {},
  ): Promise<Outcome> => {
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
      ...changes,
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

describe("a call that needs a person's yes", () => {
  const canAsk = { canAsk: true };
  const answered = (requestState: string) => ({ canAsk: true, answer: { requestState, response: {} } });
  const runs = ["enter", "intent", "send", "leave", "call"];

  it("asks a client that can ask, sends nothing, and leaves one entry", async () => {
    for (const given of [{}, { confirm: true }, { confirm: false }]) {
      const { call, steps, entries } = house();
      const outcome = await call("give_thing", given, caller, canAsk);
      expect(outcome).toEqual({
        kind: "asked",
        form: { message: "give_thing", requestedSchema: {} },
        requestState: "sealed",
      });
      expect(steps).toEqual(["enter", "ask post /thing/gifts", "leave", "call"]);
      expect(entries[0]).toMatchObject({ outcome: "asked", decision: "confirm", why: "count 20 is above 10" });
    }
  });

  it("runs with a good answer, and says by whom it was confirmed", async () => {
    const { call, steps, entries } = house();
    expect(codeOf(await call("give_thing", {}, caller, answered("sealed")))).toBe("succeeded");
    expect(steps).toEqual(["enter", "redeem", ...runs.slice(1)]);
    for (const entry of entries)
      expect(entry).toMatchObject({ decision: "run", why: "a person confirmed it in a form" });
  });

  it.each([true, false])(
    "is refused with a bad answer, whatever its client can do and confirm says (%s)",
    async (can) => {
      const { call, steps, entries } = house();
      const changes = { ...answered("made up"), canAsk: can };
      expect(await call("give_thing", { confirm: true }, caller, changes)).toMatchObject({
        kind: "failed",
        error: {
          code: "confirmation_refused",
          message: "It was not run.",
          meta: { reason: "forged", fix: "Call again." },
        },
      });
      expect(steps).toEqual(["enter", "redeem", "leave", "call"]);
      expect(entries[0]).toMatchObject({ outcome: "confirmation_refused", decision: "confirm" });
      expect(entries[0]?.why).toBe("count 20 is above 10; the answer was refused: forged");
    },
  );

  it("runs with confirm: true where nobody can be asked", async () => {
    const { call, steps, entries } = house();
    expect(codeOf(await call("give_thing", { confirm: true }))).toBe("succeeded");
    expect(steps).toEqual(runs);
    expect(entries.map(({ why }) => why)).toEqual(["the caller sent confirm: true", "the caller sent confirm: true"]);
  });

  it.each([{}, { confirm: false }])("without it says what would happen, and how to go on: %j", async (given) => {
    const { call, steps, entries } = house();
    const fix = "Ask the person; then call again with the same arguments and confirm: true.";
    expect(await call("give_thing", given)).toMatchObject({
      error: {
        code: "confirmation_required",
        message:
          "give_thing was not run: count 20 is above 10. It would do this: Give a thing away, by POST /thing/gifts.",
        meta: { fix },
      },
    });
    expect(steps).toEqual(["enter", "leave", "call"]);
    expect(entries[0]).toMatchObject({ outcome: "confirmation_required", decision: "confirm" });
  });

  it.each(["true", 1, null, ["true"], {}])("takes nothing but true for a yes: %j", async (confirm) => {
    for (const changes of [{}, canAsk]) {
      const { call, steps } = house();
      expect(codeOf(await call("give_thing", { confirm }, caller, changes))).toBe("invalid_argument");
      expect(steps).toEqual(["enter", "leave", "call"]);
    }
  });

  it.each(['{"__proto__":{"confirm":true}}', '{"constructor":{"confirm":true}}'])(
    "cannot be had by %s",
    async (text) => {
      const { call, steps } = house();
      expect(codeOf(await call("give_thing", JSON.parse(text)))).toBe("invalid_argument");
      expect(steps).not.toContain("send");
    },
  );

  it("needs none below the threshold, nor for a dry run, whose answer is not looked at", async () => {
    const { call, steps } = house();
    expect(codeOf(await call("give_thing", { count: 10 }, caller, canAsk))).toBe("succeeded");
    expect(steps).toEqual(runs);
    const dry = house();
    expect(await dry.call("give_thing", { dry_run: true, confirm: true }, caller, answered("sealed"))).toMatchObject({
      kind: "planned",
      value: { disposition: "confirm" },
    });
    expect(dry.steps).toEqual(["enter", "leave", "call"]);
  });

  it("needs it of a key that does without the operator too", async () => {
    const secret: Caller = { ...caller, kind: "secret", bypasses: new Set(["scope", "approval"]) };
    expect(codeOf(await house().call("give_thing", {}, secret))).toBe("confirmation_required");
    expect(codeOf(await house().call("give_thing", {}, secret, canAsk))).toBe("asked");
  });

  it("is asked for only of a caller with the scope, with good arguments, within its limits", async () => {
    const ask = (rooms: Partial<Rooms>, given: object, by: Caller) =>
      house(rooms).call("give_thing", { ...given }, by, canAsk);
    expect(codeOf(await ask({}, {}, { ...caller, scopes: new Set(["READ"]) }))).toBe("scope_required");
    expect(codeOf(await ask({}, { count: "x" }, caller))).toBe("invalid_argument");
    const rate = { take: () => ({ allowed: false, retryAfterSeconds: 1 }) as const };
    expect(codeOf(await ask({ rate }, {}, caller))).toBe("limit_exceeded");
    expect(codeOf(await ask({ concurrency: { enter: () => undefined } }, {}, caller))).toBe("limit_exceeded");
  });

  it("is not asked for while the audit trail cannot be written", async () => {
    const audit = { append: () => Promise.reject(new Error("disk full")) };
    expect(codeOf(await house({ audit }).call("give_thing", {}, caller, canAsk))).toBe("audit_unavailable");
    const { call, steps } = house({ audit });
    expect(codeOf(await call("give_thing", {}, caller, answered("sealed")))).toBe("audit_unavailable");
    expect(steps).not.toContain("send");
  });

  it("is refused while confirmations cannot be kept, and leaves its entry", async () => {
    const down = () => Promise.reject(new GatewayError("confirmation_unavailable", "Try again later."));
    const { call, steps, entries } = house({ confirmation: { ask: down, redeem: down } });
    expect(codeOf(await call("give_thing", {}, caller, canAsk))).toBe("confirmation_unavailable");
    expect(codeOf(await call("give_thing", {}, caller, answered("sealed")))).toBe("confirmation_unavailable");
    expect(entries.map(({ outcome }) => outcome)).toEqual(["confirmation_unavailable", "confirmation_unavailable"]);
    expect(steps).not.toContain("send");
  });
});

describe("limits", () => {
  it("refuse a caller that calls too often, and leave an entry", async () => {
    const { call, entries } = house({ rate: { take: () => ({ allowed: false, retryAfterSeconds: 7 }) } });
    const outcome = await call("get_thing");
    expect(outcome).toMatchObject({ error: { code: "limit_exceeded", meta: { retryAfterSeconds: 7 } } });
    // A key or a login.
    expect(outcome).toMatchObject({ error: { message: "This caller has made too many calls. Try again in 7 s." } });
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
    expect(listFor("READ", "WRITE")).toEqual(["get_thing", "make_thing", "give_thing", "break_thing", "get_recipe"]);
    expect(listFor("WRITE")).toEqual(["make_thing", "give_thing", "break_thing", "get_recipe"]);
    expect(listFor()).toEqual(["break_thing", "get_recipe"]);
  });

  it("is narrowed by toolsets and by scopes, and a call finds what is listed", async () => {
    const toolsets = { making: { description: "Make.", tools: [makeThing, getThing] } };
    const { rooms } = house();
    const gateway = createGateway({ ...rooms, server: { ...server, toolsets } });
    const making = gateway.chooseToolsets("making");
    const reader = { ...caller, scopes: new Set(["READ"]) };
    const namesFor = (by: Caller) => gateway.listTools(by, making).map((tool) => tool.name);
    expect([namesFor(caller), namesFor(reader)]).toEqual([["get_thing", "make_thing"], ["get_thing"]]);
    expect(gateway.listTools(reader, making)).toBe(gateway.listTools({ ...reader, id: "key_2" }, making));

    const { call } = house();
    const ask = async (tool: string) => await call(tool, {}, caller, { toolsets: making });
    expect(codeOf(await ask("make_thing"))).toBe("succeeded");
    const [outside, nowhere] = [await ask("get_recipe"), await ask("no_such_tool")];
    expect(outside).toEqual(nowhere);
    expect(outside).toMatchObject({
      error: { code: "unknown_tool", message: expect.stringContaining("the toolsets of this connection (making)") },
    });
  });

  it("shows every caller everything where the server says so", () => {
    const mcp = { path: "/mcp", toolsList: "all" } as const;
    const gateway = createGateway({ ...house().rooms, server: { ...server, mcp } });
    expect(gateway.listTools({ ...caller, scopes: new Set() })).toHaveLength(5);
  });
});

it("answers an error of a room as that error", async () => {
  const error = new GatewayError("upstream_unreachable", "No connection.");
  const { rooms } = house();
  const { call } = house({ forwarder: { ...rooms.forwarder, send: async () => ({ kind: "failed", error }) } });
  expect(codeOf(await call("get_thing"))).toBe("upstream_unreachable");
});

describe("a call that is parked", () => {
  it.each([true, false])("leaves one entry, written with the approval: %s", async (hasEntry) => {
    const written: AuditEntry[] = [];
    const nothing = async () => undefined;
    const parked = { kind: "parked", text: "{}", value: {} } as unknown as Outcome;
    const { call, entries } = house({
      policies: { of: async () => new Map([["make_thing", "pending_approval"]]) },
      approvals: {
        async park(_call, _why, entryOf) {
          if (hasEntry) written.push(entryOf(parked));
          return { outcome: parked, hasEntry };
        },
        answer: nothing,
        find: nothing,
        withdraw: nothing,
      },
    });
    expect(await call("make_thing")).toEqual(parked);
    const told = { type: "call", outcome: "pending_approval", decision: "approval", tool: "make_thing" };
    expect(hasEntry ? written : entries).toEqual([expect.objectContaining(told)]);
    expect(hasEntry ? entries : written).toEqual([]);
  });
});

describe("what became of a call that waits", () => {
  const answer = async (_caller: Caller, id: string) => (id === "a" ? { status: "pending" } : undefined);
  const find = async (_caller: Caller, id: string) => (id === "a" ? parked : undefined);
  const parked: ParkedCall = {
    id: "a",
    tool: "make",
    status: "pending",
    createdAtMs: 0,
    changedAtMs: 0,
    expiresAtMs: 1,
  };
  const nothing = async () => ({ outcome: ok, hasEntry: false });

  it("is looked up and taken back like a call: by the caller, within its rate", async () => {
    const turns: string[] = [];
    const { rooms } = house({
      approvals: { park: nothing, answer, find, withdraw: answer },
      rate: { take: (id) => (turns.push(id) > 3 ? { allowed: false, retryAfterSeconds: 3 } : { allowed: true }) },
    });
    const gateway = createGateway(rooms);
    expect(await gateway.findApproval(caller, "a")).toEqual({ status: "pending" });
    expect(await gateway.findParked(caller, "a")).toEqual(parked);
    expect(await gateway.withdrawApproval(caller, "b")).toBeUndefined();
    for (const ask of ["findApproval", "findParked", "withdrawApproval"] as const)
      await expect(gateway[ask](caller, "a")).rejects.toMatchObject({ code: "limit_exceeded" });
    expect(turns).toEqual(Array(6).fill("key_1"));
  });

  it("is nothing where nothing waits, and an error where the queue cannot be asked", async () => {
    expect(await createGateway(house().rooms).findApproval(caller, "a")).toBeUndefined();
    const broken = async () => {
      throw new Error("disk I/O error");
    };
    const { rooms } = house({ approvals: { park: nothing, answer: broken, find: broken, withdraw: broken } });
    for (const ask of ["findApproval", "findParked", "withdrawApproval"] as const)
      await expect(createGateway(rooms)[ask](caller, "a")).rejects.toMatchObject({
        code: "approval_store_unavailable",
      });
  });
});
