import { createHash } from "node:crypto";
import { DAY_MS } from "@toolspec/example-http";
import { type CampaignRow, type CampaignStatus, saveCampaign } from "../campaigns/campaign.ts";
import type { Context } from "../context.ts";
import { saveCustomer } from "../customers/customer.ts";
import { toCents } from "../money.ts";
import { recordRedemption } from "../redemptions/redemption.ts";
import { assess } from "../vouchers/assess.ts";
import { findVoucher, insertVoucher, remainingOf, type VoucherRow } from "../vouchers/voucher.ts";
import { saveWebhook } from "../webhooks/operations.ts";

/** Days are relative to now; amounts are in the tenant's currency. */
interface CampaignSeed {
  readonly starts: number;
  readonly ends?: number;
  readonly min?: number;
  readonly max?: number;
  readonly perCustomer?: number;
}

/** One campaign, created a week before it starts. */
export function campaign(context: Context, id: string, name: string, status: CampaignStatus, seed: CampaignSeed): void {
  const { nowMs, tenant } = context;
  const createdAt = nowMs + Math.min(seed.starts - 7, -1) * DAY_MS;
  const row: CampaignRow = {
    id,
    tenant,
    name,
    description: null,
    status,
    starts_at: nowMs + seed.starts * DAY_MS,
    ends_at: seed.ends === undefined ? null : nowMs + seed.ends * DAY_MS,
    min_order_cents: seed.min === undefined ? null : seed.min * 100,
    max_redemptions: seed.max ?? null,
    max_per_customer: seed.perCustomer ?? null,
    created_at: createdAt,
    updated_at: createdAt,
  };
  saveCampaign(context, row);
}

interface VoucherSeed {
  readonly percent?: number;
  readonly amount?: number;
  readonly campaign?: string;
  readonly max?: number;
  readonly min?: number;
  readonly expires?: number;
  readonly status?: "ACTIVE" | "INACTIVE";
}

/** One voucher with its exact code. */
export function voucher(context: Context, code: string, seed: VoucherSeed): void {
  const row: VoucherRow = {
    tenant: context.tenant,
    code,
    id: stableUuid(`${context.tenant}/${code}`),
    campaign_id: seed.campaign ?? null,
    status: seed.status ?? "ACTIVE",
    discount_type: seed.percent === undefined ? "FIXED_AMOUNT" : "PERCENTAGE",
    discount_value: seed.percent ?? seed.amount ?? 0,
    min_order_cents: seed.min === undefined ? null : seed.min * 100,
    max_redemptions: seed.max ?? null,
    redemptions: 0,
    expires_at: seed.expires === undefined ? null : context.nowMs + seed.expires * DAY_MS,
    created_at: context.nowMs - 130 * DAY_MS,
  };
  insertVoucher(context, row);
}

/** One customer. */
export function customer(
  context: Context,
  id: string,
  seed: { ref: string; name: string; tags: readonly string[] },
): void {
  const at = context.nowMs - 200 * DAY_MS;
  saveCustomer(context, {
    tenant: context.tenant,
    id,
    external_ref: seed.ref,
    name: seed.name,
    email: `${seed.ref}@${context.tenant}.example`,
    tags: JSON.stringify(seed.tags),
    metadata: "{}",
    created_at: at,
    updated_at: at,
  });
}

/** One redemption so many days ago, by the same rules as any other. */
export function redeem(
  context: Context,
  code: string,
  customerId: string,
  seed: { id?: string; days: number; order: number },
): void {
  const at = context.nowMs - seed.days * DAY_MS;
  const row = findVoucher(context, code);
  const cents = toCents(seed.order);
  const { refusal, discountCents } = assess({ ...context, nowMs: at }, row, { customerId, cents });
  const remaining = remainingOf(row);
  const recorded =
    !refusal &&
    recordRedemption(context, {
      id: seed.id ?? stableUuid(`${context.tenant}/${code}/${seed.days}`),
      tenant: context.tenant,
      code,
      customer_id: customerId,
      campaign_id: row.campaign_id,
      idempotency_key: `seed-${seed.days}`,
      order_cents: cents,
      discount_cents: discountCents,
      remaining: remaining === null ? null : remaining - 1,
      redeemed_at: at,
    });
  if (!recorded) throw new Error(`The demo data breaks its own rules: ${code}, ${seed.days} days ago`);
}

/** One webhook endpoint for redemptions. */
export function webhook(context: Context, id: string, url: string, status: "ACTIVE" | "INACTIVE"): void {
  const at = context.nowMs - 60 * DAY_MS;
  saveWebhook(context, {
    id,
    tenant: context.tenant,
    url,
    events: JSON.stringify(["voucher.redeemed"]),
    description: null,
    status,
    created_at: at,
    updated_at: at,
  });
}

/** The same UUID for the same name every time, so that two demos can be compared. */
function stableUuid(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
