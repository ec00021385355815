import { demoIds } from "@toolspec/example-vauchflow";
import { expect } from "vitest";
import { verifies } from "../requirements.ts";
import { startSystem } from "./system.ts";

verifies("vauchflow:create_customer", "creates a customer once for one external_ref", async () => {
  const system = await startSystem();
  const first = await system.call("create_customer", { external_ref: "crm-1", name: "Mira" });
  const second = await system.call("create_customer", { external_ref: "crm-1", name: "Somebody else" });
  expect(first.inner.externalRef).toBe("crm-1");
  expect(second.inner.id).toBe(first.inner.id);
  expect(system.upstream.counts().customers).toBe(5);
});

verifies("vauchflow:update_customer", "changes tags and metadata of a customer at once", async () => {
  const system = await startSystem();
  const reply = await system.call("update_customer", {
    customer_id: "cust_abc123",
    tags: ["vip"],
    metadata: { tier: "gold" },
  });
  expect(reply.inner).toMatchObject({ id: "cust_abc123", tags: ["vip"], metadata: { tier: "gold" } });
});

verifies(
  "vauchflow:redeem_voucher",
  "redeems once for one (code, customer_id, idempotency_key), however often it is asked",
  async () => {
    const system = await startSystem();
    const triple = { code: "SUMMER20", customer_id: "cust_abc123", idempotency_key: "order-1", order_value: 75 };
    const before = system.upstream.counts().redemptions;
    const replies = await Promise.all([1, 2, 3].map(() => system.call("redeem_voucher", triple)));
    expect(new Set(replies.map((reply) => reply.inner.id)).size).toBe(1);
    expect(system.upstream.counts().redemptions).toBe(before + 1);
    const other = await system.call("redeem_voucher", { ...triple, idempotency_key: "order-2" });
    expect(other.inner.id).not.toBe(replies[0]?.inner.id);
  },
);

verifies("vauchflow:create_voucher-single", "creates one voucher at once", async () => {
  const system = await startSystem();
  const before = system.upstream.counts().vouchers;
  const reply = await system.call("create_voucher", { discount_type: "PERCENTAGE", discount_value: 20 });
  expect(reply.inner.codes).toHaveLength(1);
  expect(system.upstream.counts().vouchers).toBe(before + 1);
});

const batch = (count: number) => ({ discount_type: "PERCENTAGE", discount_value: 20, count, prefix: "SUMMER" });

verifies("vauchflow:create_voucher-threshold", "creates up to 100 vouchers at once, and lets 101 wait", async () => {
  const system = await startSystem();
  const before = system.upstream.counts().vouchers;
  const at = await system.call("create_voucher", batch(100));
  expect(at.inner.codes).toHaveLength(100);
  const above = await system.call("create_voucher", batch(101));
  expect(above.json.result.isError ?? false).toBe(false);
  expect(above.inner).toMatchObject({ status: "pending_approval", action_type: "create_voucher" });
  const parked = await system.house.store.audit.entries({ callId: above.inner.approval_id });
  expect(parked.map(({ why }) => why)).toContain("count 101 is above 100");
  expect(system.upstream.counts().vouchers).toBe(before + 100);
});

/** A call that needs an operator waits, which is no error, and sends nothing. */
const waits = (tool: string, given: Record<string, unknown>) => async (): Promise<void> => {
  const system = await startSystem();
  const reply = await system.call(tool, given);
  expect(reply.json.result.isError ?? false).toBe(false);
  expect(reply.inner).toMatchObject({ status: "pending_approval", action_type: tool });
  expect(reply.json.result.structuredContent).toEqual(reply.inner);
  expect(system.upstream.requests()).toHaveLength(0);
};

verifies(
  "vauchflow:create_campaign",
  "creates no campaign without an operator",
  waits("create_campaign", { name: "Autumn" }),
);
verifies(
  "vauchflow:update_campaign",
  "changes no campaign without an operator",
  waits("update_campaign", { campaign_id: demoIds.summerSale, name: "Late summer" }),
);
verifies(
  "vauchflow:create_webhook",
  "registers no webhook without an operator",
  waits("create_webhook", { url: "https://hooks.example.com/x", events: ["voucher.redeemed"] }),
);
verifies(
  "vauchflow:delete_webhook",
  "deactivates no webhook without an operator",
  waits("delete_webhook", { webhook_id: demoIds.ordersWebhook }),
);

verifies("vauchflow:update_campaign", "changes only what is given", async () => {
  const system = await startSystem();
  const secret = await system.keyFor("secret");
  const before = await system.call("get_campaign", { campaign_id: demoIds.summerSale });
  const after = await system.call(
    "update_campaign",
    { campaign_id: demoIds.summerSale, name: "Late summer" },
    { key: secret },
  );
  expect(after.inner).toMatchObject({ name: "Late summer", status: before.inner.status, rules: before.inner.rules });
});

verifies("vauchflow:delete_webhook", "deactivates a webhook and keeps its record", async () => {
  const system = await startSystem();
  const secret = await system.keyFor("secret");
  const before = system.upstream.counts().webhooks;
  const reply = await system.call("delete_webhook", { webhook_id: demoIds.ordersWebhook }, { key: secret });
  expect(reply.inner).toMatchObject({ id: demoIds.ordersWebhook, status: "INACTIVE" });
  expect(system.upstream.counts().webhooks).toBe(before);
});
