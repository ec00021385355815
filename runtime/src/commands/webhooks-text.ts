/** What the lists of webhook endpoints and deliveries look like. */
import type { DeliveryStatus, WebhookDelivery, WebhookEndpoint } from "../ports.ts";
import { toDateOr, toIso, toTable } from "./store-text.ts";

/** How many deliveries of an endpoint stand where. */
export type Counts = Readonly<Partial<Record<DeliveryStatus, number>>>;

/** Endpoints as a table for people, one line each, without secrets. */
export function toEndpointTable(rows: readonly { readonly endpoint: WebhookEndpoint; readonly counts: Counts }[]) {
  const head = ["ID", "TENANT", "URL", "WAITING", "DELIVERED", "DEAD", "STATE"];
  return toTable(
    head,
    rows.map(({ endpoint, counts }) => [
      endpoint.id,
      endpoint.tenant ?? "all",
      endpoint.url,
      ...[counts.waiting, counts.delivered, counts.dead].map((many) => String(many ?? 0)),
      describeState(endpoint),
    ]),
  );
}

function describeState({ disabledAtMs, disabledBecause, failingSinceMs }: WebhookEndpoint): string {
  if (disabledAtMs !== undefined) return `disabled: ${disabledBecause}`;
  return failingSinceMs === undefined ? "active" : `failing since ${toDateOr(failingSinceMs, "")}`;
}

/** One endpoint as JSON. Wire names are snake_case; the secret was shown once. */
export function toEndpointJson(endpoint: WebhookEndpoint, counts: Counts = {}): Readonly<Record<string, unknown>> {
  return {
    id: endpoint.id,
    tenant: endpoint.tenant ?? null,
    url: endpoint.url,
    allow_private: endpoint.allowPrivate,
    created_at: toIso(endpoint.createdAtMs),
    created_by: endpoint.createdBy,
    failing_since: toIso(endpoint.failingSinceMs),
    disabled_at: toIso(endpoint.disabledAtMs),
    disabled_because: endpoint.disabledBecause ?? null,
    deliveries: { waiting: counts.waiting ?? 0, delivered: counts.delivered ?? 0, dead: counts.dead ?? 0 },
  };
}

/** Deliveries as a table for people, one line each. */
export function toDeliveryTable(deliveries: readonly WebhookDelivery[]): string {
  const head = ["ID", "EVENT", "APPROVAL", "ENDPOINT", "STATUS", "ATTEMPTS", "LAST ATTEMPT", "NEXT", "ANSWER"];
  return toTable(
    head,
    deliveries.map((delivery) => [
      delivery.id,
      delivery.type,
      delivery.approvalId,
      delivery.endpointId,
      delivery.status,
      String(delivery.attempts),
      toDateOr(delivery.lastAttemptAtMs, "-"),
      delivery.status === "waiting" ? toDateOr(delivery.dueAtMs, "-") : "-",
      delivery.lastError ?? (delivery.lastStatus === undefined ? "-" : `HTTP ${delivery.lastStatus}`),
    ]),
  );
}

/** One delivery as JSON, with what is sent. */
export function toDeliveryJson(delivery: WebhookDelivery): Readonly<Record<string, unknown>> {
  return {
    id: delivery.id,
    type: delivery.type,
    tenant: delivery.tenant,
    approval_id: delivery.approvalId,
    endpoint_id: delivery.endpointId,
    status: delivery.status,
    attempts: delivery.attempts,
    created_at: toIso(delivery.createdAtMs),
    last_attempt_at: toIso(delivery.lastAttemptAtMs),
    next_attempt_at: delivery.status === "waiting" ? toIso(delivery.dueAtMs) : null,
    last_status: delivery.lastStatus ?? null,
    last_error: delivery.lastError ?? null,
    payload: JSON.parse(delivery.payload) as unknown,
  };
}
