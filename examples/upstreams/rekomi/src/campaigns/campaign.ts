import { DAY_MS, toInstant } from "@toolspec/example-http";
import { type Context, notFound } from "../context.ts";
import { figuresOf } from "../dashboard/figures.ts";
import { findOrganization } from "../organization/organization.ts";

export const commissionModels = ["Cps", "Cpc", "Cpl", "Cpa", "RevShare", "Hybrid"] as const;
export const attributionModels = ["LastClick", "FirstClick"] as const;
export const networkVisibilities = ["Private", "Unlisted", "Public"] as const;

/** Cents in the HomeCurrency below which an affiliate is not paid yet. */
export const PAYOUT_MINIMUM_CENTS = 1000;

const STATS_DAYS = 30;

/** A campaign as stored. `commission_value` is percent or cents. */
export interface CampaignRow {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly slug: string;
  readonly description: string | null;
  readonly terms_url: string | null;
  readonly status: "Active" | "Paused" | "Archived";
  readonly commission_type: "Percentage" | "Fixed";
  readonly commission_value: number;
  readonly commission_model: (typeof commissionModels)[number];
  readonly cookie_window_days: number;
  readonly attribution_model: (typeof attributionModels)[number];
  readonly auto_approve: 0 | 1;
  readonly network_visibility: (typeof networkVisibilities)[number];
  readonly self_mint: 0 | 1;
  readonly sub_enabled: 0 | 1;
  readonly sub_percent: number;
  readonly created_at: number;
}

/** @throws ApiError 404 for a campaign that the organisation does not have. */
export function findCampaign(context: Pick<Context, "database" | "organization">, id: string): CampaignRow {
  const row = context.database.get<CampaignRow>(
    "select * from campaigns where organization = :organization and id = :id",
    { organization: context.organization, id },
  );
  if (!row) throw notFound("campaign");
  return row;
}

/** Insert a campaign, or write one that is there. */
export function saveCampaign(context: Pick<Context, "database">, row: CampaignRow): void {
  context.database.run(
    `insert or replace into campaigns values (:id, :organization, :name, :slug, :description, :terms_url, :status,
       :commission_type, :commission_value, :commission_model, :cookie_window_days, :attribution_model, :auto_approve,
       :network_visibility, :self_mint, :sub_enabled, :sub_percent, :created_at)`,
    { ...row },
  );
}

/** A campaign as the wire shows it. */
export function toCampaign(context: Context, row: CampaignRow): Readonly<Record<string, unknown>> {
  const { home_currency: currency, payout_grace_days: graceDays } = findOrganization(context);
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    description: row.description,
    termsUrl: row.terms_url,
    status: row.status,
    commission: { type: row.commission_type, model: row.commission_model, value: row.commission_value, currency },
    cookieWindowDays: row.cookie_window_days,
    attributionModel: row.attribution_model,
    autoApprove: row.auto_approve === 1,
    networkVisibility: row.network_visibility,
    selfMintCoupons: row.self_mint === 1,
    payout: { minimumCents: PAYOUT_MINIMUM_CENTS, currency, graceDays },
    affiliateCount: countAffiliates(context, row.id, null),
    createdAt: toInstant(row.created_at),
  };
}

/** A campaign with the figures of the last days. */
export function toCampaignDetail(context: Context, row: CampaignRow): Readonly<Record<string, unknown>> {
  const figures = figuresOf(context, { campaignId: row.id, fromMs: context.nowMs - STATS_DAYS * DAY_MS });
  return {
    ...toCampaign(context, row),
    stats: { ...figures, pendingAffiliates: countAffiliates(context, row.id, "Pending") },
  };
}

function countAffiliates(context: Context, campaign: string, status: string | null): number {
  const sql =
    "select count(*) as n from affiliates where campaign_id = :campaign and (:status is null or status = :status)";
  return context.database.get<{ n: number }>(sql, { campaign, status })?.n ?? 0;
}
