import { expect, test } from "vitest";
import { seedIds } from "../seed/ids.ts";
import { startHarness } from "../testing/harness.ts";

const past = { amountCents: 1, commissionCents: 1, currency: "EUR", occurredAt: "2026-01-03T09:30:00Z", paid: true };

test("a lead credits a later sale to its affiliate, by the campaign's commission", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  const sale = { customerEmail: "New@customers.example", amountCents: 10_000, currency: "USD" };
  expect(api.recordSale("acme", sale)).toBeUndefined();
  await send("POST", "/api/v1/leads", { affiliateSlug: "noor", email: "new@customers.example" });
  const id = api.recordSale("acme", sale);
  const { items } = (await send("GET", `/api/v1/conversions?take=1&affiliateId=${seedIds.noor}`)).body;
  expect(items[0]).toMatchObject({ id, commissionCents: 2000, currency: "USD", status: "Pending" });
});

test("a slug of several campaigns needs the campaign", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  const roster = { affiliates: [{ email: "x@y.example", slug: "mara" }] };
  await send("POST", `/api/v1/campaigns/${seedIds.creatorCampaign}/imports/affiliates`, roster);
  const lead = { affiliateSlug: "mara", email: "new@customers.example" };
  expect((await send("POST", "/api/v1/leads", lead)).status).toBe(409);
  const told = await send("POST", "/api/v1/leads", { ...lead, campaignId: seedIds.mainCampaign });
  expect([told.status, told.body.affiliateId]).toEqual([201, seedIds.mara]);
});

test.each(["x", "eyJ", "W10", "WzEsMl0", "../.."])("refuses the cursor %s", async (cursor) => {
  await using api = await startHarness();
  const reply = await api.as("acme")("GET", `/api/v1/conversions?cursor=${encodeURIComponent(cursor)}`);
  expect([reply.status, reply.body.error.details.problems[0].path]).toEqual([422, "cursor"]);
});

test("pages show each conversion once, also while new ones arrive", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  const all = (await send("GET", "/api/v1/conversions?take=200")).body.items.map(({ id }: { id: string }) => id);
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const { body } = await send("GET", `/api/v1/conversions?take=7${cursor && `&cursor=${cursor}`}`);
    seen.push(...body.items.map(({ id }: { id: string }) => id));
    expect(body.hasMore).toBe(body.nextCursor !== null);
    cursor = body.nextCursor;
    const row = { ...past, affiliateSlug: "mara", occurredAt: "2026-05-20T11:59:59Z", externalId: `n${seen.length}` };
    await send("POST", `/api/v1/campaigns/${seedIds.mainCampaign}/imports/conversions`, { conversions: [row] });
  }
  expect(seen).toEqual(all);
});
