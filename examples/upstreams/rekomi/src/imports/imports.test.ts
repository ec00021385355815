import { describe, expect, test } from "vitest";
import { seedIds } from "../seed/ids.ts";
import { startHarness } from "../testing/harness.ts";

const imports = `/api/v1/campaigns/${seedIds.mainCampaign}/imports`;
const sold = { amountCents: 5000, commissionCents: 1000, currency: "EUR", occurredAt: "2026-01-03T09:30:00Z" };
const paid = { ...sold, affiliateSlug: "mara", paid: true };
const unpaid = { ...sold, affiliateEmail: "MARA@partners.example", paid: false };

describe("affiliates", () => {
  test("names every bad row by its index, and imports none", async () => {
    await using api = await startHarness();
    const before = api.counts();
    const affiliates = Array.from({ length: 1000 }, (_, index) => ({ email: `a${index}@new.example` }));
    affiliates[7] = { email: "not an address" };
    affiliates[999] = { email: "a@b.example", slug: "a/b" } as { email: string };
    const { status, body } = await api.as("acme")("POST", `${imports}/affiliates`, { affiliates });
    const paths = body.error.details.problems.map(({ path }: { path: string }) => path);
    expect([status, paths]).toEqual([422, ["affiliates[7].email", "affiliates[999].slug"]]);
    expect(api.counts()).toEqual(before);
  });

  test.each([0, 1001])("refuses %i rows", async (length) => {
    await using api = await startHarness();
    const affiliates = Array.from({ length }, (_, index) => ({ email: `a${index}@new.example` }));
    expect((await api.as("acme")("POST", `${imports}/affiliates`, { affiliates })).status).toBe(422);
  });

  test("takes an address once, in the campaign and in the list, and says which rows it left out", async () => {
    await using api = await startHarness();
    const affiliates = [
      { email: "New@new.example", slug: "new" },
      { email: "new@NEW.example" },
      { email: "mara@partners.example" },
      { email: "other@new.example", slug: "mara" },
      { email: "late@new.example", status: "pending" },
    ];
    const send = api.as("acme");
    const { body } = await send("POST", `${imports}/affiliates`, { affiliates, includeStatuses: ["approved"] });
    expect(body).toMatchObject({ imported: 1, skipped: 3, errored: 1 });
    expect(body.reasons.map(({ reason, rows }: { reason: string; rows: number[] }) => [reason, rows])).toEqual([
      ["duplicate_in_batch", [1]],
      ["duplicate_in_campaign", [2]],
      ["slug_taken", [3]],
      ["status_not_included", [4]],
    ]);
    const again = await send("POST", `${imports}/affiliates`, { affiliates: affiliates.slice(0, 1) });
    expect(again.body).toMatchObject({ imported: 0, skipped: 1 });
  });

  test("approves by default, sends nothing by default, and can be reverted once", async () => {
    await using api = await startHarness();
    const send = api.as("acme");
    const before = api.counts();
    const { body } = await send("POST", `${imports}/affiliates`, { affiliates: [{ email: "new@new.example" }] });
    const { items } = (await send("GET", "/api/v1/affiliates?take=1")).body;
    expect(items[0]).toMatchObject({ email: "new@new.example", status: "Approved" });
    expect(api.counts().emails).toBe(before.emails);
    const reverted = await send("POST", `/api/v1/imports/${body.jobId}/revert`);
    expect([reverted.status, reverted.body.removed]).toEqual([200, 1]);
    expect(api.counts().affiliates).toBe(before.affiliates);
    expect((await send("POST", `/api/v1/imports/${body.jobId}/revert`)).status).toBe(409);
  });

  test("notifies those who are imported with a message that is cleaned", async () => {
    await using api = await startHarness();
    const affiliates = [{ email: "a@new.example" }, { email: "mara@partners.example" }];
    const before = api.counts().emails;
    await api.as("acme")("POST", `${imports}/affiliates`, { affiliates, notifyAffiliates: true });
    expect(api.counts().emails).toBe(before + 1);
  });
});

describe("conversions", () => {
  test("names every bad row by its index, and imports none", async () => {
    await using api = await startHarness();
    const before = api.counts();
    const conversions = [paid, { ...sold, paid: true }, { ...paid, currency: "ABC" }, { ...paid, amountCents: "5" }];
    const { status, body } = await api.as("acme")("POST", `${imports}/conversions`, { conversions });
    const paths = body.error.details.problems.map(({ path }: { path: string }) => path);
    expect([status, paths]).toEqual([422, ["conversions[1]", "conversions[2].currency", "conversions[3].amountCents"]]);
    expect(api.counts()).toEqual(before);
  });

  test("a preview writes nothing and says what the import then does", async () => {
    await using api = await startHarness();
    const send = api.as("acme");
    const stranger = { ...paid, affiliateSlug: "stranger" };
    const conversions = [paid, paid, unpaid, stranger, { ...unpaid, currency: "USD" }];
    const before = api.counts();
    const preview = (await send("POST", `${imports}/conversions/preview`, { conversions })).body;
    expect(api.counts()).toEqual(before);
    // Paid and unpaid of the same sale are one row: it could be paid twice otherwise.
    expect(preview).toMatchObject({ rowsTotal: 5, wouldImport: 2, wouldSkip: 2, wouldError: 1 });
    expect(preview.paidBalance).toEqual({ cents: 1000, currency: "EUR", rows: 1 });
    expect(preview.unpaidBalance).toEqual({ cents: 909, currency: "EUR", rows: 1 });
    const { body } = await send("POST", `${imports}/conversions`, { conversions, confirmUnpaidPayout: true });
    expect(body).toMatchObject({ imported: 2, skipped: 2, errored: 1, unpaidConfirmedCents: 909, currency: "EUR" });
    expect(body.reasons).toEqual(preview.skipReasons);
  });

  test("never imports a row twice, by its id or by what it says", async () => {
    await using api = await startHarness();
    const send = api.as("acme");
    const conversions = [unpaid, { ...unpaid, externalId: "tx-1", amountCents: 1 }];
    const body = { conversions, confirmUnpaidPayout: true };
    expect((await send("POST", `${imports}/conversions`, body)).body.imported).toBe(2);
    const before = api.counts().conversions;
    const again = (await send("POST", `${imports}/conversions`, body)).body;
    expect(again).toMatchObject({ imported: 0, skipped: 2, unpaidConfirmedCents: 0 });
    expect(api.counts().conversions).toBe(before);
  });

  test("makes unpaid rows payable with confirmUnpaidPayout only, and paid rows never", async () => {
    await using api = await startHarness();
    const send = api.as("acme");
    const payable = async () => (await send("POST", "/api/v1/payouts/preview", {})).body.totalCents;
    const before = await payable();
    const held = await send("POST", `${imports}/conversions`, { conversions: [unpaid, { ...paid, externalId: "p" }] });
    expect(held.body).toMatchObject({ imported: 2, unpaidConfirmedCents: 0 });
    expect(await payable()).toBe(before);
    const conversions = [{ ...unpaid, externalId: "u" }];
    const { body } = await send("POST", `${imports}/conversions`, { conversions, confirmUnpaidPayout: true });
    expect([body.unpaidConfirmedCents, await payable()]).toEqual([1000, before + 1000]);
    await send("POST", `/api/v1/imports/${body.jobId}/revert`);
    expect(await payable()).toBe(before);
  });

  test("leaves out paid rows on request", async () => {
    await using api = await startHarness();
    const body = { conversions: [paid, { ...unpaid, externalId: "u" }], excludePaid: true };
    const reply = await api.as("acme")("POST", `${imports}/conversions`, body);
    expect(reply.body).toMatchObject({ imported: 1, skipped: 1 });
  });
});
