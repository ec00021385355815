import { describe, expect, test } from "vitest";
import { demoIds } from "../seed/seed.ts";
import { type Send, startHarness } from "../testing/harness.ts";

const twenty = { discount_type: "PERCENTAGE", discount_value: 20 };

/** Make a campaign and one voucher in it. */
async function campaignWith(send: Send, campaign: object, code: string): Promise<void> {
  const { body } = await send("POST", "/v1/campaigns", { name: "Test", status: "ACTIVE", ...campaign });
  await send("POST", "/v1/vouchers", { ...twenty, code, campaign_id: body.id });
}

const redeem = (code: string, key: string) => ({
  code,
  customer_id: "cust_abc123",
  idempotency_key: key,
  order_value: 50,
});

describe("validate", () => {
  test.each([
    ["STAFF25", "VOUCHER_INACTIVE"],
    ["FRIDAY50", "CAMPAIGN_INACTIVE"],
    ["LASTYEAR", "VOUCHER_EXPIRED"],
    ["SUMMER5OFF", "REDEMPTION_LIMIT_REACHED"],
    ["SUMMERVIP", "ORDER_BELOW_MINIMUM"],
  ])("says of %s that it is %s", async (code, reason) => {
    await using api = await startHarness();
    const { body } = await api.as("acme")("POST", `/v1/vouchers/${code}/validate`, { order_value: 30 });
    expect(body).toMatchObject({ valid: false, reason, discountAmount: 0 });
  });

  test("asks for the order's value where a minimum depends on it", async () => {
    await using api = await startHarness();
    const { body } = await api.as("acme")("POST", "/v1/vouchers/SUMMER20/validate", {});
    expect(body).toMatchObject({ valid: false, reason: "ORDER_VALUE_NEEDED" });
  });

  test("refuses a campaign that has not started", async () => {
    await using api = await startHarness();
    await campaignWith(api.as("acme"), { starts_at: "2026-05-21T00:00:00Z" }, "SOON");
    expect((await api.as("acme")("POST", "/v1/vouchers/SOON/validate", {})).body.reason).toBe("NOT_STARTED");
  });

  test("refuses a customer who has had a share, and nobody else", async () => {
    await using api = await startHarness();
    const send = api.as("acme");
    await campaignWith(send, { rules: { max_redemptions_per_customer: 1 } }, "ONEEACH");
    expect((await send("POST", "/v1/redemptions", redeem("ONEEACH", "order-1"))).status).toBe(201);
    expect((await send("POST", "/v1/redemptions", redeem("ONEEACH", "order-2"))).body.error.code).toBe(
      "customer_limit_reached",
    );
    const other = await send("POST", "/v1/vouchers/ONEEACH/validate", { customer_id: "cust_def456" });
    expect(other.body.valid).toBe(true);
  });

  test("refuses every voucher of a campaign that is used up", async () => {
    await using api = await startHarness();
    const send = api.as("acme");
    await campaignWith(send, { rules: { max_redemptions: 1 } }, "FIRSTONE");
    await send("POST", "/v1/redemptions", redeem("FIRSTONE", "order-1"));
    expect((await send("POST", "/v1/vouchers/FIRSTONE/validate", {})).body.reason).toBe("REDEMPTION_LIMIT_REACHED");
  });

  test("answers as the documentation shows and uses nothing up", async () => {
    await using api = await startHarness();
    const send = api.as("acme");
    const before = api.counts();
    const { body } = await send("POST", "/v1/vouchers/SUMMER20/validate", {
      customer_id: "cust_abc123",
      order_value: 75,
    });
    expect(body).toEqual({
      valid: true,
      code: "SUMMER20",
      discountType: "PERCENTAGE",
      discountValue: 20,
      discountAmount: 15,
      remainingRedemptions: 94,
    });
    expect(api.counts()).toEqual(before);
  });

  test("takes no more off than the order is worth", async () => {
    await using api = await startHarness();
    const { body } = await api.as("globex")("POST", "/v1/vouchers/SUMMER20/validate", { order_value: 12 });
    expect(body.discountAmount).toBe(12);
  });
});

describe("create", () => {
  test.each([
    ["more than 100 percent", { ...twenty, discount_value: 101 }, "body.discount_value"],
    ["one code for many vouchers", { ...twenty, count: 2, code: "SAME" }, "body.code"],
    ["a code with a prefix", { ...twenty, code: "SAME", prefix: "SUMMER" }, "body.prefix"],
    ["an expiry in the past", { ...twenty, expires_at: "2026-05-20T12:00:00Z" }, "body.expires_at"],
  ])("refuses %s", async (_, body, field) => {
    await using api = await startHarness();
    const reply = await api.as("acme")("POST", "/v1/vouchers", body);
    expect([reply.status, reply.body.error.meta.problems[0].field]).toEqual([422, field]);
    expect(reply.body.error.message).toContain(field);
  });

  test("makes as many different codes as asked for, with their prefix", async () => {
    await using api = await startHarness();
    const { body } = await api.as("acme")("POST", "/v1/vouchers", { ...twenty, count: 2000, prefix: "SUMMER" });
    expect(new Set(body.codes).size).toBe(2000);
    expect(body.codes.every((code: string) => /^SUMMER-[A-Z2-9]{8}$/.test(code))).toBe(true);
    expect(api.counts()).toMatchObject({ vouchers: 2010, events: 2000 });
  });

  test("keeps nothing of a batch that fails", async () => {
    await using api = await startHarness();
    const before = api.counts();
    const reply = await api.as("acme")("POST", "/v1/vouchers", { ...twenty, campaign_id: demoIds.globexLaunch });
    expect([reply.status, api.counts()]).toEqual([404, before]);
  });
});
