/** What a model may get wrong or a prompt may smuggle in: refused with every problem named, or kept in its slot. */
import { seedIds } from "@toolspec/example-rekomi";
import { describe, expect, it } from "vitest";
import { verifies } from "../requirements.ts";
import { startSystem } from "./system.ts";

type System = Awaited<ReturnType<typeof startSystem>>;

const { mainCampaign: campaignId } = seedIds;
const conversion = {
  affiliateSlug: "mara",
  amountCents: 5000,
  commissionCents: 1000,
  currency: "EUR",
  occurredAt: "2025-11-03T09:30:00Z",
  paid: false,
};

/** Call what must be refused here: nothing leaves. @returns the paths of the problems. */
async function problemsOf(system: System, tool: string, given: Record<string, unknown>): Promise<readonly string[]> {
  const reply = await system.call(tool, given);
  expect(reply.json.result?.isError, reply.text).toBe(true);
  expect(reply.inner.error.code, reply.text).toBe("invalid_argument");
  expect(system.upstream.requests()).toEqual([]);
  return reply.inner.error.issues.map(({ path }: { path: string }) => path).sort();
}

/** Call what may go on, and return the one request that it became. */
async function sentBy(system: System, tool: string, given: Record<string, unknown>) {
  const before = system.upstream.requests().length;
  const reply = await system.call(tool, given);
  const [request, ...more] = system.upstream.requests().slice(before);
  expect(more).toEqual([]);
  return { reply, request };
}

verifies("rekomi:create_campaign_coupon", "refuses percent and amount at once, and neither", async () => {
  const system = await startSystem();
  const both = { programId: campaignId, name: "Both", percentOff: 20, amountOffCents: 500, currency: "EUR" };
  expect(await problemsOf(system, "create_campaign_coupon", both)).toContain("percentOff");
  expect(await problemsOf(system, "create_campaign_coupon", { programId: campaignId, name: "None" })).toEqual([
    "percentOff",
  ]);
});

it("names every problem of a call at once", async () => {
  const system = await startSystem();
  const given = {
    programId: campaignId,
    name: "",
    percentOff: 101,
    amountOffCents: 5,
    duration: "repeating",
    maxRedemptions: "3",
    expiresAt: "tomorrow",
  };
  expect(await problemsOf(system, "create_campaign_coupon", given)).toEqual(
    ["currency", "durationInMonths", "expiresAt", "maxRedemptions", "name", "percentOff", "percentOff"].sort(),
  );
});

const batches = [
  ["import_affiliates", "affiliates", { email: "a@new.example" }],
  ["preview_conversion_import", "conversions", conversion],
  ["import_conversions", "conversions", conversion],
] as const;

describe.each(batches)("%s", (tool, name, row) => {
  it.each([0, 1001])("refuses a batch of %i rows", async (length) => {
    const system = await startSystem();
    const rows = Array.from({ length }, () => row);
    expect(await problemsOf(system, tool, { campaignId, [name]: rows })).toEqual([name]);
  });

  it("names one bad row among a thousand by its index, and sends none of them", async () => {
    const system = await startSystem();
    const rows: object[] = Array.from({ length: 1000 }, () => row);
    rows[637] = { ...row, surprise: 1 };
    const paths = await problemsOf(system, tool, { campaignId, [name]: rows });
    expect(paths).toHaveLength(1);
    expect(paths[0]).toMatch(new RegExp(`^${name}\\.637(\\.|$)`));
  });

  it("refuses no rows at all, null, and rows that are no list", async () => {
    const system = await startSystem();
    for (const rows of [undefined, null, row, "a@new.example"]) {
      expect(await problemsOf(system, tool, { campaignId, [name]: rows })).toEqual([name]);
    }
  });
});

verifies("rekomi:import_conversions", "refuses a row that names no affiliate, by its index", async () => {
  const system = await startSystem();
  const { affiliateSlug: _, ...nobody } = conversion;
  const [path] = await problemsOf(system, "import_conversions", { campaignId, conversions: [conversion, nobody] });
  expect(path).toMatch(/^conversions\.1/);
});

describe.each([
  "",
  "no address",
  "a@",
  "@example.com",
  "a@b@example.com",
  "a b@example.com",
  "a@example.com\r\nBcc: x@y.example",
])("the address %j", (email) => {
  it("is refused wherever an address is asked for, and not repeated", async () => {
    const system = await startSystem();
    const cases: readonly (readonly [string, Record<string, unknown>, string])[] = [
      ["record_lead", { affiliateSlug: "mara", email }, "email"],
      ["create_affiliate_invite", { campaignId, email }, "email"],
      ["bulk_invite_affiliates", { campaignId, emails: ["a@new.example", email] }, "emails.1"],
      [
        "bulk_invite_affiliates",
        { campaignId, recipients: [{ email: "a@new.example" }, { email }] },
        "recipients.1.email",
      ],
      ["import_affiliates", { campaignId, affiliates: [{ email: "a@new.example" }, { email }] }, "affiliates.1.email"],
      [
        "import_affiliates",
        { campaignId, affiliates: [{ email: "a@new.example", paypalEmail: email }] },
        "affiliates.0.paypalEmail",
      ],
      [
        "import_conversions",
        { campaignId, conversions: [{ ...conversion, customerEmail: email }] },
        "conversions.0.customerEmail",
      ],
    ];
    for (const [tool, given, path] of cases) expect(await problemsOf(system, tool, given), tool).toEqual([path]);
  });
});

verifies(
  "rekomi:set_home_currency",
  "passes three letters that are no currency on as they are, and tells the currencies that there are",
  async () => {
    const system = await startSystem();
    const { reply, request } = await sentBy(system, "set_home_currency", { homeCurrency: "XQX" });
    expect(request).toMatchObject({
      path: "/api/v1/organization/home-currency",
      body: { homeCurrency: "XQX" },
      status: 422,
    });
    expect(reply.inner.error).toMatchObject({ code: "invalid_request" });
    expect(reply.inner.error.message).toContain("homeCurrency must be one of AUD");
    expect((await system.call("get_home_currency")).inner.homeCurrency).toBe("EUR");
  },
);

it("imports no row of a list of which one has three letters that are no currency, and names its index", async () => {
  const system = await startSystem();
  const before = system.upstream.counts();
  const conversions = [conversion, { ...conversion, currency: "XQX" }];
  const { reply } = await sentBy(system, "import_conversions", { campaignId, conversions });
  expect(reply.inner.error.message).toContain("conversions[1].currency");
  expect(system.upstream.counts()).toEqual(before);
});

it.each(["eur", "EURO", "EU", "", "€", "E R", "EUR\n"])("refuses %j as a currency", async (code) => {
  const system = await startSystem();
  expect(await problemsOf(system, "set_home_currency", { homeCurrency: code })).toEqual(["homeCurrency"]);
  const conversions = [{ ...conversion, currency: code }];
  expect(await problemsOf(system, "import_conversions", { campaignId, conversions })).toEqual([
    "conversions.0.currency",
  ]);
});

const names = (count: number) => Array.from({ length: count }, (_, index) => `p${index}x`).join(",");

verifies(
  "rekomi:update_attribution_params",
  "takes ten names and refuses eleven, and names that are none",
  async () => {
    const system = await startSystem();
    const long = Array.from({ length: 8 }, (_, index) => `${index}`.padEnd(32, "x")).join(",");
    expect(long.length).toBeGreaterThan(256);
    const bad = [
      names(11),
      "a",
      "A1",
      "a b",
      "a,",
      ",aa",
      "aa,,bb",
      "aa, bb",
      "x".repeat(33),
      "ä1",
      "a=b",
      "aa\n",
      long,
    ];
    for (const custom of bad) {
      expect(await problemsOf(system, "update_attribution_params", { custom }), custom).toEqual(["custom"]);
    }
    const { reply } = await sentBy(system, "update_attribution_params", { custom: names(10) });
    expect(reply.inner.custom).toHaveLength(10);
  },
);

const dangerous = `<p onclick="x()">Hello <b>you</b></p><script>steal()</script><img src=x onerror=steal()><a href="javascript:x">in</a>`;

verifies(
  "rekomi:create_affiliate_invite-note",
  "hands HTML of a note on in its slot, and gets back what the server allows of it",
  async () => {
    const system = await startSystem();
    const given = { campaignId, email: "a@new.example", personalNoteHtml: dangerous };
    const { reply, request } = await sentBy(system, "create_affiliate_invite", given);
    expect(request?.path).toBe(`/api/v1/campaigns/${campaignId}/invites`);
    expect(request?.body).toEqual({ email: "a@new.example", personalNoteHtml: dangerous, autoApprove: true });
    expect(reply.inner.personalNoteHtml).toContain("<b>you</b>");
    expect(reply.inner.personalNoteHtml).not.toMatch(/script|steal|onclick|onerror|javascript|<img/i);
  },
);

it("refuses a note of more than 5000 characters", async () => {
  const system = await startSystem();
  const given = { campaignId, email: "a@new.example", personalNoteHtml: "x".repeat(5001) };
  expect(await problemsOf(system, "create_affiliate_invite", given)).toEqual(["personalNoteHtml"]);
});

it("keeps HTML, quotes and line breaks of a reason in its slot", async () => {
  const system = await startSystem();
  const reason = `<b>"no"</b>\r\nX-Admin: 1 ${"\u202e"}`;
  const { reply, request } = await sentBy(system, "reject_affiliate", { id: seedIds.theo, reason });
  expect(request).toMatchObject({ path: `/api/v1/affiliates/${seedIds.theo}/reject`, body: { reason, notify: true } });
  expect(reply.inner.rejectionReason).toBe(reason);
});

/** Each tool with an input that becomes part of the path. */
const paths: readonly (readonly [string, string, Record<string, unknown>])[] = [
  ["get_affiliate", "id", {}],
  ["get_campaign", "id", {}],
  ["get_payout", "id", {}],
  ["approve_affiliate", "id", {}],
  ["reject_affiliate", "id", {}],
  ["mint_embed_token", "affiliateId", {}],
  ["list_affiliate_sub_affiliates", "affiliateId", {}],
  ["list_affiliate_coupons", "affiliateId", {}],
  ["generate_affiliate_coupon", "affiliateId", { programId: campaignId }],
  ["revoke_affiliate_coupon", "couponId", {}],
  ["list_campaign_coupons", "programId", {}],
  ["create_campaign_coupon", "programId", { name: "Ten", percentOff: 10 }],
  ["get_program_sub_affiliate_config", "programId", {}],
  ["set_program_sub_affiliate_config", "programId", { enabled: true, percent: 5 }],
  ["create_affiliate_invite", "campaignId", { email: "a@new.example" }],
  ["bulk_invite_affiliates", "campaignId", { emails: ["a@new.example"] }],
  ["import_affiliates", "campaignId", { affiliates: [{ email: "a@new.example" }] }],
  ["preview_conversion_import", "campaignId", { conversions: [conversion] }],
  ["import_conversions", "campaignId", { conversions: [conversion] }],
];

describe.each(paths)("%s, %s", (tool, name, more) => {
  it("refuses what could change the path", async () => {
    const system = await startSystem();
    const bad = [
      "",
      ".",
      "..",
      "../campaigns",
      "a/b",
      "/",
      "a\\b",
      "%2e%2e",
      "%2F",
      "a%2fb",
      "%5C",
      "%252F",
      "%00",
      "a\u0000b",
      "a\nb",
    ];
    for (const id of [...bad, "x".repeat(65), 7, null, ["a"], {}]) {
      expect(await problemsOf(system, tool, { ...more, [name]: id }), JSON.stringify(id)).toEqual([name]);
    }
  });

  it("keeps what looks like a query or another host in one segment", async () => {
    const system = await startSystem();
    for (const id of ["a?role=owner", "a#b", "a&b=c", "a;b", "a b", "@evil.example", "evil.example:80", "ü"]) {
      const { reply, request } = await sentBy(system, tool, { ...more, [name]: id });
      const [path = "", query = ""] = request?.path.split("?") ?? [];
      const segments = path.split("/").map(decodeURIComponent);
      expect(
        segments.filter((segment) => segment === id),
        request?.path,
      ).toHaveLength(1);
      expect(query).toBe(tool.endsWith("_coupons") ? "take=50" : "");
      expect(reply.inner.error.code).toBe("not_found");
    }
  });
});

it("keeps what looks like another parameter in its own", async () => {
  const system = await startSystem();
  const affiliateId = "a&status=Paid#x?take=200";
  const { reply, request } = await sentBy(system, "list_conversions", { affiliateId });
  const query = new URLSearchParams(request?.path.split("?").slice(1).join("?"));
  expect(Object.fromEntries(query)).toEqual({ affiliateId, take: "50" });
  expect(reply.inner.items).toEqual([]);
});

const numbers: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ["list_affiliates", { take: "10" }, "take"],
  ["list_affiliates", { take: 1.5 }, "take"],
  ["list_audit_log", { page: "1" }, "page"],
  ["mint_embed_token", { affiliateId: seedIds.mara, expiresInHours: "24" }, "expiresInHours"],
  ["set_program_sub_affiliate_config", { programId: campaignId, enabled: true, percent: "5" }, "percent"],
  ["set_program_sub_affiliate_config", { programId: campaignId, enabled: "true", percent: 5 }, "enabled"],
  ["create_campaign", { name: "A", slug: "a", defaultCommissionValue: "20" }, "defaultCommissionValue"],
  ["create_campaign_coupon", { programId: campaignId, name: "A", percentOff: "20" }, "percentOff"],
  [
    "import_conversions",
    { campaignId, conversions: [{ ...conversion, amountCents: "5000" }] },
    "conversions.0.amountCents",
  ],
  [
    "import_conversions",
    { campaignId, conversions: [{ ...conversion, commissionCents: 0.5 }] },
    "conversions.0.commissionCents",
  ],
  [
    "import_conversions",
    { campaignId, conversions: [{ ...conversion, commissionCents: -1 }] },
    "conversions.0.commissionCents",
  ],
  [
    "import_conversions",
    { campaignId, conversions: [{ ...conversion, amountCents: 1e12 }] },
    "conversions.0.amountCents",
  ],
  ["import_conversions", { campaignId, conversions: [{ ...conversion, paid: "true" }] }, "conversions.0.paid"],
];

it.each(numbers)("%s refuses %j: it guesses no number and no truth", async (tool, given, path) => {
  const system = await startSystem();
  expect(await problemsOf(system, tool, given)).toEqual([path]);
});
