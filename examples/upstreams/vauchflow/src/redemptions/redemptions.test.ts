import { DAY_MS } from "@toolspec/example-http";
import { describe, expect, test } from "vitest";
import { demoIds } from "../seed/seed.ts";
import { startHarness } from "../testing/harness.ts";

const order = { code: "SUMMER20", customer_id: "cust_abc123", idempotency_key: "order-1", order_value: 75 };
const small = { discount_type: "FIXED_AMOUNT", discount_value: 5, max_redemptions: 3, code: "THREE" };

describe("at once", () => {
  test("redeems a voucher no more often than its limit", async () => {
    await using api = await startHarness();
    const send = api.as("acme");
    await send("POST", "/v1/vouchers", small);
    const tries = Array.from({ length: 40 }, (_, index) =>
      send("POST", "/v1/redemptions", { ...order, code: "THREE", idempotency_key: `order-${index}` }),
    );
    const replies = await Promise.all(tries);
    const codes = replies.map(({ status, body }) => body.error?.code ?? status);
    expect(codes.filter((code) => code === 201)).toHaveLength(3);
    expect(codes.filter((code) => code === "redemption_limit_reached")).toHaveLength(37);
    expect((await send("GET", "/v1/vouchers/THREE")).body).toMatchObject({
      status: "USED_UP",
      redemptions: 3,
      remainingRedemptions: 0,
    });
  });

  test("redeems once for the same triple and gives everybody the same answer", async () => {
    await using api = await startHarness();
    const before = api.counts().redemptions;
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => api.as("acme")("POST", "/v1/redemptions", order)),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([...Array(19).fill(200), 201]);
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(api.counts().redemptions).toBe(before + 1);
  });
});

describe("a repeated idempotency_key", () => {
  test("is refused with another order_value", async () => {
    await using api = await startHarness();
    await api.as("acme")("POST", "/v1/redemptions", order);
    const reply = await api.as("acme")("POST", "/v1/redemptions", { ...order, order_value: 76 });
    expect([reply.status, reply.body.error.code]).toEqual([409, "idempotency_key_reused"]);
  });

  test("is another redemption for another customer", async () => {
    await using api = await startHarness();
    const first = await api.as("acme")("POST", "/v1/redemptions", order);
    const second = await api.as("acme")("POST", "/v1/redemptions", { ...order, customer_id: "cust_def456" });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.id).not.toBe(first.body.id);
  });

  test("gives the first answer even after the voucher is used up", async () => {
    await using api = await startHarness();
    const send = api.as("acme");
    await send("POST", "/v1/vouchers", { ...small, max_redemptions: 1 });
    const first = await send("POST", "/v1/redemptions", { ...order, code: "THREE" });
    const again = await send("POST", "/v1/redemptions", { ...order, code: "THREE" });
    expect([again.status, again.body]).toEqual([200, first.body]);
  });
});

test("refuses a voucher from the millisecond on at which it expires", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  const expiresAt = api.clock.nowMs + DAY_MS;
  await send("POST", "/v1/vouchers", { ...small, expires_at: new Date(expiresAt).toISOString() });
  api.clock.nowMs = expiresAt - 1;
  expect((await send("POST", "/v1/redemptions", { ...order, code: "THREE" })).status).toBe(201);
  api.clock.nowMs = expiresAt;
  const late = await send("POST", "/v1/redemptions", { ...order, code: "THREE", idempotency_key: "order-2" });
  expect([late.status, late.body.error.code]).toEqual([409, "voucher_expired"]);
});

test("takes what is computed from the order off, in cents", async () => {
  await using api = await startHarness();
  const reply = await api.as("acme")("POST", "/v1/redemptions", { ...order, order_value: 33.33 });
  expect(reply.body).toMatchObject({ orderValue: 33.33, discountAmount: 6.67, remainingRedemptions: 93 });
});

describe("reading a redemption", () => {
  test("finds it for two calendar months and not a millisecond longer", async () => {
    await using api = await startHarness({ seed: true });
    api.clock.nowMs = Date.UTC(2026, 5, 30, 12);
    const { body } = await api.as("acme")("POST", "/v1/redemptions", order);
    api.clock.nowMs = Date.UTC(2026, 7, 30, 12);
    expect((await api.as("acme")("GET", `/v1/redemptions/${body.id}`)).body).toEqual(body);
    api.clock.nowMs += 1;
    expect((await api.as("acme")("GET", `/v1/redemptions/${body.id}`)).status).toBe(404);
  });

  test("counts two months back from the end of April to the last day of February", async () => {
    await using api = await startHarness();
    api.clock.nowMs = Date.UTC(2027, 1, 28, 12);
    await api.as("acme")("POST", "/v1/vouchers", small);
    const { body } = await api.as("acme")("POST", "/v1/redemptions", { ...order, code: "THREE" });
    api.clock.nowMs = Date.UTC(2027, 3, 30, 12);
    expect((await api.as("acme")("GET", `/v1/redemptions/${body.id}`)).status).toBe(200);
  });

  test("finds what the demo says is recent and not what it says is archived", async () => {
    await using api = await startHarness();
    expect((await api.as("acme")("GET", `/v1/redemptions/${demoIds.recentRedemption}`)).status).toBe(200);
    expect((await api.as("acme")("GET", `/v1/redemptions/${demoIds.archivedRedemption}`)).status).toBe(404);
  });
});
