import { toInstant } from "@toolspec/example-http";
import { type Context, currencyOf } from "../context.ts";
import { toAmount } from "../money.ts";
import { notFound } from "../not-found.ts";

export const campaignStatuses = ["DRAFT", "ACTIVE", "PAUSED", "ENDED"] as const;
export type CampaignStatus = (typeof campaignStatuses)[number];

/** A campaign as stored. */
export interface CampaignRow {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly description: string | null;
  readonly status: CampaignStatus;
  readonly starts_at: number | null;
  readonly ends_at: number | null;
  readonly min_order_cents: number | null;
  readonly max_redemptions: number | null;
  readonly max_per_customer: number | null;
  readonly created_at: number;
  readonly updated_at: number;
}

/** @throws ApiError 404 when the caller's tenant has no such campaign. */
export function findCampaign(context: Context, id: string): CampaignRow {
  const sql = "select * from campaigns where tenant = :tenant and id = :id";
  const row = context.database.get<CampaignRow>(sql, { tenant: context.tenant, id });
  if (!row) throw notFound(`campaign ${id}`);
  return row;
}

/** Insert a campaign, or write one that is there. */
export function saveCampaign(context: Context, row: CampaignRow): void {
  context.database.run(
    `insert or replace into campaigns values (:id, :tenant, :name, :description, :status, :starts_at, :ends_at,
       :min_order_cents, :max_redemptions, :max_per_customer, :created_at, :updated_at)`,
    { ...row },
  );
}

/** The few fields of a list. */
export function toCampaignSummary(row: CampaignRow): Readonly<Record<string, unknown>> {
  const { id, name, status } = row;
  return { id, name, status, startsAt: toInstant(row.starts_at), endsAt: toInstant(row.ends_at) };
}

/** The full record: rules, and statistics of this moment. */
export function toCampaign(context: Context, row: CampaignRow): Readonly<Record<string, unknown>> {
  const { id, name, description, status } = row;
  return {
    id,
    name,
    description,
    status,
    startsAt: toInstant(row.starts_at),
    endsAt: toInstant(row.ends_at),
    currency: currencyOf(context),
    rules: {
      minOrderValue: toAmount(row.min_order_cents),
      maxRedemptions: row.max_redemptions,
      maxRedemptionsPerCustomer: row.max_per_customer,
    },
    stats: statsOf(context, row.id),
    createdAt: toInstant(row.created_at),
    updatedAt: toInstant(row.updated_at),
  };
}

interface StatsRow {
  readonly vouchers: number;
  readonly redemptions: number;
  readonly customers: number;
  readonly orders: number;
  readonly discounts: number;
}

function statsOf(context: Context, id: string): Readonly<Record<string, number>> {
  const row = context.database.get<StatsRow>(
    `select (select count(*) from vouchers where campaign_id = :id) as vouchers, count(*) as redemptions,
       count(distinct customer_id) as customers, coalesce(sum(order_cents), 0) as orders,
       coalesce(sum(discount_cents), 0) as discounts
     from redemptions where campaign_id = :id`,
    { id },
  );
  const { vouchers, redemptions, customers, orders, discounts } = row as StatsRow;
  return { vouchers, redemptions, customers, orderTotal: toAmount(orders), discountTotal: toAmount(discounts) };
}
