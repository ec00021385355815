import { flag, listOf, objectOf, oneOf, optional, type Values } from "@toolspec/example-http";
import { requirePaid, requirePlan } from "../access.ts";
import { type AffiliateRow, freshSlug, isFreeSlug, saveAffiliate } from "../affiliates/affiliate.ts";
import { findCampaign } from "../campaigns/campaign.ts";
import { type Context, newId } from "../context.ts";
import { email, key, note, personName, slug } from "../fields.ts";
import { cleanHtml } from "../note-html.ts";
import { operation } from "../operation.ts";
import { queueEmail } from "../outbox.ts";
import { beginJob, finishJob } from "./job.ts";
import { createTally, type Reason } from "./report.ts";

/** Rows of one import: what the contract allows. */
const ROWS_MAX = 1000;

const statuses = ["approved", "pending", "rejected", "suspended"] as const;

const statusOf = { approved: "Approved", pending: "Pending", rejected: "Rejected", suspended: "Suspended" } as const;

const rowFields = {
  email: email(),
  fullName: optional(personName()),
  status: optional(oneOf(statuses), "approved"),
  paypalEmail: optional(email()),
  slug: optional(slug()),
};

type Row = Values<typeof rowFields>;

/** Import a roster in one transaction. */
export const importAffiliates = operation({
  method: "POST",
  path: "/api/v1/campaigns/{campaignId}/imports/affiliates",
  access: { directPlan: "Starter" },
  params: { campaignId: key() },
  body: {
    affiliates: listOf(objectOf(rowFields), { min: 1, max: ROWS_MAX }),
    includeStatuses: optional(listOf(oneOf(statuses), { min: 1, max: statuses.length }), statuses),
    notifyAffiliates: optional(flag(), false),
    notificationMessageHtml: optional(note()),
  },
  run(context, { campaignId, affiliates, includeStatuses, notifyAffiliates, notificationMessageHtml }) {
    if (notifyAffiliates) {
      requirePlan(context, "Growth");
      requirePaid(context, "Growth");
    }
    const campaign = findCampaign(context, campaignId);
    const html = notificationMessageHtml === undefined ? null : cleanHtml(notificationMessageHtml);
    const job = beginJob(context, "affiliates", campaign.id);
    const tally = createTally();
    const seen = new Set<string>();
    let imported = 0;
    for (const [index, row] of affiliates.entries()) {
      const reason = seen.has(row.email)
        ? "duplicate_in_batch"
        : reasonAgainst(context, campaign.id, row, includeStatuses);
      seen.add(row.email);
      if (reason === "slug_taken") tally.fail(index, reason);
      else if (reason) tally.skip(index, reason);
      else {
        insertAffiliate(context, { row, campaign: campaign.id, job });
        if (notifyAffiliates) queueEmail(context, "import", row.email, html);
        imported++;
      }
    }
    finishJob(context, job, { kind: "affiliates", imported, facts: { campaignId, ...tally.counts() } });
    return { status: 200, body: { jobId: job, imported, ...tally.counts(), reasons: tally.reasons() } };
  },
});

function reasonAgainst(
  context: Context,
  campaign: string,
  row: Row,
  included: readonly (typeof statuses)[number][],
): Reason | undefined {
  if (!included.includes(row.status)) return "status_not_included";
  const sql = "select id from affiliates where campaign_id = :campaign and email = :email";
  if (context.database.get(sql, { campaign, email: row.email })) return "duplicate_in_campaign";
  return row.slug !== undefined && !isFreeSlug(context, campaign, row.slug) ? "slug_taken" : undefined;
}

function insertAffiliate(context: Context, given: { row: Row; campaign: string; job: string }): void {
  const { row, campaign, job } = given;
  const affiliate: AffiliateRow = {
    id: newId("aff"),
    organization: context.organization,
    campaign_id: campaign,
    email: row.email,
    full_name: row.fullName ?? null,
    slug: row.slug ?? freshSlug(),
    status: statusOf[row.status],
    paypal_email: row.paypalEmail ?? null,
    notes: null,
    parent_id: null,
    commission_type: null,
    commission_value: null,
    job_id: job,
    rejection_reason: null,
    created_at: context.nowMs,
    decided_at: row.status === "pending" ? null : context.nowMs,
  };
  saveAffiliate(context, affiliate);
}
