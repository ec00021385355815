import { flag, integer, invalidRequest, number, oneOf, optional, text } from "@toolspec/example-http";
import { requireCampaignRoom } from "../access.ts";
import { record } from "../audit/audit.ts";
import { type Context, conflict, newId } from "../context.ts";
import { commissionType, key } from "../fields.ts";
import { type Operation, operation } from "../operation.ts";
import { pageFields, readPage } from "../pages.ts";
import {
  attributionModels,
  type CampaignRow,
  commissionModels,
  findCampaign,
  networkVisibilities,
  saveCampaign,
  toCampaign,
  toCampaignDetail,
} from "./campaign.ts";
import { commissionProblems, commissionValueOf } from "./commission.ts";

const listCampaigns = operation({
  method: "GET",
  path: "/api/v1/campaigns",
  query: pageFields,
  run(context, input) {
    const body = readPage<CampaignRow & { at: number }>(context, input, {
      select: "select *, created_at as at from campaigns where organization = :organization",
      parameters: { organization: context.organization },
      toItem: (row) => toCampaign(context, row),
    });
    return { status: 200, body };
  },
});

const getCampaign = operation({
  method: "GET",
  path: "/api/v1/campaigns/{id}",
  params: { id: key() },
  run: (context, { id }) => ({ status: 200, body: toCampaignDetail(context, findCampaign(context, id)) }),
});

const createCampaign = operation({
  method: "POST",
  path: "/api/v1/campaigns",
  body: {
    name: text({ min: 1, max: 120 }),
    slug: text({
      min: 1,
      max: 63,
      pattern: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
      hint: "lower-case letters, digits and - within",
    }),
    description: optional(text({ max: 2000 })),
    termsUrl: optional(text({ max: 2048, pattern: /^https?:\/\/[^/?#@\s]+(?:[/?#]\S*)?$/u, hint: "an http address" })),
    defaultCommissionType: optional(commissionType(), "Percentage"),
    defaultCommissionValue: optional(number({ min: 0, max: 100_000_000 })),
    defaultCommissionModel: optional(oneOf(commissionModels), "Cps"),
    cookieWindowDays: optional(integer({ min: 1, max: 365 }), 60),
    attributionModel: optional(oneOf(attributionModels), "LastClick"),
    autoApprove: optional(flag(), false),
    networkVisibility: optional(oneOf(networkVisibilities), "Private"),
  },
  run(context, input) {
    const commission = {
      type: input.defaultCommissionType,
      value: input.defaultCommissionValue,
      model: input.defaultCommissionModel,
    };
    const problems = commissionProblems(commission);
    if (problems.length > 0) throw invalidRequest(problems);
    requireCampaignRoom(context);
    requireFreeSlug(context, input.slug);
    const row: CampaignRow = {
      id: newId("cmp"),
      organization: context.organization,
      name: input.name,
      slug: input.slug,
      description: input.description ?? null,
      terms_url: input.termsUrl ?? null,
      status: "Active",
      commission_type: commission.type,
      commission_value: commissionValueOf(commission),
      commission_model: commission.model,
      cookie_window_days: input.cookieWindowDays,
      attribution_model: input.attributionModel,
      auto_approve: input.autoApprove ? 1 : 0,
      network_visibility: input.networkVisibility,
      self_mint: 0,
      sub_enabled: 0,
      sub_percent: 0,
      created_at: context.nowMs,
    };
    saveCampaign(context, row);
    const body = toCampaign(context, row);
    record(context, { action: "campaign.created", entityId: row.id, after: { name: row.name, slug: row.slug } });
    return { status: 201, body };
  },
});

const getSubAffiliateConfig = operation({
  method: "GET",
  path: "/api/v1/campaigns/{programId}/sub-affiliate-config",
  params: { programId: key() },
  run: (context, { programId }) => ({ status: 200, body: toSubConfig(findCampaign(context, programId)) }),
});

const setSubAffiliateConfig = operation({
  method: "PUT",
  path: "/api/v1/campaigns/{programId}/sub-affiliate-config",
  access: { role: "owner", plan: "Pro", verifiedEmail: true },
  params: { programId: key() },
  body: { enabled: flag(), percent: number({ min: 0, max: 100 }) },
  run(context, { programId, enabled, percent }) {
    const before = findCampaign(context, programId);
    const row: CampaignRow = { ...before, sub_enabled: enabled ? 1 : 0, sub_percent: percent };
    saveCampaign(context, row);
    record(context, {
      action: "campaign.sub_affiliates_configured",
      entityId: row.id,
      before: toSubConfig(before),
      after: toSubConfig(row),
    });
    return { status: 200, body: toSubConfig(row) };
  },
});

export const campaignOperations: readonly Operation[] = [
  listCampaigns,
  getCampaign,
  createCampaign,
  getSubAffiliateConfig,
  setSubAffiliateConfig,
];

/** @throws ApiError 409 `slug_already_taken`. */
function requireFreeSlug(context: Context, slug: string): void {
  const sql = "select id from campaigns where organization = :organization and slug = :slug";
  if (!context.database.get(sql, { organization: context.organization, slug })) return;
  throw conflict(`Another campaign has the slug ${slug}. Choose another.`, "slug_already_taken");
}

function toSubConfig(row: CampaignRow): { enabled: boolean; percent: number } {
  return { enabled: row.sub_enabled === 1, percent: row.sub_percent };
}
