import { demoIds } from "@toolspec/example-vauchflow";
import { describe, expect } from "vitest";
import { verifies } from "../requirements.ts";
import { startSystem } from "./system.ts";

/** One good call of every write that takes a dry run. */
const writes: Readonly<Record<string, Record<string, unknown>>> = {
  create_customer: { external_ref: "dry-1" },
  update_customer: { customer_id: "cust_abc123", tags: ["dry"] },
  redeem_voucher: { code: "SUMMER20", customer_id: "cust_abc123", idempotency_key: "dry", order_value: 75 },
  create_voucher: { discount_type: "PERCENTAGE", discount_value: 20, count: 150, prefix: "SUMMER" },
  create_campaign: { name: "Autumn" },
  update_campaign: { campaign_id: demoIds.summerSale, name: "Late summer" },
  create_webhook: { url: "https://hooks.example.com/x", events: ["voucher.redeemed"] },
};

describe.each(Object.entries(writes))("a dry run of %s", (tool, given) => {
  verifies(
    ["vauchflow:dry-run-accepted", "vauchflow:dry-run-flag", "vauchflow:dry-run-never-queues"],
    "is answered with the planned outcome and dry_run: true at the top, whatever the disposition",
    async () => {
      const system = await startSystem();
      const reply = await system.call(tool, { ...given, dry_run: true });
      expect(reply.json.result.isError ?? false).toBe(false);
      expect(reply.inner.dry_run).toBe(true);
      expect(reply.json.result.structuredContent).toEqual(reply.inner);
      expect(reply.inner.status).not.toBe("pending_approval");
    },
  );

  verifies(
    ["vauchflow:dry-run-persists-nothing", "vauchflow:dry-run-no-events"],
    "leaves no row and no event",
    async () => {
      const system = await startSystem();
      const before = system.upstream.counts();
      await system.call(tool, { ...given, dry_run: true });
      expect(system.upstream.counts()).toEqual(before);
      expect(system.upstream.requests().at(-1)?.path).toContain("dry_run=true");
    },
  );
});

verifies("vauchflow:dry-run-accepted", "delete_webhook refuses dry_run by name, and nothing is deleted", async () => {
  const system = await startSystem();
  const secret = await system.keyFor("secret");
  const given = { webhook_id: demoIds.ordersWebhook, dry_run: true };
  const reply = await system.call("delete_webhook", given, { key: secret });
  expect(reply.inner.error.code).toBe("invalid_argument");
  expect(reply.inner.error.message).toContain("dry_run");
  expect(system.upstream.requests()).toHaveLength(0);
});

verifies("vauchflow:dry-run-flag", "dry_run: false is a real call", async () => {
  const system = await startSystem();
  const reply = await system.call("create_customer", { external_ref: "real-1", dry_run: false });
  expect(reply.inner).not.toHaveProperty("dry_run");
  expect(system.upstream.counts().customers).toBe(5);
});
