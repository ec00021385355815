import { demoIds } from "@toolspec/example-vauchflow";
import { describe, expect } from "vitest";
import { verifies } from "../requirements.ts";
import { eras } from "../wire.ts";
import { startSystem } from "./system.ts";

describe.each(eras)("reads over %s", (era) => {
  verifies(
    ["vauchflow:endpoint", "vauchflow:list_campaigns", "vauchflow:text-envelope"],
    "lists campaigns by status",
    async () => {
      const system = await startSystem();
      const reply = await system.call("list_campaigns", { status: "ACTIVE", limit: 20 }, { era });
      expect(reply.status).toBe(200);
      expect(reply.json).toMatchObject({ jsonrpc: "2.0", id: 1 });
      expect(reply.json.result.isError ?? false).toBe(false);
      expect(reply.json.result.content[0].type).toBe("text");
      expect(reply.json.result.structuredContent).toEqual(reply.inner);
      expect(reply.inner).toMatchObject({ total: 2, returned: 2 });
      expect(reply.inner.campaigns).toContainEqual(
        expect.objectContaining({ id: demoIds.summerSale, name: "Summer Sale", status: "ACTIVE" }),
      );
    },
  );

  verifies(
    "vauchflow:stateless",
    "answers a call without any handshake, twice alike, and mints no session",
    async () => {
      const system = await startSystem();
      const first = await system.call("get_voucher", { code: "SUMMER20" }, { era });
      const second = await system.call("get_voucher", { code: "SUMMER20" }, { era });
      expect(second.text).toBe(first.text);
      expect(first.headers.get("mcp-session-id")).toBeNull();
    },
  );
});

verifies("vauchflow:get_campaign", "reads a campaign with its rules and live stats", async () => {
  const system = await startSystem();
  const before = await system.call("get_campaign", { campaign_id: demoIds.summerSale });
  expect(before.inner).toMatchObject({ id: demoIds.summerSale, rules: { minOrderValue: 25 } });
  await system.call("redeem_voucher", {
    code: "SUMMER20",
    customer_id: "cust_abc123",
    idempotency_key: "k-1",
    order_value: 75,
  });
  const after = await system.call("get_campaign", { campaign_id: demoIds.summerSale });
  expect(after.inner.stats.redemptions).toBe(before.inner.stats.redemptions + 1);
});

verifies("vauchflow:get_voucher", "reads a voucher by code", async () => {
  const system = await startSystem();
  const reply = await system.call("get_voucher", { code: "SUMMER20" });
  expect(reply.inner).toMatchObject({
    code: "SUMMER20",
    status: "ACTIVE",
    discountType: "PERCENTAGE",
    discountValue: 20,
  });
});

verifies(
  "vauchflow:validate_voucher",
  "validates a code as the page's example shows, and uses nothing up",
  async () => {
    const system = await startSystem();
    const expected = {
      valid: true,
      code: "SUMMER20",
      discountType: "PERCENTAGE",
      discountValue: 20,
      discountAmount: 15,
      remainingRedemptions: 94,
    };
    for (const _time of [1, 2]) {
      const reply = await system.call("validate_voucher", {
        code: "SUMMER20",
        customer_id: "cust_abc123",
        order_value: 75,
      });
      expect(reply.inner).toMatchObject(expected);
    }
    const expired = await system.call("validate_voucher", { code: "SPRING15", order_value: 75 });
    expect(expired.inner.valid).toBe(false);
    const usedUp = await system.call("validate_voucher", { code: "SUMMER5OFF" });
    expect(usedUp.inner.valid).toBe(false);
  },
);

verifies("vauchflow:get_redemption", "reads a redemption of the last two months, and no older one", async () => {
  const system = await startSystem();
  const recent = await system.call("get_redemption", { redemption_id: demoIds.recentRedemption });
  expect(recent.inner).toMatchObject({ id: demoIds.recentRedemption, code: "WELCOME10" });
  const archived = await system.call("get_redemption", { redemption_id: demoIds.archivedRedemption });
  expect(archived.json.error.code).toBe(-32603);
});

verifies("vauchflow:analytics_overview", "summarizes the tenant", async () => {
  const system = await startSystem();
  const reply = await system.call("analytics_overview");
  expect(reply.json.result.isError ?? false).toBe(false);
  expect(Object.keys(reply.inner).length).toBeGreaterThan(2);
});

verifies("vauchflow:campaign_performance", "measures one campaign with a time series", async () => {
  const system = await startSystem();
  const reply = await system.call("campaign_performance", { campaign_id: demoIds.summerSale, interval: "WEEK" });
  expect(Array.isArray(reply.inner.series)).toBe(true);
  expect(reply.inner.series.length).toBeGreaterThan(1);
});
