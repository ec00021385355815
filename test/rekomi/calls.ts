/** Each of the 39 tools with arguments that succeed on the demo data, and at least one way in which it is refused. */
import { seedIds } from "@toolspec/example-rekomi";

/** A call that must be refused, and how. */
export interface RefusedCall {
  readonly given: Record<string, unknown>;
  /** `error.code` of the result: the upstream's own, or ours. */
  readonly code: string;
  /** Names that the answer must mention. */
  readonly names?: readonly string[];
  /** Whose token. Default: an owner of acme, on the Pro plan. */
  readonly as?: {
    readonly organization?: string;
    readonly role?: "owner" | "admin" | "member";
    readonly emailVerified?: boolean;
  };
}

export interface ToolCalls {
  readonly ok: Record<string, unknown>;
  /** Where `ok` works at most once on the same data. */
  readonly once?: true;
  readonly refused: readonly RefusedCall[];
}

const unknownId = { given: { id: "nobody" }, code: "not_found" };
const extra = { given: { surprise: 1 }, code: "invalid_argument", names: ["surprise"] };
const tooMany = (given: Record<string, unknown> = {}): RefusedCall => ({
  given: { ...given, take: 201 },
  code: "invalid_argument",
  names: ["take", "200"],
});
const asMember = (given: Record<string, unknown>): RefusedCall => ({
  given,
  code: "forbidden",
  as: { role: "member" },
});

const { mainCampaign: campaign, creatorCampaign, mara, noor, ines, theo } = seedIds;
const affiliateRow = { email: "new.affiliate@example.com", fullName: "New Affiliate", slug: "new-affiliate" };
const conversionRow = {
  affiliateSlug: "mara",
  customerEmail: "buyer@example.com",
  amountCents: 10_000,
  commissionCents: 2000,
  currency: "EUR",
  occurredAt: "2025-11-03T09:30:00Z",
  paid: false,
  externalId: "old-1",
};

export const calls: Readonly<Record<string, ToolCalls>> = {
  list_affiliates: { ok: { campaignId: campaign, take: 2 }, refused: [tooMany(), extra] },
  get_affiliate: { ok: { id: mara }, refused: [unknownId, { given: {}, code: "invalid_argument", names: ["id"] }] },
  list_conversions: {
    ok: { affiliateId: mara, status: "Approved", since: "2020-01-01" },
    refused: [{ given: { status: "Lost" }, code: "invalid_argument", names: ["status", "Refunded"] }, tooMany()],
  },
  record_lead: {
    ok: { affiliateSlug: "mara", email: "lead@example.com", name: "Lead", campaignId: campaign },
    refused: [
      { given: { affiliateSlug: "nobody", email: "lead@example.com" }, code: "not_found" },
      { given: { affiliateSlug: "mara", email: "no address" }, code: "invalid_argument", names: ["email"] },
    ],
  },
  list_campaigns: { ok: {}, refused: [tooMany()] },
  get_campaign: { ok: { id: campaign }, refused: [unknownId] },
  list_payouts: {
    ok: { status: "Paid" },
    refused: [{ given: { status: "Lost" }, code: "invalid_argument", names: ["Processing"] }],
  },
  get_payout: {
    ok: { id: seedIds.paidPayout },
    refused: [unknownId, { given: { id: seedIds.globexPayout }, code: "not_found" }],
  },
  dashboard_summary: {
    ok: { range: "90d" },
    refused: [{ given: { range: "1y" }, code: "invalid_argument", names: ["ytd"] }],
  },
  dashboard_timeseries: {
    ok: { metric: "revenue", range: "7d" },
    refused: [
      { given: {}, code: "invalid_argument", names: ["metric"] },
      { given: { metric: "clicks", range: "all" }, code: "invalid_argument", names: ["range"] },
    ],
  },
  list_audit_log: {
    ok: { page: 1, pageSize: 10 },
    refused: [
      { given: { pageSize: 101 }, code: "invalid_argument", names: ["pageSize", "100"] },
      { given: { page: 0 }, code: "invalid_argument", names: ["page"] },
    ],
  },
  approve_affiliate: {
    ok: { id: ines },
    once: true,
    refused: [unknownId, { given: { id: seedIds.zoe }, code: "conflict" }, asMember({ id: theo })],
  },
  reject_affiliate: {
    ok: { id: theo, reason: "Not a fit.", notify: false },
    once: true,
    refused: [
      { given: { id: theo, reason: "x".repeat(1001) }, code: "invalid_argument", names: ["reason", "1000"] },
      { given: { id: mara }, code: "conflict" },
    ],
  },
  preview_payout: { ok: { campaignId: campaign }, refused: [{ given: { campaignId: "nothing" }, code: "not_found" }] },
  mint_embed_token: {
    ok: { affiliateId: mara, expiresInHours: 1, allowedOrigins: "https://partners.example.com" },
    refused: [
      { given: { affiliateId: mara, expiresInHours: 721 }, code: "invalid_argument", names: ["expiresInHours", "720"] },
      {
        given: { affiliateId: seedIds.starterAffiliate },
        code: "plan_tier_required",
        names: ["Growth", "token"],
        as: { organization: "starter" },
      },
    ],
  },
  get_home_currency: { ok: {}, refused: [extra] },
  set_home_currency: {
    ok: { homeCurrency: "USD" },
    refused: [
      { given: { homeCurrency: "XQX" }, code: "invalid_request" },
      { given: { homeCurrency: "usd" }, code: "invalid_argument", names: ["homeCurrency"] },
      { given: { homeCurrency: "USD" }, code: "plan_tier_required", names: ["Pro"], as: { organization: "growth" } },
    ],
  },
  get_program_sub_affiliate_config: {
    ok: { programId: campaign },
    refused: [{ given: { programId: "nothing" }, code: "not_found" }],
  },
  set_program_sub_affiliate_config: {
    ok: { programId: campaign, enabled: true, percent: 5 },
    refused: [
      {
        given: { programId: campaign, enabled: true, percent: 101 },
        code: "invalid_argument",
        names: ["percent", "100"],
      },
      {
        given: { programId: campaign, enabled: true, percent: 5 },
        code: "email_not_verified",
        as: { emailVerified: false },
      },
      { given: { programId: campaign, enabled: true, percent: 5 }, code: "owner_required", as: { role: "admin" } },
      {
        given: { programId: seedIds.growthCampaign, enabled: true, percent: 5 },
        code: "plan_tier_required",
        names: ["Pro"],
        as: { organization: "growth" },
      },
    ],
  },
  list_affiliate_sub_affiliates: {
    ok: { affiliateId: mara },
    refused: [{ given: { affiliateId: "nobody" }, code: "not_found" }],
  },
  list_campaign_coupons: { ok: { programId: campaign }, refused: [tooMany({ programId: campaign })] },
  create_campaign_coupon: {
    ok: { programId: campaign, name: "Spring 20", percentOff: 20 },
    once: true,
    refused: [
      {
        given: { programId: campaign, name: "Both", percentOff: 20, amountOffCents: 500, currency: "EUR" },
        code: "invalid_argument",
        names: ["percentOff", "amountOffCents"],
      },
      {
        given: { programId: campaign, name: "None" },
        code: "invalid_argument",
        names: ["percentOff", "amountOffCents"],
      },
      {
        given: { programId: campaign, name: "Bare", amountOffCents: 500 },
        code: "invalid_argument",
        names: ["currency"],
      },
      asMember({ programId: campaign, name: "Mine", percentOff: 10 }),
    ],
  },
  list_affiliate_coupons: {
    ok: { affiliateId: mara },
    refused: [{ given: { affiliateId: seedIds.globexAffiliate }, code: "not_found" }],
  },
  list_my_coupons: { ok: {}, refused: [tooMany()] },
  generate_affiliate_coupon: {
    ok: { affiliateId: noor, programId: campaign, vanity: "NOOR15" },
    once: true,
    refused: [
      { given: { affiliateId: seedIds.lin, programId: creatorCampaign }, code: "conflict" },
      { given: { affiliateId: noor, programId: campaign, vanity: "a b" }, code: "invalid_argument", names: ["vanity"] },
    ],
  },
  revoke_affiliate_coupon: {
    ok: { couponId: seedIds.maraCoupon },
    refused: [{ given: { couponId: seedIds.globexCoupon }, code: "not_found" }],
  },
  get_org_profile: { ok: {}, refused: [extra] },
  get_billing_state: { ok: {}, refused: [extra] },
  list_install_platforms: { ok: {}, refused: [extra] },
  get_install_recipe: {
    ok: { platformKey: "shopify" },
    refused: [{ given: {}, code: "invalid_argument", names: ["platformKey"] }],
  },
  create_campaign: {
    ok: { name: "Spring", slug: "spring", defaultCommissionType: "Percentage", defaultCommissionValue: 20 },
    once: true,
    refused: [
      { given: { name: "Spring", slug: "Not A Slug" }, code: "invalid_argument", names: ["slug"] },
      {
        given: { name: "Clicks", slug: "clicks", defaultCommissionModel: "Cpc", defaultCommissionType: "Percentage" },
        code: "invalid_argument",
        names: ["defaultCommissionType", "Fixed"],
      },
      {
        given: { name: "Shares", slug: "shares", defaultCommissionModel: "RevShare", defaultCommissionType: "Fixed" },
        code: "invalid_argument",
        names: ["defaultCommissionType", "Percentage"],
      },
    ],
  },
  create_affiliate_invite: {
    ok: { campaignId: campaign, email: "invited@example.com", fullName: "Invited", slug: "invited" },
    once: true,
    refused: [
      { given: { campaignId: campaign, email: "other@example.com", slug: "mara" }, code: "slug_already_taken" },
      { given: { campaignId: campaign, email: "no address" }, code: "invalid_argument", names: ["email"] },
    ],
  },
  bulk_invite_affiliates: {
    ok: {
      campaignId: campaign,
      recipients: [{ email: "one@example.com", slug: "mara" }, { email: "two@example.com" }],
    },
    once: true,
    refused: [
      { given: { campaignId: campaign }, code: "invalid_argument", names: ["recipients", "emails"] },
      {
        given: { campaignId: campaign, recipients: [{ email: "a@example.com" }], emails: ["b@example.com"] },
        code: "invalid_argument",
        names: ["recipients", "emails"],
      },
      {
        given: { campaignId: campaign, emails: Array.from({ length: 51 }, (_, index) => `p${index}@example.com`) },
        code: "invalid_argument",
        names: ["emails", "50"],
      },
      {
        given: { campaignId: seedIds.trialCampaign, emails: ["a@example.com"] },
        code: "paid_plan_required",
        as: { organization: "trial" },
      },
    ],
  },
  import_affiliates: {
    ok: { campaignId: campaign, affiliates: [affiliateRow] },
    refused: [
      { given: { campaignId: campaign, affiliates: [] }, code: "invalid_argument", names: ["affiliates"] },
      {
        given: { campaignId: campaign, affiliates: Array.from({ length: 1001 }, () => affiliateRow) },
        code: "invalid_argument",
        names: ["affiliates", "1000", "1001"],
      },
    ],
  },
  preview_conversion_import: {
    ok: { campaignId: campaign, conversions: [conversionRow] },
    refused: [
      { given: { campaignId: campaign, conversions: [] }, code: "invalid_argument", names: ["conversions"] },
      {
        given: { campaignId: campaign, conversions: [conversionRow, { ...conversionRow, amountCents: "100" }] },
        code: "invalid_argument",
        names: ["conversions.1.amountCents"],
      },
    ],
  },
  import_conversions: {
    ok: { campaignId: campaign, conversions: [conversionRow] },
    refused: [
      {
        given: { campaignId: campaign, conversions: [{ ...conversionRow, affiliateSlug: undefined }] },
        code: "invalid_argument",
        names: ["conversions.0", "affiliateEmail", "affiliateSlug"],
      },
      { given: { campaignId: "nothing", conversions: [conversionRow] }, code: "not_found" },
    ],
  },
  get_attribution_params: { ok: {}, refused: [extra] },
  update_attribution_params: {
    ok: { custom: "partner_id,via" },
    refused: [
      {
        given: { custom: Array.from({ length: 11 }, (_, index) => `p${index}x`).join(",") },
        code: "invalid_argument",
        names: ["custom"],
      },
      { given: { custom: "via" }, code: "owner_required", as: { role: "admin" } },
    ],
  },
  get_install_snippet: {
    ok: { campaignId: campaign, withPixel: true },
    refused: [
      {
        given: { withPixel: true },
        code: "pixel_key_missing",
        as: { organization: "globex" },
      },
    ],
  },
};
