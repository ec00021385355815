import { expect, test } from "vitest";
import { seedIds, seedSpaces } from "./seed/ids.ts";
import { startHarness } from "./testing/harness.ts";

const { mia, points } = seedIds;
const payload = { items: [] };

const writes: readonly [method: string, target: string, body: object][] = [
  ["PUT", `/v1/customers/${mia}`, { name: "Mia C." }],
  [
    "POST",
    `/v1/customers/${mia}/adjustments`,
    { wallets: [{ wallet: points, amount: 1 }], reason: "Test", transactionId: "adjust-1" },
  ],
  ["POST", "/v1/events", { userId: mia, event: "order.completed", transactionId: "order-1-paid" }],
  ["POST", "/v1/events/batch", { events: [{ userId: mia, event: "order.completed", transactionId: "order-1-paid" }] }],
  ["POST", `/v1/rewards/${seedIds.coffee}/redemptions`, { userId: mia, transactionId: "redeem-1" }],
  ["POST", "/v1/browser-tokens", { userId: mia, purpose: "stream" }],
  ["POST", "/v1/config/boosts/versions", { payload }],
];

const reads: readonly [method: string, target: string, body?: object][] = [
  ["GET", "/v1/program"],
  ["GET", "/v1/usage"],
  ["GET", `/v1/customers/${mia}`],
  ["GET", "/v1/customers?query=mia"],
  ["POST", "/v1/config/validate", { module: "boosts", payload }],
  ["POST", "/v1/migrations/plan", { source: "custom", summary: {} }],
];

test.each(writes)(
  "a viewer, an unknown role and none may not %s %s, whatever the grant",
  async (method, target, body) => {
    await using api = await startHarness();
    const before = api.counts();
    for (const role of ["viewer", "guest", undefined] as const) {
      const claims = role === undefined ? ({ role } as object) : { role };
      const reply = await api.as(seedSpaces.acmeTest, claims)(method, target, body);
      expect([reply.status, reply.body.error.code]).toEqual([403, "role_forbidden"]);
    }
    expect(api.counts()).toEqual(before);
  },
);

test.each(writes)("an owner whose grant is to read may not %s %s", async (method, target, body) => {
  await using api = await startHarness();
  const before = api.counts();
  const reply = await api.as(seedSpaces.acmeTest, { scopes: ["mcp:read"] })(method, target, body);
  expect([reply.status, reply.body.error.code]).toEqual([403, "insufficient_scope"]);
  expect(reply.body.error.meta.needed).toBe("mcp:write");
  expect(api.counts()).toEqual(before);
});

test.each(writes)("an admin may %s %s", async (method, target, body) => {
  await using api = await startHarness();
  const reply = await api.as(seedSpaces.acmeTest, { role: "admin" })(method, target, body);
  expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(300);
});

test.each(reads)("a viewer may %s %s, and nothing is written", async (method, target, body) => {
  await using api = await startHarness();
  const before = api.counts();
  const reply = await api.as(seedSpaces.acmeTest, { role: "viewer", scopes: ["mcp:read"] })(method, target, body);
  expect(reply.status).toBe(200);
  expect(api.counts()).toEqual(before);
});
