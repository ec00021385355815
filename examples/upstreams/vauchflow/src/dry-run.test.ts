import { expect, test } from "vitest";
import { NIL_UUID } from "./context.ts";
import { demoIds } from "./seed/seed.ts";
import { startHarness } from "./testing/harness.ts";

const order = { code: "SUMMER20", customer_id: "cust_abc123", idempotency_key: "order-1", order_value: 75 };

const creating: readonly [target: string, body: object][] = [
  ["/v1/campaigns", { name: "Autumn" }],
  ["/v1/vouchers", { discount_type: "PERCENTAGE", discount_value: 20, code: "AUTUMN20" }],
  ["/v1/vouchers", { discount_type: "PERCENTAGE", discount_value: 20, count: 500, prefix: "AUTUMN" }],
  ["/v1/customers", { external_ref: "crm-1" }],
  ["/v1/redemptions", order],
  ["/v1/webhooks", { url: "https://hooks.example.com/", events: ["voucher.redeemed"] }],
];

const changing: readonly [target: string, body: object, expected: object][] = [
  [`/v1/campaigns/${demoIds.summerSale}`, { status: "PAUSED" }, { id: demoIds.summerSale, status: "PAUSED" }],
  ["/v1/customers/cust_abc123", { tags: ["x"] }, { id: "cust_abc123", tags: ["x"] }],
];

test.each(creating)(
  "a dry run of POST %s shows what would be, with the nil UUID, and keeps nothing",
  async (target, body) => {
    await using api = await startHarness();
    const before = api.counts();
    const reply = await api.as("acme")("POST", `${target}?dry_run=true`, body);
    expect([reply.status, reply.body.id]).toEqual([200, NIL_UUID]);
    expect(api.counts()).toEqual(before);
  },
);

test.each(creating)("dry_run=false of POST %s is no dry run", async (target, body) => {
  await using api = await startHarness();
  const before = api.counts();
  const reply = await api.as("acme")("POST", `${target}?dry_run=false`, body);
  expect(reply.status).toBe(201);
  expect(reply.body.id).not.toBe(NIL_UUID);
  expect(api.counts()).not.toEqual(before);
});

test.each(changing)("a dry run of PATCH %s shows the change and keeps nothing", async (target, body, expected) => {
  await using api = await startHarness();
  const read = () => api.as("acme")("GET", `/v1/campaigns/${demoIds.summerSale}`);
  const before = [api.counts(), (await read()).body];
  expect((await api.as("acme")("PATCH", `${target}?dry_run=true`, body)).body).toMatchObject(expected);
  expect([api.counts(), (await read()).body]).toEqual(before);
});

test("a dry run is refused for the same reasons as the real thing", async () => {
  await using api = await startHarness();
  const reply = await api.as("acme")("POST", "/v1/redemptions?dry_run=true", { ...order, code: "SUMMER5OFF" });
  expect([reply.status, reply.body.error.code]).toEqual([409, "redemption_limit_reached"]);
});

test("a dry run of a redemption leaves its key free", async () => {
  await using api = await startHarness();
  await api.as("acme")("POST", "/v1/redemptions?dry_run=true", order);
  const real = await api.as("acme")("POST", "/v1/redemptions", order);
  expect([real.status, real.body.remainingRedemptions]).toEqual([201, 93]);
});

test("deactivating a webhook has no dry run", async () => {
  await using api = await startHarness();
  const reply = await api.as("acme")("DELETE", `/v1/webhooks/${demoIds.ordersWebhook}?dry_run=true`);
  expect([reply.status, reply.body.error.meta.problems[0].field]).toEqual([422, "query.dry_run"]);
});
