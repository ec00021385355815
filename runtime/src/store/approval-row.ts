import type { ApprovalStatus } from "../approval-states.ts";
import type { Era } from "../call.ts";
import type { JsonObject } from "../codegen.ts";
import type { ApprovalRecord, MoveChange } from "../ports.ts";
import type { ApprovalRow } from "./tables.ts";

/** A parked call as a row. */
export function toApprovalRow(approval: ApprovalRecord): ApprovalRow {
  return {
    id: approval.id,
    server: approval.server,
    server_version: approval.serverVersion,
    tenant: approval.tenant,
    requester_kind: approval.requester.kind,
    requester_id: approval.requester.id,
    requester_name: approval.requester.name,
    requester_scopes: JSON.stringify(approval.requester.scopes),
    client: approval.client ?? null,
    era: approval.era,
    tool: approval.tool,
    title: approval.title,
    definition_digest: approval.definitionDigest,
    digest: approval.digest,
    input: JSON.stringify(approval.input),
    edited_input: toJson(approval.editedInput),
    request: JSON.stringify(approval.request),
    why: approval.why,
    status: approval.status,
    created_at_ms: approval.createdAtMs,
    expires_at_ms: approval.expiresAtMs,
    endorsed_by: approval.endorsedBy ?? null,
    decided_by: approval.decidedBy ?? null,
    decided_at_ms: approval.decidedAtMs ?? null,
    reason: approval.reason ?? null,
    fence: approval.fence,
    lease_until_ms: approval.leaseUntilMs ?? null,
    attempts: approval.attempts,
    dispatched_at_ms: approval.dispatchedAtMs ?? null,
    finished_at_ms: approval.finishedAtMs ?? null,
    upstream_status: approval.upstreamStatus ?? null,
    result: approval.result ?? null,
    error_code: approval.errorCode ?? null,
    error_message: approval.errorMessage ?? null,
  };
}

/** A row as a parked call again. */
export function fromApprovalRow(row: ApprovalRow): ApprovalRecord {
  return {
    id: row.id,
    server: row.server,
    serverVersion: row.server_version,
    tenant: row.tenant,
    requester: {
      kind: row.requester_kind,
      id: row.requester_id,
      name: row.requester_name,
      scopes: JSON.parse(row.requester_scopes) as string[],
    },
    client: row.client ?? undefined,
    era: row.era as Era,
    tool: row.tool,
    title: row.title,
    definitionDigest: row.definition_digest,
    digest: row.digest,
    input: JSON.parse(row.input) as JsonObject,
    editedInput: fromJson(row.edited_input),
    request: JSON.parse(row.request) as JsonObject,
    why: row.why,
    status: row.status as ApprovalStatus,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    endorsedBy: row.endorsed_by ?? undefined,
    decidedBy: row.decided_by ?? undefined,
    decidedAtMs: row.decided_at_ms ?? undefined,
    reason: row.reason ?? undefined,
    fence: row.fence,
    leaseUntilMs: row.lease_until_ms ?? undefined,
    attempts: row.attempts,
    dispatchedAtMs: row.dispatched_at_ms ?? undefined,
    finishedAtMs: row.finished_at_ms ?? undefined,
    upstreamStatus: row.upstream_status ?? undefined,
    result: row.result ?? undefined,
    errorCode: row.error_code ?? undefined,
    errorMessage: row.error_message ?? undefined,
  };
}

/** The columns that a move sets; a value that is there and undefined is set to null. */
export function toChangedColumns(set: NonNullable<MoveChange["set"]>): Partial<ApprovalRow> {
  const columns = {
    edited_input: "editedInput" in set ? toJson(set.editedInput) : undefined,
    request: set.request && JSON.stringify(set.request),
    expires_at_ms: set.expiresAtMs,
    endorsed_by: given(set, "endorsedBy"),
    decided_by: given(set, "decidedBy"),
    decided_at_ms: given(set, "decidedAtMs"),
    reason: given(set, "reason"),
    attempts: set.attempts,
    lease_until_ms: given(set, "leaseUntilMs"),
    dispatched_at_ms: given(set, "dispatchedAtMs"),
    finished_at_ms: given(set, "finishedAtMs"),
    upstream_status: given(set, "upstreamStatus"),
    result: given(set, "result"),
    error_code: given(set, "errorCode"),
    error_message: given(set, "errorMessage"),
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}

function given<Key extends string, Value>(
  set: { readonly [K in Key]?: Value | undefined },
  key: Key,
): Value | null | undefined {
  return key in set ? (set[key] ?? null) : undefined;
}

function toJson(value: JsonObject | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function fromJson(text: string | null): JsonObject | undefined {
  return text === null ? undefined : (JSON.parse(text) as JsonObject);
}
