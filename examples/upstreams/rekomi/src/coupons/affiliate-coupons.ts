import { randomInt } from "node:crypto";
import { optional, text } from "@toolspec/example-http";
import { type AffiliateRow, findAffiliate } from "../affiliates/affiliate.ts";
import { record } from "../audit/audit.ts";
import { type CampaignRow, findCampaign } from "../campaigns/campaign.ts";
import { type Context, conflict, newId, notFound } from "../context.ts";
import { key } from "../fields.ts";
import { type Operation, operation } from "../operation.ts";
import { pageFields, readPage } from "../pages.ts";
import { type CouponRow, requireFreeCode, saveCoupon, toCoupon } from "./coupon.ts";

/** Active codes of one affiliate: enough for a few channels, too few to flood a checkout. */
const ACTIVE_MAX = 10;

/** What a code of an affiliate takes off. */
const PERCENT_OFF = 10;

/** Codes that one campaign is shown with. */
const SHOWN_MAX = 200;

const listAffiliateCoupons = operation({
  method: "GET",
  path: "/api/v1/affiliates/{affiliateId}/coupons",
  params: { affiliateId: key() },
  query: pageFields,
  run(context, { affiliateId, ...input }) {
    const body = readPage<CouponRow & { at: number }>(context, input, {
      select: "select *, created_at as at from coupons where affiliate_id = :affiliate",
      parameters: { affiliate: findAffiliate(context, affiliateId).id },
      toItem: (row) => toCoupon(row, context.nowMs),
    });
    return { status: 200, body };
  },
});

const generateCoupon = operation({
  method: "POST",
  path: "/api/v1/affiliates/{affiliateId}/coupons",
  params: { affiliateId: key() },
  body: {
    programId: key(),
    vanity: optional(text({ max: 32, pattern: /^[A-Za-z0-9_-]{3,32}$/, hint: "3 to 32 letters, digits, - and _" })),
  },
  run(context, { affiliateId, programId, vanity }) {
    const affiliate = findAffiliate(context, affiliateId);
    const campaign = findCampaign(context, programId);
    requireMintable(context, affiliate, campaign);
    const code = vanity?.toUpperCase() ?? freshCode(affiliate.slug);
    requireFreeCode(context, code);
    const row: CouponRow = {
      id: newId("cpn"),
      organization: context.organization,
      campaign_id: campaign.id,
      affiliate_id: affiliate.id,
      code,
      name: code,
      percent_off: PERCENT_OFF,
      amount_off_cents: null,
      currency: null,
      duration: "once",
      duration_months: null,
      max_redemptions: null,
      redemptions: 0,
      expires_at: null,
      metadata: "{}",
      active: 1,
      created_at: context.nowMs,
    };
    saveCoupon(context, row);
    record(context, { action: "coupon.created", entityId: row.id, after: { code, affiliateId: affiliate.id } });
    return { status: 201, body: toCoupon(row, context.nowMs) };
  },
});

const revokeCoupon = operation({
  method: "POST",
  path: "/api/v1/coupons/{couponId}/revoke",
  params: { couponId: key() },
  run(context, { couponId }) {
    const before = context.database.get<CouponRow>(
      "select * from coupons where organization = :organization and id = :id",
      { organization: context.organization, id: couponId },
    );
    if (!before) throw notFound("coupon");
    if (before.affiliate_id === null) throw conflict("The coupon belongs to a campaign, not to an affiliate.");
    if (before.active === 0) return { status: 200, body: toCoupon(before, context.nowMs) };
    const row: CouponRow = { ...before, active: 0 };
    saveCoupon(context, row);
    record(context, {
      action: "coupon.revoked",
      entityId: row.id,
      before: { active: true },
      after: { active: false },
    });
    return { status: 200, body: toCoupon(row, context.nowMs) };
  },
});

interface MintRow {
  readonly id: string;
  readonly at: number;
  readonly campaign_name: string;
  readonly affiliate_id: string;
}

const listMyCoupons = operation({
  method: "GET",
  path: "/api/v1/me/coupons",
  query: pageFields,
  run(context, input) {
    const body = readPage<MintRow>(context, input, {
      select: `select c.id, c.created_at as at, c.name as campaign_name, a.id as affiliate_id
        from affiliates a join campaigns c on c.id = a.campaign_id
        where a.organization = :organization and a.email = :email and a.status = 'Approved' and c.self_mint = 1`,
      parameters: { organization: context.organization, email: context.caller.email },
      toItem: (row) => toMine(context, row),
    });
    return { status: 200, body };
  },
});

export const affiliateCouponOperations: readonly Operation[] = [
  listAffiliateCoupons,
  generateCoupon,
  revokeCoupon,
  listMyCoupons,
];

/** @throws ApiError 409 for who may not have codes of the campaign, or has enough of them. */
function requireMintable(context: Context, affiliate: AffiliateRow, campaign: CampaignRow): void {
  if (affiliate.campaign_id !== campaign.id) throw conflict("The affiliate is not in this campaign.");
  if (affiliate.status !== "Approved") throw conflict(`The affiliate is ${affiliate.status}, not Approved.`);
  if (!campaign.self_mint) throw conflict("The campaign does not let affiliates have codes of their own.");
  if (countActive(context, affiliate.id) < ACTIVE_MAX) return;
  throw conflict(`An affiliate has at most ${ACTIVE_MAX} active codes. Revoke one first.`);
}

function countActive(context: Context, affiliate: string): number {
  const sql = "select count(*) as n from coupons where affiliate_id = :affiliate and active = 1";
  return context.database.get<{ n: number }>(sql, { affiliate })?.n ?? 0;
}

/** Six digits after the slug: a buyer can still type it. */
function freshCode(slug: string): string {
  return `${slug.toUpperCase().slice(0, 24)}-${randomInt(1_000_000).toString().padStart(6, "0")}`;
}

function toMine(context: Context, row: MintRow): Readonly<Record<string, unknown>> {
  const coupons = context.database.all<CouponRow>(
    "select * from coupons where affiliate_id = :affiliate order by created_at desc, id limit :limit",
    { affiliate: row.affiliate_id, limit: SHOWN_MAX },
  );
  return {
    campaignId: row.id,
    campaignName: row.campaign_name,
    affiliateId: row.affiliate_id,
    canMint: countActive(context, row.affiliate_id) < ACTIVE_MAX,
    coupons: coupons.map((coupon) => toCoupon(coupon, context.nowMs)),
  };
}
