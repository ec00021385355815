/** What the reads say: pages, filters, defaults and figures, and the local recipes. */
import { seedIds } from "@toolspec/example-rekomi";
import { describe, expect, it } from "vitest";
import { verifies } from "../requirements.ts";
import { allTools, startSystem } from "./system.ts";

type System = Awaited<ReturnType<typeof startSystem>>;
interface Item {
  readonly id: string;
  readonly status: string;
  readonly affiliateId: string;
  readonly campaignId: string;
  readonly occurredAt: string;
  readonly createdAt: string;
}

const { mainCampaign, creatorCampaign, mara, noor, sam, lin } = seedIds;

/** Mid-June, so that every period has a known first day. */
const now = () => Date.parse("2026-06-15T12:00:00Z");

const itemsOf = async (system: System, tool: string, given: object = {}): Promise<readonly Item[]> =>
  (await system.call(tool, { ...given })).inner.items;

const ids = (items: readonly Item[]) => items.map(({ id }) => id).sort();

const byCursor: readonly (readonly [string, Record<string, unknown>])[] = [
  ["list_affiliates", {}],
  ["list_conversions", {}],
  ["list_campaigns", {}],
  ["list_payouts", {}],
  ["list_campaign_coupons", { programId: mainCampaign }],
  ["list_affiliate_coupons", { affiliateId: mara }],
  ["list_my_coupons", {}],
];

describe.each(byCursor)("%s", (tool, given) => {
  verifies("rekomi:cursor-shape", "is items, nextCursor and hasMore; 50 are asked for by default", async () => {
    const system = await startSystem();
    const { inner } = await system.call(tool, given);
    expect(Object.keys(inner).sort()).toEqual(["hasMore", "items", "nextCursor"]);
    expect(inner.hasMore).toBe(inner.nextCursor !== null);
    expect(new URL(`http://x${system.upstream.requests().at(-1)?.path}`).searchParams.get("take")).toBe("50");
  });

  verifies("rekomi:cursor-shape", "gives every entry once, page by page, in the order of one page", async () => {
    const system = await startSystem();
    const whole = await itemsOf(system, tool, { ...given, take: 200 });
    const seen: Item[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: Item[]; nextCursor: string | null; hasMore: boolean } = (
        await system.call(tool, { ...given, take: 2, ...(cursor !== null && { cursor }) })
      ).inner;
      expect(page.items.length).toBeLessThanOrEqual(2);
      expect(page.hasMore).toBe(page.nextCursor !== null);
      seen.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(whole);
  });

  it.each([
    [0, "invalid_argument"],
    [-1, "invalid_argument"],
    [201, "invalid_argument"],
    [1, undefined],
    [200, undefined],
  ])("takes 1 to 200: %i", async (take, code) => {
    const system = await startSystem();
    const reply = await system.call(tool, { ...given, take });
    expect(reply.inner.error?.code).toBe(code);
    expect(system.upstream.requests()).toHaveLength(code === undefined ? 1 : 0);
  });
});

it("refuses a cursor that is none", async () => {
  const system = await startSystem();
  for (const cursor of ["nonsense", "W10", "%00"]) {
    const { error } = (await system.call("list_affiliates", { cursor })).inner;
    expect(error).toMatchObject({ code: "invalid_request", status: 422 });
  }
});

verifies(
  "rekomi:list_affiliates",
  "lists the account's affiliates newest first, and of one campaign if asked",
  async () => {
    const system = await startSystem();
    const all = await itemsOf(system, "list_affiliates");
    expect(ids(all)).toEqual([mara, noor, sam, lin, seedIds.ines, seedIds.theo, seedIds.zoe].sort());
    const times = all.map(({ createdAt }) => createdAt);
    expect(times).toEqual([...times].sort().reverse());
    expect(ids(await itemsOf(system, "list_affiliates", { campaignId: creatorCampaign }))).toEqual([lin]);
    expect(await itemsOf(system, "list_affiliates", { campaignId: seedIds.globexCampaign })).toEqual([]);
  },
);

verifies(
  "rekomi:get_affiliate",
  "reads totals that its sales add up to, recent sales newest first, and notes",
  async () => {
    const system = await startSystem();
    const { inner } = await system.call("get_affiliate", { id: mara });
    const sales = (await system.call("list_conversions", { affiliateId: mara, take: 200 })).inner.items;
    const sum = (name: string, of = sales) =>
      of.reduce((total: number, sale: Record<string, number>) => total + (sale[name] ?? 0), 0);
    const approved = sales.filter(({ status }: Item) => status === "Approved");
    expect(inner.totals).toMatchObject({
      currency: "EUR",
      leads: 5,
      conversions: sales.length,
      revenueCents: sum("amountCents"),
      commissionCents: sum("commissionCents"),
      unpaidCents: sum("commissionCents", approved),
    });
    expect(inner.recentConversions).toEqual(sales.slice(0, 10));
    expect(inner.notes).toBe("Prefers e-mail. Runs a newsletter for agencies.");
  },
);

describe("list_conversions", () => {
  for (const status of ["Pending", "Approved", "Paid", "Refunded", "Denied"]) {
    verifies("rekomi:list_conversions", `lists those that are ${status}`, async () => {
      const system = await startSystem();
      const all = await itemsOf(system, "list_conversions", { take: 200 });
      const wanted = all.filter((item) => item.status === status);
      expect(wanted.length).toBeGreaterThan(0);
      expect(await itemsOf(system, "list_conversions", { status, take: 200 })).toEqual(wanted);
    });
  }

  verifies("rekomi:list_conversions", "filters by affiliate, campaign and since, together and apart", async () => {
    const system = await startSystem({ now });
    const all = await itemsOf(system, "list_conversions", { take: 200 });
    const since = "2026-05-16T12:00:00Z";
    const filters: readonly (readonly [object, (item: Item) => boolean])[] = [
      [{ affiliateId: noor }, (item) => item.affiliateId === noor],
      [{ campaignId: creatorCampaign }, (item) => item.campaignId === creatorCampaign],
      [{ since }, (item) => Date.parse(item.occurredAt) >= Date.parse(since)],
      [{ since: "2026-05-16" }, (item) => item.occurredAt >= "2026-05-16T00:00:00Z"],
      [
        { affiliateId: sam, status: "Refunded", since },
        (item) => item.affiliateId === sam && item.status === "Refunded",
      ],
    ];
    for (const [filter, fits] of filters) {
      const wanted = all.filter(fits);
      expect(wanted.length).toBeGreaterThan(0);
      expect(wanted.length).toBeLessThan(all.length);
      expect(await itemsOf(system, "list_conversions", { ...filter, take: 200 })).toEqual(wanted);
    }
  });

  it.each(["yesterday", "2026-02-30", "2026-13-01", "1750000000", ""])("refuses %j as since", async (since) => {
    const system = await startSystem();
    expect((await system.call("list_conversions", { since })).inner.error.code).toBe("invalid_argument");
    expect(system.upstream.requests()).toEqual([]);
  });
});

verifies("rekomi:list_payouts", "lists batches by each of four statuses, by affiliate and by since", async () => {
  const system = await startSystem({ now });
  const found = async (filter: object) => ids(await itemsOf(system, "list_payouts", filter));
  expect(await found({ status: "Pending" })).toEqual([seedIds.pendingPayout]);
  expect(await found({ status: "Processing" })).toEqual([seedIds.processingPayout]);
  expect(await found({ status: "Paid" })).toEqual([seedIds.paidPayout]);
  expect(await found({ status: "Failed" })).toEqual([seedIds.failedPayout]);
  expect(await found({ since: "2026-05-01" })).toEqual([seedIds.pendingPayout, seedIds.processingPayout].sort());
  expect(await found({ affiliateId: sam })).toEqual([]);
  expect(await found({ affiliateId: mara })).toContain(seedIds.paidPayout);
});

verifies("rekomi:get_payout", "reads a batch with lines that add up to its sum", async () => {
  const system = await startSystem();
  const { inner } = await system.call("get_payout", { id: seedIds.paidPayout });
  expect(inner.status).toBe("Paid");
  expect(inner.paidAt).not.toBeNull();
  expect(new Set(inner.lines.map(({ affiliateId }: Item) => affiliateId)).size).toBe(inner.affiliateCount);
  const inEuro = inner.lines.map(({ amountCents, currency }: { amountCents: number; currency: string }) =>
    currency === "EUR" ? amountCents : Math.round(amountCents / 1.1),
  );
  expect(inner.totalCents).toBe(inEuro.reduce((sum: number, cents: number) => sum + cents, 0));
  expect(inner.totalCents).toBeGreaterThan(0);
});

describe("dashboard_summary", () => {
  verifies("rekomi:dashboard_summary", "is of the last 30 days by default, with all its figures", async () => {
    const system = await startSystem({ now });
    const { inner } = await system.call("dashboard_summary");
    expect(inner).toEqual((await system.call("dashboard_summary", { range: "30d" })).inner);
    expect(inner).toMatchObject({ range: "30d", currency: "EUR", leads: 5, pendingApprovals: 2, activeAffiliates: 4 });
    expect(inner.revenueCents).toBeGreaterThan(0);
    expect(inner.conversions).toBeGreaterThan(0);
  });

  verifies("rekomi:dashboard_summary", "takes five periods, the longer with more in them", async () => {
    const system = await startSystem({ now });
    const conversions: number[] = [];
    for (const range of ["7d", "30d", "90d", "ytd", "all"]) {
      const { inner } = await system.call("dashboard_summary", { range });
      expect(inner.range).toBe(range);
      conversions.push(inner.conversions);
    }
    expect(conversions).toEqual([...conversions].sort((a, b) => a - b));
    expect(conversions[0]).toBeLessThan(conversions[2] ?? 0);
    expect((await system.call("dashboard_summary", { range: "ytd" })).inner.from).toMatch(/^2026-01-01T00:00:00/);
    expect((await system.call("dashboard_summary", { range: "all" })).inner.from).toBeNull();
  });
});

describe("dashboard_timeseries", () => {
  const lengths = [
    ["7d", 7],
    ["30d", 30],
    ["90d", 90],
    ["ytd", 166],
  ] as const;
  for (const metric of ["revenue", "conversions", "leads", "clicks"]) {
    verifies("rekomi:dashboard_timeseries", `has ${metric} day by day, adding up to the summary`, async () => {
      const system = await startSystem({ now });
      for (const [range, days] of lengths) {
        const { inner } = await system.call("dashboard_timeseries", { metric, range });
        expect(inner).toMatchObject({ metric, range, currency: metric === "revenue" ? "EUR" : null });
        expect(inner.points).toHaveLength(days);
        expect(inner.points.at(-1).date).toBe("2026-06-15");
        if (metric === "revenue") continue; // each day is rounded by itself
        const summary = (await system.call("dashboard_summary", { range })).inner;
        const sum = inner.points.reduce((total: number, { value }: { value: number }) => total + value, 0);
        expect([range, sum]).toEqual([range, summary[metric]]);
      }
    });
  }

  verifies("rekomi:dashboard_timeseries", "is of 30 days by default, and of a leap year at most", async () => {
    const system = await startSystem({ now: () => Date.parse("2028-12-31T23:59:59Z") });
    expect((await system.call("dashboard_timeseries", { metric: "clicks" })).inner.points).toHaveLength(30);
    const year = await system.call("dashboard_timeseries", { metric: "clicks", range: "ytd" });
    expect(year.inner.points).toHaveLength(366);
  });

  verifies("rekomi:dashboard_timeseries", "refuses all, and a metric that there is none of", async () => {
    const system = await startSystem();
    for (const given of [{ metric: "clicks", range: "all" }, { metric: "profit" }]) {
      expect((await system.call("dashboard_timeseries", given)).inner.error.code).toBe("invalid_argument");
    }
    expect(system.upstream.requests()).toEqual([]);
  });
});

/** Leave four entries of one's own beside those of the demo data. */
async function busySystem() {
  const system = await startSystem();
  await system.call("approve_affiliate", { id: seedIds.ines });
  await system.call("reject_affiliate", { id: seedIds.theo });
  await system.call("revoke_affiliate_coupon", { couponId: seedIds.maraCoupon });
  await system.call("record_lead", { affiliateSlug: "mara", email: "lead@example.com" });
  return system;
}

verifies(
  ["rekomi:offset-shape", "rekomi:list_audit_log"],
  "goes by page from 1 with 50 entries by default, and says how many there are",
  async () => {
    const system = await busySystem();
    const whole = (await system.call("list_audit_log")).inner;
    expect(Object.keys(whole).sort()).toEqual(["items", "page", "pageSize", "total"]);
    expect(whole).toMatchObject({ page: 1, pageSize: 50, total: whole.items.length });
    const pages: Item[] = [];
    for (let page = 1; pages.length < whole.total; page++) {
      const { inner } = await system.call("list_audit_log", { page, pageSize: 2 });
      expect(inner).toMatchObject({ page, pageSize: 2, total: whole.total });
      expect(inner.items.length).toBeGreaterThan(0);
      pages.push(...inner.items);
    }
    expect(pages).toEqual(whole.items);
    expect((await system.call("list_audit_log", { page: 99 })).inner).toMatchObject({ items: [], total: whole.total });
    expect((await system.call("list_audit_log", { pageSize: 100 })).inner.pageSize).toBe(100);
  },
);

verifies("rekomi:list_audit_log", "filters by action, entity type, since and until", async () => {
  const system = await busySystem();
  const actions = async (filter: object) =>
    (await system.call("list_audit_log", { ...filter })).inner.items.map(({ action }: { action: string }) => action);
  expect(await actions({ action: "affiliate.rejected" })).toEqual(["affiliate.rejected"]);
  expect(await actions({ entityType: "coupon" })).toEqual(["coupon.revoked"]);
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  expect(await actions({ since: hourAgo })).toEqual([
    "lead.recorded",
    "coupon.revoked",
    "affiliate.rejected",
    "affiliate.approved",
  ]);
  expect(await actions({ until: hourAgo })).toEqual(["affiliate.approved"]);
});

verifies("rekomi:list_audit_log-entry", "has who, what, on what, from what to what, and when", async () => {
  const system = await busySystem();
  system.upstream.setPlan("acme", "Pro");
  system.upstream.recordSale("acme", { customerEmail: "lead@example.com", amountCents: 1000, currency: "EUR" });
  const { items } = (await system.call("list_audit_log")).inner;
  for (const item of items) {
    expect(Object.keys(item).sort()).toEqual(
      ["id", "actorType", "actorId", "action", "entityType", "entityId", "before", "after", "createdAt"].sort(),
    );
  }
  expect(new Set(items.map(({ actorType }: { actorType: string }) => actorType))).toEqual(
    new Set(["user", "mcp", "admin", "system"]),
  );
  const approval = items.find(({ entityId }: { entityId: string }) => entityId === seedIds.ines);
  expect(approval).toMatchObject({
    actorType: "mcp",
    action: "affiliate.approved",
    entityType: "affiliate",
    before: { status: "Pending" },
    after: { status: "Approved" },
  });
  expect(Math.abs(Date.parse(approval.createdAt) - Date.now())).toBeLessThan(60_000);
});

verifies(
  "rekomi:list_affiliate_sub_affiliates",
  "is a flat list of recruits with commission and override",
  async () => {
    const system = await startSystem();
    /** Structured content is an object in every era, so a list is its one member. */
    const flat = async (affiliateId: string) => {
      const { inner, text } = await system.call("list_affiliate_sub_affiliates", { affiliateId });
      expect(Object.keys(inner), text).toEqual(["result"]);
      return inner.result;
    };
    const inner = await flat(mara);
    expect(inner.map(({ affiliateId }: Item) => affiliateId)).toEqual([sam, noor]);
    for (const recruit of inner) {
      const { totals } = (await system.call("get_affiliate", { id: recruit.affiliateId })).inner;
      expect(recruit).toMatchObject({ status: "Approved", commissionCents: totals.commissionCents });
      expect(recruit.commissionCents).toBeGreaterThan(0);
      expect(recruit.overrideCents).toBe(Math.round(totals.commissionCents / 10));
    }
    expect(await flat(lin)).toEqual([]);
  },
);

verifies("rekomi:get_org_profile", "tells who the caller is", async () => {
  const system = await startSystem();
  expect((await system.call("get_org_profile")).inner).toEqual({
    name: "Acme",
    slug: "acme",
    brandColor: "#1f6feb",
    logoUrl: "https://acme.example/logo.svg",
    description: "Project planning for small teams.",
    planTier: "Pro",
    subscriptionStatus: "active",
    trialEndsAt: null,
    payoutGraceDays: 14,
  });
});

verifies(
  "rekomi:list_install_platforms",
  "lists 29 platforms with six members each, without asking the API",
  async () => {
    const system = await startSystem();
    const { items, total } = (await system.call("list_install_platforms")).inner;
    expect([items.length, total]).toEqual([29, 29]);
    const keys = items.map(({ platformKey }: { platformKey: string }) => platformKey);
    expect(new Set(keys).size).toBe(29);
    expect(keys).not.toContain("generic");
    for (const item of items) {
      expect(Object.keys(item)).toEqual([
        "platformKey",
        "displayName",
        "category",
        "conversionFire",
        "requiresStripeConnect",
        "requiresApiKey",
      ]);
    }
    expect(system.upstream.requests()).toEqual([]);
  },
);

verifies(
  "rekomi:get_install_recipe",
  "has steps, gotchas, path and address for every platform of the list",
  async () => {
    const system = await startSystem();
    for (const item of (await system.call("list_install_platforms")).inner.items) {
      const { inner } = await system.call("get_install_recipe", { platformKey: item.platformKey });
      expect(inner).toMatchObject(item);
      expect(inner.steps.length, item.platformKey).toBeGreaterThanOrEqual(3);
      expect(inner.gotchas.length, item.platformKey).toBeGreaterThanOrEqual(1);
      expect(inner.docsUrl).toMatch(/^https:\/\/rekomi\.com\/docs\//);
      expect(inner.conversion.how).not.toBe("");
      for (const { tool } of inner.steps) if (tool !== undefined) expect(allTools).toContain(tool);
    }
    expect(system.upstream.requests()).toEqual([]);
  },
);

verifies(
  "rekomi:get_install_recipe-fallback",
  "answers an unknown key with three general paths and no failure",
  async () => {
    const system = await startSystem();
    for (const platformKey of ["nobody-knows-it", "generic", "constructor", "__proto__", "../shopify"]) {
      const reply = await system.call("get_install_recipe", { platformKey });
      expect(reply.json.result.isError, reply.text).not.toBe(true);
      expect(reply.inner.platformKey).toBe("generic");
      const titles = reply.inner.steps.map(({ title }: { title: string }) => title);
      expect(titles.filter((title: string) => /^Path (one|two|three)/.test(title))).toHaveLength(3);
    }
  },
);

verifies("rekomi:get_attribution_params", "has own ones first, then the 16 defaults, each once", async () => {
  const system = await startSystem();
  const { inner } = await system.call("get_attribution_params");
  expect(inner.custom).toEqual(["partner", "code"]);
  expect(new Set(inner.defaults).size).toBe(16);
  const rest = inner.defaults.filter((name: string) => !inner.custom.includes(name));
  expect(inner.effective).toEqual(["partner", "code", ...rest]);
});

verifies("rekomi:get_install_snippet", "is of the newest active campaign and clicks only by default", async () => {
  const system = await startSystem();
  const { inner } = await system.call("get_install_snippet");
  expect(inner).toMatchObject({ campaignId: creatorCampaign, withPixel: false, pixelPublicKey: null });
  expect(inner.snippet).toContain(creatorCampaign);
  expect(inner.snippet).toContain("partner,code");
  expect(inner.snippet).not.toContain("rk_pub_acme");
  const { inner: main } = await system.call("get_install_snippet", { campaignId: mainCampaign });
  expect(main.snippet).toContain(mainCampaign);
  const newest = (await system.call("create_campaign", { name: "Newest", slug: "newest" })).inner.id;
  expect((await system.call("get_install_snippet")).inner.campaignId).toBe(newest);
});

verifies(
  "rekomi:get_install_snippet-pixel",
  "has the pixel key, and is refused with 409 where there is none",
  async () => {
    const system = await startSystem();
    const { inner } = await system.call("get_install_snippet", { withPixel: true });
    expect(inner).toMatchObject({ withPixel: true, pixelPublicKey: "rk_pub_acme" });
    expect(inner.snippet).toContain("rk_pub_acme");
    system.upstream.setPixelKey("acme", null);
    const { error } = (await system.call("get_install_snippet", { withPixel: true })).inner;
    expect(error).toMatchObject({ code: "pixel_key_missing", status: 409 });
    expect((await system.call("get_install_snippet")).inner.withPixel).toBe(false);
  },
);
