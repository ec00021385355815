import type { CampaignRow } from "../campaigns/campaign.ts";
import type { Context } from "../context.ts";
import { toAmount } from "../money.ts";
import { campaignOf, type VoucherRow } from "./voucher.ts";

/** Why a voucher cannot be redeemed. */
export type Refusal =
  | "VOUCHER_INACTIVE"
  | "CAMPAIGN_INACTIVE"
  | "NOT_STARTED"
  | "VOUCHER_EXPIRED"
  | "REDEMPTION_LIMIT_REACHED"
  | "CUSTOMER_LIMIT_REACHED"
  | "ORDER_VALUE_NEEDED"
  | "ORDER_BELOW_MINIMUM";

/** For whom and for what a voucher is to be used, as far as it is known. */
export interface Order {
  readonly customerId: string | undefined;
  readonly cents: number | undefined;
}

export interface Verdict {
  /** Absent: the voucher may be redeemed. */
  readonly refusal?: { readonly reason: Refusal; readonly message: string };
  /** Null: depends on an order value that is not known. */
  readonly discountCents: number | null;
}

/** Say whether a voucher may be redeemed now, and what it takes off. The first rule that it breaks is the reason. */
export function assess(context: Context, voucher: VoucherRow, order: Order): Verdict {
  const campaign = campaignOf(context, voucher);
  const reason =
    stateRefusal(voucher, campaign, context.nowMs) ??
    limitRefusal(context, voucher, campaign, order) ??
    orderRefusal(voucher, campaign, order);
  if (reason) return { refusal: { reason, message: explain(reason, voucher, campaign) }, discountCents: 0 };
  return { discountCents: discountOf(voucher, order.cents) };
}

function stateRefusal(voucher: VoucherRow, campaign: CampaignRow | undefined, nowMs: number): Refusal | undefined {
  if (voucher.status === "INACTIVE") return "VOUCHER_INACTIVE";
  if (campaign && campaign.status !== "ACTIVE") return "CAMPAIGN_INACTIVE";
  if (campaign?.starts_at && nowMs < campaign.starts_at) return "NOT_STARTED";
  const ends = [voucher.expires_at, campaign?.ends_at ?? null];
  return ends.some((at) => at !== null && at <= nowMs) ? "VOUCHER_EXPIRED" : undefined;
}

function limitRefusal(
  context: Context,
  voucher: VoucherRow,
  campaign: CampaignRow | undefined,
  order: Order,
): Refusal | undefined {
  if (voucher.max_redemptions !== null && voucher.redemptions >= voucher.max_redemptions) {
    return "REDEMPTION_LIMIT_REACHED";
  }
  if (!campaign) return undefined;
  const used = usesOf(context, campaign.id, order.customerId);
  if (campaign.max_redemptions !== null && used.all >= campaign.max_redemptions) return "REDEMPTION_LIMIT_REACHED";
  const { max_per_customer: perCustomer } = campaign;
  return perCustomer !== null && used.customer >= perCustomer ? "CUSTOMER_LIMIT_REACHED" : undefined;
}

function orderRefusal(voucher: VoucherRow, campaign: CampaignRow | undefined, order: Order): Refusal | undefined {
  const minimum = minimumOf(voucher, campaign);
  if (minimum === 0) return undefined;
  if (order.cents === undefined) return "ORDER_VALUE_NEEDED";
  return order.cents < minimum ? "ORDER_BELOW_MINIMUM" : undefined;
}

/** Cents. The stricter of the voucher's own minimum and the campaign's; 0 without one. */
function minimumOf(voucher: VoucherRow, campaign: CampaignRow | undefined): number {
  return Math.max(voucher.min_order_cents ?? 0, campaign?.min_order_cents ?? 0);
}

function usesOf(
  context: Context,
  campaignId: string,
  customerId: string | undefined,
): { all: number; customer: number } {
  const sql = `select count(*) as 'all', count(*) filter (where customer_id = :customer) as customer
    from redemptions where campaign_id = :campaign`;
  const row = context.database.get<{ all: number; customer: number }>(sql, {
    campaign: campaignId,
    customer: customerId ?? null,
  });
  return row ?? { all: 0, customer: 0 };
}

function discountOf(voucher: VoucherRow, orderCents: number | undefined): number | null {
  if (voucher.discount_type === "PERCENTAGE") {
    return orderCents === undefined ? null : Math.round((orderCents * voucher.discount_value) / 100);
  }
  const value = Math.round(voucher.discount_value * 100);
  return orderCents === undefined ? value : Math.min(value, orderCents);
}

function explain(reason: Refusal, voucher: VoucherRow, campaign: CampaignRow | undefined): string {
  const minimum = toAmount(minimumOf(voucher, campaign));
  switch (reason) {
    case "VOUCHER_INACTIVE":
      return "The voucher is not active.";
    case "CAMPAIGN_INACTIVE":
      return `The voucher's campaign is ${campaign?.status}, not ACTIVE.`;
    case "NOT_STARTED":
      return "The voucher's campaign has not started.";
    case "VOUCHER_EXPIRED":
      return "The voucher or its campaign has expired.";
    case "REDEMPTION_LIMIT_REACHED":
      return "The voucher or its campaign has been redeemed as often as it may be.";
    case "CUSTOMER_LIMIT_REACHED":
      return "This customer has redeemed in this campaign as often as one may.";
    case "ORDER_VALUE_NEEDED":
      return `The voucher asks for an order of at least ${minimum}. Give order_value.`;
    case "ORDER_BELOW_MINIMUM":
      return `The voucher asks for an order of at least ${minimum}.`;
  }
}
