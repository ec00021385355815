import type { ContractOperation, Node } from "@toolspec/example-http/testing";
import { describe, expect, test } from "vitest";
import { operations } from "./rekomi.ts";
import { seedIds } from "./seed/ids.ts";
import { contractOperations, operationOf, resolve } from "./testing/contract.ts";
import { type Harness, receive, startHarness } from "./testing/harness.ts";

const main = `/api/v1/campaigns/${seedIds.mainCampaign}`;
const mara = `/api/v1/affiliates/${seedIds.mara}`;
const nobody = "/api/v1/affiliates/aff_nobody";
const nothing = "/api/v1/campaigns/cmp_nothing";
const organization = "/api/v1/organization";
const past = {
  amountCents: 5000,
  commissionCents: 1000,
  currency: "EUR",
  occurredAt: "2025-11-03T09:30:00Z",
  paid: true,
};
const rows = {
  conversions: [
    { ...past, affiliateSlug: "mara" },
    { ...past, affiliateEmail: "no@one.example" },
  ],
};

/** Requests that end in each status that is not the same for all operations, in this order, on one API. */
const scenarios: readonly [status: number, method: string, target: string, body?: unknown, as?: string][] = [
  [200, "GET", "/api/v1/affiliates"],
  [200, "GET", `/api/v1/affiliates?take=2&campaignId=${seedIds.mainCampaign}`],
  [200, "GET", mara],
  [404, "GET", nobody],
  [200, "POST", `/api/v1/affiliates/${seedIds.ines}/approve`],
  [404, "POST", `${nobody}/approve`],
  [409, "POST", `/api/v1/affiliates/${seedIds.zoe}/approve`],
  [200, "POST", `/api/v1/affiliates/${seedIds.theo}/reject`, { reason: "No site <yet>." }],
  [404, "POST", `${nobody}/reject`, {}],
  [409, "POST", `/api/v1/affiliates/${seedIds.theo}/reject`, {}],
  [200, "GET", `${mara}/sub-affiliates`],
  [404, "GET", `${nobody}/sub-affiliates`],
  [201, "POST", `${mara}/embed-tokens`, {}],
  [201, "POST", `${mara}/embed-tokens`, { rotate: true, allowedOrigins: ["https://a.example", "https://b.example/"] }],
  [402, "POST", `/api/v1/affiliates/${seedIds.starterAffiliate}/embed-tokens`, {}, "starter"],
  [404, "POST", `${nobody}/embed-tokens`, {}],
  [409, "POST", `/api/v1/affiliates/${seedIds.zoe}/embed-tokens`, {}],
  [200, "GET", `${mara}/coupons?take=1`],
  [404, "GET", `${nobody}/coupons`],
  [201, "POST", `${mara}/coupons`, { programId: seedIds.mainCampaign, vanity: "Mara_25" }],
  [201, "POST", `${mara}/coupons`, { programId: seedIds.mainCampaign }],
  [404, "POST", `${nobody}/coupons`, { programId: seedIds.mainCampaign }],
  [409, "POST", `${mara}/coupons`, { programId: seedIds.mainCampaign, vanity: "partner20" }],
  [200, "POST", `/api/v1/coupons/${seedIds.maraCoupon}/revoke`],
  [404, "POST", "/api/v1/coupons/cpn_nothing/revoke"],
  [409, "POST", `/api/v1/coupons/${seedIds.mainCoupon}/revoke`],
  [200, "GET", "/api/v1/me/coupons"],
  [200, "GET", "/api/v1/conversions?take=200"],
  [200, "GET", `/api/v1/conversions?status=Paid&affiliateId=${seedIds.mara}&since=2026-01-01`],
  [201, "POST", "/api/v1/leads", { affiliateSlug: "mara", email: "new@customers.example", name: "New" }],
  [200, "POST", "/api/v1/leads", { affiliateSlug: "mara", email: "NEW@customers.example" }],
  [404, "POST", "/api/v1/leads", { affiliateSlug: "nobody", email: "new@customers.example" }],
  [409, "POST", "/api/v1/leads", { affiliateSlug: "zoe", email: "new@customers.example" }],
  [200, "GET", "/api/v1/campaigns"],
  [201, "POST", "/api/v1/campaigns", { name: "Autumn", slug: "autumn" }],
  [409, "POST", "/api/v1/campaigns", { name: "Autumn", slug: "autumn" }],
  [201, "POST", "/api/v1/campaigns", { name: "Second", slug: "second" }, "starter"],
  [201, "POST", "/api/v1/campaigns", { name: "Third", slug: "third" }, "starter"],
  [402, "POST", "/api/v1/campaigns", { name: "Fourth", slug: "fourth" }, "starter"],
  [200, "GET", main],
  [404, "GET", nothing],
  [200, "GET", `${main}/sub-affiliate-config`],
  [404, "GET", `${nothing}/sub-affiliate-config`],
  [200, "PUT", `${main}/sub-affiliate-config`, { enabled: true, percent: 12.5 }],
  [
    402,
    "PUT",
    `/api/v1/campaigns/${seedIds.growthCampaign}/sub-affiliate-config`,
    { enabled: true, percent: 5 },
    "growth",
  ],
  [404, "PUT", `${nothing}/sub-affiliate-config`, { enabled: false, percent: 0 }],
  [200, "GET", `${main}/coupons`],
  [404, "GET", `${nothing}/coupons`],
  [201, "POST", `${main}/coupons`, { name: "Spring 20", percentOff: 20, metadata: { source: "mail" } }],
  [404, "POST", `${nothing}/coupons`, { name: "Spring 30", percentOff: 30 }],
  [409, "POST", `${main}/coupons`, { name: "spring-20", amountOffCents: 500, currency: "EUR" }],
  [
    201,
    "POST",
    `${main}/invites`,
    { email: "a@new.example", slug: "keeps", personalNoteHtml: "<b>Hi</b><script>1</script>" },
  ],
  [404, "POST", `${nothing}/invites`, { email: "a@new.example" }],
  [409, "POST", `${main}/invites`, { email: "b@new.example", slug: "mara" }],
  [
    200,
    "POST",
    `${main}/invites/bulk`,
    { recipients: [{ email: "c@new.example", slug: "mara" }, { email: "a@new.example" }] },
  ],
  [402, "POST", `/api/v1/campaigns/${seedIds.trialCampaign}/invites/bulk`, { emails: ["a@new.example"] }, "trial"],
  [404, "POST", `${nothing}/invites/bulk`, { emails: ["a@new.example"] }],
  [200, "POST", `${main}/imports/affiliates`, { affiliates: [{ email: "d@new.example" }, { email: "d@new.example" }] }],
  [
    402,
    "POST",
    `/api/v1/campaigns/${seedIds.starterCampaign}/imports/affiliates`,
    { affiliates: [{ email: "d@new.example" }], notifyAffiliates: true },
    "starter",
  ],
  [404, "POST", `${nothing}/imports/affiliates`, { affiliates: [{ email: "d@new.example" }] }],
  [200, "POST", `${main}/imports/conversions/preview`, rows],
  [404, "POST", `${nothing}/imports/conversions/preview`, rows],
  [200, "POST", `${main}/imports/conversions`, { ...rows, confirmUnpaidPayout: true }],
  [404, "POST", `${nothing}/imports/conversions`, rows],
  [200, "GET", "/api/v1/payouts"],
  [200, "GET", `/api/v1/payouts?status=Paid&affiliateId=${seedIds.mara}`],
  [200, "GET", `/api/v1/payouts/${seedIds.paidPayout}`],
  [404, "GET", "/api/v1/payouts/pay_nothing"],
  [200, "POST", "/api/v1/payouts/preview", {}],
  [404, "POST", "/api/v1/payouts/preview", { campaignId: "cmp_nothing" }],
  [200, "GET", "/api/v1/dashboard/summary?range=all"],
  [200, "GET", "/api/v1/dashboard/summary"],
  [200, "GET", "/api/v1/dashboard/timeseries?metric=revenue&range=ytd"],
  [200, "GET", "/api/v1/dashboard/timeseries?metric=clicks"],
  [200, "GET", "/api/v1/audit-log?pageSize=100"],
  [200, "GET", organization],
  [200, "GET", `${organization}/billing`],
  [200, "GET", `${organization}/home-currency`],
  [200, "PUT", `${organization}/home-currency`, { homeCurrency: "USD" }],
  [402, "PUT", `${organization}/home-currency`, { homeCurrency: "USD" }, "growth"],
  [200, "GET", `${organization}/attribution-params`],
  [200, "PUT", `${organization}/attribution-params`, { custom: "aa,bb" }],
  [200, "GET", `${organization}/install-snippet?withPixel=true`],
  [404, "GET", `${organization}/install-snippet?campaignId=cmp_nothing`],
  [409, "GET", `${organization}/install-snippet?withPixel=true`, undefined, "growth"],
];

/** Not of the contract: a person's, or an operator's. */
const beside = ["POST /api/v1/imports/{jobId}/revert"];

test("serves the operations of the contract and no others", () => {
  const served = operations.map(({ method, path }) => `${method} ${path}`).filter((each) => !beside.includes(each));
  expect(served.sort()).toEqual(contractOperations.map(({ method, path }) => `${method} ${path}`).sort());
});

test("answers each request with the status and the shape that the contract names", async () => {
  await using api = await startHarness();
  for (const [status, method, target, body, as = "acme"] of scenarios) {
    const reply = await api.as(as)(method, target, body);
    expect(reply.status, `${method} ${target}: ${JSON.stringify(reply.body)}`).toBe(status);
  }
});

test("has a test for each status of each operation", () => {
  const specific = new Set(
    scenarios.map(([status, method, target]) => `${status} ${method} ${operationOf(method, target)?.path}`),
  );
  const same = [400, 401, 403, 413, 415, 422, 429];
  const missing = contractOperations.flatMap(({ method, path, statuses }) =>
    statuses
      .filter((status) => !same.includes(status) && !specific.has(`${status} ${method} ${path}`))
      .map((s) => `${s} ${method} ${path}`),
  );
  // A direct key's only: no call through the relay is refused an import of conversions for its plan.
  expect(missing).toEqual(["402 POST /api/v1/campaigns/{campaignId}/imports/conversions"]);
});

describe.each(contractOperations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
  "%s",
  (_, operation) => {
    test("refuses a request without credentials", async () => {
      await using api = await startHarness();
      expect((await raw(api, operation, { headers: {} })).status).toBe(401);
    });

    test("refuses a suspended organization", async () => {
      await using api = await startHarness();
      api.suspend("acme");
      const reply = await raw(api, operation, {});
      expect([reply.status, reply.body.error.code]).toEqual([403, "account_suspended"]);
    });

    test("refuses a request above the organization's rate", async () => {
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
      expect((await raw(api, operation, { body: JSON.stringify("x".repeat(4_200_000)) })).status).toBe(413);
    });

    test("refuses what the contract refuses, every field at once", async () => {
      await using api = await startHarness();
      const broken = Object.entries<Node>(operation.body.properties).map(([name, schema]) => [name, breaking(schema)]);
      const body = { ...Object.fromEntries(broken), surprise: 1 };
      const reply = await raw(api, operation, { body: JSON.stringify(body) });
      const named = reply.body.error.details.problems.map(({ path }: Node) => path.split(/[.[]/)[0]);
      expect([...new Set(named)].sort()).toEqual(Object.keys(body).sort());
    });

    test("names each required field that is missing", async () => {
      await using api = await startHarness();
      const required: string[] = operation.body.required ?? [];
      if (required.length === 0) return;
      const reply = await raw(api, operation, { body: "{}" });
      expect(reply.body.error.details.problems.map(({ path }: Node) => path)).toEqual(required);
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
  const { body = "{}", type = "application/json", query = "" } = request;
  const target = operation.path.replaceAll(/\{\w+\}/g, "any_id") + query;
  const sent = operation.body ? body : "";
  const headers = request.headers ?? api.headersFor("acme", { method, path: target, body: sent });
  const content = operation.body ? { body, headers: { ...headers, "content-type": type } } : { headers };
  return receive(method, target, await fetch(api.url + target, { method, ...content }));
}

/** A value just beyond what a schema allows. */
function breaking(unresolved: Node): unknown {
  const schema = resolve(unresolved);
  if (schema.enum) return "NOT_A_WORD";
  if (schema.maximum !== undefined) return schema.maximum + 1;
  if (schema.maxLength !== undefined) return "A".repeat(schema.maxLength + 1);
  if (schema.maxItems !== undefined) return Array.from({ length: schema.maxItems + 1 }, (_, index) => `t${index}`);
  if (schema.type === "object") return "no object";
  return "not valid";
}
