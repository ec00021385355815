import type { ContractOperation, Node } from "@toolspec/example-http/testing";
import { describe, expect, test } from "vitest";
import { operations } from "./perkamo.ts";
import { seedIds, seedSpaces } from "./seed/ids.ts";
import { contractOperations, operationOf, resolve } from "./testing/contract.ts";
import { type Harness, headersFor, receive, startHarness } from "./testing/harness.ts";

const { nora, mia, jonas } = seedIds;
const mine = `/v1/customers/${mia}`;
const nobody = "/v1/customers/nobody";
const adjust = { reason: "Lost in an outage.", wallets: [{ wallet: seedIds.points, amount: 40 }] };
const event = { userId: mia, event: "order.completed", context: { orderTotal: 12.5, currency: "EUR" } };
const wallet = { id: "points", name: "Beans", unit: "points" };
const program = {
  items: [wallet, { id: "store_credit", name: "Store credit", unit: "credits", expiresAfterDays: 90 }],
};
const summary = {
  customers: 1200,
  pointCurrencies: [
    { name: "Beans", outstanding: 9000 },
    { name: "Gold Coins", expiresAfterDays: 90 },
  ],
  rules: ["Order", "Birthday"],
  tiers: ["A"],
  referrals: 3,
  issuedRewards: 2,
};

/** Requests that end in each status that is not the same for all operations, in this order, on one API. */
const scenarios: readonly [status: number, method: string, target: string, body?: unknown][] = [
  [200, "GET", "/v1/program"],
  [200, "GET", "/v1/program?sections=rewards,levels"],
  [200, "GET", "/v1/usage"],
  [200, "GET", "/v1/usage?period=previous"],
  [200, "GET", "/v1/customers?query=member&limit=7"],
  [200, "GET", `/v1/customers/${nora}`],
  [404, "GET", nobody],
  [201, "PUT", "/v1/customers/new_1", { email: "New@Example.com", traits: { country: "FR" } }],
  [200, "PUT", "/v1/customers/new_1", { name: "New One", externalId: "legacy-new" }],
  [409, "PUT", "/v1/customers/new_1", { externalId: "legacy-1001" }],
  [201, "POST", `${mine}/adjustments`, { ...adjust, unlockPerks: [seedIds.support], transactionId: "adjust-0001" }],
  [200, "POST", `${mine}/adjustments`, { ...adjust, unlockPerks: [seedIds.support], transactionId: "adjust-0001" }],
  [404, "POST", `${nobody}/adjustments`, { ...adjust, transactionId: "adjust-0002" }],
  [409, "POST", `${mine}/adjustments`, { ...adjust, transactionId: "adjust-0001" }],
  [201, "POST", "/v1/events", { ...event, transactionId: "order-0001-paid" }],
  [200, "POST", "/v1/events", { ...event, transactionId: "order-0001-paid" }],
  [404, "POST", "/v1/events", { ...event, userId: "nobody", transactionId: "order-0002-paid" }],
  [409, "POST", "/v1/events", { ...event, event: "order.returned", transactionId: "order-0001-paid" }],
  [
    200,
    "POST",
    "/v1/events/batch",
    {
      events: [
        { ...event, transactionId: "order-0003-paid" },
        { ...event, transactionId: "order-0001-paid" },
        { ...event, userId: "nobody", transactionId: "order-0004-paid" },
      ],
    },
  ],
  [201, "POST", `/v1/rewards/${seedIds.coffee}/redemptions`, { userId: mia, transactionId: "redeem-0001" }],
  [200, "POST", `/v1/rewards/${seedIds.coffee}/redemptions`, { userId: mia, transactionId: "redeem-0001" }],
  [404, "POST", "/v1/rewards/nothing/redemptions", { userId: mia, transactionId: "redeem-0002" }],
  [409, "POST", `/v1/rewards/${seedIds.tote}/redemptions`, { userId: jonas, transactionId: "redeem-0003" }],
  [201, "POST", "/v1/browser-tokens", { userId: mia, purpose: "browser" }],
  [404, "POST", "/v1/browser-tokens", { userId: "nobody", purpose: "stream" }],
  [200, "POST", "/v1/config/validate", { module: "wallets", payload: program }],
  [200, "POST", "/v1/config/validate", { module: "levels", payload: { items: [{ id: "a", surprise: 1 }] } }],
  [201, "POST", "/v1/config/wallets/versions", { payload: program, note: "Credit lasts shorter." }],
  [201, "POST", "/v1/config/wallets/versions", { payload: program, activate: true }],
  [200, "GET", "/v1/program"],
  [200, "GET", mine],
  [200, "POST", "/v1/migrations/plan", { source: "smile_io", summary }],
  [200, "POST", "/v1/migrations/plan", { source: "custom", summary: {} }],
];

test("serves the operations of the contract and no others", () => {
  const served = operations.map(({ method, path }) => `${method} ${path}`);
  expect(served.sort()).toEqual(contractOperations.map(({ method, path }) => `${method} ${path}`).sort());
});

test.each(Object.values(seedSpaces))(
  "answers in %s with the status and the shape that the contract names",
  async (of) => {
    await using api = await startHarness();
    for (const [status, method, target, body] of scenarios) {
      const reply = await api.as(of)(method, target, body);
      expect(reply.status, `${method} ${target}: ${JSON.stringify(reply.body)}`).toBe(status);
    }
  },
);

test("has a test for each status of each operation", () => {
  const specific = new Set(
    scenarios.map(([status, method, target]) => `${status} ${method} ${operationOf(method, target)?.path}`),
  );
  const same = [400, 401, 403, 413, 415, 422, 429];
  const missing = contractOperations.flatMap(({ method, path, statuses }) =>
    statuses
      .filter((status) => !same.includes(status) && !specific.has(`${status} ${method} ${path}`))
      .map((status) => `${status} ${method} ${path}`),
  );
  expect(missing).toEqual([]);
});

describe.each(contractOperations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
  "%s",
  (_, operation) => {
    test("refuses a request without credentials", async () => {
      await using api = await startHarness();
      expect((await raw(api, operation, { headers: {} })).status).toBe(401);
    });

    test("refuses a grant without its scope", async () => {
      await using api = await startHarness();
      const reply = await raw(api, operation, { headers: headersFor(seedSpaces.acmeTest, { scopes: ["other"] }) });
      expect([reply.status, reply.body.error.code]).toEqual([403, "insufficient_scope"]);
    });

    test("refuses a request above the Space's rate", async () => {
      await using api = await startHarness({ rateLimit: { burst: 1, perSecond: 1 } });
      await raw(api, operation, {});
      const reply = await raw(api, operation, {});
      expect([reply.status, reply.headers.get("retry-after")]).toEqual([429, "1"]);
    });

    test("refuses parameters that the contract does not have", async () => {
      await using api = await startHarness();
      const reply = await raw(api, operation, { query: "?surprise=1" });
      expect(reply.status).toBe(422);
      expect(reply.body.error.message).toContain("surprise");
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
      expect((await raw(api, operation, { body: JSON.stringify("x".repeat(1_048_577)) })).status).toBe(413);
    });

    test("refuses what the contract refuses, every field at once", async () => {
      await using api = await startHarness();
      const broken = Object.entries<Node>(operation.body.properties).map(([name, schema]) => [name, breaking(schema)]);
      const body = { ...Object.fromEntries(broken), surprise: 1 };
      const reply = await raw(api, operation, { body: JSON.stringify(body) });
      const named = reply.body.error.meta.problems.map(({ field }: Node) => field.split(/[.[]/)[1]);
      expect([...new Set(named)].sort()).toEqual(Object.keys(body).sort());
    });

    test("names each required field that is missing", async () => {
      await using api = await startHarness();
      const required: string[] = operation.body.required ?? [];
      const reply = await raw(api, operation, { body: "{}" });
      const named = reply.body.error.meta.problems.map(({ field }: Node) => field);
      expect(named.sort()).toEqual(required.length === 0 ? ["body"] : required.map((name) => `body.${name}`).sort());
    });
  },
);

/** Send a request to an operation, with a valid path unless told otherwise, and hold the reply against the contract. */
async function raw(
  api: Harness,
  operation: ContractOperation,
  request: { headers?: Record<string, string>; body?: string; type?: string; query?: string },
) {
  const { method } = operation;
  const { body = "{}", type = "application/json", query = "", headers = headersFor() } = request;
  const target = operation.path.replace("{module}", "rules").replaceAll(/\{\w+\}/g, "any_id") + query;
  const content = operation.body ? { body, headers: { ...headers, "content-type": type } } : { headers };
  return receive(method, target, await fetch(`${api.url}${target}`, { method, ...content }));
}

/** A value just beyond what a schema allows. */
function breaking(unresolved: Node): unknown {
  const schema = resolve(unresolved);
  if (schema.enum) return "NOT_A_WORD";
  if (schema.maximum !== undefined) return schema.maximum + 1;
  if (schema.maxLength !== undefined) return "A".repeat(schema.maxLength + 1);
  if (schema.maxItems !== undefined) return Array.from({ length: schema.maxItems + 1 }, (_, index) => `t${index}`);
  return schema.type === "object" ? "no object" : "not valid";
}
