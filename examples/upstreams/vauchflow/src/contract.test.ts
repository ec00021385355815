import type { ContractOperation, Node } from "@toolspec/example-http/testing";
import { describe, expect, test } from "vitest";
import { demoIds } from "./seed/seed.ts";
import { contractOperations, operationOf, resolve } from "./testing/contract.ts";
import { type Harness, receive, type Send, startHarness } from "./testing/harness.ts";
import { operations } from "./vauchflow.ts";

const unknownId = "11111111-2222-4333-8444-555555555555";
const twenty = { discount_type: "PERCENTAGE", discount_value: 20 };
const redemption = { code: "SUMMER20", customer_id: "cust_abc123", idempotency_key: "order-1", order_value: 75 };
const webhook = { url: "https://hooks.example.com/in", events: ["voucher.redeemed"] };

/** Requests that end in each status that is not the same for all operations, in this order, on one API. */
const scenarios: readonly [status: number, method: string, target: string, body?: unknown][] = [
  [200, "GET", "/v1/campaigns"],
  [200, "GET", "/v1/campaigns?status=ACTIVE&limit=1"],
  [201, "POST", "/v1/campaigns", { name: "Autumn", rules: { min_order_value: 9.99, max_redemptions: 5 } }],
  [200, "POST", "/v1/campaigns?dry_run=true", { name: "Autumn", ends_at: "2026-12-01T00:00:00+01:00" }],
  [200, "GET", `/v1/campaigns/${demoIds.summerSale}`],
  [404, "GET", `/v1/campaigns/${unknownId}`],
  [200, "PATCH", `/v1/campaigns/${demoIds.summerSale}`, { description: null, rules: { max_redemptions: 500 } }],
  [404, "PATCH", `/v1/campaigns/${unknownId}`, { name: "Nothing" }],
  [409, "PATCH", `/v1/campaigns/${demoIds.springSale}`, { status: "ACTIVE" }],
  [201, "POST", "/v1/vouchers", { ...twenty, code: "MAY20", expires_at: "2026-06-01T00:00:00Z" }],
  [201, "POST", "/v1/vouchers", { ...twenty, count: 150, prefix: "BATCH", campaign_id: demoIds.welcome }],
  [200, "POST", "/v1/vouchers?dry_run=true", { ...twenty, prefix: "SUMMER-" }],
  [404, "POST", "/v1/vouchers", { ...twenty, campaign_id: unknownId }],
  [409, "POST", "/v1/vouchers", { ...twenty, code: "SUMMER20" }],
  [200, "GET", "/v1/vouchers/SUMMER20"],
  [200, "GET", "/v1/vouchers/STAFF25"],
  [404, "GET", "/v1/vouchers/NOSUCHCODE"],
  [200, "POST", "/v1/vouchers/SUMMER20/validate", { customer_id: "cust_abc123", order_value: 75 }],
  [200, "POST", "/v1/vouchers/WELCOME10/validate", {}],
  [200, "POST", "/v1/vouchers/SPRING15/validate", { order_value: 75 }],
  [404, "POST", "/v1/vouchers/NOSUCHCODE/validate", {}],
  [201, "POST", "/v1/customers", { external_ref: "crm-1", email: "a@b.example", tags: ["x"], metadata: { tier: 1 } }],
  [200, "POST", "/v1/customers", { external_ref: "crm-1" }],
  [200, "POST", "/v1/customers?dry_run=true", { external_ref: "crm-2" }],
  [200, "PATCH", "/v1/customers/cust_abc123", { metadata: { tier: "gold", old: null } }],
  [404, "PATCH", "/v1/customers/cust_nobody", { tags: [] }],
  [201, "POST", "/v1/redemptions", redemption],
  [200, "POST", "/v1/redemptions", redemption],
  [404, "POST", "/v1/redemptions", { ...redemption, customer_id: "cust_nobody" }],
  [409, "POST", "/v1/redemptions", { ...redemption, code: "SUMMER5OFF" }],
  [422, "POST", "/v1/redemptions", { ...redemption, idempotency_key: "order-2", order_value: 1 }],
  [200, "GET", `/v1/redemptions/${demoIds.recentRedemption}`],
  [404, "GET", `/v1/redemptions/${demoIds.archivedRedemption}`],
  [200, "GET", "/v1/analytics/overview"],
  [200, "GET", "/v1/analytics/overview?from=2025-06-01&to=2026-05-31"],
  [200, "GET", `/v1/analytics/campaigns/${demoIds.summerSale}`],
  [200, "GET", `/v1/analytics/campaigns/${demoIds.summerSale}?interval=WEEK&from=2026-05-01`],
  [404, "GET", `/v1/analytics/campaigns/${unknownId}`],
  [201, "POST", "/v1/webhooks", webhook],
  [200, "POST", "/v1/webhooks?dry_run=true", { ...webhook, description: "Redemptions" }],
  [200, "DELETE", `/v1/webhooks/${demoIds.ordersWebhook}`],
  [200, "DELETE", `/v1/webhooks/${demoIds.ordersWebhook}`],
  [404, "DELETE", `/v1/webhooks/${unknownId}`],
];

test("serves the operations of the contract and no others", () => {
  const served = operations.map(({ method, path }) => `${method} ${path}`).sort();
  expect(served).toEqual(contractOperations.map(({ method, path }) => `${method} ${path}`).sort());
});

test("answers each request with the status and the shape that the contract names", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  for (const [status, method, target, body] of scenarios) {
    const reply = await send(method, target, body);
    expect(reply.status, `${method} ${target}: ${JSON.stringify(reply.body)}`).toBe(status);
  }
  await fillWebhooks(send);
});

test("has a test for each status of each operation", () => {
  const specific = new Set(
    scenarios.map(([status, method, target]) => `${status} ${method} ${operationOf(method, target)?.path}`),
  );
  const same = [400, 401, 413, 415, 422, 429];
  const missing = contractOperations.flatMap(({ method, path, statuses }) =>
    statuses
      .filter((status) => !same.includes(status) && !specific.has(`${status} ${method} ${path}`))
      .map((s) => `${s} ${method} ${path}`),
  );
  // Its scenario takes twenty requests: fillWebhooks.
  expect(missing).toEqual(["409 POST /v1/webhooks"]);
});

describe.each(contractOperations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
  "%s",
  (_, operation) => {
    test("refuses a request without identity", async () => {
      await using api = await startHarness();
      expect((await raw(api, operation, { headers: {} })).status).toBe(401);
    });

    test("refuses a request above the tenant's rate", async () => {
      await using api = await startHarness({ rateLimit: { burst: 1, perSecond: 1 } });
      await raw(api, operation, {});
      const reply = await raw(api, operation, {});
      expect([reply.status, reply.headers.get("retry-after")]).toEqual([429, "1"]);
    });

    test("refuses parameters that the contract does not have", async () => {
      await using api = await startHarness();
      const reply = await raw(api, operation, { query: "?surprise=1" });
      expect(reply.status).toBe(422);
      expect(reply.body.error.message).toContain("query.surprise");
    });

    test("refuses a path value that breaks its schema", async () => {
      await using api = await startHarness();
      if (!operation.path.includes("{")) return;
      expect((await raw(api, operation, { pathValue: "not%20valid" })).status).toBe(422);
    });
  },
);

const withBody = contractOperations.filter(({ body }) => body !== undefined);

describe.each(withBody.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
  "%s",
  (_, operation) => {
    test("refuses a body that is not JSON, not JSON by its type, or too large", async () => {
      await using api = await startHarness();
      expect((await raw(api, operation, { body: '{"a":' })).status).toBe(400);
      expect((await raw(api, operation, { body: "a=1", type: "application/x-www-form-urlencoded" })).status).toBe(415);
      expect((await raw(api, operation, { body: JSON.stringify("x".repeat(1_100_000)) })).status).toBe(413);
    });

    test("refuses what the contract refuses, every field at once", async () => {
      await using api = await startHarness();
      const body = {
        ...Object.fromEntries(propertiesOf(operation).map(([name, schema]) => [name, breaking(schema)])),
        surprise: 1,
      };
      const reply = await raw(api, operation, { body: JSON.stringify(body) });
      const named = reply.body.error.meta.problems.map(({ field }: Node) => field.split(/[.[]/)[1]);
      expect([...new Set(named)].sort()).toEqual(Object.keys(body).sort());
    });

    test("names each required field that is missing", async () => {
      await using api = await startHarness();
      const required: string[] = operation.body.required ?? [];
      if (required.length === 0) return;
      const reply = await raw(api, operation, { body: "{}" });
      expect(reply.body.error.meta.problems.map(({ field }: Node) => field)).toEqual(
        required.map((name) => `body.${name}`),
      );
    });
  },
);

/** Register webhooks until the tenant has its fill; the last one is a 409 of the contract. */
async function fillWebhooks(send: Send): Promise<void> {
  for (let active = 1; active < 20; active++) {
    expect((await send("POST", "/v1/webhooks", webhook)).status).toBe(201);
  }
  expect((await send("POST", "/v1/webhooks", webhook)).status).toBe(409);
}

/** Send a request to an operation, with a valid path unless told otherwise, and hold the reply against the contract. */
async function raw(
  api: Harness,
  operation: ContractOperation,
  request: { headers?: Record<string, string>; body?: string; type?: string; query?: string; pathValue?: string },
) {
  const { method } = operation;
  const { headers = api.headersFor("acme"), body = "{}", type = "application/json", query = "", pathValue } = request;
  const target = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => pathValue ?? validPathValue(name)) + query;
  const content = operation.body ? { body, headers: { ...headers, "content-type": type } } : { headers };
  return receive(method, target, await fetch(api.url + target, { method, ...content }));
}

function validPathValue(name: string): string {
  if (name === "code") return "SUMMER20";
  return name === "customer_id" ? "cust_abc123" : unknownId;
}

function propertiesOf(operation: ContractOperation): [string, Node][] {
  return Object.entries(operation.body.properties);
}

/** A value just beyond what a schema allows. */
function breaking(unresolved: Node): unknown {
  const schema = resolve(unresolved);
  if (schema.enum) return "NOT_A_WORD";
  if (schema.maximum !== undefined) return schema.maximum + 1;
  if (schema.maxLength !== undefined) return "A".repeat(schema.maxLength + 1);
  if (schema.maxItems !== undefined) return Array.from({ length: schema.maxItems + 1 }, (_, index) => `t${index}`);
  if (schema.maxProperties !== undefined) {
    return Object.fromEntries(Array.from({ length: schema.maxProperties + 1 }, (_, index) => [`f${index}`, 1]));
  }
  if (schema.type === "object") return { surprise: 1 };
  return "not valid";
}
