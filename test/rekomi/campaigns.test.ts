/** Campaigns, applications and settings: what a write changes, what it leaves, and that each is one action. */
import { seedIds } from "@toolspec/example-rekomi";
import { server } from "@toolspec/generated/rekomi";
import { expect, it } from "vitest";
import { verifies } from "../requirements.ts";
import { calls } from "./calls.ts";
import { allTools, startSystem } from "./system.ts";

type System = Awaited<ReturnType<typeof startSystem>>;

const { mainCampaign, creatorCampaign, mara, ines, theo } = seedIds;

const create = async (system: System, more: object = {}) =>
  (await system.call("create_campaign", { name: "Spring", slug: "spring", ...more })).inner;

const auditOf = async (system: System, entityType: string) =>
  (await system.call("list_audit_log", { entityType })).inner.items;

verifies("rekomi:list_campaigns", "lists campaigns newest first with rules and the number of affiliates", async () => {
  const system = await startSystem();
  const { items } = (await system.call("list_campaigns")).inner;
  expect(items).toMatchObject([
    { id: creatorCampaign, affiliateCount: 1, autoApprove: true, networkVisibility: "Public" },
    {
      id: mainCampaign,
      affiliateCount: 6,
      commission: { type: "Percentage", model: "Cps", value: 20, currency: "EUR" },
      payout: { minimumCents: 1000, currency: "EUR", graceDays: 14 },
      cookieWindowDays: 60,
    },
  ]);
});

verifies("rekomi:get_campaign", "reads the rules of the list and figures of the last 30 days", async () => {
  const system = await startSystem();
  const { stats, ...rules } = (await system.call("get_campaign", { id: mainCampaign })).inner;
  const { items } = (await system.call("list_campaigns")).inner;
  expect(rules).toEqual(items.find(({ id }: { id: string }) => id === mainCampaign));
  const since = new Date(Date.now() - 30 * 86_400_000).toISOString();
  const given = { campaignId: mainCampaign, since, take: 200 };
  const sales = (await system.call("list_conversions", given)).inner.items;
  const counted = sales.filter(({ status }: { status: string }) => !["Refunded", "Denied"].includes(status));
  expect(stats).toMatchObject({ currency: "EUR", leads: 5, conversions: counted.length, pendingAffiliates: 2 });
});

verifies("rekomi:create_campaign", "needs name and slug alone, and says what it filled in", async () => {
  const system = await startSystem();
  const campaign = await create(system);
  expect(campaign).toMatchObject({
    name: "Spring",
    slug: "spring",
    status: "Active",
    commission: { type: "Percentage", model: "Cps", value: 20 },
    cookieWindowDays: 60,
    attributionModel: "LastClick",
    autoApprove: false,
    networkVisibility: "Private",
    affiliateCount: 0,
  });
  expect(await auditOf(system, "campaign")).toMatchObject([
    { actorType: "mcp", action: "campaign.created", entityId: campaign.id, after: { name: "Spring", slug: "spring" } },
  ]);
});

verifies("rekomi:create_campaign", "keeps all that may be said of one", async () => {
  const system = await startSystem();
  const campaign = await create(system, {
    description: "For spring.",
    termsUrl: "https://acme.example/terms",
    defaultCommissionType: "Fixed",
    defaultCommissionValue: 250,
    defaultCommissionModel: "Cpl",
    cookieWindowDays: 365,
    attributionModel: "FirstClick",
    autoApprove: true,
    networkVisibility: "Unlisted",
  });
  expect(campaign).toMatchObject({
    description: "For spring.",
    termsUrl: "https://acme.example/terms",
    commission: { type: "Fixed", model: "Cpl", value: 250 },
    cookieWindowDays: 365,
    attributionModel: "FirstClick",
    autoApprove: true,
    networkVisibility: "Unlisted",
  });
  const { stats: _, ...read } = (await system.call("get_campaign", { id: campaign.id })).inner;
  expect(read).toEqual(campaign);
});

verifies("rekomi:create_campaign", "refuses a slug of another campaign, and creates nothing", async () => {
  const system = await startSystem();
  const { campaigns } = system.upstream.counts();
  expect((await create(system, { slug: "partners" })).error).toMatchObject({ code: "slug_already_taken", status: 409 });
  expect(system.upstream.counts().campaigns).toBe(campaigns);
});

it.each([
  [{ slug: "a" }, true],
  [{ slug: "A" }, false],
  [{ slug: "-a" }, false],
  [{ slug: "a-" }, false],
  [{ slug: "x".repeat(63) }, true],
  [{ slug: "x".repeat(64) }, false],
  [{ name: "" }, false],
  [{ name: "x".repeat(121) }, false],
  [{ cookieWindowDays: 0 }, false],
  [{ cookieWindowDays: 1 }, true],
  [{ cookieWindowDays: 366 }, false],
  [{ defaultCommissionValue: -1 }, false],
  [{ defaultCommissionValue: 0 }, true],
  [{ defaultCommissionValue: 100 }, true],
  [{ attributionModel: "Linear" }, false],
  [{ networkVisibility: "public" }, false],
  [{ termsUrl: "javascript:alert(1)" }, false],
])("create_campaign with %j: %s", async (more, isGood) => {
  const system = await startSystem();
  expect((await create(system, more)).error?.code).toBe(isGood ? undefined : "invalid_argument");
  expect(system.upstream.requests()).toHaveLength(isGood ? 1 : 0);
});

it("refuses more than a hundred percent", async () => {
  const system = await startSystem();
  const { error } = await create(system, { defaultCommissionValue: 100.5 });
  expect(["invalid_argument", "invalid_request"]).toContain(error.code);
  expect(error.message).toContain("defaultCommissionValue");
});

const fixed = { defaultCommissionType: "Fixed", defaultCommissionValue: 100 };
const percentage = { defaultCommissionType: "Percentage", defaultCommissionValue: 20 };
const pairs: readonly (readonly [string, object, boolean])[] = [
  ["Cps", percentage, true],
  ["Cps", fixed, true],
  ["Cpc", fixed, true],
  ["Cpc", percentage, false],
  ["Cpc", {}, false],
  ["Cpl", fixed, true],
  ["Cpl", percentage, false],
  ["Cpl", {}, false],
  ["Cpa", fixed, true],
  ["Cpa", percentage, true],
  ["RevShare", percentage, true],
  ["RevShare", {}, true],
  ["RevShare", fixed, false],
  ["Hybrid", fixed, true],
  ["Hybrid", percentage, true],
  ["Cpm", percentage, false],
];
for (const [model, commission, isGood] of pairs) {
  const words = `${isGood ? "takes" : "refuses"} ${model} with ${JSON.stringify(commission)}`;
  verifies(["rekomi:create_campaign-models", "rekomi:create_campaign-pairing"], words, async () => {
    const system = await startSystem();
    const campaign = await create(system, { defaultCommissionModel: model, ...commission });
    expect(campaign.error?.code).toBe(isGood ? undefined : "invalid_argument");
    expect(campaign.commission?.model).toBe(isGood ? model : undefined);
    expect(system.upstream.requests()).toHaveLength(isGood ? 1 : 0);
  });
}

verifies("rekomi:get_program_sub_affiliate_config", "reads enabled and percent, and nothing else", async () => {
  const system = await startSystem();
  const read = async (programId: string) =>
    (await system.call("get_program_sub_affiliate_config", { programId })).inner;
  expect(await read(mainCampaign)).toEqual({ enabled: true, percent: 10 });
  expect(await read(creatorCampaign)).toEqual({ enabled: false, percent: 0 });
});

verifies(
  "rekomi:set_program_sub_affiliate_config",
  "sets 0 to 100 percent, audited with before and after",
  async () => {
    const system = await startSystem();
    for (const percent of [0, 12.5, 100]) {
      const given = { programId: creatorCampaign, enabled: true, percent };
      expect((await system.call("set_program_sub_affiliate_config", given)).inner).toEqual({ enabled: true, percent });
    }
    expect((await auditOf(system, "campaign"))[0]).toMatchObject({
      actorType: "mcp",
      entityId: creatorCampaign,
      before: { enabled: true, percent: 12.5 },
      after: { enabled: true, percent: 100 },
    });
    const sent = system.upstream.requests().length;
    for (const percent of [-0.1, 100.1]) {
      const given = { programId: creatorCampaign, enabled: true, percent };
      const { error } = (await system.call("set_program_sub_affiliate_config", given)).inner;
      expect(error.code).toBe("invalid_argument");
    }
    expect(system.upstream.requests()).toHaveLength(sent);
  },
);

verifies(
  "rekomi:approve_affiliate",
  "approves one application and sends one welcome, however often it is asked",
  async () => {
    const system = await startSystem();
    const { emails } = system.upstream.counts();
    const first = await system.call("approve_affiliate", { id: ines });
    expect(first.inner).toMatchObject({ id: ines, status: "Approved" });
    expect(first.inner.decidedAt).not.toBeNull();
    const again = await system.call("approve_affiliate", { id: ines });
    expect(again.inner.status).toBe("Approved");
    expect(system.upstream.counts().emails).toBe(emails + 1);
    expect((await system.call("get_affiliate", { id: theo })).inner.status).toBe("Pending");
  },
);

verifies("rekomi:reject_affiliate", "tells the applicant by default, and not with notify false", async () => {
  const system = await startSystem();
  const { emails } = system.upstream.counts();
  const told = await system.call("reject_affiliate", { id: ines, reason: "x".repeat(1000) });
  expect(told.inner).toMatchObject({ status: "Rejected", rejectionReason: "x".repeat(1000) });
  expect(system.upstream.counts().emails).toBe(emails + 1);
  await system.call("reject_affiliate", { id: theo, notify: false });
  expect((await system.call("get_affiliate", { id: theo })).inner).toMatchObject({
    status: "Rejected",
    rejectionReason: null,
  });
  expect(system.upstream.counts().emails).toBe(emails + 1);
  const again = await system.call("reject_affiliate", { id: theo });
  expect(again.inner.error).toMatchObject({ code: "conflict", status: 409 });
});

verifies("rekomi:record_lead", "credits a later sale without any click, once for one address", async () => {
  const system = await startSystem();
  const sale = { customerEmail: "lead@example.com", amountCents: 10_000, currency: "EUR" };
  expect(system.upstream.recordSale("acme", sale)).toBeUndefined();
  const lead = (await system.call("record_lead", { affiliateSlug: "noor", email: "Lead@Example.com", name: "Lee" }))
    .inner;
  expect(lead).toMatchObject({
    affiliateId: seedIds.noor,
    campaignId: mainCampaign,
    email: "lead@example.com",
    name: "Lee",
  });
  const stolen = (await system.call("record_lead", { affiliateSlug: "mara", email: "lead@example.com" })).inner;
  expect(stolen).toEqual(lead);
  const conversion = system.upstream.recordSale("acme", sale);
  const { items } = (await system.call("list_conversions", { affiliateId: seedIds.noor, take: 1 })).inner;
  expect(items).toMatchObject([{ id: conversion, amountCents: 10_000, commissionCents: 2000, status: "Pending" }]);
});

verifies("rekomi:preview_payout", "computes a batch whose lines add up, runs none, and changes nothing", async () => {
  const system = await startSystem();
  const before = system.upstream.counts();
  const { inner } = await system.call("preview_payout");
  expect((await system.call("preview_payout")).inner).toEqual(inner);
  const { audit: _, ...after } = system.upstream.counts();
  expect(before).toMatchObject(after);
  const sum = (name: string) =>
    inner.lines.reduce((total: number, line: Record<string, number>) => total + (line[name] ?? 0), 0);
  expect(inner.conversions).toBe(sum("conversions"));
  expect(inner.totalCents).toBeGreaterThan(0);
  const affiliates = inner.lines.map(({ affiliateId }: { affiliateId: string }) => affiliateId);
  expect(new Set(affiliates).size).toBe(inner.affiliateCount);
  expect(affiliates).toContain(mara);
});

verifies("rekomi:preview_payout", "computes one campaign and later sales only, if asked", async () => {
  const system = await startSystem();
  const totals = async (given: object) => (await system.call("preview_payout", { ...given })).inner.totalCents;
  const all = await totals({});
  expect((await totals({ campaignId: mainCampaign })) + (await totals({ campaignId: creatorCampaign }))).toBe(all);
  expect(await totals({ since: new Date().toISOString() })).toBe(0);
});

verifies("rekomi:mint_embed_token", "lasts 24 hours for any site by default, and 1 to 720 if asked", async () => {
  const system = await startSystem();
  const mint = async (more: object = {}) =>
    (await system.call("mint_embed_token", { affiliateId: mara, ...more })).inner;
  const hoursOf = ({ createdAt, expiresAt }: Record<string, string>) =>
    (Date.parse(expiresAt ?? "") - Date.parse(createdAt ?? "")) / 3_600_000;
  const plain = await mint();
  expect(plain).toMatchObject({ affiliateId: mara, allowedOrigins: [], rotated: false });
  expect(hoursOf(plain)).toBe(24);
  expect(hoursOf(await mint({ expiresInHours: 1 }))).toBe(1);
  expect(hoursOf(await mint({ expiresInHours: 720 }))).toBe(720);
  for (const expiresInHours of [0, 721, 1.5])
    expect((await mint({ expiresInHours })).error.code).toBe("invalid_argument");
});

verifies("rekomi:mint_embed_token", "is for one site or a list, and ends older ones only when rotated", async () => {
  const system = await startSystem();
  const mint = async (more: object = {}) =>
    (await system.call("mint_embed_token", { affiliateId: mara, ...more })).inner;
  const [one, two] = ["https://a.example", "https://b.example:8443"];
  expect((await mint({ allowedOrigins: one })).allowedOrigins).toEqual([one]);
  expect(await mint({ allowedOrigins: [one, two] })).toMatchObject({ allowedOrigins: [one, two], rotated: false });
  expect((await mint({ rotate: true })).rotated).toBe(true);
  for (const allowedOrigins of ["*", "a.example", "https://a.example/path", "javascript:x", [], [one, "*"]]) {
    expect((await mint({ allowedOrigins })).error.code).toBe("invalid_argument");
  }
});

verifies(
  "rekomi:get_home_currency",
  "has the currency, those supported, and whether the plan permits a change",
  async () => {
    const system = await startSystem();
    const { inner } = await system.call("get_home_currency");
    expect(inner).toMatchObject({ homeCurrency: "EUR", canChange: true });
    expect(inner.supportedCurrencies).toEqual(expect.arrayContaining(["EUR", "USD", "GBP"]));
    for (const code of inner.supportedCurrencies) expect(code).toMatch(/^[A-Z]{3}$/);
    const key = await system.tokenFor({ organization: "growth" });
    expect((await system.call("get_home_currency", {}, { key })).inner.canChange).toBe(false);
  },
);

verifies(
  "rekomi:set_home_currency",
  "changes sums and no past conversion, audited once, and again does nothing",
  async () => {
    const system = await startSystem();
    const sales = async () => (await system.call("list_conversions", { take: 200 })).inner.items;
    const before = await sales();
    const set = async () => (await system.call("set_home_currency", { homeCurrency: "USD" })).inner;
    expect(await set()).toEqual({ homeCurrency: "USD", previousCurrency: "EUR", changed: true });
    expect(await set()).toEqual({ homeCurrency: "USD", previousCurrency: "USD", changed: false });
    expect(await sales()).toEqual(before);
    expect((await system.call("dashboard_summary")).inner.currency).toBe("USD");
    expect(await auditOf(system, "organization")).toMatchObject([
      { actorType: "mcp", before: { homeCurrency: "EUR" }, after: { homeCurrency: "USD" } },
    ]);
  },
);

verifies("rekomi:update_attribution_params", "puts own names first, and empty or left out clears them", async () => {
  const system = await startSystem();
  const set = async (given: object) => (await system.call("update_attribution_params", { ...given })).inner;
  const changed = await set({ custom: "old_id,a-b" });
  expect(changed.custom).toEqual(["old_id", "a-b"]);
  expect(changed.effective.slice(0, 2)).toEqual(["old_id", "a-b"]);
  expect((await system.call("get_attribution_params")).inner).toEqual(changed);
  expect((await system.call("get_install_snippet")).inner.customParams).toEqual(["old_id", "a-b"]);
  expect((await set({ custom: "" })).custom).toEqual([]);
  await set({ custom: "old_id" });
  expect((await set({})).custom).toEqual([]);
});

verifies("rekomi:update_attribution_params-owner", "is audited with what was and what is", async () => {
  const system = await startSystem();
  await system.call("update_attribution_params", { custom: "old_id" });
  expect(await auditOf(system, "organization")).toMatchObject([
    { actorType: "mcp", before: { custom: "partner,code" }, after: { custom: "old_id" } },
  ]);
});

verifies(
  "rekomi:one-to-one",
  "has one endpoint of its own for each tool, and none for the two of the recipes",
  async () => {
    const system = await startSystem();
    const local = ["list_install_platforms", "get_install_recipe"];
    const endpoints = new Map<string, string>();
    for (const tool of allTools) {
      const before = system.upstream.requests().length;
      const { ok } = calls[tool] ?? { ok: {} };
      await system.call(tool, ok);
      const sent = system.upstream.requests().slice(before);
      expect(sent, tool).toHaveLength(local.includes(tool) ? 0 : 1);
      for (const { method, path } of sent) endpoints.set(tool, `${method} ${path.split("?")[0]}`);
    }
    expect(endpoints.size).toBe(37);
    expect(new Set(endpoints.values()).size).toBe(37);
    expect(server.tools).toHaveLength(39);
  },
);

verifies("rekomi:no-composition", "audits every write as one action of its own", async () => {
  const system = await startSystem();
  // One action over many people: an entry for each invite that it sends.
  const several = ["bulk_invite_affiliates"];
  const writes = server.tools.filter((tool) => tool.access !== "read").map(({ name }) => name);
  expect(writes).toHaveLength(16);
  for (const tool of writes.filter((name) => !several.includes(name))) {
    const before = system.upstream.counts().audit;
    const reply = await system.call(tool, calls[tool]?.ok);
    expect(reply.json.result.isError, reply.text).not.toBe(true);
    expect([tool, system.upstream.counts().audit - before]).toEqual([tool, 1]);
  }
});

verifies("rekomi:no-composition", "decides one application a call, by one id", async () => {
  const system = await startSystem();
  for (const tool of ["approve_affiliate", "reject_affiliate"]) {
    for (const id of [[ines, theo], `${ines},${theo}`, "*", "all"]) {
      expect((await system.call(tool, { id })).json.result.isError).toBe(true);
    }
  }
  const { items } = (await system.call("list_affiliates")).inner;
  expect(items.filter(({ status }: { status: string }) => status === "Pending")).toHaveLength(2);
});
