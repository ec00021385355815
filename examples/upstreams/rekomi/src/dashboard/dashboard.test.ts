import { expect, test } from "vitest";
import { startHarness } from "../testing/harness.ts";

const dashboard = "/api/v1/dashboard";

test.each([
  `${dashboard}/timeseries`,
  `${dashboard}/timeseries?metric=profit`,
  `${dashboard}/timeseries?metric=clicks&range=all`,
  `${dashboard}/summary?range=1d`,
])("refuses %s", async (target) => {
  await using api = await startHarness();
  expect((await api.as("acme")("GET", target)).status).toBe(422);
});

test.each([
  ["revenue", "revenueCents"],
  ["conversions", "conversions"],
  ["leads", "leads"],
  ["clicks", "clicks"],
])("the days of %s add up to the summary", async (metric, name) => {
  await using api = await startHarness();
  const send = api.as("acme");
  for (const [range, days] of Object.entries({ "7d": 7, "30d": 30, "90d": 90, ytd: 140 })) {
    const { points } = (await send("GET", `${dashboard}/timeseries?metric=${metric}&range=${range}`)).body;
    const total = points.reduce((sum: number, { value }: { value: number }) => sum + value, 0);
    const summed = (await send("GET", `${dashboard}/summary?range=${range}`)).body[name];
    // Each day is rounded to a cent where it is converted.
    const tolerance = metric === "revenue" ? days : 0;
    expect([points.length, Math.abs(total - summed) <= tolerance]).toEqual([days, true]);
    expect(total).toBeGreaterThan(0);
    expect(points.at(-1).date).toBe("2026-05-20");
  }
});

test("a summary moves with what happens", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  const summary = async () => (await send("GET", `${dashboard}/summary?range=7d`)).body;
  const before = await summary();
  await send("POST", "/api/v1/leads", { affiliateSlug: "mara", email: "new@customers.example" });
  api.recordSale("acme", { customerEmail: "new@customers.example", amountCents: 10_000, currency: "EUR" });
  await send("POST", "/api/v1/affiliates/aff_ines/approve");
  expect(await summary()).toMatchObject({
    leads: before.leads + 1,
    conversions: before.conversions + 1,
    revenueCents: before.revenueCents + 10_000,
    commissionCents: before.commissionCents + 2000,
    pendingApprovals: before.pendingApprovals - 1,
  });
});
