import type { Kysely, SelectQueryBuilder } from "kysely";
import { fromEntryRow, type StoredEntry } from "./entry-row.ts";
import type { EntryRow, Tables } from "./tables.ts";

/** Entries one query gives at most, so that a mistyped filter does not read a year into memory. */
const entriesMax = 1000;

/** Which entries to read. All that are named must hold. */
export interface EntryFilter {
  readonly server?: string;
  readonly callId?: string;
  readonly tenant?: string;
  /** Id or name of whoever called. */
  readonly actor?: string;
  readonly tool?: string;
  readonly outcome?: string;
  readonly type?: string;
  /** Unix time in milliseconds, inclusive. */
  readonly sinceMs?: number;
  /** Exclusive. */
  readonly untilMs?: number;
  /** Default and most: 1,000. */
  readonly limit?: number;
}

/** How to read page by page. */
export interface PageOptions {
  readonly order: "newest" | "oldest";
  /** As a page before gave it. */
  readonly after?: Position;
}

/** Where an entry stands in time; entries of one millisecond are ordered by writer and number. */
export interface Position {
  readonly atMs: number;
  readonly writer: string;
  readonly seq: number;
}

/** One page. `next` is absent on the last. */
export interface EntryPage {
  readonly entries: readonly StoredEntry[];
  readonly next: Position | undefined;
}

/** The first entries that fit, oldest first. */
export function selectEntries(db: Kysely<Tables>, filter: EntryFilter): Promise<EntryRow[]> {
  return ordered(filtered(db, filter), "asc").limit(limitOf(filter)).execute();
}

/** One page of the entries that fit. Entries that come meanwhile never shift a page: it begins behind a position, not a count. */
export async function pageOfEntries(
  db: Kysely<Tables>,
  filter: EntryFilter,
  { order, after }: PageOptions,
): Promise<EntryPage> {
  const limit = limitOf(filter);
  const [direction, beyond] = order === "newest" ? (["desc", "<"] as const) : (["asc", ">"] as const);
  let query = filtered(db, filter);
  if (after !== undefined) {
    const { atMs, writer, seq } = after;
    query = query
      .where("at_ms", order === "newest" ? "<=" : ">=", atMs)
      .where(({ eb, refTuple, tuple }) => eb(refTuple("at_ms", "writer", "seq"), beyond, tuple(atMs, writer, seq)));
  }
  const rows = await ordered(query, direction)
    .limit(limit + 1)
    .execute();
  const entries = rows.slice(0, limit).map(fromEntryRow);
  return { entries, next: rows.length > limit ? entries.at(-1) : undefined };
}

type Selection = SelectQueryBuilder<Tables, "audit_entries", EntryRow>;

function filtered(db: Kysely<Tables>, filter: EntryFilter): Selection {
  let query: Selection = db.selectFrom("audit_entries").selectAll();
  if (filter.server !== undefined) query = query.where("server", "=", filter.server);
  if (filter.callId !== undefined) query = query.where("call_id", "=", filter.callId);
  if (filter.tenant !== undefined) query = query.where("tenant", "=", filter.tenant);
  if (filter.tool !== undefined) query = query.where("tool", "=", filter.tool);
  if (filter.outcome !== undefined) query = query.where("outcome", "=", filter.outcome);
  if (filter.type !== undefined) query = query.where("type", "=", filter.type);
  if (filter.sinceMs !== undefined) query = query.where("at_ms", ">=", filter.sinceMs);
  if (filter.untilMs !== undefined) query = query.where("at_ms", "<", filter.untilMs);
  const { actor } = filter;
  if (actor === undefined) return query;
  return query.where(({ eb, or }) => or([eb("caller_id", "=", actor), eb("caller_name", "=", actor)]));
}

function ordered(query: Selection, direction: "asc" | "desc"): Selection {
  return query.orderBy("at_ms", direction).orderBy("writer", direction).orderBy("seq", direction);
}

function limitOf({ limit = entriesMax }: EntryFilter): number {
  return Math.min(limit, entriesMax);
}
