import { oneOf, optional, toInstant } from "@toolspec/example-http";
import type { AffiliateRow } from "../affiliates/affiliate.ts";
import { record } from "../audit/audit.ts";
import { findCampaign } from "../campaigns/campaign.ts";
import { type Context, conflict, newId, notFound } from "../context.ts";
import { email, instantOrDay, key, personName, slug } from "../fields.ts";
import { type Operation, operation } from "../operation.ts";
import { pageFields, readPage } from "../pages.ts";
import { type ConversionRow, conversionStatuses, toConversion } from "./conversion.ts";

const listConversions = operation({
  method: "GET",
  path: "/api/v1/conversions",
  query: {
    ...pageFields,
    affiliateId: optional(key()),
    campaignId: optional(key()),
    status: optional(oneOf(conversionStatuses)),
    since: optional(instantOrDay()),
  },
  run(context, { affiliateId, campaignId, status, since, ...input }) {
    const body = readPage<ConversionRow & { at: number }>(context, input, {
      select: `select *, occurred_at as at from conversions where organization = :organization
        and (:affiliate is null or affiliate_id = :affiliate) and (:campaign is null or campaign_id = :campaign)
        and (:status is null or status = :status) and occurred_at >= :since`,
      parameters: {
        organization: context.organization,
        affiliate: affiliateId ?? null,
        campaign: campaignId ?? null,
        status: status ?? null,
        since: since ?? 0,
      },
      toItem: toConversion,
    });
    return { status: 200, body };
  },
});

interface LeadRow {
  readonly id: string;
  readonly campaign_id: string;
  readonly affiliate_id: string;
  readonly email: string;
  readonly name: string | null;
  readonly created_at: number;
}

const recordLead = operation({
  method: "POST",
  path: "/api/v1/leads",
  body: { affiliateSlug: slug(), email: email(), name: optional(personName()), campaignId: optional(key()) },
  run(context, input) {
    const affiliate = findReferrer(context, input.affiliateSlug, input.campaignId);
    const known = context.database.get<LeadRow>(
      "select * from leads where campaign_id = :campaign and email = :email",
      { campaign: affiliate.campaign_id, email: input.email },
    );
    if (known) return { status: 200, body: toLead(known) };
    const row: LeadRow = {
      id: newId("led"),
      campaign_id: affiliate.campaign_id,
      affiliate_id: affiliate.id,
      email: input.email,
      name: input.name ?? null,
      created_at: context.nowMs,
    };
    context.database.run(
      `insert into leads values (:id, :organization, :campaign_id, :affiliate_id, :email, :name, :created_at, null)`,
      { ...row, organization: context.organization },
    );
    record(context, {
      action: "lead.recorded",
      entityId: row.id,
      after: { affiliateId: affiliate.id, campaignId: row.campaign_id, email: row.email },
    });
    return { status: 201, body: toLead(row) };
  },
});

export const conversionOperations: readonly Operation[] = [listConversions, recordLead];

/** @throws ApiError 404 for an unknown slug or campaign, 409 for one of several campaigns or one who earns nothing. */
function findReferrer(context: Context, wanted: string, campaignId: string | undefined): AffiliateRow {
  const campaign = campaignId === undefined ? null : findCampaign(context, campaignId).id;
  const rows = context.database.all<AffiliateRow>(
    `select * from affiliates where organization = :organization and slug = :slug
       and (:campaign is null or campaign_id = :campaign)`,
    { organization: context.organization, slug: wanted, campaign },
  );
  const [row] = rows;
  if (!row) throw notFound("affiliate");
  if (rows.length > 1) throw conflict("The slug exists in several campaigns. Give campaignId.");
  if (row.status !== "Approved") throw conflict(`The affiliate is ${row.status}: only Approved ones get leads.`);
  return row;
}

function toLead(row: LeadRow): Readonly<Record<string, unknown>> {
  return {
    id: row.id,
    affiliateId: row.affiliate_id,
    campaignId: row.campaign_id,
    email: row.email,
    name: row.name,
    createdAt: toInstant(row.created_at),
  };
}
