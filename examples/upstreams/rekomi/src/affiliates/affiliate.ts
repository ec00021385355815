import { randomBytes } from "node:crypto";
import { toInstant } from "@toolspec/example-http";
import { type Context, notFound } from "../context.ts";
import { type ConversionRow, toConversion } from "../conversions/conversion.ts";
import { figuresOf } from "../dashboard/figures.ts";
import { type Sum, toHome } from "../money.ts";

/** Sales that one affiliate is shown with. */
const RECENT_CONVERSIONS = 10;

/** An affiliate as stored. */
export interface AffiliateRow {
  readonly id: string;
  readonly organization: string;
  readonly campaign_id: string;
  readonly email: string;
  readonly full_name: string | null;
  readonly slug: string;
  readonly status: "Pending" | "Approved" | "Rejected" | "Suspended";
  readonly paypal_email: string | null;
  readonly notes: string | null;
  readonly parent_id: string | null;
  readonly commission_type: "Percentage" | "Fixed" | null;
  readonly commission_value: number | null;
  readonly job_id: string | null;
  readonly rejection_reason: string | null;
  readonly created_at: number;
  readonly decided_at: number | null;
}

/** @throws ApiError 404 for an affiliate that the organisation does not have. */
export function findAffiliate(context: Context, id: string): AffiliateRow {
  const row = context.database.get<AffiliateRow>(
    "select * from affiliates where organization = :organization and id = :id",
    { organization: context.organization, id },
  );
  if (!row) throw notFound("affiliate");
  return row;
}

/** Insert an affiliate, or write one that is there. */
export function saveAffiliate(context: Pick<Context, "database">, row: AffiliateRow): void {
  context.database.run(
    `insert or replace into affiliates values (:id, :organization, :campaign_id, :email, :full_name, :slug, :status,
       :paypal_email, :notes, :parent_id, :commission_type, :commission_value, :job_id, :rejection_reason, :created_at,
       :decided_at)`,
    { ...row },
  );
}

/** Say whether nobody of a campaign has a slug, not even somebody who is only invited. */
export function isFreeSlug(context: Context, campaign: string, slug: string): boolean {
  const taken = (table: "affiliates" | "invites") =>
    context.database.get(`select id from ${table} where campaign_id = :campaign and slug = :slug`, { campaign, slug });
  return !taken("affiliates") && !taken("invites");
}

/** A slug that nobody has: 64 random bits. */
export function freshSlug(): string {
  return randomBytes(8).toString("hex");
}

/** The address that an affiliate shares. */
export function referralUrlOf({ organization, slug }: { organization: string; slug: string }): string {
  return `https://${organization}.example/?via=${slug}`;
}

/** An affiliate as the wire shows it in a list. */
export function toAffiliate(row: AffiliateRow): Readonly<Record<string, unknown>> {
  return {
    id: row.id,
    campaignId: row.campaign_id,
    email: row.email,
    fullName: row.full_name,
    slug: row.slug,
    referralUrl: referralUrlOf(row),
    status: row.status,
    createdAt: toInstant(row.created_at),
  };
}

/** An affiliate with all that is known of it. */
export function toAffiliateDetail(context: Context, row: AffiliateRow): Readonly<Record<string, unknown>> {
  const recent = context.database.all<ConversionRow>(
    "select * from conversions where affiliate_id = :id order by occurred_at desc, id limit :limit",
    { id: row.id, limit: RECENT_CONVERSIONS },
  );
  return {
    ...toAffiliate(row),
    decidedAt: toInstant(row.decided_at),
    rejectionReason: row.rejection_reason,
    paypalEmail: row.paypal_email,
    customCommissionType: row.commission_type,
    customCommissionValue: row.commission_value,
    parentAffiliateId: row.parent_id,
    totals: { ...figuresOf(context, { affiliateId: row.id }), unpaidCents: unpaidOf(context, row.id) },
    recentConversions: recent.map(toConversion),
    notes: row.notes,
  };
}

/** Cents in the HomeCurrency of commissions that are approved and not paid. */
function unpaidOf(context: Context, affiliate: string): number {
  const sums = context.database.all<Sum>(
    `select currency, sum(commission_cents) as cents from conversions
     where affiliate_id = :affiliate and status = 'Approved' group by currency`,
    { affiliate },
  );
  return toHome(context, sums);
}
