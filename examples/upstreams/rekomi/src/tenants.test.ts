import { expect, test } from "vitest";
import { seedIds } from "./seed/ids.ts";
import { startHarness } from "./testing/harness.ts";

const main = `/api/v1/campaigns/${seedIds.mainCampaign}`;
const mara = `/api/v1/affiliates/${seedIds.mara}`;
const past = { amountCents: 1, commissionCents: 1, currency: "EUR", occurredAt: "2025-11-03T09:30:00Z", paid: true };
const rows = { conversions: [{ ...past, affiliateSlug: "mara" }] };

const acmeThings: readonly [method: string, target: string, body?: object][] = [
  ["GET", mara],
  ["POST", `/api/v1/affiliates/${seedIds.ines}/approve`],
  ["POST", `/api/v1/affiliates/${seedIds.ines}/reject`, {}],
  ["GET", `${mara}/sub-affiliates`],
  ["GET", `${mara}/coupons`],
  ["POST", `${mara}/coupons`, { programId: seedIds.globexCampaign }],
  ["POST", `${mara}/embed-tokens`, {}],
  ["POST", `/api/v1/affiliates/${seedIds.globexAffiliate}/coupons`, { programId: seedIds.mainCampaign }],
  ["POST", `/api/v1/coupons/${seedIds.maraCoupon}/revoke`],
  ["GET", main],
  ["GET", `${main}/sub-affiliate-config`],
  ["PUT", `${main}/sub-affiliate-config`, { enabled: false, percent: 0 }],
  ["GET", `${main}/coupons`],
  ["POST", `${main}/coupons`, { name: "x", percentOff: 1 }],
  ["POST", `${main}/invites`, { email: "a@b.example" }],
  ["POST", `${main}/invites/bulk`, { emails: ["a@b.example"] }],
  ["POST", `${main}/imports/affiliates`, { affiliates: [{ email: "a@b.example" }] }],
  ["POST", `${main}/imports/conversions/preview`, rows],
  ["POST", `${main}/imports/conversions`, rows],
  ["GET", `/api/v1/payouts/${seedIds.paidPayout}`],
  ["POST", "/api/v1/payouts/preview", { campaignId: seedIds.mainCampaign }],
  ["POST", "/api/v1/leads", { affiliateSlug: "mara", email: "a@b.example", campaignId: seedIds.mainCampaign }],
  ["GET", `/api/v1/organization/install-snippet?campaignId=${seedIds.mainCampaign}`],
];

test.each(acmeThings)("another organization's thing is as if unknown: %s %s", async (method, target, body) => {
  await using api = await startHarness();
  const before = api.counts();
  const foreign = await api.as("globex")(method, target, body);
  const unknown = JSON.parse(
    JSON.stringify([target, body ?? null]).replaceAll(/(cmp|aff|cpn|pay)_(?!globex)\w+/g, "$1_nowhere"),
  );
  const missing = await api.as("globex")(method, unknown[0], unknown[1] ?? undefined);
  expect([foreign.status, foreign.body]).toEqual([404, missing.body]);
  expect(api.counts()).toEqual(before);
});

test("lists and figures hold one organization's things only", async () => {
  await using api = await startHarness();
  const send = api.as("globex");
  const idsOf = async (target: string) => (await send("GET", target)).body.items.map(({ id }: { id: string }) => id);
  expect(await idsOf("/api/v1/affiliates")).toEqual([seedIds.globexAffiliate]);
  expect(await idsOf("/api/v1/campaigns")).toEqual([seedIds.globexCampaign]);
  expect(await idsOf("/api/v1/conversions")).toEqual(["cnv_globex", "cnv_globexpaid"]);
  expect(await idsOf("/api/v1/payouts")).toEqual([seedIds.globexPayout]);
  expect(await idsOf("/api/v1/audit-log")).toEqual([]);
  expect(await idsOf(`/api/v1/conversions?campaignId=${seedIds.mainCampaign}`)).toEqual([]);
  expect((await send("GET", "/api/v1/dashboard/summary?range=all")).body).toMatchObject({ conversions: 2, clicks: 0 });
});

test("an import of another organization cannot be reverted", async () => {
  await using api = await startHarness();
  const { body } = await api.as("acme")("POST", `${main}/imports/affiliates`, {
    affiliates: [{ email: "a@b.example" }],
  });
  expect((await api.as("globex")("POST", `/api/v1/imports/${body.jobId}/revert`)).status).toBe(404);
});
