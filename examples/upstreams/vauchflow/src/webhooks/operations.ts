import { ApiError, listOf, oneOf, optional, text, toInstant, uuid } from "@toolspec/example-http";
import { type Context, newId, publish } from "../context.ts";
import { type Operation, operation } from "../http/operation.ts";
import { notFound } from "../not-found.ts";

/** Endpoints that one tenant may have active: every event goes to all of them. */
const ACTIVE_MAX = 20;

const events = [
  "campaign.created",
  "campaign.updated",
  "customer.created",
  "customer.updated",
  "voucher.created",
  "voucher.redeemed",
  "webhook.created",
  "webhook.deactivated",
] as const;

/** A webhook endpoint as stored; `events` is JSON text. */
export interface WebhookRow {
  readonly id: string;
  readonly tenant: string;
  readonly url: string;
  readonly events: string;
  readonly description: string | null;
  readonly status: "ACTIVE" | "INACTIVE";
  readonly created_at: number;
  readonly updated_at: number;
}

const createWebhook = operation({
  method: "POST",
  path: "/v1/webhooks",
  dryRun: true,
  body: {
    url: text({
      max: 2048,
      pattern: /^https:\/\/[^/?#@\s]+(\/\S*)?$/u,
      hint: "an https URL without user and password",
    }),
    events: listOf(oneOf(events), { min: 1, max: events.length }),
    description: optional(text({ max: 200 })),
  },
  run(context, input) {
    requireRoom(context);
    const row: WebhookRow = {
      id: newId(context),
      tenant: context.tenant,
      url: input.url,
      events: JSON.stringify(input.events),
      description: input.description ?? null,
      status: "ACTIVE",
      created_at: context.nowMs,
      updated_at: context.nowMs,
    };
    saveWebhook(context, row);
    publish(context, "webhook.created", row.id);
    return { status: context.dryRun ? 200 : 201, body: toWebhook(row) };
  },
});

const deleteWebhook = operation({
  method: "DELETE",
  path: "/v1/webhooks/{webhook_id}",
  params: { webhook_id: uuid() },
  run(context, input) {
    const sql = "select * from webhooks where tenant = :tenant and id = :id";
    const before = context.database.get<WebhookRow>(sql, { tenant: context.tenant, id: input.webhook_id });
    if (!before) throw notFound(`webhook ${input.webhook_id}`);
    if (before.status === "INACTIVE") return { status: 200, body: toWebhook(before) };
    const row: WebhookRow = { ...before, status: "INACTIVE", updated_at: context.nowMs };
    saveWebhook(context, row);
    publish(context, "webhook.deactivated", row.id);
    return { status: 200, body: toWebhook(row) };
  },
});

export const webhookOperations: readonly Operation[] = [createWebhook, deleteWebhook];

/** Insert an endpoint, or write one that is there. */
export function saveWebhook(context: Context, row: WebhookRow): void {
  context.database.run(
    `insert or replace into webhooks values (:id, :tenant, :url, :events, :description, :status, :created_at,
       :updated_at)`,
    { ...row },
  );
}

function requireRoom(context: Context): void {
  const sql = "select count(*) as n from webhooks where tenant = :tenant and status = 'ACTIVE'";
  const active = context.database.get<{ n: number }>(sql, { tenant: context.tenant })?.n ?? 0;
  if (active < ACTIVE_MAX) return;
  throw new ApiError(
    409,
    "too_many_webhooks",
    `A tenant has at most ${ACTIVE_MAX} active webhooks. Deactivate one first.`,
  );
}

function toWebhook(row: WebhookRow): Readonly<Record<string, unknown>> {
  const { id, url, description, status } = row;
  return {
    id,
    url,
    events: JSON.parse(row.events),
    description,
    status,
    createdAt: toInstant(row.created_at),
    updatedAt: toInstant(row.updated_at),
  };
}
