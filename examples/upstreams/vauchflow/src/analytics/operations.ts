import { DAY_MS, oneOf, optional, toDay, uuid } from "@toolspec/example-http";
import { findCampaign } from "../campaigns/campaign.ts";
import { type Context, currencyOf } from "../context.ts";
import { type Operation, operation } from "../http/operation.ts";
import { toAmount } from "../money.ts";
import { type Period, periodFields, toDays, toPeriod, totalsOf } from "./period.ts";

const TOP_CAMPAIGNS = 5;

const overview = operation({
  method: "GET",
  path: "/v1/analytics/overview",
  query: periodFields,
  run(context, input) {
    const period = toPeriod(context, input);
    const body = {
      ...toDays(period),
      currency: currencyOf(context),
      campaigns: countCampaigns(context),
      vouchers: countVouchers(context),
      totals: totalsOf(context, period),
      topCampaigns: topCampaigns(context, period),
    };
    return { status: 200, body };
  },
});

const performance = operation({
  method: "GET",
  path: "/v1/analytics/campaigns/{campaign_id}",
  params: { campaign_id: uuid() },
  query: { ...periodFields, interval: optional(oneOf(["DAY", "WEEK"]), "DAY") },
  run(context, { campaign_id, interval, ...input }) {
    const { id, name, status } = findCampaign(context, campaign_id);
    const period = toPeriod(context, input);
    const body = {
      campaignId: id,
      name,
      status,
      ...toDays(period),
      interval,
      currency: currencyOf(context),
      totals: totalsOf(context, period, id),
      series: seriesOf(context, period, { campaign: id, stepMs: interval === "DAY" ? DAY_MS : 7 * DAY_MS }),
    };
    return { status: 200, body };
  },
});

export const analyticsOperations: readonly Operation[] = [overview, performance];

interface Count {
  readonly total: number;
  readonly active: number;
}

function countCampaigns(context: Context): Count | undefined {
  return context.database.get<Count>(
    "select count(*) as total, count(*) filter (where status = 'ACTIVE') as active from campaigns where tenant = :tenant",
    { tenant: context.tenant },
  );
}

function countVouchers(context: Context): Count | undefined {
  return context.database.get<Count>(
    `select count(*) as total, count(*) filter (where status = 'ACTIVE' and (expires_at is null or expires_at > :now)
       and (max_redemptions is null or redemptions < max_redemptions)) as active
     from vouchers where tenant = :tenant`,
    { tenant: context.tenant, now: context.nowMs },
  );
}

interface TopRow {
  readonly id: string;
  readonly name: string;
  readonly redemptions: number;
  readonly discounts: number;
}

function topCampaigns(context: Context, period: Period): readonly Readonly<Record<string, unknown>>[] {
  const rows = context.database.all<TopRow>(
    `select c.id, c.name, count(*) as redemptions, coalesce(sum(r.discount_cents), 0) as discounts
     from redemptions r join campaigns c on c.id = r.campaign_id
     where r.tenant = :tenant and r.redeemed_at >= :fromMs and r.redeemed_at < :untilMs
     group by c.id order by redemptions desc, c.id limit ${TOP_CAMPAIGNS}`,
    { tenant: context.tenant, ...period },
  );
  return rows.map(({ id, name, redemptions, discounts }) => ({
    id,
    name,
    redemptions,
    discountTotal: toAmount(discounts),
  }));
}

interface StepRow {
  readonly step: number;
  readonly redemptions: number;
  readonly orders: number;
  readonly discounts: number;
}

function seriesOf(
  context: Context,
  period: Period,
  options: { campaign: string; stepMs: number },
): readonly Readonly<Record<string, unknown>>[] {
  const rows = context.database.all<StepRow>(
    `select cast((redeemed_at - :fromMs) / :stepMs as integer) as step, count(*) as redemptions,
       coalesce(sum(order_cents), 0) as orders, coalesce(sum(discount_cents), 0) as discounts
     from redemptions where campaign_id = :campaign and redeemed_at >= :fromMs and redeemed_at < :untilMs
     group by step`,
    { ...period, ...options },
  );
  const byStep = new Map(rows.map((row) => [row.step, row]));
  const steps = Math.ceil((period.untilMs - period.fromMs) / options.stepMs);
  return Array.from({ length: steps }, (_, step) => {
    const { redemptions = 0, orders = 0, discounts = 0 } = byStep.get(step) ?? {};
    const date = toDay(period.fromMs + step * options.stepMs);
    return { date, redemptions, orderTotal: toAmount(orders), discountTotal: toAmount(discounts) };
  });
}
