import type { Era } from "../call.ts";
import type { JsonObject } from "../codegen.ts";
import type { AuditEntry } from "../ports.ts";
import type { UnchainedRow } from "./audit-chain.ts";
import type { EntryRow } from "./tables.ts";

/** An entry as it stands in the trail: by whom it was written, and as which in that writer's row. */
export interface StoredEntry extends AuditEntry {
  /** UUID of the process that wrote it. */
  readonly writer: string;
  /** Counts each writer's entries from 1 without a gap. */
  readonly seq: number;
  /** Lowercase hex; absent in entries from before there was a chain. */
  readonly hash: string | undefined;
}

/** An entry as a row, in the order of the table's columns. */
export function toEntryRow(
  entry: AuditEntry,
  position: { readonly writer: string; readonly seq: number },
): UnchainedRow {
  return storable({
    writer: position.writer,
    seq: position.seq,
    type: entry.type,
    call_id: entry.callId,
    at_ms: entry.atMs,
    server: entry.server,
    server_version: entry.serverVersion,
    actor_type: entry.actorType,
    tenant: entry.tenant,
    caller_kind: entry.callerKind,
    caller_id: entry.callerId,
    caller_name: entry.callerName,
    client_name: entry.clientName ?? null,
    client_version: entry.clientVersion ?? null,
    era: entry.era ?? "",
    protocol_version: entry.protocolVersion ?? null,
    tool: entry.tool,
    arguments: JSON.stringify(entry.arguments),
    decision: entry.decision ?? null,
    why: entry.why ?? null,
    dry_run: entry.dryRun ? 1 : 0,
    upstream_method: entry.upstreamMethod ?? null,
    upstream_target: entry.upstreamTarget ?? null,
    upstream_status: entry.upstreamStatus ?? null,
    upstream_ms: entry.upstreamMs ?? null,
    own_ms: entry.ownMs ?? null,
    outcome: entry.outcome,
  });
}

/**
 * As every database keeps it. A client may send half a surrogate pair, which SQLite stores as another character than the one that was
 * hashed, or the character zero, which PostgreSQL refuses together with all entries of its batch.
 */
function storable<Row extends object>(row: Row): Row {
  // Nearly every row is, and looking is far cheaper than copying.
  if (Object.values(row).every((value) => typeof value !== "string" || isStorable(value))) return row;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === "string" ? toStorable(value) : value]),
  ) as Row;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

function toStorable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}

/** A row as an entry again. */
export function fromEntryRow(row: EntryRow): StoredEntry {
  return {
    writer: row.writer,
    seq: row.seq,
    type: row.type as AuditEntry["type"],
    callId: row.call_id,
    atMs: row.at_ms,
    server: row.server,
    serverVersion: row.server_version,
    actorType: row.actor_type as AuditEntry["actorType"],
    tenant: row.tenant,
    callerKind: row.caller_kind,
    callerId: row.caller_id,
    callerName: row.caller_name,
    clientName: row.client_name ?? undefined,
    clientVersion: row.client_version ?? undefined,
    era: row.era === "" ? undefined : (row.era as Era),
    protocolVersion: row.protocol_version ?? undefined,
    tool: row.tool,
    arguments: JSON.parse(row.arguments) as JsonObject,
    decision: row.decision ?? undefined,
    why: row.why ?? undefined,
    dryRun: row.dry_run === 1,
    upstreamMethod: row.upstream_method ?? undefined,
    upstreamTarget: row.upstream_target ?? undefined,
    upstreamStatus: row.upstream_status ?? undefined,
    upstreamMs: row.upstream_ms ?? undefined,
    ownMs: row.own_ms ?? undefined,
    outcome: row.outcome,
    hash: row.hash ?? undefined,
  };
}
