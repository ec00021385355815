/** What the audit trail looks like. */
import type { TrailReport } from "../store/audit-verify.ts";
import type { StoredEntry } from "../store/entry-row.ts";
import { toTable, visible } from "./store-text.ts";

/** Entries as a table for people. `open` are the calls whose end is not on record. */
export function toEntryTable(entries: readonly StoredEntry[], open: ReadonlySet<string>): string {
  return toTable(
    ["TIME (UTC)", "TYPE", "OUTCOME", "TOOL", "CALLER", "TENANT", "MS", "CALL"],
    entries.map((entry) => [
      new Date(entry.atMs).toISOString().slice(0, 19).replace("T", " "),
      entry.type,
      entry.type === "intent" ? (open.has(entry.callId) ? "NO OUTCOME" : "-") : entry.outcome,
      entry.tool || "-",
      entry.callerName || entry.callerId || "-",
      entry.tenant || "-",
      entry.ownMs === undefined ? "-" : String(Math.round(entry.ownMs + (entry.upstreamMs ?? 0))),
      entry.callId,
    ]),
  );
}

/** An entry for programs: every field, null where there is none. */
export function toEntryJson(entry: StoredEntry): Readonly<Record<string, unknown>> {
  return {
    id: `${entry.writer}.${entry.seq}`,
    type: entry.type,
    at: new Date(entry.atMs).toISOString(),
    call_id: entry.callId,
    server: entry.server,
    server_version: entry.serverVersion,
    actor_type: entry.actorType,
    tenant: entry.tenant,
    caller: { kind: entry.callerKind, id: entry.callerId, name: entry.callerName },
    client: { name: entry.clientName ?? null, version: entry.clientVersion ?? null },
    era: entry.era ?? null,
    protocol_version: entry.protocolVersion ?? null,
    tool: entry.tool,
    arguments: entry.arguments,
    decision: entry.decision ?? null,
    why: entry.why ?? null,
    dry_run: entry.dryRun,
    upstream: {
      method: entry.upstreamMethod ?? null,
      target: entry.upstreamTarget ?? null,
      status: entry.upstreamStatus ?? null,
      ms: entry.upstreamMs ?? null,
    },
    own_ms: entry.ownMs ?? null,
    outcome: entry.outcome,
    writer: entry.writer,
    seq: entry.seq,
    hash: entry.hash ?? null,
  };
}

/** What a walk over the trail has found, for people. */
export function describeReport(report: TrailReport): string {
  const { entries, writers, seals, unchained, pruned, found, findings } = report;
  const gone = pruned === 0 ? "" : `, ${plural(pruned, "entry", "entries")} pruned`;
  const looked = `${plural(entries, "entry", "entries")} of ${plural(writers, "writer")}, ${plural(seals, "seal")}${gone}`;
  const old =
    unchained === 0 ? "" : ` ${unchained} entries are from before there was a chain; nothing can be said about them.`;
  if (found === 0) return `The audit trail is whole: ${looked}.${old}\n`;
  const lines = findings.map(({ message }) => `- ${visible(message)}\n`).join("");
  const more = found > findings.length ? `- and ${found - findings.length} more\n` : "";
  return `${lines}${more}${found} ${found === 1 ? "thing is" : "things are"} not as written. Looked at ${looked}.${old}\n`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
