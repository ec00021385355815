/** Calls that wait for an operator, as agents see them: Vauchflow's page, word by word. */
import { describe, expect } from "vitest";
import { verifies } from "../requirements.ts";
import { eras, type Reply } from "../wire.ts";
import { allScopes, type StartOptions, startSystem } from "./system.ts";
import { server } from "./with-approvals.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const batch = (count: number) => ({ discount_type: "PERCENTAGE", discount_value: 20, count, prefix: "SUMMER" });

/** Vauchflow with its queue; `poll` asks as the page says, with the caller's own key. */
async function start(options: StartOptions = {}) {
  const system = await startSystem({ server, ...options });
  const { house } = system;
  if (house.approvals === undefined) throw new Error("the house has no approvals");
  const { desk, executor } = house.approvals;
  const poll = async (url: string, { key = system.agent, method = "GET" } = {}) => {
    const response = await fetch(new URL(url, system.url), { method, headers: { "x-api-key": key } });
    const text = await response.text();
    return { status: response.status, json: text === "" ? undefined : JSON.parse(text) };
  };
  const park = async (count = 150, key = system.agent) =>
    (await system.call("create_voucher", batch(count), { key })).inner as Record<string, string>;
  const pollUntil = async (url: string, status: string) => {
    for (let tries = 0; tries < 100; tries++) {
      const { json } = await poll(url);
      if (json.status === status) return json;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${url} did not become ${status}: ${JSON.stringify((await poll(url)).json)}`);
  };
  return { ...system, desk, executor, poll, pollUntil, park };
}

const bob = { name: "bob" };

describe.each(eras)("over %s", (era) => {
  verifies(
    ["vauchflow:pending-shape", "vauchflow:create_voucher-threshold", "vauchflow:text-envelope"],
    "answers with exactly what the page shows, as a success, and sends nothing",
    async () => {
      const system = await start();
      const reply: Reply = await system.call("create_voucher", batch(150), { era });
      expect(reply.json.result.isError ?? false).toBe(false);
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
