import { expect, test } from "vitest";
import { seedIds } from "./seed/ids.ts";
import { startHarness } from "./testing/harness.ts";

const config = `/api/v1/campaigns/${seedIds.mainCampaign}/sub-affiliate-config`;
const main = `/api/v1/campaigns/${seedIds.mainCampaign}`;
const past = {
  amountCents: 5000,
  commissionCents: 1000,
  currency: "EUR",
  occurredAt: "2025-11-03T09:30:00Z",
  paid: true,
};

const writes: readonly [method: string, target: string, body?: object][] = [
  ["POST", `/api/v1/affiliates/${seedIds.ines}/approve`],
  ["POST", `/api/v1/affiliates/${seedIds.ines}/reject`, {}],
  ["POST", "/api/v1/payouts/preview", {}],
  ["POST", `/api/v1/affiliates/${seedIds.mara}/embed-tokens`, {}],
  ["PUT", "/api/v1/organization/home-currency", { homeCurrency: "USD" }],
  ["PUT", config, { enabled: false, percent: 0 }],
  ["POST", `${main}/coupons`, { name: "x", percentOff: 1 }],
  ["POST", `/api/v1/affiliates/${seedIds.mara}/coupons`, { programId: seedIds.mainCampaign }],
  ["POST", `/api/v1/coupons/${seedIds.maraCoupon}/revoke`],
  ["POST", "/api/v1/campaigns", { name: "x", slug: "x" }],
  ["POST", `${main}/invites`, { email: "a@b.example" }],
  ["POST", `${main}/invites/bulk`, { emails: ["a@b.example"] }],
  ["PUT", "/api/v1/organization/attribution-params", {}],
  ["POST", `${main}/imports/affiliates`, { affiliates: [{ email: "a@b.example" }] }],
  ["POST", `${main}/imports/conversions`, { conversions: [{ ...past, affiliateSlug: "mara" }] }],
  ["POST", "/api/v1/leads", { affiliateSlug: "mara", email: "a@b.example" }],
];

test.each(writes)("a member and a viewer may not %s %s", async (method, target, body) => {
  await using api = await startHarness();
  for (const role of ["member", "viewer"] as const) {
    const before = api.counts();
    const reply = await api.as("acme", { role })(method, target, body);
    expect(reply.status).toBe(403);
    expect(["forbidden", "owner_required"]).toContain(reply.body.error.code);
    expect(api.counts()).toEqual(before);
  }
});

test("a viewer may preview an import, which writes nothing", async () => {
  await using api = await startHarness();
  const body = { conversions: [{ ...past, affiliateSlug: "mara" }] };
  const reply = await api.as("acme", { role: "viewer" })("POST", `${main}/imports/conversions/preview`, body);
  expect(reply.status).toBe(200);
});

test.each([
  ["PUT", config, { enabled: true, percent: 5 }],
  ["PUT", "/api/v1/organization/attribution-params", { custom: "xx" }],
])("an admin may not %s %s: only an owner may", async (method, target, body) => {
  await using api = await startHarness();
  const reply = await api.as("acme", { role: "admin" })(method, target, body);
  expect([reply.status, reply.body.error.code]).toEqual([403, "owner_required"]);
});

test("sub-affiliates are configured by an owner with a verified address only", async () => {
  await using api = await startHarness();
  const body = { enabled: true, percent: 5 };
  const refused = await api.as("acme", { emailVerified: false })("PUT", config, body);
  expect([refused.status, refused.body.error.code]).toEqual([403, "email_not_verified"]);
  expect((await api.as("acme")("PUT", config, body)).body).toEqual(body);
});

const embed = (of: string) => ["POST", `/api/v1/affiliates/aff_${of}/embed-tokens`, {}] as const;
const home = ["PUT", "/api/v1/organization/home-currency", { homeCurrency: "USD" }] as const;
const recruit = (of: string) =>
  ["PUT", `/api/v1/campaigns/cmp_${of}/sub-affiliate-config`, { enabled: true, percent: 5 }] as const;
const bulk = (of: string) => ["POST", `/api/v1/campaigns/cmp_${of}/invites/bulk`, { emails: ["a@b.example"] }] as const;
const notify = (of: string) =>
  [
    "POST",
    `/api/v1/campaigns/cmp_${of}/imports/affiliates`,
    { affiliates: [{ email: "a@b.example" }], notifyAffiliates: true },
  ] as const;

test.each([
  ["trial", "plan_tier_required", "Growth", ...embed("trial")],
  ["starter", "plan_tier_required", "Growth", ...embed("starter")],
  ["growth", "plan_tier_required", "Pro", ...home],
  ["growth", "plan_tier_required", "Pro", ...recruit("growth")],
  ["trial", "paid_plan_required", "Starter", ...bulk("trial")],
  ["starter", "plan_tier_required", "Growth", ...notify("starter")],
])("%s is refused with %s below %s, relayed or not: %s %s", async (organization, code, plan, method, target, body) => {
  await using api = await startHarness();
  const { status, body: reply } = await api.as(organization)(method, target, body);
  expect([status, reply.error.code, reply.error.details.requiredPlan]).toEqual([402, code, plan]);
  expect(reply.error.details.currentPlan.toLowerCase()).toBe(organization);
});

test.each([
  ["starter", ...bulk("starter")],
  ["growth", ...embed("growth")],
  ["growth", ...notify("growth")],
])("%s may %s %s", async (organization, method, target, body) => {
  await using api = await startHarness();
  expect((await api.as(organization)(method, target, body)).status).toBeLessThan(300);
});

test("a subscription that is not paid stops bulk invites and notifications", async () => {
  await using api = await startHarness();
  api.setPlan("growth", "Growth", { subscription: "past_due" });
  for (const [method, target, body] of [bulk("growth"), notify("growth")]) {
    const reply = await api.as("growth")(method, target, body);
    expect([reply.status, reply.body.error.code]).toEqual([402, "paid_plan_required"]);
  }
});

test.each(["trial", "starter"])("a direct key of %s is refused where the relay is not", async (organization) => {
  await using api = await startHarness();
  const reply = await api.direct(organization)("GET", "/api/v1/affiliates");
  expect([reply.status, reply.body.error.code, reply.body.error.details.requiredPlan]).toEqual([
    402,
    "plan_tier_required",
    "Growth",
  ]);
  expect((await api.as(organization)("GET", "/api/v1/affiliates")).status).toBe(200);
});

test("a direct key imports from Starter on; through the relay every plan does", async () => {
  await using api = await startHarness();
  const roster = { affiliates: [{ email: "a@b.example" }] };
  const target = (of: string) => `/api/v1/campaigns/cmp_${of}/imports/affiliates`;
  expect((await api.direct("trial")("POST", target("trial"), roster)).status).toBe(402);
  expect((await api.direct("starter")("POST", target("starter"), roster)).status).toBe(200);
  expect((await api.as("trial")("POST", target("trial"), roster)).status).toBe(200);
});
