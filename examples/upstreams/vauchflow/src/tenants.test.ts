import { expect, test } from "vitest";
import { demoIds } from "./seed/seed.ts";
import { startHarness } from "./testing/harness.ts";

const twenty = { discount_type: "PERCENTAGE", discount_value: 20 };
const order = { customer_id: "cust_gx0001", idempotency_key: "order-1", order_value: 75 };

const acmeThings: readonly [method: string, target: string, body?: object][] = [
  ["GET", `/v1/campaigns/${demoIds.summerSale}`],
  ["PATCH", `/v1/campaigns/${demoIds.summerSale}`, { name: "Mine now" }],
  ["GET", "/v1/vouchers/WELCOME10"],
  ["POST", "/v1/vouchers/WELCOME10/validate", {}],
  ["POST", "/v1/vouchers/LAUNCH/validate", { customer_id: "cust_abc123" }],
  ["POST", "/v1/vouchers", { ...twenty, campaign_id: demoIds.summerSale }],
  ["PATCH", "/v1/customers/cust_abc123", { tags: [] }],
  ["POST", "/v1/redemptions", { ...order, code: "WELCOME10" }],
  ["POST", "/v1/redemptions", { ...order, code: "LAUNCH", customer_id: "cust_abc123" }],
  ["GET", `/v1/redemptions/${demoIds.recentRedemption}`],
  ["GET", `/v1/analytics/campaigns/${demoIds.summerSale}`],
  ["DELETE", `/v1/webhooks/${demoIds.ordersWebhook}`],
];

test.each(acmeThings)("another tenant's thing does not exist: %s %s", async (method, target, body) => {
  await using api = await startHarness();
  const reply = await api.as("globex")(method, target, body);
  expect([reply.status, reply.body.error.code]).toEqual([404, "not_found"]);
});

test("the same code is another voucher for another tenant", async () => {
  await using api = await startHarness();
  const seen = await Promise.all(["acme", "globex"].map((tenant) => api.as(tenant)("GET", "/v1/vouchers/SUMMER20")));
  expect(seen.map(({ body }) => body.discountType)).toEqual(["PERCENTAGE", "FIXED_AMOUNT"]);
});

test("lists and figures hold one tenant's things only", async () => {
  await using api = await startHarness();
  const list = await api.as("globex")("GET", "/v1/campaigns");
  expect(list.body.campaigns.map(({ id }: { id: string }) => id)).toEqual([demoIds.globexLaunch]);
  const overview = await api.as("globex")("GET", "/v1/analytics/overview");
  expect(overview.body).toMatchObject({ currency: "USD", campaigns: { total: 1 }, totals: { redemptions: 1 } });
});

test("a tenant that nobody has heard of sees nothing and may begin", async () => {
  await using api = await startHarness();
  expect((await api.as("newcomer")("GET", "/v1/campaigns")).body).toEqual({ campaigns: [], total: 0, returned: 0 });
  expect((await api.as("newcomer")("POST", "/v1/vouchers", { ...twenty, code: "SUMMER20" })).status).toBe(201);
});
