import type { Context } from "../context.ts";
import { type Sum, toHome } from "../money.ts";
import { findOrganization } from "../organization/organization.ts";

/** What figures are of. Absent: everything of the organisation; times are Unix milliseconds. */
export interface Scope {
  readonly campaignId?: string;
  readonly affiliateId?: string;
  /** From here on, included. */
  readonly fromMs?: number;
}

/** Sums are cents in the HomeCurrency. Refunded and denied conversions do not count. */
export interface Figures {
  readonly currency: string;
  readonly clicks: number;
  readonly leads: number;
  readonly conversions: number;
  readonly revenueCents: number;
  readonly commissionCents: number;
}

/** SQL: conversions that count. */
export const COUNTED = "status not in ('Refunded', 'Denied')";

/** Count and sum up one scope. */
export function figuresOf(context: Context, { campaignId, affiliateId, fromMs }: Scope): Figures {
  const filter = {
    organization: context.organization,
    campaign: campaignId ?? null,
    affiliate: affiliateId ?? null,
    from: fromMs ?? 0,
  };
  const where = `organization = :organization and (:campaign is null or campaign_id = :campaign)
    and (:affiliate is null or affiliate_id = :affiliate)`;
  const one = (sql: string) => context.database.get<{ n: number | null }>(sql, filter)?.n ?? 0;
  const sums = context.database.all<{ currency: string; n: number; revenue: number; commission: number }>(
    `select currency, count(*) as n, sum(amount_cents) as revenue, sum(commission_cents) as commission
     from conversions where ${where} and ${COUNTED} and occurred_at >= :from group by currency`,
    filter,
  );
  const sumOf = (name: "revenue" | "commission") =>
    toHome(
      context,
      sums.map((row): Sum => ({ cents: row[name], currency: row.currency })),
    );
  return {
    currency: findOrganization(context).home_currency,
    clicks: one(`select sum(clicks) as n from clicks where ${where} and day >= :from`),
    leads: one(`select count(*) as n from leads where ${where} and created_at >= :from`),
    conversions: sums.reduce((total, { n }) => total + n, 0),
    revenueCents: sumOf("revenue"),
    commissionCents: sumOf("commission"),
  };
}
