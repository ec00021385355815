import { createHash } from "node:crypto";
import {
  type Field,
  flag,
  instant,
  integer,
  listOf,
  objectOf,
  oneOf,
  optional,
  text,
  type Values,
} from "@toolspec/example-http";
import { findCampaign } from "../campaigns/campaign.ts";
import { type Context, newId } from "../context.ts";
import { conversionTypes, insertConversion } from "../conversions/conversion.ts";
import { currency, email, key, personName, slug } from "../fields.ts";
import { toHome } from "../money.ts";
import { operation } from "../operation.ts";
import { findOrganization } from "../organization/organization.ts";
import { beginJob, finishJob } from "./job.ts";
import { createTally, type Tally } from "./report.ts";

/** Rows of one import: what the contract allows. */
const ROWS_MAX = 1000;

/** A thousand million in the main unit: above any sale, and safe to add up. */
const AMOUNT_MAX_CENTS = 100_000_000_000;

const cents = integer({ min: 0, max: AMOUNT_MAX_CENTS });
const foreignId = optional(text({ min: 1, max: 255 }));

const rowFields = {
  affiliateEmail: optional(email()),
  affiliateSlug: optional(slug()),
  customerEmail: optional(email()),
  customerName: optional(personName()),
  amountCents: cents,
  commissionCents: cents,
  currency: currency(),
  occurredAt: instant(),
  paid: flag(),
  type: optional(oneOf(conversionTypes), "sale"),
  stripeCustomerId: foreignId,
  stripeSubscriptionId: foreignId,
  externalId: foreignId,
};

type Row = Values<typeof rowFields>;

const plainRow = objectOf(rowFields);

const row: Field<Row> = {
  read(value, at, problems) {
    const read = plainRow.read(value, at, problems);
    if (read && read.affiliateEmail === undefined && read.affiliateSlug === undefined) {
      problems.push({ field: at, message: "must name the affiliate by affiliateEmail or affiliateSlug" });
    }
    return read;
  },
};

const rows = listOf(row, { min: 1, max: ROWS_MAX });

/** Say what an import would do: the same judgement of the same rows, and nothing written. */
export const previewConversions = operation({
  method: "POST",
  path: "/api/v1/campaigns/{campaignId}/imports/conversions/preview",
  access: { role: "viewer", directPlan: "Starter" },
  params: { campaignId: key() },
  body: { conversions: rows },
  run(context, { campaignId, conversions }) {
    const { accepted, tally } = judge(context, findCampaign(context, campaignId).id, conversions, false);
    const { skipped, errored } = tally.counts();
    const body = {
      rowsTotal: conversions.length,
      wouldImport: accepted.length,
      wouldSkip: skipped,
      wouldError: errored,
      skipReasons: tally.reasons(),
      paidBalance: balanceOf(
        context,
        accepted.filter((each) => each.row.paid),
      ),
      unpaidBalance: balanceOf(
        context,
        accepted.filter((each) => !each.row.paid),
      ),
    };
    return { status: 200, body };
  },
});

/**
 * Import past conversions in one transaction.
 *
 * Paid rows become settled history. Unpaid rows become payable with `confirmUnpaidPayout` only; without it they are
 * kept as pending, which no payout takes.
 */
export const importConversions = operation({
  method: "POST",
  path: "/api/v1/campaigns/{campaignId}/imports/conversions",
  access: { directPlan: "Starter" },
  params: { campaignId: key() },
  body: { conversions: rows, confirmUnpaidPayout: optional(flag(), false), excludePaid: optional(flag(), false) },
  run(context, { campaignId, conversions, confirmUnpaidPayout, excludePaid }) {
    const campaign = findCampaign(context, campaignId).id;
    const { accepted, tally } = judge(context, campaign, conversions, excludePaid);
    const job = beginJob(context, "conversions", campaign);
    for (const each of accepted) {
      insert(context, each, { campaign, job, status: statusOf(each.row, confirmUnpaidPayout) });
    }
    const confirmed = confirmUnpaidPayout ? accepted.filter((each) => !each.row.paid) : [];
    const { cents: unpaidConfirmedCents, currency: home } = balanceOf(context, confirmed);
    const imported = accepted.length;
    finishJob(context, job, {
      kind: "conversions",
      imported,
      facts: { campaignId, ...tally.counts(), confirmUnpaidPayout, unpaidConfirmedCents },
    });
    const body = {
      jobId: job,
      imported,
      ...tally.counts(),
      reasons: tally.reasons(),
      unpaidConfirmedCents,
      currency: home,
    };
    return { status: 200, body };
  },
});

interface Accepted {
  readonly row: Row;
  readonly affiliate: string;
  readonly importKey: string;
}

/** Decide about every row, reading only. */
function judge(
  context: Context,
  campaign: string,
  conversions: readonly Row[],
  excludePaid: boolean,
): { readonly accepted: readonly Accepted[]; readonly tally: Tally } {
  const tally = createTally();
  const accepted: Accepted[] = [];
  const seen = new Set<string>();
  const rows = conversions.map((row) => {
    const affiliate = affiliateOf(context, campaign, row);
    return { row, affiliate, importKey: affiliate === undefined ? "" : importKeyOf(row, affiliate) };
  });
  // A sale that the list has as paid is settled, wherever in the list and whether or not paid rows are wanted.
  const settled = new Set(rows.filter(({ row }) => row.paid).map(({ importKey }) => importKey));
  for (const [index, { row, affiliate, importKey }] of rows.entries()) {
    if (affiliate === undefined) tally.fail(index, "affiliate_not_found");
    else if (excludePaid && row.paid) tally.skip(index, "paid_excluded");
    else if (seen.has(importKey) || (!row.paid && settled.has(importKey))) tally.skip(index, "duplicate_in_batch");
    else if (isImported(context, campaign, importKey)) tally.skip(index, "already_imported");
    else {
      seen.add(importKey);
      accepted.push({ row, affiliate, importKey });
    }
  }
  return { accepted, tally };
}

interface Named {
  readonly id: string;
  readonly email: string;
}

/** Both must fit, where both are given: a row that names two people names nobody. Each query is for one index. */
function affiliateOf(context: Context, campaign: string, { affiliateEmail, affiliateSlug }: Row): string | undefined {
  const found =
    affiliateSlug === undefined
      ? context.database.get<Named>(
          "select id, email from affiliates where campaign_id = :campaign and email = :email",
          { campaign, email: affiliateEmail ?? "" },
        )
      : context.database.get<Named>("select id, email from affiliates where campaign_id = :campaign and slug = :slug", {
          campaign,
          slug: affiliateSlug,
        });
  return affiliateEmail === undefined || found?.email === affiliateEmail ? found?.id : undefined;
}

/** What makes a row the same again: its id on the former platform, or else who bought what, when, by whom. */
function importKeyOf(each: Row, affiliate: string): string {
  if (each.externalId !== undefined) return `id:${each.externalId}`;
  const { customerEmail, amountCents, commissionCents, currency: code, occurredAt, type } = each;
  const facts = [affiliate, customerEmail, amountCents, commissionCents, code, occurredAt, type];
  return `row:${createHash("sha256").update(JSON.stringify(facts)).digest("hex")}`;
}

function isImported(context: Context, campaign: string, importKey: string): boolean {
  const sql = "select id from conversions where campaign_id = :campaign and import_key = :importKey";
  return context.database.get(sql, { campaign, importKey }) !== undefined;
}

function statusOf({ paid }: Row, confirmed: boolean): "Paid" | "Approved" | "Pending" {
  if (paid) return "Paid";
  return confirmed ? "Approved" : "Pending";
}

function balanceOf(context: Context, accepted: readonly Accepted[]): { cents: number; currency: string; rows: number } {
  const totals = new Map<string, number>();
  for (const { row: each } of accepted) {
    totals.set(each.currency, (totals.get(each.currency) ?? 0) + each.commissionCents);
  }
  const sums = [...totals].map(([code, total]) => ({ currency: code, cents: total }));
  return {
    cents: toHome(context, sums),
    currency: findOrganization(context).home_currency,
    rows: accepted.length,
  };
}

function insert(
  context: Context,
  { row: each, affiliate, importKey }: Accepted,
  into: { readonly campaign: string; readonly job: string; readonly status: "Paid" | "Approved" | "Pending" },
): void {
  insertConversion(context, {
    id: newId("cnv"),
    organization: context.organization,
    campaign_id: into.campaign,
    affiliate_id: affiliate,
    customer_email: each.customerEmail ?? null,
    customer_name: each.customerName ?? null,
    amount_cents: each.amountCents,
    commission_cents: each.commissionCents,
    currency: each.currency,
    type: each.type,
    status: into.status,
    import_key: importKey,
    external_id: each.externalId ?? null,
    payout_id: null,
    job_id: into.job,
    occurred_at: each.occurredAt,
  });
}
