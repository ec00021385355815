import { expect, test } from "vitest";
import { seedIds } from "../seed/ids.ts";
import { startHarness } from "../testing/harness.ts";

const named = { name: "Autumn", slug: "autumn" };

test.each([
  [
    "defaultCommissionType",
    { defaultCommissionModel: "RevShare", defaultCommissionType: "Fixed", defaultCommissionValue: 5 },
  ],
  ["defaultCommissionType", { defaultCommissionModel: "Cpc" }],
  ["defaultCommissionType", { defaultCommissionModel: "Cpl", defaultCommissionType: "Percentage" }],
  ["defaultCommissionValue", { defaultCommissionType: "Fixed" }],
  ["defaultCommissionValue", { defaultCommissionValue: 101 }],
])("refuses a campaign for %s: %j", async (path, fields) => {
  await using api = await startHarness();
  const reply = await api.as("acme")("POST", "/api/v1/campaigns", { ...named, ...fields });
  expect([reply.status, reply.body.error.details.problems[0].path]).toEqual([422, path]);
});

test("a campaign earns 20 % by default, and clicks earn a fixed amount", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  const { body } = await send("POST", "/api/v1/campaigns", named);
  expect(body).toMatchObject({ commission: { type: "Percentage", model: "Cps", value: 20 }, cookieWindowDays: 60 });
  const perClick = { defaultCommissionModel: "Cpc", defaultCommissionType: "Fixed", defaultCommissionValue: 25 };
  const reply = await send("POST", "/api/v1/campaigns", { ...named, slug: "clicks", ...perClick });
  expect(reply.body.commission).toMatchObject({ type: "Fixed", value: 25 });
});

test.each([
  ["percentOff", {}],
  ["percentOff", { percentOff: 5, amountOffCents: 5, currency: "EUR" }],
  ["currency", { amountOffCents: 5 }],
  ["currency", { percentOff: 5, currency: "EUR" }],
  ["durationInMonths", { percentOff: 5, duration: "repeating" }],
  ["durationInMonths", { percentOff: 5, durationInMonths: 3 }],
  ["expiresAt", { percentOff: 5, expiresAt: "2026-01-01T00:00:00Z" }],
])("refuses a coupon for %s: %j", async (path, fields) => {
  await using api = await startHarness();
  const target = `/api/v1/campaigns/${seedIds.mainCampaign}/coupons`;
  const reply = await api.as("acme")("POST", target, { name: "Spring", ...fields });
  expect([reply.status, reply.body.error.details.problems[0].path]).toEqual([422, path]);
});

test("an affiliate has codes where the campaign lets it, and sees its own", async () => {
  await using api = await startHarness();
  const send = api.as("acme", { email: "mara@partners.example" });
  const mint = (affiliate: string, programId: string) =>
    send("POST", `/api/v1/affiliates/${affiliate}/coupons`, { programId, vanity: "mine" });
  expect((await mint(seedIds.lin, seedIds.creatorCampaign)).status).toBe(409);
  expect((await mint(seedIds.lin, seedIds.mainCampaign)).status).toBe(409);
  expect((await mint(seedIds.ines, seedIds.mainCampaign)).status).toBe(409);
  const { body } = await mint(seedIds.mara, seedIds.mainCampaign);
  expect(body).toMatchObject({ code: "MINE", affiliateId: seedIds.mara, active: true });
  const mine = (await send("GET", "/api/v1/me/coupons")).body;
  expect(mine.items[0]).toMatchObject({ campaignId: seedIds.mainCampaign, canMint: true });
  expect(mine.items[0].coupons.map(({ code }: { code: string }) => code)).toEqual(["MINE", "MARA15", "OLDMARA"]);
  expect((await api.as("acme")("GET", "/api/v1/me/coupons")).body.items).toEqual([]);
});
