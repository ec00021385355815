import { expect, it } from "vitest";
import { verifies } from "../requirements.ts";
import { allScopes, startSystem } from "./system.ts";

verifies("vauchflow:audit", "leaves one entry a call whatever its end, and an intent before each write", async () => {
  const system = await startSystem();
  await system.call("list_campaigns");
  await system.call("create_customer", { external_ref: "crm-1", email: "secret@example.com" });
  await system.call("create_customer", { external_ref: "crm-2", dry_run: true });
  await system.call("create_campaign", { name: "Autumn" });
  await system.call("nothing_like_it");
  await system.call("get_voucher", { code: ".." });
  const entries = await system.house.store.audit.entries({});
  expect(entries.map(({ type, tool, outcome }) => `${type} ${tool} ${outcome}`)).toEqual([
    "call list_campaigns ok",
    "intent create_customer intent",
    "call create_customer ok",
    "call create_customer ok",
    "approval create_campaign pending",
    "call create_campaign pending_approval",
    "call nothing_like_it unknown_tool",
    "call get_voucher invalid_argument",
  ]);
  const [, intent, write] = entries;
  expect(intent?.callId).toBe(write?.callId);
  expect(write).toMatchObject({
    actorType: "mcp",
    server: "vauchflow",
    tenant: "acme",
    callerKind: "agent",
    era: "legacy",
    upstreamMethod: "POST",
    upstreamTarget: "/v1/customers",
    upstreamStatus: 201,
    decision: "run",
    dryRun: false,
  });
  expect(entries[3]).toMatchObject({ decision: "dry_run", dryRun: true });
  expect(JSON.stringify(entries)).not.toContain("secret@example.com");
});

it("never tells a key, a service credential or an identity to the log or the trail", async () => {
  const system = await startSystem();
  await system.call("list_campaigns");
  await system.call("redeem_voucher", {
    code: "SUMMER20",
    customer_id: "cust_abc123",
    idempotency_key: "k",
    order_value: 75,
  });
  await system.call("list_campaigns", {}, { key: `${system.agent.slice(0, -3)}xyz` });
  const key = await system.keyFor("agent", allScopes);
  const told = system.logged.join("") + JSON.stringify(await system.house.store.audit.entries({}));
  for (const secret of [
    system.agent,
    key,
    "vf_sk_upstream-service-key",
    "an identity secret of 32 bytes or more",
    "eyJ",
  ]) {
    expect(told).not.toContain(secret);
  }
});
