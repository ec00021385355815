/** Rosters and past conversions from another platform: what is kept, what is left out, and that no money moves unasked. */
import { seedIds } from "@toolspec/example-rekomi";
import { expect } from "vitest";
import { verifies } from "../requirements.ts";
import { startSystem } from "./system.ts";

type System = Awaited<ReturnType<typeof startSystem>>;

const { mainCampaign: campaignId } = seedIds;

/** Long ago, so that the grace period of payouts has passed. */
const sold = { amountCents: 5000, commissionCents: 1000, currency: "EUR", occurredAt: "2025-11-03T09:30:00Z" };
const unpaid = { ...sold, affiliateSlug: "mara", paid: false };
const paid = { ...unpaid, paid: true };

/** What a payout would pay now, in cents. */
const payable = async (system: System): Promise<number> => (await system.call("preview_payout")).inner.totalCents;

const importRows = async (system: System, conversions: readonly object[], more: object = {}) =>
  (await system.call("import_conversions", { campaignId, conversions, ...more })).inner;

const previewRows = async (system: System, conversions: readonly object[]) =>
  (await system.call("preview_conversion_import", { campaignId, conversions })).inner;

/** Conversions that an import brought. */
const ofJob = async (system: System, jobId: string) =>
  (await system.call("list_conversions", { campaignId, take: 200 })).inner.items.filter(
    (item: { importJobId: string | null }) => item.importJobId === jobId,
  );

verifies("rekomi:import_conversions-money", "keeps unpaid rows from payouts unless they are confirmed", async () => {
  const system = await startSystem();
  const before = await payable(system);
  const report = await importRows(system, [{ ...unpaid, externalId: "u-1" }]);
  expect(report).toMatchObject({ imported: 1, unpaidConfirmedCents: 0 });
  expect(system.upstream.requests().at(-1)?.body).toMatchObject({ confirmUnpaidPayout: false });
  expect(await ofJob(system, report.jobId)).toMatchObject([{ status: "Pending", commissionCents: 1000 }]);
  expect(await payable(system)).toBe(before);
  await importRows(system, [{ ...unpaid, externalId: "u-2" }], { confirmUnpaidPayout: false });
  expect(await payable(system)).toBe(before);
});

verifies("rekomi:import_conversions-money", "makes confirmed unpaid rows payable by exactly their sum", async () => {
  const system = await startSystem();
  const before = await payable(system);
  const rows = [
    { ...unpaid, externalId: "u-1" },
    { ...unpaid, externalId: "u-2", commissionCents: 250 },
  ];
  const report = await importRows(system, rows, { confirmUnpaidPayout: true });
  expect(report).toMatchObject({ imported: 2, unpaidConfirmedCents: 1250, currency: "EUR" });
  expect(await payable(system)).toBe(before + 1250);
});

verifies("rekomi:import_conversions-money", "never makes a paid row payable, confirmed or not", async () => {
  const system = await startSystem();
  const before = await payable(system);
  const report = await importRows(system, [paid], { confirmUnpaidPayout: true });
  expect(report).toMatchObject({ imported: 1, unpaidConfirmedCents: 0 });
  expect(await ofJob(system, report.jobId)).toMatchObject([{ status: "Paid" }]);
  expect(await payable(system)).toBe(before);
});

verifies("rekomi:import_conversions-money", "makes nothing of a truthy confirmation that is not true", async () => {
  const system = await startSystem();
  for (const confirmUnpaidPayout of ["true", 1, "yes", null]) {
    const reply = await system.call("import_conversions", { campaignId, conversions: [unpaid], confirmUnpaidPayout });
    expect(reply.inner.error).toMatchObject({ code: "invalid_argument" });
    expect(reply.text).toContain("confirmUnpaidPayout");
  }
  expect(system.upstream.requests()).toEqual([]);
});

verifies(
  "rekomi:import_conversions-idempotent",
  "pays nothing twice for the same rows, by id or by content",
  async () => {
    const system = await startSystem();
    const rows = [unpaid, { ...unpaid, externalId: "u-1", commissionCents: 300 }];
    await importRows(system, rows, { confirmUnpaidPayout: true });
    const once = await payable(system);
    const counts = system.upstream.counts().conversions;
    const again = await importRows(system, rows, { confirmUnpaidPayout: true });
    expect(again).toMatchObject({ imported: 0, skipped: 2, errored: 0, unpaidConfirmedCents: 0 });
    expect(again.reasons).toMatchObject([{ reason: "already_imported", count: 2, rows: [0, 1] }]);
    expect(await payable(system)).toBe(once);
    expect(system.upstream.counts().conversions).toBe(counts);
  },
);

verifies("rekomi:import_conversions-idempotent", "pays nothing twice when it runs several times at once", async () => {
  const system = await startSystem();
  const before = await payable(system);
  const reports = await Promise.all(
    [1, 2, 3, 4].map(() => importRows(system, [unpaid], { confirmUnpaidPayout: true })),
  );
  expect(reports.map(({ imported }) => imported).sort()).toEqual([0, 0, 0, 1]);
  expect(reports.reduce((sum, { unpaidConfirmedCents }) => sum + unpaidConfirmedCents, 0)).toBe(1000);
  expect(await payable(system)).toBe(before + 1000);
});

verifies(
  ["rekomi:import_conversions-idempotent", "rekomi:import_conversions-money"],
  "pays nothing of a row that was imported as paid and comes again as unpaid",
  async () => {
    const system = await startSystem();
    const before = await payable(system);
    await importRows(system, [paid]);
    const report = await importRows(system, [unpaid], { confirmUnpaidPayout: true });
    expect(report).toMatchObject({ imported: 0, skipped: 1, unpaidConfirmedCents: 0 });
    expect(await payable(system)).toBe(before);
  },
);

verifies(
  "rekomi:import_conversions-idempotent",
  "takes another spelling of the same address, slug owner and instant for the same row",
  async () => {
    const system = await startSystem();
    const row = { ...unpaid, customerEmail: "buyer@example.com" };
    await importRows(system, [row], { confirmUnpaidPayout: true });
    const { affiliateSlug: _, ...bare } = row;
    const other = {
      ...bare,
      affiliateEmail: "MARA@Partners.Example",
      customerEmail: "BUYER@example.com",
      occurredAt: "2025-11-03T10:30:00+01:00",
    };
    const again = await importRows(system, [other], { confirmUnpaidPayout: true });
    expect(again).toMatchObject({ imported: 0, skipped: 1, unpaidConfirmedCents: 0 });
  },
);

verifies("rekomi:import_conversions", "leaves out paid rows on request", async () => {
  const system = await startSystem();
  const report = await importRows(system, [paid, { ...unpaid, externalId: "u-1" }], { excludePaid: true });
  expect(report).toMatchObject({ imported: 1, skipped: 1 });
  expect(report.reasons).toMatchObject([{ reason: "paid_excluded", rows: [0] }]);
});

/** The former platform's list has one sale twice, as paid and as not. Paid wins: the money has left already. */
const twins = [
  ["the paid row first", [paid, unpaid], {}],
  ["the unpaid row first", [unpaid, paid], {}],
  ["the paid row first and left out", [paid, unpaid], { excludePaid: true }],
  ["the unpaid row first and the paid one left out", [unpaid, paid], { excludePaid: true }],
] as const;
for (const [words, rows, more] of twins) {
  verifies("rekomi:import_conversions-money", `pays nothing of a sale listed as paid too: ${words}`, async () => {
    const system = await startSystem();
    const before = await payable(system);
    expect((await previewRows(system, rows)).unpaidBalance).toMatchObject({ cents: 0, rows: 0 });
    const report = await importRows(system, rows, { ...more, confirmUnpaidPayout: true });
    expect(report.unpaidConfirmedCents).toBe(0);
    expect(await payable(system)).toBe(before);
  });
}

verifies(
  ["rekomi:import_conversions", "rekomi:preview_conversion_import"],
  "credits nobody for a row whose address and slug are of two people",
  async () => {
    const system = await startSystem();
    const rows = [{ ...unpaid, affiliateEmail: "noor@partners.example" }];
    expect(await previewRows(system, rows)).toMatchObject({ wouldImport: 0, wouldError: 1 });
    const report = await importRows(system, rows, { confirmUnpaidPayout: true });
    expect(report).toMatchObject({ imported: 0, errored: 1, unpaidConfirmedCents: 0 });
  },
);

verifies(
  ["rekomi:preview_conversion_import", "rekomi:import_conversions"],
  "previews exactly what the import then does, and writes nothing",
  async () => {
    const system = await startSystem();
    await importRows(system, [{ ...unpaid, externalId: "old" }]);
    const rows = [
      { ...paid, externalId: "p-1" },
      { ...unpaid, externalId: "u-1" },
      { ...unpaid, externalId: "u-1" },
      { ...unpaid, externalId: "old" },
      { ...unpaid, affiliateSlug: "stranger" },
      { ...unpaid, externalId: "u-2", currency: "USD", commissionCents: 1100 },
    ];
    const counts = system.upstream.counts();
    const preview = await previewRows(system, rows);
    expect(await previewRows(system, rows)).toEqual(preview);
    expect(system.upstream.counts()).toEqual(counts);
    expect(preview).toMatchObject({ rowsTotal: 6, wouldImport: 3, wouldSkip: 2, wouldError: 1 });
    expect(preview.paidBalance).toEqual({ cents: 1000, currency: "EUR", rows: 1 });
    expect(preview.unpaidBalance).toEqual({ cents: 2000, currency: "EUR", rows: 2 });
    expect(preview.skipReasons).toMatchObject([
      { reason: "duplicate_in_batch", count: 1, rows: [2] },
      { reason: "already_imported", count: 1, rows: [3] },
      { reason: "affiliate_not_found", count: 1, rows: [4] },
    ]);
    const before = await payable(system);
    const report = await importRows(system, rows, { confirmUnpaidPayout: true });
    expect(report).toMatchObject({
      imported: preview.wouldImport,
      skipped: preview.wouldSkip,
      errored: preview.wouldError,
      reasons: preview.skipReasons,
      unpaidConfirmedCents: preview.unpaidBalance.cents,
    });
    expect(await payable(system)).toBe(before + preview.unpaidBalance.cents);
  },
);

verifies(
  "rekomi:import_conversions-report",
  "returns a job whose rows name it, and one audit entry for it",
  async () => {
    const system = await startSystem();
    const report = await importRows(system, [unpaid, paid], { confirmUnpaidPayout: true });
    expect(Object.keys(report).sort()).toEqual(
      ["currency", "errored", "imported", "jobId", "reasons", "skipped", "unpaidConfirmedCents"].sort(),
    );
    expect(await ofJob(system, report.jobId)).toHaveLength(1);
    const audit = await system.call("list_audit_log", { action: "import.conversions" });
    expect(audit.inner.items).toMatchObject([
      { actorType: "mcp", entityId: report.jobId, after: { imported: 1, confirmUnpaidPayout: true } },
    ]);
    expect(system.upstream.counts().imports).toBe(1);
  },
);

verifies(
  ["rekomi:import_conversions-report", "rekomi:import_conversions-money"],
  "leaves nothing payable of a job that a person reverts",
  async () => {
    const system = await startSystem();
    const before = await payable(system);
    const { jobId } = await importRows(system, [unpaid], { confirmUnpaidPayout: true });
    expect(await revert(system, jobId)).toMatchObject({ removed: 1, kept: 0 });
    expect(await payable(system)).toBe(before);
  },
);

verifies("rekomi:import_conversions", "takes a thousand rows at once", async () => {
  const system = await startSystem();
  const rows = Array.from({ length: 1000 }, (_, index) => ({ ...unpaid, externalId: `row-${index}` }));
  expect(await previewRows(system, rows)).toMatchObject({ wouldImport: 1000, unpaidBalance: { cents: 1_000_000 } });
  expect(await importRows(system, rows)).toMatchObject({ imported: 1000, unpaidConfirmedCents: 0 });
});

verifies("rekomi:preview-before-import", "tells models to preview, to show the balance and to ask", async () => {
  const system = await startSystem();
  const { result } = (await system.request("tools/list", {})).json;
  const described = (name: string) => result.tools.find((tool: { name: string }) => tool.name === name);
  expect(described("import_conversions").description).toMatch(
    /call preview_conversion_import first.*unpaidBalance.*confirmUnpaidPayout only after/,
  );
  expect(described("preview_conversion_import").description).toMatch(/before import_conversions.*unpaidBalance/);
  expect(described("import_conversions").inputSchema.properties.confirmUnpaidPayout.default).toBe(false);
  expect(described("preview_conversion_import").annotations.readOnlyHint).toBe(true);
});

const importRoster = async (system: System, affiliates: readonly object[], more: object = {}) =>
  (await system.call("import_affiliates", { campaignId, affiliates, ...more })).inner;

const roster = async (system: System): Promise<readonly { email: string; status: string; slug: string }[]> =>
  (await system.call("list_affiliates", { campaignId, take: 200 })).inner.items;

verifies(
  "rekomi:import_affiliates",
  "approves by default, keeps other states and slugs, and writes to nobody",
  async () => {
    const system = await startSystem();
    const { emails } = system.upstream.counts();
    const rows = [
      { email: "a@new.example", slug: "kept-slug" },
      { email: "b@new.example", status: "pending" },
      { email: "c@new.example", status: "rejected" },
      { email: "d@new.example", status: "suspended" },
    ];
    expect(await importRoster(system, rows)).toMatchObject({ imported: 4, skipped: 0, errored: 0, reasons: [] });
    const kept = (await roster(system)).filter(({ email }) => email.endsWith("@new.example"));
    expect(Object.fromEntries(kept.map(({ email, status }) => [email, status]))).toEqual({
      "a@new.example": "Approved",
      "b@new.example": "Pending",
      "c@new.example": "Rejected",
      "d@new.example": "Suspended",
    });
    expect(kept.find(({ email }) => email === "a@new.example")?.slug).toBe("kept-slug");
    expect(system.upstream.counts().emails).toBe(emails);
  },
);

verifies("rekomi:import_affiliates", "imports only the states that were picked", async () => {
  const system = await startSystem();
  const rows = [{ email: "a@new.example" }, { email: "b@new.example", status: "pending" }];
  const report = await importRoster(system, rows, { includeStatuses: ["pending"] });
  expect(report).toMatchObject({ imported: 1, skipped: 1 });
  expect(report.reasons).toMatchObject([{ reason: "status_not_included", rows: [0] }]);
});

verifies(
  "rekomi:import_affiliates-idempotent",
  "takes each address once, in the campaign and in the batch",
  async () => {
    const system = await startSystem();
    const rows = [{ email: "New@new.example" }, { email: "new@NEW.example" }, { email: "mara@partners.example" }];
    const first = await importRoster(system, rows);
    expect(first).toMatchObject({ imported: 1, skipped: 2 });
    expect(first.reasons).toMatchObject([
      { reason: "duplicate_in_batch", rows: [1] },
      { reason: "duplicate_in_campaign", rows: [2] },
    ]);
    const { affiliates } = system.upstream.counts();
    expect(await importRoster(system, rows)).toMatchObject({ imported: 0, skipped: 3 });
    expect(system.upstream.counts().affiliates).toBe(affiliates);
  },
);

verifies("rekomi:import_affiliates-report", "returns a job that takes its rows back once", async () => {
  const system = await startSystem();
  const before = system.upstream.counts().affiliates;
  const rows = [{ email: "a@new.example" }, { email: "b@new.example", slug: "mara" }];
  const report = await importRoster(system, rows);
  expect(Object.keys(report).sort()).toEqual(["errored", "imported", "jobId", "reasons", "skipped"]);
  expect(report).toMatchObject({ imported: 1, errored: 1, reasons: [{ reason: "slug_taken", rows: [1] }] });
  expect(await revert(system, report.jobId)).toMatchObject({ removed: 1 });
  expect(system.upstream.counts().affiliates).toBe(before);
  expect(await revert(system, report.jobId)).toMatchObject({ error: { code: "conflict" } });
});

verifies("rekomi:import_affiliates-notify", "writes only to who was imported, and only when asked", async () => {
  const system = await startSystem();
  const { emails } = system.upstream.counts();
  await importRoster(system, [{ email: "quiet@new.example" }]);
  expect(system.upstream.counts().emails).toBe(emails);
  await importRoster(system, [{ email: "a@new.example" }, { email: "mara@partners.example" }], {
    notifyAffiliates: true,
    notificationMessageHtml: "<p>Welcome over.</p>",
  });
  expect(system.upstream.counts().emails).toBe(emails + 1);
});

verifies("rekomi:import_affiliates", "takes a thousand rows at once", async () => {
  const system = await startSystem();
  const rows = Array.from({ length: 1000 }, (_, index) => ({ email: `a${index}@new.example` }));
  expect(await importRoster(system, rows)).toMatchObject({ imported: 1000, skipped: 0, errored: 0 });
});

/** What a person does in the settings: no tool does it. It asks with a direct key, which needs no co-signature. */
async function revert(system: System, jobId: string) {
  const key = "rk_live_person";
  system.upstream.registerToken({
    credential: { token: key },
    organization: "acme",
    role: "owner",
    emailVerified: true,
    name: "a person",
  });
  const response = await fetch(`${system.upstream.url}/api/v1/imports/${jobId}/revert`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
  });
  return await response.json();
}
