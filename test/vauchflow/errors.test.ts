import { describe, expect, it } from "vitest";
import { verifies } from "../requirements.ts";
import { eras } from "../wire.ts";
import { startSystem } from "./system.ts";

const nowhere = "00000000-0000-4000-8000-000000000000";

describe.each(eras)("errors over %s", (era) => {
  verifies("vauchflow:error-unknown-tool", "an incorrect tool name is -32601", async () => {
    const system = await startSystem();
    const reply = await system.call("list_campaign", {}, { era });
    expect(reply.json.error.code).toBe(-32601);
    expect(reply.json.error.data.error.code).toBe("unknown_tool");
  });

  verifies("vauchflow:error-not-found", "a resource that the tenant does not have is -32603", async () => {
    const system = await startSystem();
    const reply = await system.call("get_campaign", { campaign_id: nowhere }, { era });
    expect(reply.json.error).toMatchObject({ code: -32603, message: "Not found for this tenant." });
  });

  verifies("vauchflow:error-envelope", "every error has a code, a message and meta", async () => {
    const system = await startSystem();
    const unknown = await system.call("nothing", {}, { era });
    const missing = await system.call("get_campaign", { campaign_id: nowhere }, { era });
    for (const reply of [unknown, missing]) {
      expect(reply.json.error.data.error).toEqual({
        code: expect.any(String),
        message: expect.any(String),
        meta: expect.any(Object),
      });
    }
    const refused = await system.call("list_campaigns", { status: "RUNNING" }, { era });
    expect(refused.inner.error).toMatchObject({ code: "invalid_argument", message: expect.stringContaining("ACTIVE") });
    const rejected = await system.call(
      "redeem_voucher",
      { code: "SUMMER5OFF", customer_id: "cust_abc123", idempotency_key: "k", order_value: 75 },
      { era },
    );
    expect(rejected.json.result.isError).toBe(true);
    expect(rejected.inner.error).toMatchObject({
      code: "redemption_limit_reached",
      gatewayCode: "upstream_rejected",
      status: 409,
      retryable: false,
    });
  });
});

it("names every bad argument at once and sends nothing", async () => {
  const system = await startSystem();
  const reply = await system.call("create_voucher", { discount_type: "HALF", count: 0, colour: "red" });
  const paths = reply.inner.error.issues.map((issue: { path: string }) => issue.path).sort();
  expect(paths).toEqual(["colour", "count", "discount_type", "discount_value"]);
  expect(system.upstream.requests()).toHaveLength(0);
});

it.each(["..", ".", "a/b", "a%2fb", "%2e%2e", "a\u0000b", "a\\b", ""])(
  "never lets the code %j become another path",
  async (code) => {
    const system = await startSystem();
    const reply = await system.call("get_voucher", { code });
    expect(reply.inner.error.code).toBe("invalid_argument");
    expect(system.upstream.requests()).toHaveLength(0);
  },
);
