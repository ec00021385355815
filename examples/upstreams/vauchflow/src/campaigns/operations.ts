import {
  ApiError,
  instant,
  integer,
  invalidRequest,
  nullable,
  number,
  objectOf,
  oneOf,
  optional,
  text,
  uuid,
} from "@toolspec/example-http";
import { newId, publish } from "../context.ts";
import { type Operation, operation } from "../http/operation.ts";
import { kept, requireChange } from "../http/patch.ts";
import { toCents } from "../money.ts";
import {
  type CampaignRow,
  campaignStatuses,
  findCampaign,
  saveCampaign,
  toCampaign,
  toCampaignSummary,
} from "./campaign.ts";

const name = text({ min: 1, max: 120 });
const description = text({ max: 1000 });
const minOrderValue = number({ min: 0, max: 10_000_000 });
const maxRedemptions = integer({ min: 1, max: 10_000_000 });
const maxPerCustomer = integer({ min: 1, max: 10_000 });

const listCampaigns = operation({
  method: "GET",
  path: "/v1/campaigns",
  query: { status: optional(oneOf(campaignStatuses)), limit: optional(integer({ min: 1, max: 100 }), 20) },
  run(context, { status, limit }) {
    const filter = { tenant: context.tenant, status: status ?? null };
    const where = "where tenant = :tenant and (:status is null or status = :status)";
    const count = context.database.get<{ total: number }>(`select count(*) as total from campaigns ${where}`, filter);
    const rows = context.database.all<CampaignRow>(
      `select * from campaigns ${where} order by created_at desc, id limit :limit`,
      { ...filter, limit },
    );
    const campaigns = rows.map(toCampaignSummary);
    return { status: 200, body: { campaigns, total: count?.total ?? 0, returned: campaigns.length } };
  },
});

const getCampaign = operation({
  method: "GET",
  path: "/v1/campaigns/{campaign_id}",
  params: { campaign_id: uuid() },
  run: (context, input) => ({ status: 200, body: toCampaign(context, findCampaign(context, input.campaign_id)) }),
});

const createCampaign = operation({
  method: "POST",
  path: "/v1/campaigns",
  dryRun: true,
  body: {
    name,
    description: optional(description),
    status: optional(oneOf(["DRAFT", "ACTIVE"]), "DRAFT"),
    starts_at: optional(instant()),
    ends_at: optional(instant()),
    rules: optional(
      objectOf({
        min_order_value: optional(minOrderValue),
        max_redemptions: optional(maxRedemptions),
        max_redemptions_per_customer: optional(maxPerCustomer),
      }),
    ),
  },
  run(context, input) {
    const row: CampaignRow = {
      id: newId(context),
      tenant: context.tenant,
      name: input.name,
      description: input.description ?? null,
      status: input.status,
      starts_at: input.starts_at ?? null,
      ends_at: input.ends_at ?? null,
      min_order_cents: input.rules?.min_order_value === undefined ? null : toCents(input.rules.min_order_value),
      max_redemptions: input.rules?.max_redemptions ?? null,
      max_per_customer: input.rules?.max_redemptions_per_customer ?? null,
      created_at: context.nowMs,
      updated_at: context.nowMs,
    };
    requireOrder(row);
    saveCampaign(context, row);
    publish(context, "campaign.created", row.id);
    return { status: context.dryRun ? 200 : 201, body: toCampaign(context, row) };
  },
});

const updateCampaign = operation({
  method: "PATCH",
  path: "/v1/campaigns/{campaign_id}",
  params: { campaign_id: uuid() },
  dryRun: true,
  body: {
    name: optional(name),
    description: optional(nullable(description)),
    status: optional(oneOf(campaignStatuses)),
    starts_at: optional(nullable(instant())),
    ends_at: optional(nullable(instant())),
    rules: optional(
      objectOf({
        min_order_value: optional(nullable(minOrderValue)),
        max_redemptions: optional(nullable(maxRedemptions)),
        max_redemptions_per_customer: optional(nullable(maxPerCustomer)),
      }),
    ),
  },
  run(context, { campaign_id, rules, ...input }) {
    requireChange({ ...input, rules });
    const before = findCampaign(context, campaign_id);
    const minOrder = rules?.min_order_value;
    const row: CampaignRow = {
      ...before,
      name: kept(input.name, before.name),
      description: kept(input.description, before.description),
      status: kept(input.status, before.status),
      starts_at: kept(input.starts_at, before.starts_at),
      ends_at: kept(input.ends_at, before.ends_at),
      min_order_cents: kept(typeof minOrder === "number" ? toCents(minOrder) : minOrder, before.min_order_cents),
      max_redemptions: kept(rules?.max_redemptions, before.max_redemptions),
      max_per_customer: kept(rules?.max_redemptions_per_customer, before.max_per_customer),
      updated_at: context.nowMs,
    };
    requireOrder(row);
    if (before.status === "ENDED" && row.status !== "ENDED") {
      throw new ApiError(409, "campaign_ended", "The campaign has ended and cannot be opened again. Create a new one.");
    }
    saveCampaign(context, row);
    publish(context, "campaign.updated", row.id);
    return { status: 200, body: toCampaign(context, row) };
  },
});

export const campaignOperations: readonly Operation[] = [listCampaigns, getCampaign, createCampaign, updateCampaign];

/** @throws ApiError 422 for a campaign that ends before it starts. */
function requireOrder(row: CampaignRow): void {
  if (row.starts_at === null || row.ends_at === null || row.starts_at < row.ends_at) return;
  throw invalidRequest([{ field: "body.ends_at", message: "must lie after starts_at" }]);
}
