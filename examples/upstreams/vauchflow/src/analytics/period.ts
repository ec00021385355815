import { DAY_MS, day, invalidRequest, optional, toDay } from "@toolspec/example-http";
import type { Context } from "../context.ts";
import { toAmount } from "../money.ts";

/** Days of a period: as many points as a year of days has. */
const PERIOD_MAX_DAYS = 366;
const PERIOD_DEFAULT_DAYS = 30;

/** Query fields of a period. */
export const periodFields = { from: optional(day()), to: optional(day()) };

/** Whole days in UTC, as Unix milliseconds; `untilMs` is exclusive. */
export interface Period {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** @throws ApiError 422 for a period that is turned round or too long. */
export function toPeriod(context: Context, given: { from?: number | undefined; to?: number | undefined }): Period {
  const lastMs = given.to ?? context.nowMs - (context.nowMs % DAY_MS);
  const fromMs = given.from ?? lastMs - (PERIOD_DEFAULT_DAYS - 1) * DAY_MS;
  const untilMs = lastMs + DAY_MS;
  if (fromMs > lastMs) throw invalidRequest([{ field: "query.from", message: `must not lie after ${toDay(lastMs)}` }]);
  if (untilMs - fromMs > PERIOD_MAX_DAYS * DAY_MS) {
    throw invalidRequest([{ field: "query.from", message: `must begin a period of at most ${PERIOD_MAX_DAYS} days` }]);
  }
  return { fromMs, untilMs };
}

/** First and last day, as the wire shows them. */
export function toDays(period: Period): { from: string; to: string } {
  return { from: toDay(period.fromMs), to: toDay(period.untilMs - DAY_MS) };
}

interface TotalsRow {
  readonly redemptions: number;
  readonly customers: number;
  readonly orders: number;
  readonly discounts: number;
  readonly average: number | null;
}

/** Sums of a period, of one campaign or of all. */
export function totalsOf(context: Context, period: Period, campaignId?: string): Readonly<Record<string, unknown>> {
  const row = context.database.get<TotalsRow>(
    `select count(*) as redemptions, count(distinct customer_id) as customers, coalesce(sum(order_cents), 0) as orders,
       coalesce(sum(discount_cents), 0) as discounts, avg(order_cents) as average
     from redemptions where tenant = :tenant and redeemed_at >= :fromMs and redeemed_at < :untilMs
       and (:campaign is null or campaign_id = :campaign)`,
    { tenant: context.tenant, ...period, campaign: campaignId ?? null },
  );
  const { redemptions, customers, orders, discounts, average } = row as TotalsRow;
  return {
    redemptions,
    customers,
    orderTotal: toAmount(orders),
    discountTotal: toAmount(discounts),
    averageOrderValue: toAmount(average === null ? null : Math.round(average)),
  };
}
