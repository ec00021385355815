import { text, toInstant } from "@toolspec/example-http";
import type { CampaignRow } from "../campaigns/campaign.ts";
import type { Context } from "../context.ts";
import { toAmount } from "../money.ts";
import { notFound } from "../not-found.ts";

export const discountTypes = ["PERCENTAGE", "FIXED_AMOUNT"] as const;
export type DiscountType = (typeof discountTypes)[number];

export const code = text({ min: 1, max: 64, pattern: /^[A-Z0-9-]+$/, hint: "upper-case letters, digits and hyphens" });

/** A voucher as stored. `redemptions` counts its rows in the table of that name. */
export interface VoucherRow {
  readonly tenant: string;
  readonly code: string;
  readonly id: string;
  readonly campaign_id: string | null;
  readonly status: "ACTIVE" | "INACTIVE";
  readonly discount_type: DiscountType;
  readonly discount_value: number;
  readonly min_order_cents: number | null;
  readonly max_redemptions: number | null;
  readonly redemptions: number;
  readonly expires_at: number | null;
  readonly created_at: number;
}

/** @throws ApiError 404 when the caller's tenant has no such voucher. */
export function findVoucher(context: Context, code: string): VoucherRow {
  const sql = "select * from vouchers where tenant = :tenant and code = :code";
  const row = context.database.get<VoucherRow>(sql, { tenant: context.tenant, code });
  if (!row) throw notFound(`voucher ${code}`);
  return row;
}

/** The campaign of a voucher, where it has one. */
export function campaignOf(context: Context, voucher: VoucherRow): CampaignRow | undefined {
  return context.database.get<CampaignRow>("select * from campaigns where id = :id", { id: voucher.campaign_id });
}

/** @returns false when the tenant has the code already. */
export function insertVoucher(context: Context, row: VoucherRow): boolean {
  const changed = context.database.run(
    `insert or ignore into vouchers values (:tenant, :code, :id, :campaign_id, :status, :discount_type,
       :discount_value, :min_order_cents, :max_redemptions, :redemptions, :expires_at, :created_at)`,
    { ...row },
  );
  return changed === 1;
}

/** How often a voucher may still be redeemed; null is without limit. */
export function remainingOf(row: VoucherRow): number | null {
  return row.max_redemptions === null ? null : row.max_redemptions - row.redemptions;
}

/** The stored status, or what time and use have made of it. */
function statusOf(row: VoucherRow, nowMs: number): "ACTIVE" | "INACTIVE" | "EXPIRED" | "USED_UP" {
  if (row.status === "INACTIVE") return "INACTIVE";
  if (row.expires_at !== null && row.expires_at <= nowMs) return "EXPIRED";
  return remainingOf(row) === 0 ? "USED_UP" : "ACTIVE";
}

export function toVoucher(context: Context, row: VoucherRow): Readonly<Record<string, unknown>> {
  return {
    id: row.id,
    code: row.code,
    status: statusOf(row, context.nowMs),
    campaignId: row.campaign_id,
    discountType: row.discount_type,
    discountValue: row.discount_value,
    minOrderValue: toAmount(row.min_order_cents),
    maxRedemptions: row.max_redemptions,
    redemptions: row.redemptions,
    remainingRedemptions: remainingOf(row),
    expiresAt: toInstant(row.expires_at),
    createdAt: toInstant(row.created_at),
  };
}
