import { instant, integer, invalidRequest, number, oneOf, optional, type Problem, text } from "@toolspec/example-http";
import { record } from "../audit/audit.ts";
import { findCampaign } from "../campaigns/campaign.ts";
import { newId } from "../context.ts";
import { currency, key, textsByName } from "../fields.ts";
import { type Operation, operation } from "../operation.ts";
import { pageFields, readPage } from "../pages.ts";
import { type CouponRow, requireFreeCode, saveCoupon, toCoupon } from "./coupon.ts";

const listCampaignCoupons = operation({
  method: "GET",
  path: "/api/v1/campaigns/{programId}/coupons",
  params: { programId: key() },
  query: pageFields,
  run(context, { programId, ...input }) {
    const body = readPage<CouponRow & { at: number }>(context, input, {
      select: "select *, created_at as at from coupons where campaign_id = :campaign and affiliate_id is null",
      parameters: { campaign: findCampaign(context, programId).id },
      toItem: (row) => toCoupon(row, context.nowMs),
    });
    return { status: 200, body };
  },
});

const createCampaignCoupon = operation({
  method: "POST",
  path: "/api/v1/campaigns/{programId}/coupons",
  params: { programId: key() },
  body: {
    name: text({ min: 1, max: 40 }),
    percentOff: optional(number({ min: 0, above: true, max: 100 })),
    amountOffCents: optional(integer({ min: 1, max: 100_000_000 })),
    currency: optional(currency()),
    duration: optional(oneOf(["once", "repeating", "forever"]), "once"),
    durationInMonths: optional(integer({ min: 1, max: 36 })),
    maxRedemptions: optional(integer({ min: 1, max: 1_000_000 })),
    expiresAt: optional(instant()),
    metadata: optional(textsByName({ max: 50, textMax: 500 }), {}),
  },
  run(context, { programId, ...input }) {
    const code = input.name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
    const problems = problemsOf({ ...input, code }, context.nowMs);
    if (problems.length > 0) throw invalidRequest(problems);
    const campaign = findCampaign(context, programId);
    requireFreeCode(context, code);
    const row: CouponRow = {
      id: newId("cpn"),
      organization: context.organization,
      campaign_id: campaign.id,
      affiliate_id: null,
      code,
      name: input.name,
      percent_off: input.percentOff ?? null,
      amount_off_cents: input.amountOffCents ?? null,
      currency: input.currency ?? null,
      duration: input.duration,
      duration_months: input.durationInMonths ?? null,
      max_redemptions: input.maxRedemptions ?? null,
      redemptions: 0,
      expires_at: input.expiresAt ?? null,
      metadata: JSON.stringify(input.metadata),
      active: 1,
      created_at: context.nowMs,
    };
    saveCoupon(context, row);
    record(context, { action: "coupon.created", entityId: row.id, after: { code, campaignId: campaign.id } });
    return { status: 201, body: toCoupon(row, context.nowMs) };
  },
});

export const campaignCouponOperations: readonly Operation[] = [listCampaignCoupons, createCampaignCoupon];

interface Terms {
  readonly code: string;
  readonly percentOff: number | undefined;
  readonly amountOffCents: number | undefined;
  readonly currency: string | undefined;
  readonly duration: string;
  readonly durationInMonths: number | undefined;
  readonly expiresAt: number | undefined;
}

/** What is wrong between the fields of a new coupon. */
function problemsOf(terms: Terms, nowMs: number): readonly Problem[] {
  const { code, percentOff, amountOffCents, currency: code3, duration, durationInMonths, expiresAt } = terms;
  const broken: readonly [boolean, string, string][] = [
    [code === "", "name", "must have a letter or a digit, of which the code is made"],
    [
      (percentOff === undefined) === (amountOffCents === undefined),
      "percentOff",
      "is needed, or else amountOffCents; not both",
    ],
    [amountOffCents !== undefined && code3 === undefined, "currency", "is missing beside amountOffCents"],
    [amountOffCents === undefined && code3 !== undefined, "currency", "goes with amountOffCents only"],
    [duration === "repeating" && durationInMonths === undefined, "durationInMonths", "is missing for repeating"],
    [duration !== "repeating" && durationInMonths !== undefined, "durationInMonths", "goes with repeating only"],
    [expiresAt !== undefined && expiresAt <= nowMs, "expiresAt", "must lie in the future"],
  ];
  return broken.flatMap(([is, name, message]) => (is ? [{ field: `body.${name}`, message }] : []));
}
