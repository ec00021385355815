import { describe, expect, it } from "vitest";
import * as z from "zod";
import { adminEntry } from "../audit/admin-entry.ts";
import { type Advertised, type ApiKeyAuth, type Disposition, defineTool, type Tool } from "../codegen.ts";
import type { KeyRecord, PolicyOverride } from "../ports.ts";
import { nowMs, setUpCommand } from "./fixture.ts";
import { policyCommand } from "./policy-command.ts";

const auth: ApiKeyAuth = {
  kind: "apiKey",
  header: "X-API-Key",
  kinds: {
    agent: { prefix: "vf_ak_", scoped: true },
    secret: { prefix: "vf_sk_", bypasses: ["scope", "approval"] },
    publishable: { prefix: "vf_pk_", refused: true },
  },
};

const annotations = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };
const advertised: Advertised = { inputSchema: { type: "object" }, annotations };

const toolOf = (name: string, access: "read" | "write", disposition: Disposition): Tool =>
  defineTool<{ count: number }>({
    name,
    title: name,
    description: name,
    access,
    scope: access === "read" ? "VOUCHER_READ" : "CAMPAIGN_READ",
    disposition,
    dryRun: access === "read" ? "none" : "plan",
    input: z.strictObject({ count: z.int().min(1).default(1) }),
    handler: () => ({ method: "post", path: "/things" }),
  });

const tools = [
  toolOf("get_voucher", "read", "auto"),
  toolOf("create_voucher", "write", { upTo: 100, of: "count", beyond: "approval" }),
  toolOf("create_campaign", "write", "approval"),
  toolOf("give_away", "write", "confirm"),
];

const approvals = { expiresInMs: 1000, pollPath: "/a/{id}", events: "agent.action", approvers: 1 } as const;

/** A server whose tenant acme has a key. */
async function setUp(options: { readonly answer?: boolean; readonly withoutQueue?: boolean } = {}) {
  const { answer, withoutQueue } = options;
  const house = await setUpCommand(policyCommand, {
    auth: [auth],
    server: {
      tools,
      advertised: Object.fromEntries(tools.map(({ name }) => [name, advertised])),
      ...(withoutQueue !== true && { approvals }),
    },
    ...(answer !== undefined && { answer }),
  });
  const key: KeyRecord = {
    id: "k-1",
    hash: "0".repeat(64),
    hint: "vf_ak_xxxx",
    kind: "agent",
    tenant: "acme",
    name: "Claude",
    scopes: ["CAMPAIGN_READ"],
    createdAtMs: nowMs,
    expiresAtMs: undefined,
    revokedAtMs: undefined,
  };
  await house.store.keys.insert(key);
  return house;
}

const fifty = '{"mode": "pending_approval", "threshold_count": 50}';
const ofAcme = ["--tenant", "acme"];

describe("policy set", () => {
  it("says what changes, sets it and leaves an entry", async () => {
    const { run, entries } = await setUp();
    const { code, err } = await run("set", "create_voucher", fifty, ...ofAcme);
    expect(code).toBe(0);
    expect(err).toContain(
      "create_voucher of acme: runs while count is at most 100, and beyond that waits for an operator → " +
        "runs while count is at most 50, and beyond that waits for an operator",
    );
    expect(JSON.parse((await run("get", ...ofAcme)).out)).toEqual({ create_voucher: JSON.parse(fifty) });
    const done = { tool: "create_voucher", before: null, after: JSON.parse(fifty) };
    expect(await entries()).toEqual([
      { type: "admin", actorType: "admin", callerId: "ada", tenant: "acme", tool: "policy.set", arguments: done },
    ]);
  });

  it.each(["pending_approval", '"pending_approval"'])("takes %s, which weakens nothing", async (policy) => {
    const { run, asked } = await setUp({ answer: false });
    expect((await run("set", "create_voucher", policy, ...ofAcme)).code).toBe(0);
    expect(asked).toEqual([]);
  });

  it("asks before it lets through what waited, and changes nothing on no", async () => {
    const { run, asked, store } = await setUp({ answer: false });
    const { code, err } = await run("set", "create_campaign", "auto", ...ofAcme);
    expect(code).toBe(1);
    expect(err).toContain("This weakens the policy");
    expect(asked).toEqual(["Let them run?"]);
    expect(await store.policies.list("vauchflow")).toEqual([]);
  });

  it("needs --yes for it where nobody can be asked", async () => {
    const { run } = await setUp();
    const refused = await run("set", "create_campaign", "auto", ...ofAcme);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("Add --yes if it is meant");
    expect((await run("set", "create_campaign", "auto", ...ofAcme, "--yes")).code).toBe(0);
    expect((await run("list")).out).toContain("acme    create_campaign  auto    runs without asking");
  });

  it("knows that a policy may be weaker than the tenant's own, though not than the spec", async () => {
    const { run, asked } = await setUp({ answer: true });
    await run("set", "create_voucher", "pending_approval", ...ofAcme);
    await run("set", "create_voucher", fifty, ...ofAcme);
    expect(asked).toEqual(["Let them run?"]);
  });

  it.each([
    ["get_voucher", "auto", "get_voucher only reads"],
    ["give_away", "auto", "a policy cannot take that away"],
    ["create_campaign", fifty, "create_campaign counts nothing"],
    ["create_vouchers", "auto", "Did you mean create_voucher?"],
    ["create_voucher", "always", "A policy is auto, pending_approval, or"],
    ["create_voucher", '{"mode":"auto"}', "A policy is auto, pending_approval, or"],
    ["create_voucher", "{", "A policy is auto, pending_approval, or"],
  ])("refuses %s %s", async (tool, policy, said) => {
    const { run, store } = await setUp();
    const { code, err } = await run("set", tool, policy, ...ofAcme, "--yes");
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(await store.policies.list("vauchflow")).toEqual([]);
  });

  it("refuses a tenant that nobody belongs to, and warns where nothing can wait", async () => {
    const { run } = await setUp({ withoutQueue: true });
    const { err } = await run("set", "create_voucher", "pending_approval", "--tenant", "acmee");
    expect(err).toContain("Did you mean acme?");
    const warned = await run("set", "create_voucher", "pending_approval", ...ofAcme);
    expect(warned.err).toContain("such calls are refused");
  });
});

describe("policy clear", () => {
  it("puts the spec's own disposition back, and asks where that weakens", async () => {
    const { run, asked, entries } = await setUp({ answer: true });
    await run("set", "create_voucher", "pending_approval", ...ofAcme);
    expect((await run("clear", "create_voucher", ...ofAcme)).err).toContain("Cleared create_voucher of acme.");
    expect(asked).toHaveLength(1);
    expect((await run("clear", "create_voucher", ...ofAcme)).err).toContain("acme has no policy for create_voucher.");
    expect((await run("get", ...ofAcme)).err).toContain("acme has no policy of its own");
    expect((await entries()).map(({ tool }) => tool)).toEqual(["policy.set", "policy.clear"]);
  });
});

describe("policy explain", () => {
  const explained = async (house: Awaited<ReturnType<typeof setUp>>, ...argv: readonly string[]) =>
    JSON.parse((await house.run("explain", ...argv, "--json")).out);

  it("shows each step in words, and the decision", async () => {
    const house = await setUp();
    await house.run("set", "create_voucher", fifty, ...ofAcme);
    const { out } = await house.run("explain", "create_voucher", "--input", '{"count": 60}', ...ofAcme);
    expect(out.split("\n")).toEqual([
      "tool        create_voucher is a write",
      "caller      a caller that bypasses nothing (--kind says another)",
      "scope       CAMPAIGN_READ is needed, and taken as held (--scopes says what is)",
      'arguments   fit: {"count":60}',
      "spec        runs while count is at most 100, and beyond that waits for an operator",
      `policy      acme has ${JSON.stringify(JSON.parse(fifty))}, so it runs while count is at most 50, and beyond that waits for an operator`,
      "=>          approval: count 60 is above 50, by the account's own policy",
      "",
    ]);
  });

  it("says that a policy written by hand is none, and that the call waits", async () => {
    const house = await setUp();
    const byHand = { mode: "auto", threshold_count: "9999" } as unknown as PolicyOverride;
    const policy = {
      server: "vauchflow",
      tenant: "acme",
      tool: "create_voucher",
      override: byHand,
      setAtMs: 0,
      setBy: "",
    };
    const done = { action: "policy.set", tenant: "acme", arguments: {} };
    const entry = adminEntry({ done, server: { name: "vauchflow", version: "1" }, user: "ada", id: "0", nowMs });
    await house.store.policies.set(policy, entry);
    const { decision, steps } = await explained(house, "create_voucher", ...ofAcme);
    expect(decision).toBe("approval");
    expect(steps.at(-1).says).toMatch(/, which is no policy, so it waits for an operator$/);
  });

  it.each([
    [["create_voucher"], "run", "count 1 is at most 100"],
    [["create_campaign"], "approval", "every call of this tool waits for an operator"],
    [["create_campaign", "--kind", "secret"], "run", "secret keys bypass approval"],
    [["create_campaign", "--kind", "publishable"], "refused", "publishable keys are turned away here"],
    [["create_campaign", "--scopes", "VOUCHER_READ"], "refused", "scope_required: "],
    [["create_campaign", "--input", '{"count": 0}'], "refused", "invalid_argument: "],
    [["create_campaign", "--input", '{"dry_run": true}'], "dry_run", "the caller asked for a dry run"],
    [["give_away"], "confirm", "every call of this tool needs a person's yes"],
    [["get_voucher"], "run", "reads always run"],
  ])("decides %j as the gateway would", async (argv, decision, why) => {
    const said = await explained(await setUp(), ...argv);
    expect(said).toMatchObject({ decision, why: expect.stringContaining(why) });
  });

  it("says that nothing can wait where there is no queue", async () => {
    expect(await explained(await setUp({ withoutQueue: true }), "create_campaign")).toMatchObject({
      decision: "refused",
    });
  });

  it.each([
    [["create_voucher", "--input", "[]"], "--input takes a JSON object"],
    [["create_voucher", "--kind", "agnt"], "There are: agent, secret, publishable."],
    [["nothing"], "has no tool"],
  ])("refuses %j", async (argv, said) => {
    const { code, err } = await (await setUp()).run("explain", ...argv);
    expect(code).toBe(2);
    expect(err).toContain(said);
  });
});
