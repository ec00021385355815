import type { Kysely } from "kysely";

import type { AuditEntry, AuditLog } from "../ports.ts";
import { fromEntryRow, type StoredEntry, toEntryRow } from "./entry-row.ts";
import { createGroupCommit } from "./group-commit.ts";
import type { EntryRow, Tables } from "./tables.ts";

/** Entries one query gives at most, so that a mistyped filter does not read a year into memory. */
const entriesMax = 1000;

/** Which entries to read. All that are named must hold; newest calls last. */
export interface EntryFilter {
  readonly callId?: string;
  readonly tenant?: string;
  readonly tool?: string;
  /** Default and most: 1,000. */
  readonly limit?: number;
}

/** The audit log with what commands and tests need beside appending. */
export interface AuditTrail extends AuditLog {
  entries(filter?: EntryFilter): Promise<readonly StoredEntry[]>;
  /** Commits so far: entries divided by commits says how well they share. */
  readonly commits: number;
  /** Refuse new entries and wait for those under way. */
  close(): Promise<void>;
}

/**
 * The audit trail in the table `audit_entries`, append-only.
 *
 * `writer` is a UUID of this process's own. Its numbers have no gaps, because a batch that failed has taken none.
 */
export function createAuditTrail(db: Kysely<Tables>, writer: string): AuditTrail {
  const insertion = db.insertInto("audit_entries").values(emptyRow(writer)).compile();
  let lastSeq: number | undefined;

  async function write(entries: readonly AuditEntry[]): Promise<void> {
    const first = (lastSeq ?? (await readLastSeq(db, writer))) + 1;
    // Unknown until the commit is known: after a failure it is read again, whichever way the commit went.
    lastSeq = undefined;
    await db.transaction().execute(async (transaction) => {
      for (const [index, entry] of entries.entries()) {
        const row = toEntryRow(entry, { writer, seq: first + index });
        await transaction.executeQuery({ ...insertion, parameters: Object.values(row) });
      }
    });
    lastSeq = first + entries.length - 1;
  }

  const group = createGroupCommit({ write });
  return {
    append: group.add,
    close: group.close,
    get commits() {
      return group.commits;
    },
    async entries(filter = {}) {
      return (await selectEntries(db, filter)).map(fromEntryRow);
    },
  };
}

async function readLastSeq(db: Kysely<Tables>, writer: string): Promise<number> {
  const row = await db
    .selectFrom("audit_entries")
    .select((select) => select.fn.max("seq").as("seq"))
    .where("writer", "=", writer)
    .executeTakeFirst();
  return Number(row?.seq ?? 0);
}

function selectEntries(db: Kysely<Tables>, filter: EntryFilter): Promise<EntryRow[]> {
  let query = db.selectFrom("audit_entries").selectAll().orderBy("at_ms").orderBy("writer").orderBy("seq");
  if (filter.callId !== undefined) query = query.where("call_id", "=", filter.callId);
  if (filter.tenant !== undefined) query = query.where("tenant", "=", filter.tenant);
  if (filter.tool !== undefined) query = query.where("tool", "=", filter.tool);
  return query.limit(Math.min(filter.limit ?? entriesMax, entriesMax)).execute();
}

/** Only its column names count: they fix the order of the insertion's parameters. */
function emptyRow(writer: string): EntryRow {
  const entry: AuditEntry = {
    type: "call",
    callId: "",
    atMs: 0,
    server: "",
    serverVersion: "",
    actorType: "mcp",
    tenant: "",
    callerKind: "",
    callerId: "",
    callerName: "",
    clientName: undefined,
    clientVersion: undefined,
    era: "modern",
    protocolVersion: undefined,
    tool: "",
    arguments: {},
    decision: undefined,
    why: undefined,
    dryRun: false,
    upstreamMethod: undefined,
    upstreamTarget: undefined,
    upstreamStatus: undefined,
    upstreamMs: undefined,
    ownMs: undefined,
    outcome: "",
  };
  return toEntryRow(entry, { writer, seq: 0 });
}
