import { DAY_MS } from "@toolspec/example-http";
import { expect, test } from "vitest";
import { startHarness } from "../testing/harness.ts";

const base = { customer_id: "cust_abc123", code: "TEN" };

/** One campaign with three redemptions: two on the 20th of May, one on the 28th. */
async function startWithRedemptions() {
  const api = await startHarness();
  const send = api.as("acme");
  const campaign = await send("POST", "/v1/campaigns", { name: "Test", status: "ACTIVE" });
  const { id } = campaign.body;
  await send("POST", "/v1/vouchers", { discount_type: "PERCENTAGE", discount_value: 10, code: "TEN", campaign_id: id });
  await send("POST", "/v1/redemptions", { ...base, idempotency_key: "order-1", order_value: 10 });
  await send("POST", "/v1/redemptions", {
    ...base,
    idempotency_key: "order-2",
    order_value: 20.5,
    customer_id: "cust_def456",
  });
  api.clock.nowMs += 8 * DAY_MS;
  await send("POST", "/v1/redemptions", { ...base, idempotency_key: "order-3" });
  return { api, send, id };
}

test("sums one campaign up by days, days without redemptions included", async () => {
  const { api, send, id } = await startWithRedemptions();
  await using _ = api;
  const { body } = await send("GET", `/v1/analytics/campaigns/${id}?from=2026-05-19&to=2026-05-28`);
  expect(body.totals).toEqual({
    redemptions: 3,
    customers: 2,
    orderTotal: 30.5,
    discountTotal: 3.05,
    averageOrderValue: 15.25,
  });
  expect(body.series.map(({ redemptions }: { redemptions: number }) => redemptions)).toEqual([
    0, 2, 0, 0, 0, 0, 0, 0, 0, 1,
  ]);
  expect(body.series[1]).toEqual({ date: "2026-05-20", redemptions: 2, orderTotal: 30.5, discountTotal: 3.05 });
});

test("counts weeks from the first day of the period", async () => {
  const { api, send, id } = await startWithRedemptions();
  await using _ = api;
  const { body } = await send("GET", `/v1/analytics/campaigns/${id}?from=2026-05-19&to=2026-05-28&interval=WEEK`);
  expect(body.series).toEqual([
    { date: "2026-05-19", redemptions: 2, orderTotal: 30.5, discountTotal: 3.05 },
    { date: "2026-05-26", redemptions: 1, orderTotal: 0, discountTotal: 0 },
  ]);
});

test("takes the last 30 days where no period is given", async () => {
  const { api, send } = await startWithRedemptions();
  await using _ = api;
  const { body } = await send("GET", "/v1/analytics/overview");
  expect([body.from, body.to]).toEqual(["2026-04-29", "2026-05-28"]);
});

test("counts active vouchers as the voucher itself says", async () => {
  await using api = await startHarness();
  const { body } = await api.as("acme")("GET", "/v1/analytics/overview");
  const codes = ["SUMMER20", "SUMMER5OFF", "SUMMERVIP", "WELCOME10", "SPRING15", "LASTYEAR", "FRIDAY50", "STAFF25"];
  const vouchers = await Promise.all(codes.map((code) => api.as("acme")("GET", `/v1/vouchers/${code}`)));
  const active = vouchers.filter(({ body: voucher }) => voucher.status === "ACTIVE").length;
  expect(body.vouchers).toEqual({ total: codes.length, active });
});
