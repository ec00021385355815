/** Calls that wait for an operator, as agents see them: Vauchflow's page, word by word. */
import { describe, expect, it } from "vitest";
import { verifies } from "../requirements.ts";
import { eras, type Reply } from "../wire.ts";
import { batch, start, temporaryFile } from "./queue.ts";
import { allScopes, approvals, generated as server } from "./system.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const bob = { name: "bob" };

describe.each(eras)("over %s", (era) => {
  verifies(
    ["vauchflow:pending-shape", "vauchflow:create_voucher-threshold", "vauchflow:text-envelope"],
    "answers with exactly what the page shows, as a success, and sends nothing",
    async () => {
      const system = await start();
      const reply: Reply = await system.call("create_voucher", batch(150), { era });
      expect(reply.json.result.isError).toBe(false);
      expect(Object.keys(reply.inner)).toEqual([
        "status",
        "approval_id",
        "action_type",
        "expires_at",
        "poll_url",
        "message",
      ]);
      expect(reply.inner).toEqual({
        status: "pending_approval",
        approval_id: expect.stringMatching(uuid),
        action_type: "create_voucher",
        expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/),
        poll_url: `/v1/agent-approvals/${reply.inner.approval_id}`,
        message: "This action requires operator approval before execution.",
      });
      expect(system.upstream.requests()).toHaveLength(0);
    },
  );
});

verifies("vauchflow:poll", "tells the caller until it is executed, with what came of it", async () => {
  const system = await start();
  const before = system.upstream.counts().vouchers;
  const { poll_url: url = "", approval_id: id = "" } = await system.park();
  expect(await system.poll(url)).toMatchObject({ status: 200, json: { status: "pending", terminal: false } });
  await system.desk.approve(id, bob);
  const executed = await system.pollUntil(url, "executed");
  expect(executed).toMatchObject({ terminal: true, approval_id: id, action_type: "create_voucher" });
  expect(executed.result.codes).toHaveLength(150);
  expect(system.upstream.counts().vouchers).toBe(before + 150);
  expect((await system.poll(url, { method: "HEAD" })).status).toBe(200);
});

verifies("vauchflow:poll", "is nobody else's business: not another key's, another tenant's, a stranger's", async () => {
  const system = await start();
  const { poll_url: url = "", approval_id: id = "" } = await system.park();
  const absent = await system.poll("/v1/agent-approvals/00000000-0000-4000-8000-000000000000");
  expect(absent.status).toBe(404);
  const colleague = await system.keyFor("agent", allScopes);
  const globex = await system.keyFor("agent", allScopes, "globex");
  const secret = await system.keyFor("secret");
  for (const key of [colleague, globex, secret]) {
    expect(await system.poll(url, { key })).toEqual(absent);
    expect(await system.poll(url, { key, method: "DELETE" })).toEqual(absent);
    const asked = await system.call("get_approval", { approval_id: id }, { key });
    expect(asked.inner.error.code).toBe("unknown_approval");
  }
  expect((await system.poll(url, { key: "nonsense" })).status).toBe(401);
  expect((await system.poll(url)).json.status).toBe("pending");
});

verifies("vauchflow:poll", "tells of a rejection and its reason", async () => {
  const system = await start();
  const { poll_url: url = "", approval_id: id = "" } = await system.park();
  await system.desk.reject(id, bob, "Too many for one week.");
  const { json } = await system.poll(url);
  expect(json).toMatchObject({ status: "rejected", terminal: true, reason: "Too many for one week." });
  expect(JSON.stringify(json)).not.toContain("bob");
  expect(system.upstream.requests()).toHaveLength(0);
});

verifies("vauchflow:poll", "tells of an expiry at its instant, and lets nobody approve it then", async () => {
  const system = await start({ approvals: { ...approvals, expiresInMs: 300 } });
  const { poll_url: url = "", approval_id: id = "", expires_at: end = "" } = await system.park();
  const expired = await system.pollUntil(url, "expired");
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(end));
  expect(expired).toMatchObject({ terminal: true });
  await expect(system.desk.approve(id, bob)).rejects.toMatchObject({ reason: "too_late" });
  expect(system.upstream.requests()).toHaveLength(0);
});

verifies(["vauchflow:poll", "vauchflow:rate-limit"], "counts looking like calling", async () => {
  const system = await start({ callsPerMinute: 6 });
  const { poll_url: url = "" } = await system.park();
  const reply = await system.poll(url);
  expect(reply).toMatchObject({ status: 429, json: { error: { code: "limit_exceeded" } } });
});

describe("get_approval", () => {
  it.each(eras)("says over %s what polling says", async (era) => {
    const system = await start();
    const { poll_url: url = "", approval_id: id = "" } = await system.park();
    const ask = async () => (await system.call("get_approval", { approval_id: id }, { era })).inner;
    expect(await ask()).toEqual((await system.poll(url)).json);
    await system.desk.approve(id, bob);
    const executed = await system.pollUntil(url, "executed");
    expect(await ask()).toEqual(executed);
    const absent = await system.call("get_approval", { approval_id: crypto.randomUUID() }, { era });
    expect(absent.inner.error.code).toBe("unknown_approval");
  });
});

describe("an approval", () => {
  it("can be taken back by whoever made the call, while it waits", async () => {
    const system = await start();
    const { poll_url: url = "", approval_id: id = "" } = await system.park();
    const taken = await system.poll(url, { method: "DELETE" });
    expect(taken).toMatchObject({ status: 200, json: { status: "withdrawn", terminal: true } });
    expect(await system.poll(url, { method: "DELETE" })).toMatchObject({
      status: 409,
      json: { error: { code: "approval_decided" } },
    });
    await expect(system.desk.approve(id, bob)).rejects.toMatchObject({ reason: "too_late" });
  });

  it("is one for equal calls of one key, and anew once it is decided", async () => {
    const system = await start();
    const [first, second] = await Promise.all([system.park(), system.park()]);
    expect(second).toEqual(first);
    const colleague = await system.keyFor("agent", allScopes);
    const ids = [first, await system.park(151), await system.park(150, colleague)].map((each) => each?.approval_id);
    expect(new Set(ids).size).toBe(3);
    await system.desk.reject(first?.approval_id ?? "", bob, "no");
    expect((await system.park()).approval_id).not.toBe(first?.approval_id);
  });

  it("finds no place where fifty of this key wait, until one does not", async () => {
    const system = await start();
    const parked = await Promise.all(Array.from({ length: 50 }, (_, index) => system.park(101 + index)));
    const full = await system.call("create_voucher", batch(200));
    expect(full.inner.error).toMatchObject({ code: "limit_exceeded", waiting: 50 });
    const globex = await system.keyFor("agent", allScopes, "globex");
    expect((await system.park(200, globex)).status).toBe("pending_approval");
    await system.poll(parked[0]?.poll_url ?? "", { method: "DELETE" });
    expect((await system.park(200)).status).toBe("pending_approval");
  });

  it("is not run when its key was revoked meanwhile", async () => {
    const system = await start();
    const { poll_url: url = "", approval_id: id = "" } = await system.park();
    const [key] = (await system.house.store.keys.list({})).filter(({ hint }) => system.agent.startsWith(hint));
    await system.house.store.keys.revoke(key?.id ?? "", Date.now());
    await system.desk.approve(id, bob);
    await system.executor.sweep();
    const ended = await system.house.store.approvals.find(id);
    expect(ended).toMatchObject({ status: "failed", errorCode: "credential_ended" });
    expect((await system.poll(url)).status).toBe(401);
    expect(system.upstream.requests()).toHaveLength(0);
  });

  it("is not run when its account was suspended meanwhile", async () => {
    const system = await start();
    const { approval_id: id = "" } = await system.park();
    await system.house.store.tenants.suspend({ tenant: "acme", suspendedAtMs: Date.now(), reason: "" });
    await system.desk.approve(id, bob);
    await system.executor.sweep();
    expect(await system.house.store.approvals.find(id)).toMatchObject({ errorCode: "credential_ended" });
    expect(system.upstream.requests()).toHaveLength(0);
  });

  it.each([
    ["asks for approval of every call", { disposition: "approval" as const }],
    // Described as before, and leading elsewhere: not what the operator has seen.
    [
      "makes another request",
      { handler: () => ({ method: "post" as const, path: "/v1/vouchers", body: { count: 9999 } }) },
    ],
  ])("is not run by a server whose tool now %s", async (_what, changes) => {
    const data = temporaryFile();
    const before = await start({ data });
    const { poll_url: url = "", approval_id: id = "" } = await before.park();
    await before.executor.close();
    const tools = server.tools.map((tool) => (tool.name === "create_voucher" ? { ...tool, ...changes } : tool));
    const after = await start({ data, server: { ...server, tools } });
    await after.desk.approve(id, bob);
    const failed = await before.pollUntil(url, "failed");
    expect(failed).toMatchObject({ terminal: true, error: { code: "definition_changed" } });
    expect(after.upstream.requests()).toHaveLength(0);
  });

  it("needs two people where the server says so, and tells the agent of neither", async () => {
    const system = await start({ approvals: { ...approvals, approvers: 2 } });
    const { poll_url: url = "", approval_id: id = "" } = await system.park();
    expect((await system.desk.approve(id, bob)).status).toBe("endorsed");
    await expect(system.desk.approve(id, bob)).rejects.toMatchObject({ reason: "same_person" });
    await system.executor.sweep();
    expect((await system.poll(url)).json.status).toBe("pending");
    await system.desk.approve(id, { name: "carol" });
    await system.pollUntil(url, "executed");
    expect(system.upstream.requests()).toHaveLength(1);
  });

  it("runs with the operator's arguments, and keeps the agent's", async () => {
    const system = await start();
    const { poll_url: url = "", approval_id: id = "" } = await system.park();
    const parked = await system.house.store.approvals.find(id);
    if (parked === undefined || system.house.approvals === undefined) throw new Error("nothing was parked");
    const edited = await system.house.approvals.edit(parked, { ...parked.input, count: 40 });
    await system.desk.approve(id, bob, { edited, reason: "Forty will do." });
    const executed = await system.pollUntil(url, "executed");
    expect(executed).toMatchObject({ reason: "Forty will do.", edited_arguments: { count: 40, prefix: "SUMMER" } });
    expect(executed.result.codes).toHaveLength(40);
    expect(await system.house.store.approvals.find(id)).toMatchObject({ input: batch(150) });
  });

  it("leaves an entry of each step under the call's own id, and the trail is whole", async () => {
    const system = await start();
    const { poll_url: url = "", approval_id: id = "" } = await system.park();
    await system.desk.approve(id, bob);
    await system.pollUntil(url, "executed");
    const entries = (await system.house.store.audit.entries({})).filter(({ callId }) => callId === id);
    expect(entries.map(({ type, actorType, outcome }) => `${type} ${actorType} ${outcome}`)).toEqual([
      "approval mcp pending",
      "call mcp pending_approval",
      "approval admin approved",
      "intent mcp intent",
      "approval mcp executed",
    ]);
    expect((await system.house.store.audit.verify({})).found).toBe(0);
  });
});
