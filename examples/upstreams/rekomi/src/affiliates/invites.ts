import { flag, invalidRequest, listOf, number, objectOf, optional, toInstant } from "@toolspec/example-http";
import { requirePaid } from "../access.ts";
import { record } from "../audit/audit.ts";
import { findCampaign } from "../campaigns/campaign.ts";
import { customCommissionProblems } from "../campaigns/commission.ts";
import { type Context, conflict, newId } from "../context.ts";
import { commissionType, email, key, note, personName, slug } from "../fields.ts";
import { cleanHtml } from "../note-html.ts";
import { type Operation, operation } from "../operation.ts";
import { queueEmail } from "../outbox.ts";
import { freshSlug, isFreeSlug, referralUrlOf } from "./affiliate.ts";

/** Invites that one request sends. */
const BULK_MAX = 50;

interface NewInvite {
  readonly campaignId: string;
  readonly email: string;
  readonly fullName?: string | undefined;
  readonly slug: string;
  readonly noteHtml: string | null;
  readonly commissionType?: "Percentage" | "Fixed" | undefined;
  readonly commissionValue?: number | undefined;
  readonly autoApprove: boolean;
}

const createInvite = operation({
  method: "POST",
  path: "/api/v1/campaigns/{campaignId}/invites",
  params: { campaignId: key() },
  body: {
    email: email(),
    fullName: optional(personName()),
    slug: optional(slug()),
    personalNoteHtml: optional(note()),
    customCommissionType: optional(commissionType()),
    customCommissionValue: optional(number({ min: 0, max: 100_000_000 })),
    autoApprove: optional(flag(), true),
  },
  run(context, input) {
    const { customCommissionType, customCommissionValue, personalNoteHtml } = input;
    const problems = customCommissionProblems(customCommissionType, customCommissionValue);
    if (problems.length > 0) throw invalidRequest(problems);
    const campaign = findCampaign(context, input.campaignId);
    if (isMember(context, campaign.id, input.email)) throw conflict("This address is in the campaign already.");
    if (isInvited(context, campaign.id, input.email)) throw conflict("This address has been invited already.");
    if (input.slug !== undefined && !isFreeSlug(context, campaign.id, input.slug)) {
      throw conflict(`Another affiliate has the slug ${input.slug}. Choose another, or none.`, "slug_already_taken");
    }
    const body = invite(context, {
      campaignId: campaign.id,
      email: input.email,
      fullName: input.fullName,
      slug: input.slug ?? freshSlug(),
      noteHtml: personalNoteHtml === undefined ? null : cleanHtml(personalNoteHtml),
      commissionType: customCommissionType,
      commissionValue: customCommissionValue,
      autoApprove: input.autoApprove,
    });
    return { status: 201, body };
  },
});

interface Recipient {
  readonly email: string;
  readonly slug?: string | undefined;
  readonly fullName?: string | undefined;
}

const bulkInvite = operation({
  method: "POST",
  path: "/api/v1/campaigns/{campaignId}/invites/bulk",
  params: { campaignId: key() },
  body: {
    recipients: optional(
      listOf(objectOf({ email: email(), slug: optional(slug()), fullName: optional(personName()) }), {
        min: 1,
        max: BULK_MAX,
      }),
    ),
    emails: optional(listOf(email(), { min: 1, max: BULK_MAX, repeats: true })),
    personalNoteHtml: optional(note()),
    autoApprove: optional(flag(), true),
  },
  run(context, { campaignId, recipients, emails, personalNoteHtml, autoApprove }) {
    requirePaid(context, "Starter");
    if ((recipients === undefined) === (emails === undefined)) {
      throw invalidRequest([{ field: "body.recipients", message: "is needed, or else emails; not both" }]);
    }
    const campaign = findCampaign(context, campaignId);
    const noteHtml = personalNoteHtml === undefined ? null : cleanHtml(personalNoteHtml);
    const all: readonly Recipient[] = recipients ?? (emails ?? []).map((address) => ({ email: address }));
    const report = { invited: [] as object[], skipped: [] as object[], slugConflicts: [] as object[] };
    const seen = new Set<string>();
    for (const { email: address, slug: wanted, fullName } of all) {
      const reason = seen.has(address) ? "duplicate_in_request" : skipReason(context, campaign.id, address);
      seen.add(address);
      if (reason) {
        report.skipped.push({ email: address, reason });
        continue;
      }
      const free = wanted !== undefined && isFreeSlug(context, campaign.id, wanted);
      const assigned = free ? wanted : freshSlug();
      if (wanted !== undefined && !free) {
        report.slugConflicts.push({ email: address, requestedSlug: wanted, assignedSlug: assigned });
      }
      const sent = { campaignId: campaign.id, email: address, fullName, slug: assigned, noteHtml, autoApprove };
      report.invited.push(invite(context, sent));
    }
    return { status: 200, body: report };
  },
});

export const inviteOperations: readonly Operation[] = [createInvite, bulkInvite];

/** Keep one invite, which holds its slug from now on, and queue its email. */
function invite(context: Context, given: NewInvite): Readonly<Record<string, unknown>> {
  const id = newId("inv");
  const fullName = given.fullName ?? null;
  context.database.run(
    `insert into invites values (:id, :organization, :campaign, :email, :fullName, :slug, :noteHtml, :commissionType,
       :commissionValue, :autoApprove, :now)`,
    {
      id,
      organization: context.organization,
      campaign: given.campaignId,
      email: given.email,
      fullName,
      slug: given.slug,
      noteHtml: given.noteHtml,
      commissionType: given.commissionType ?? null,
      commissionValue: given.commissionValue ?? null,
      autoApprove: given.autoApprove ? 1 : 0,
      now: context.nowMs,
    },
  );
  queueEmail(context, "invite", given.email, given.noteHtml);
  const facts = { campaignId: given.campaignId, email: given.email, slug: given.slug };
  record(context, { action: "invite.sent", entityId: id, after: facts });
  return {
    id,
    ...facts,
    fullName,
    referralUrl: referralUrlOf({ organization: context.organization, slug: given.slug }),
    autoApprove: given.autoApprove,
    personalNoteHtml: given.noteHtml,
    sentAt: toInstant(context.nowMs),
  };
}

function skipReason(context: Context, campaign: string, address: string): string | undefined {
  if (isMember(context, campaign, address)) return "already_member";
  return isInvited(context, campaign, address) ? "already_invited" : undefined;
}

function isMember(context: Context, campaign: string, address: string): boolean {
  const sql = "select id from affiliates where campaign_id = :campaign and email = :address";
  return context.database.get(sql, { campaign, address }) !== undefined;
}

function isInvited(context: Context, campaign: string, address: string): boolean {
  const sql = "select id from invites where campaign_id = :campaign and email = :address";
  return context.database.get(sql, { campaign, address }) !== undefined;
}
