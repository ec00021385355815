import { toInstant } from "@toolspec/example-http";
import { type Context, conflict } from "../context.ts";

/** A coupon as stored; `metadata` is JSON text. Without an affiliate it belongs to the campaign itself. */
export interface CouponRow {
  readonly id: string;
  readonly organization: string;
  readonly campaign_id: string;
  readonly affiliate_id: string | null;
  readonly code: string;
  readonly name: string;
  readonly percent_off: number | null;
  readonly amount_off_cents: number | null;
  readonly currency: string | null;
  readonly duration: "once" | "repeating" | "forever";
  readonly duration_months: number | null;
  readonly max_redemptions: number | null;
  readonly redemptions: number;
  readonly expires_at: number | null;
  readonly metadata: string;
  readonly active: 0 | 1;
  readonly created_at: number;
}

/** Insert a coupon, or write one that is there. */
export function saveCoupon(context: Pick<Context, "database">, row: CouponRow): void {
  context.database.run(
    `insert or replace into coupons values (:id, :organization, :campaign_id, :affiliate_id, :code, :name, :percent_off,
       :amount_off_cents, :currency, :duration, :duration_months, :max_redemptions, :redemptions, :expires_at, :metadata,
       :active, :created_at)`,
    { ...row },
  );
}

/** @throws ApiError 409 for a code that the organisation has already, in use or not. */
export function requireFreeCode(context: Context, code: string): void {
  const sql = "select id from coupons where organization = :organization and code = :code";
  if (!context.database.get(sql, { organization: context.organization, code })) return;
  throw conflict(`There is a coupon with the code ${code} already. Choose another.`);
}

/** A coupon as the wire shows it. */
export function toCoupon(row: CouponRow, nowMs: number): Readonly<Record<string, unknown>> {
  const expired = row.expires_at !== null && row.expires_at <= nowMs;
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    campaignId: row.campaign_id,
    affiliateId: row.affiliate_id,
    percentOff: row.percent_off,
    amountOffCents: row.amount_off_cents,
    currency: row.currency,
    duration: row.duration,
    durationInMonths: row.duration_months,
    maxRedemptions: row.max_redemptions,
    redemptions: row.redemptions,
    active: row.active === 1 && !expired,
    expiresAt: toInstant(row.expires_at),
    metadata: JSON.parse(row.metadata),
    createdAt: toInstant(row.created_at),
  };
}
