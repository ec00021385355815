import { DAY_MS, oneOf, optional, toInstant } from "@toolspec/example-http";
import { record } from "../audit/audit.ts";
import { findCampaign, PAYOUT_MINIMUM_CENTS } from "../campaigns/campaign.ts";
import { type Context, notFound } from "../context.ts";
import { instantOrDay, key } from "../fields.ts";
import { type Operation, operation } from "../operation.ts";
import { findOrganization } from "../organization/organization.ts";
import { pageFields, readPage } from "../pages.ts";
import { linesOf, type PayoutLine, totalsOf } from "./lines.ts";

/** A batch as stored: what it pays is told by the conversions that name it. */
interface PayoutRow {
  readonly id: string;
  readonly campaign_id: string | null;
  readonly status: "Pending" | "Processing" | "Paid" | "Failed";
  readonly created_at: number;
  readonly paid_at: number | null;
}

const listPayouts = operation({
  method: "GET",
  path: "/api/v1/payouts",
  query: {
    ...pageFields,
    status: optional(oneOf(["Pending", "Processing", "Paid", "Failed"])),
    affiliateId: optional(key()),
    since: optional(instantOrDay()),
  },
  run(context, { status, affiliateId, since, ...input }) {
    const body = readPage<PayoutRow & { at: number }>(context, input, {
      select: `select *, created_at as at from payouts p where organization = :organization
        and (:status is null or status = :status) and created_at >= :since and (:affiliate is null
          or exists (select 1 from conversions v where v.payout_id = p.id and v.affiliate_id = :affiliate))`,
      parameters: {
        organization: context.organization,
        status: status ?? null,
        since: since ?? 0,
        affiliate: affiliateId ?? null,
      },
      toItem: (row) => toPayout(context, row, paidBy(context, row)),
    });
    return { status: 200, body };
  },
});

const getPayout = operation({
  method: "GET",
  path: "/api/v1/payouts/{id}",
  params: { id: key() },
  run(context, { id }) {
    const row = context.database.get<PayoutRow>(
      "select * from payouts where organization = :organization and id = :id",
      { organization: context.organization, id },
    );
    if (!row) throw notFound("payout");
    const lines = paidBy(context, row);
    return { status: 200, body: { ...toPayout(context, row, lines), lines } };
  },
});

const previewPayout = operation({
  method: "POST",
  path: "/api/v1/payouts/preview",
  body: { campaignId: optional(key()), since: optional(instantOrDay()) },
  run(context, { campaignId, since }) {
    const campaign = campaignId === undefined ? null : findCampaign(context, campaignId).id;
    const { home_currency: currency, payout_grace_days: graceDays } = findOrganization(context);
    const payable = linesOf(
      context,
      `v.organization = :organization and v.status = 'Approved' and v.payout_id is null and a.status = 'Approved'
         and (:campaign is null or v.campaign_id = :campaign) and v.occurred_at >= :since and v.occurred_at <= :until`,
      {
        organization: context.organization,
        campaign,
        since: since ?? 0,
        until: context.nowMs - graceDays * DAY_MS,
      },
    );
    const lines = payable.filter(({ affiliateId }) => {
      const own = payable.filter((line) => line.affiliateId === affiliateId);
      return totalsOf(context, own).totalCents >= PAYOUT_MINIMUM_CENTS;
    });
    const totals = totalsOf(context, lines);
    record(context, { action: "payout.previewed", after: { campaignId: campaign, ...totals } });
    const conversions = lines.reduce((sum, line) => sum + line.conversions, 0);
    return { status: 200, body: { currency, ...totals, conversions, lines } };
  },
});

export const payoutOperations: readonly Operation[] = [listPayouts, getPayout, previewPayout];

function paidBy(context: Context, row: PayoutRow): readonly PayoutLine[] {
  return linesOf(context, "v.payout_id = :payout", { payout: row.id });
}

function toPayout(context: Context, row: PayoutRow, lines: readonly PayoutLine[]): Readonly<Record<string, unknown>> {
  return {
    id: row.id,
    status: row.status,
    campaignId: row.campaign_id,
    currency: findOrganization(context).home_currency,
    ...totalsOf(context, lines),
    createdAt: toInstant(row.created_at),
    paidAt: toInstant(row.paid_at),
  };
}
