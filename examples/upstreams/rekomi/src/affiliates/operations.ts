import { flag, optional, text, toInstant } from "@toolspec/example-http";
import { record } from "../audit/audit.ts";
import { findCampaign } from "../campaigns/campaign.ts";
import { type Context, conflict } from "../context.ts";
import { COUNTED } from "../dashboard/figures.ts";
import { key } from "../fields.ts";
import { toHome } from "../money.ts";
import { escapeHtml } from "../note-html.ts";
import { type Operation, operation } from "../operation.ts";
import { findOrganization } from "../organization/organization.ts";
import { queueEmail } from "../outbox.ts";
import { pageFields, readPage } from "../pages.ts";
import { type AffiliateRow, findAffiliate, saveAffiliate, toAffiliate, toAffiliateDetail } from "./affiliate.ts";

/** Recruits that one answer shows. */
const RECRUITS_MAX = 1000;

const listAffiliates = operation({
  method: "GET",
  path: "/api/v1/affiliates",
  query: { ...pageFields, campaignId: optional(key()) },
  run(context, { campaignId, ...input }) {
    const body = readPage<AffiliateRow & { at: number }>(context, input, {
      select: `select *, created_at as at from affiliates
        where organization = :organization and (:campaign is null or campaign_id = :campaign)`,
      parameters: { organization: context.organization, campaign: campaignId ?? null },
      toItem: toAffiliate,
    });
    return { status: 200, body };
  },
});

const getAffiliate = operation({
  method: "GET",
  path: "/api/v1/affiliates/{id}",
  params: { id: key() },
  run: (context, { id }) => ({ status: 200, body: toAffiliateDetail(context, findAffiliate(context, id)) }),
});

const approveAffiliate = operation({
  method: "POST",
  path: "/api/v1/affiliates/{id}/approve",
  params: { id: key() },
  run(context, { id }) {
    const before = findAffiliate(context, id);
    if (before.status === "Approved") return { status: 200, body: toAffiliateDetail(context, before) };
    requirePending(before);
    const row: AffiliateRow = { ...before, status: "Approved", decided_at: context.nowMs };
    saveAffiliate(context, row);
    queueEmail(context, "welcome", row.email);
    recordDecision(context, "affiliate.approved", before, row);
    return { status: 200, body: toAffiliateDetail(context, row) };
  },
});

const rejectAffiliate = operation({
  method: "POST",
  path: "/api/v1/affiliates/{id}/reject",
  params: { id: key() },
  body: { reason: optional(text({ max: 1000 })), notify: optional(flag(), true) },
  run(context, { id, reason, notify }) {
    const before = findAffiliate(context, id);
    requirePending(before);
    const row: AffiliateRow = {
      ...before,
      status: "Rejected",
      rejection_reason: reason ?? null,
      decided_at: context.nowMs,
    };
    saveAffiliate(context, row);
    if (notify) queueEmail(context, "rejection", row.email, reason === undefined ? null : escapeHtml(reason));
    recordDecision(context, "affiliate.rejected", before, row);
    return { status: 200, body: toAffiliateDetail(context, row) };
  },
});

interface RecruitSum {
  readonly affiliate_id: string;
  readonly currency: string;
  readonly cents: number;
}

const listSubAffiliates = operation({
  method: "GET",
  path: "/api/v1/affiliates/{affiliateId}/sub-affiliates",
  params: { affiliateId: key() },
  run(context, { affiliateId }) {
    const parent = findAffiliate(context, affiliateId);
    const campaign = findCampaign(context, parent.campaign_id);
    const recruits = context.database.all<AffiliateRow>(
      "select * from affiliates where parent_id = :parent order by created_at desc, id limit :limit",
      { parent: parent.id, limit: RECRUITS_MAX },
    );
    const sums = context.database.all<RecruitSum>(
      `select affiliate_id, currency, sum(commission_cents) as cents from conversions
       where affiliate_id in (select id from affiliates where parent_id = :parent) and ${COUNTED}
       group by affiliate_id, currency`,
      { parent: parent.id },
    );
    const percent = campaign.sub_enabled ? campaign.sub_percent : 0;
    const { home_currency: currency } = findOrganization(context);
    const body = recruits.map((row) => {
      const commissionCents = toHome(
        context,
        sums.filter(({ affiliate_id: id }) => id === row.id),
      );
      return {
        affiliateId: row.id,
        email: row.email,
        fullName: row.full_name,
        status: row.status,
        commissionCents,
        overrideCents: Math.round((commissionCents * percent) / 100),
        currency,
        joinedAt: toInstant(row.created_at),
      };
    });
    return { status: 200, body };
  },
});

export const affiliateOperations: readonly Operation[] = [
  listAffiliates,
  getAffiliate,
  approveAffiliate,
  rejectAffiliate,
  listSubAffiliates,
];

/** @throws ApiError 409 for an application that is decided. */
function requirePending(row: AffiliateRow): void {
  if (row.status === "Pending") return;
  throw conflict(`The affiliate is ${row.status}, not Pending: the application is decided.`);
}

function recordDecision(
  context: Context,
  action: `affiliate.${string}`,
  before: AffiliateRow,
  after: AffiliateRow,
): void {
  record(context, {
    action,
    entityId: after.id,
    before: { status: before.status },
    after: { status: after.status, ...(after.rejection_reason === null ? {} : { reason: after.rejection_reason }) },
  });
}
