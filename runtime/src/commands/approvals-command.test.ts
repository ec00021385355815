import { describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { createApprovalHouse } from "../approvals.ts";
import { type Caller, type Outcome, Secret } from "../call.ts";
import { type Advertised, type ApiKeyAuth, type Approvals, defineTool } from "../codegen.ts";
import { composePlanner } from "../compose.ts";
import { GatewayError } from "../errors.ts";
import { createRecheck } from "../identity/recheck.ts";
import { parseArguments } from "../policy/parse.ts";
import { authorize } from "../policy/scope.ts";
import { approvalsCommand } from "./approvals-command.ts";
import { nowMs, setUpCommand } from "./fixture.ts";

const auth: ApiKeyAuth = { kind: "apiKey", header: "X-API-Key", kinds: { agent: { prefix: "vf_ak_", scoped: true } } };
const annotations = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };
const advertised: Advertised = { inputSchema: { type: "object" }, annotations };

const tool = defineTool<{ count: number; prefix?: string }>({
  name: "create_voucher",
  title: "Create vouchers",
  description: "Create vouchers.",
  access: "write",
  scope: "VOUCHER_READ",
  disposition: { upTo: 100, of: "count", beyond: "approval" },
  dryRun: "plan",
  input: z.strictObject({ count: z.int().min(1).max(500), prefix: z.string().optional() }),
  handler: (body) => ({ method: "post", path: "/vouchers", body }),
});

const twoYeses: Approvals = { expiresInMs: 60 * 60 * 1000, pollPath: "/a/{id}", events: "a", approvers: 2 };
const oneYes: Approvals = { ...twoYeses, approvers: 1 };

interface SetUp {
  readonly approvals?: Approvals;
  readonly answer?: boolean;
  readonly ending?: Outcome;
  /** Who asked. Default: the key Claude. */
  readonly by?: Partial<Caller>;
}

const done: Outcome = { kind: "succeeded", text: '{"ok":true}', value: { ok: true } };

/** A store with one call that waits, and whoever serves, who runs what is approved when `sweep` is called. */
async function setUp({ approvals = oneYes, answer, ending = done, by }: SetUp = {}) {
  const more = { tools: [tool], advertised: { create_voucher: advertised } };
  const command = await setUpCommand(approvalsCommand, {
    auth: [auth],
    server: { ...more, approvals },
    ...(answer !== undefined && { answer }),
  });
  const { store } = command;
  const server = {
    ...more,
    approvals,
    name: "vauchflow",
    version: "1.2.3",
    auth: [auth],
    upstream: { url: "http://127.0.0.1:1", credentials: { kind: "none" }, timeoutMs: 1000 },
  } as const;
  const clock = { now: () => nowMs, monotonic: () => 0 };
  const sent: unknown[] = [];
  const planner = composePlanner({ server: server as never, variables: {} });
  const house = createApprovalHouse({
    server,
    store: store.approvals,
    forwarder: {
      plan: planner.plan,
      send: async ({ request }) => {
        sent.push(request.body);
        return ending;
      },
    },
    recheck: createRecheck(server, store, clock),
    clock,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  onTestFinished(() => house.close());
  await store.keys.insert({
    id: "k-1",
    hash: "0".repeat(64),
    hint: "vf_ak_xxxx",
    kind: "agent",
    tenant: "acme",
    name: "Claude",
    scopes: ["VOUCHER_READ"],
    createdAtMs: nowMs,
    expiresAtMs: undefined,
    revokedAtMs: undefined,
  });
  const caller: Caller = {
    tenant: "acme",
    kind: "agent",
    id: "k-1",
    name: "Claude",
    scopes: new Set(["VOUCHER_READ"]),
    bypasses: new Set(),
    credential: new Secret(""),
    ...by,
  };
  const id = "d4e5f6a7-b8c9-4d01-a234-56789abcdef0";
  const call = authorize({
    id,
    atMs: nowMs,
    caller,
    era: "modern",
    client: { name: "Desktop", version: "1" },
    toolName: tool.name,
    arguments: { count: 150, prefix: "SUMMER" },
    canAsk: false,
    signal: new AbortController().signal,
    tool,
  });
  await house.park(parseArguments(call, advertised), "count 150 is above 100");
  const found = async () => await store.approvals.find(id);
  return { ...command, id, sent, found, sweep: () => house.executor.sweep() };
}

describe("approvals list and show", () => {
  it("lists what waits", async () => {
    const { run, id } = await setUp();
    const { out } = await run("list");
    expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["ID", "STATUS", "TOOL", "TENANT", "ASKED BY", "ASKED", "LEFT", "WHY"],
      [
        id,
        "pending",
        "create_voucher",
        "acme",
        "Claude",
        "2026-09-01 12:30 UTC",
        "1 h 0 min",
        "count 150 is above 100",
      ],
      [""],
    ]);
    expect((await run("list", "--tenant", "globex")).err).toBe("Nothing waits.\n");
    expect((await run("list", "--status", "executed")).err).toBe("No approval fits.\n");
    const json = JSON.parse((await run("list", "--json", "--status", "all")).out);
    expect(json).toMatchObject({ approvals: [{ approval_id: id, status: "pending" }], next_cursor: null });
    const { code, err } = await run("list", "--cursor", "1.nonsense");
    expect([code, err]).toEqual([2, expect.stringContaining("as `approvals list` has printed it")]);
  });

  it("shows everything that an operator must know", async () => {
    const { run, id } = await setUp();
    const { out } = await run("show", id);
    expect(out.split("\n")).toEqual([
      `approval    ${id}`,
      "tool        Create vouchers (create_voucher)",
      "status      pending, 1 h 0 min left",
      "why         count 150 is above 100",
      'asked by    agent "Claude", id k-1, of acme',
      "through     Desktop 1",
      "asked on    2026-09-01 12:30 UTC",
      "expires on  2026-09-01 13:30 UTC",
      "",
      "Arguments:",
      "  count: 150",
      '  prefix: "SUMMER"',
      "",
      "Request:",
      "  POST /vouchers",
      "  content-type: application/json",
      "  {",
      '    "count": 150,',
      '    "prefix": "SUMMER"',
      "  }",
      "",
    ]);
  });

  it("says what is not there", async () => {
    const { run } = await setUp();
    for (const verb of [["show"], ["approve", "--yes"], ["reject", "--reason", "no"]]) {
      const [name = "", ...options] = verb;
      const { code, err } = await run(name, "d4e5", ...options);
      expect([code, /no approval "?d4e5"? here/.test(err)]).toEqual([1, true]);
    }
  });
});

describe("approvals approve", () => {
  it("lets it run as it is, once, by whoever serves", async () => {
    const { run, id, sent, sweep, found } = await setUp();
    const { code, err } = await run("approve", id, "--yes", "--reason", "agreed");
    expect([code, err]).toEqual([0, expect.stringContaining(`Approved ${id}. Whoever serves runs it`)]);
    expect(sent).toEqual([]);
    await sweep();
    expect(sent).toEqual([{ count: 150, prefix: "SUMMER" }]);
    expect(await found()).toMatchObject({ status: "executed", decidedBy: "ada", reason: "agreed" });
    expect((await run("show", id)).out).toContain('Reply:\n  {"ok":true}\n');
    const again = await run("approve", id, "--yes");
    expect(again.code).toBe(1);
    expect(again.err).toMatch(/is executed.* already/);
  });

  it("asks at a terminal, with all of it before the eyes, and needs --yes elsewhere", async () => {
    const no = await setUp({ answer: false });
    const { code, err } = await no.run("approve", no.id);
    expect(code).toBe(1);
    expect(err).toContain('prefix: "SUMMER"');
    expect(no.asked).toEqual(["Let it run?"]);
    const nobody = await setUp();
    expect(await nobody.run("approve", nobody.id)).toMatchObject({ code: 2 });
    expect((await nobody.found())?.status).toBe("pending");
  });

  it("runs edited arguments and keeps both", async () => {
    const { run, id, sent, sweep, found } = await setUp({ answer: true });
    const { err } = await run("approve", id, "--edit", '{"count": 50, "prefix": null}');
    expect(err).toContain("  count: 150 → 50\n");
    expect(err).toContain('  prefix: "SUMMER" → (not given)\n');
    await sweep();
    expect(sent).toEqual([{ count: 50 }]);
    expect(await found()).toMatchObject({
      status: "executed",
      input: { count: 150, prefix: "SUMMER" },
      editedInput: { count: 50 },
    });
  });

  it.each([
    ['{"count": 501}', 1, "create_voucher cannot run with these arguments: count must be at most 500, got 501"],
    ['{"colour": "red"}', 1, "colour"],
    ['{"dry_run": true}', 1, "dry_run cannot be edited in: what is approved is run"],
    ["[50]", 2, "--edit takes a JSON object"],
    ["{", 2, "--edit takes a JSON object"],
  ])("refuses to make %s of it", async (edit, exitCode, said) => {
    const { run, id, found } = await setUp();
    const { code, err } = await run("approve", id, "--yes", "--edit", edit);
    expect(err).toContain(said);
    expect(code).toBe(exitCode);
    expect((await found())?.status).toBe("pending");
  });

  it("needs two people where server.yaml says so", async () => {
    const { run, id, found } = await setUp({ approvals: twoYeses });
    expect((await run("approve", id, "--yes")).err).toContain("A second person must approve it");
    const { code, err } = await run("approve", id, "--yes");
    expect([code, err]).toEqual([1, expect.stringContaining("a second person must too")]);
    expect(await found()).toMatchObject({ status: "endorsed", endorsedBy: "ada" });
    expect((await run("list")).out).toContain("endorsed");
  });

  it("lets nobody approve what an agent asks for in that person's own name", async () => {
    const { run, id, found } = await setUp({ by: { kind: "oauth", id: "ada", name: "Ada" } });
    const { code, err } = await run("approve", id, "--yes");
    expect([code, err]).toEqual([1, expect.stringContaining("another person must decide it")]);
    expect((await found())?.status).toBe("pending");
  });

  it("does not run what its key may not do any more", async () => {
    const { run, id, sent, sweep, found, store } = await setUp();
    await run("approve", id, "--yes");
    await store.keys.revoke("k-1", nowMs);
    await sweep();
    expect(sent).toEqual([]);
    expect(await found()).toMatchObject({ status: "failed", errorCode: "credential_ended" });
    expect((await run("show", id)).out).toContain("credential_ended: It was not run, because meanwhile");
  });
});

describe("approvals reject and settle", () => {
  it("rejects with a reason, and leaves an entry of the operator's", async () => {
    const { run, id, found, entries } = await setUp();
    expect(await run("reject", id)).toMatchObject({ code: 2 });
    expect(await run("reject", id, "--reason", "x".repeat(2001))).toMatchObject({ code: 2 });
    expect(await run("reject", id, "--reason", " ")).toMatchObject({ code: 2 });
    expect((await run("reject", id, "--reason", "too many")).err).toBe(`Approval ${id} is now rejected.\n`);
    expect(await found()).toMatchObject({ status: "rejected", decidedBy: "ada", reason: "too many" });
    expect((await entries()).at(-1)).toMatchObject({ type: "approval", actorType: "admin", callerId: "ada" });
  });

  const lost: Outcome = { kind: "failed", error: new GatewayError("outcome_unknown", "Its answer was lost.") };

  it.each([
    ["--executed", "executed"],
    ["--failed", "failed"],
    ["--retry", "approved"],
  ])("settles an unknown outcome: %s", async (how, status) => {
    const { run, id, sweep, found } = await setUp({ ending: lost });
    await run("approve", id, "--yes");
    await sweep();
    expect((await run("list")).out).toContain("outcome_unknown");
    const { code } = await run("settle", id, how, "--reason", "looked", "--yes");
    expect([code, (await found())?.status]).toEqual([0, status]);
  });

  it("settles nothing else, and never both ways", async () => {
    const { run, id, sweep } = await setUp({ ending: lost });
    const early = await run("settle", id, "--retry", "--reason", "x", "--yes");
    expect(early).toMatchObject({ code: 1, err: expect.stringContaining("is pending") });
    await run("approve", id, "--yes");
    await sweep();
    expect(await run("settle", id, "--reason", "x")).toMatchObject({ code: 2 });
    expect(await run("settle", id, "--retry", "--failed", "--reason", "x")).toMatchObject({ code: 2 });
    expect(await run("settle", id, "--retry", "--reason", "x")).toMatchObject({ code: 2 });
  });
});
