import { DAY_MS } from "@toolspec/example-http";
import { type AffiliateRow, saveAffiliate } from "../affiliates/affiliate.ts";
import { type CampaignRow, saveCampaign } from "../campaigns/campaign.ts";
import { type ConversionRow, insertConversion } from "../conversions/conversion.ts";
import { type CouponRow, saveCoupon } from "../coupons/coupon.ts";
import type { Database } from "../database.ts";
import { type OrganizationRow, saveOrganization } from "../organization/organization.ts";

/** What the demo data of one organisation is filled in with. Days are counted back from now. */
export interface Filling {
  readonly database: Database;
  readonly organization: string;
  readonly nowMs: number;
}

/** One organisation; `fields` is what differs from a plain one. */
export function organization(
  at: Filling,
  fields: Partial<OrganizationRow> & Pick<OrganizationRow, "name" | "plan">,
): void {
  saveOrganization(at, {
    id: at.organization,
    slug: at.organization,
    brand_color: null,
    logo_url: null,
    description: null,
    subscription: "active",
    trial_ends_at: null,
    payout_grace_days: 14,
    home_currency: "EUR",
    suspended: 0,
    stripe_customer: 1,
    stripe_connect: 0,
    pixel_key: null,
    attribution_params: null,
    ...fields,
  });
}

/** One campaign of 20 %, so many days old. */
export function campaign(
  at: Filling,
  id: string,
  days: number,
  fields: Partial<CampaignRow> & Pick<CampaignRow, "name" | "slug">,
): void {
  saveCampaign(at, {
    id,
    organization: at.organization,
    description: null,
    terms_url: null,
    status: "Active",
    commission_type: "Percentage",
    commission_value: 20,
    commission_model: "Cps",
    cookie_window_days: 60,
    attribution_model: "LastClick",
    auto_approve: 0,
    network_visibility: "Private",
    self_mint: 0,
    sub_enabled: 0,
    sub_percent: 0,
    created_at: at.nowMs - days * DAY_MS,
    ...fields,
  });
}

/** One affiliate, approved unless said otherwise, who came so many days ago. */
export function affiliate(
  at: Filling,
  id: string,
  days: number,
  fields: Partial<AffiliateRow> & Pick<AffiliateRow, "campaign_id" | "slug" | "full_name">,
): void {
  const createdAt = at.nowMs - days * DAY_MS;
  const { status = "Approved" } = fields;
  saveAffiliate(at, {
    id,
    organization: at.organization,
    email: `${fields.slug}@partners.example`,
    paypal_email: null,
    notes: null,
    parent_id: null,
    commission_type: null,
    commission_value: null,
    job_id: null,
    rejection_reason: null,
    created_at: createdAt,
    decided_at: status === "Pending" ? null : createdAt + DAY_MS,
    ...fields,
    status,
  });
}

/** One sale of 20 % commission. */
export function sale(
  at: Filling,
  id: string,
  days: number,
  fields: Partial<ConversionRow> & Pick<ConversionRow, "campaign_id" | "affiliate_id" | "amount_cents">,
): void {
  insertConversion(at, {
    id,
    organization: at.organization,
    customer_email: `buyer-${id.slice(4)}@customers.example`,
    customer_name: null,
    commission_cents: Math.round(fields.amount_cents / 5),
    currency: "EUR",
    type: "sale",
    status: "Approved",
    import_key: null,
    external_id: null,
    payout_id: null,
    job_id: null,
    occurred_at: at.nowMs - days * DAY_MS,
    ...fields,
  });
}

/** One batch; what it pays is told by the sales that name it. */
export function payout(
  at: Filling,
  id: string,
  days: number,
  status: "Pending" | "Processing" | "Paid" | "Failed",
): void {
  const createdAt = at.nowMs - days * DAY_MS;
  at.database.run("insert into payouts values (:id, :organization, null, :status, :createdAt, :paidAt)", {
    id,
    organization: at.organization,
    status,
    createdAt,
    paidAt: status === "Paid" ? createdAt + 2 * DAY_MS : null,
  });
}

/** One coupon of 15 %. */
export function coupon(
  at: Filling,
  id: string,
  days: number,
  fields: Partial<CouponRow> & Pick<CouponRow, "campaign_id" | "code">,
): void {
  saveCoupon(at, {
    id,
    organization: at.organization,
    affiliate_id: null,
    name: fields.code,
    percent_off: 15,
    amount_off_cents: null,
    currency: null,
    duration: "once",
    duration_months: null,
    max_redemptions: null,
    redemptions: 0,
    expires_at: null,
    metadata: "{}",
    active: 1,
    created_at: at.nowMs - days * DAY_MS,
    ...fields,
  });
}

/** Clicks of one affiliate on one day. */
export function clicks(at: Filling, of: { campaign: string; affiliate: string }, days: number, count: number): void {
  const day = at.nowMs - (at.nowMs % DAY_MS) - days * DAY_MS;
  at.database.run("insert into clicks values (:organization, :campaign, :affiliate, :day, :count)", {
    organization: at.organization,
    ...of,
    day,
    count,
  });
}

/** One lead of so many days ago. */
export function lead(
  at: Filling,
  id: string,
  days: number,
  of: { campaign: string; affiliate: string; email: string },
): void {
  at.database.run("insert into leads values (:id, :organization, :campaign, :affiliate, :email, null, :at, null)", {
    id,
    organization: at.organization,
    ...of,
    at: at.nowMs - days * DAY_MS,
  });
}
