import { Secret } from "../call.ts";
import type { DeliveryStatus, WebhookDelivery, WebhookEndpoint } from "../ports.ts";
import type { WebhookDeliveryRow, WebhookEndpointRow } from "./tables.ts";

/** An endpoint as a row. */
export function toEndpointRow(endpoint: WebhookEndpoint): WebhookEndpointRow {
  return {
    id: endpoint.id,
    server: endpoint.server,
    tenant: endpoint.tenant ?? null,
    url: endpoint.url,
    secret: endpoint.secret.reveal(),
    allow_private: endpoint.allowPrivate ? 1 : 0,
    created_at_ms: endpoint.createdAtMs,
    created_by: endpoint.createdBy,
    failing_since_ms: endpoint.failingSinceMs ?? null,
    disabled_at_ms: endpoint.disabledAtMs ?? null,
    disabled_because: endpoint.disabledBecause ?? null,
    removed_at_ms: null,
  };
}

/** A row as an endpoint again. */
export function fromEndpointRow(row: WebhookEndpointRow): WebhookEndpoint {
  return {
    id: row.id,
    server: row.server,
    tenant: row.tenant ?? undefined,
    url: row.url,
    secret: new Secret(row.secret),
    allowPrivate: row.allow_private === 1,
    createdAtMs: row.created_at_ms,
    createdBy: row.created_by,
    failingSinceMs: row.failing_since_ms ?? undefined,
    disabledAtMs: row.disabled_at_ms ?? undefined,
    disabledBecause: row.disabled_because ?? undefined,
  };
}

/** A row as a delivery. */
export function fromDeliveryRow(row: WebhookDeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    endpointId: row.endpoint_id,
    server: row.server,
    tenant: row.tenant,
    approvalId: row.approval_id,
    type: row.type,
    payload: row.payload,
    status: row.status as DeliveryStatus,
    createdAtMs: row.created_at_ms,
    dueAtMs: row.due_at_ms,
    fence: row.fence,
    attempts: row.attempts,
    lastAttemptAtMs: row.last_attempt_at_ms ?? undefined,
    lastStatus: row.last_status ?? undefined,
    lastError: row.last_error ?? undefined,
  };
}
