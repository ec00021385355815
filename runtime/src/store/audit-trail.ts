import type { Kysely } from "kysely";

import type { AuditEntry, AuditLog, Clock } from "../ports.ts";
import { chainEntry, genesis, type Heads } from "./audit-chain.ts";
import { type Pruning, planPruning, prune } from "./audit-prune.ts";
import { type EntryFilter, type EntryPage, type PageOptions, pageOfEntries, selectEntries } from "./audit-query.ts";
import { holdSeals, sealHeads } from "./audit-seal.ts";
import { type CallTally, type TallySpan, tallyCalls } from "./audit-tally.ts";
import { type TrailReport, verifyTrail } from "./audit-verify.ts";
import { fromEntryRow, type StoredEntry, toEntryRow } from "./entry-row.ts";
import { createGroupCommit } from "./group-commit.ts";
import { StoreError } from "./store-error.ts";
import type { EntryRow, Tables } from "./tables.ts";

/**
 * Milliseconds between two seals while entries come: whoever takes entries away must undo every seal since; more often would write
 * more for little.
 */
const sealEveryMs = 60_000;

/**
 * Times that a batch is written that gave way to another process's. Whoever came first has gone on by then, so a second time is
 * enough but for a storm of equal calls.
 */
const conflictTriesMax = 5;

/** The audit log with what commands and tests need beside appending. */
export interface AuditTrail extends AuditLog {
  /**
   * Change something and leave entries of it, in one transaction: both last, or neither. What else is appended meanwhile shares it,
   * so that `work` must do little. Where it throws, it alone fails; but it may be begun twice, the first time for nothing. `what` names
   * what is changed.
   */
  commit<Result>(what: string, work: (transaction: Kysely<Tables>) => Promise<Committed<Result>>): Promise<Result>;
  /** Oldest first. */
  entries(filter?: EntryFilter): Promise<readonly StoredEntry[]>;
  /** One page, newest or oldest first, and where the next one begins. */
  page(filter: EntryFilter, options: PageOptions): Promise<EntryPage>;
  /** How many calls of a stretch of time ended in which way. */
  tally(span: TallySpan): Promise<readonly CallTally[]>;
  /** Walk the whole trail and say what is not as it was written. */
  verify(options?: { readonly anchor?: Heads }): Promise<TrailReport>;
  /** Where each writer stands: to be kept elsewhere, and given to `verify` later. */
  heads(): Promise<Heads>;
  /** Which entries are older and can go, and their going. Between the two an entry that names them is appended. */
  planPruning(beforeMs: number): Promise<Pruning>;
  prune(pruning: Pruning): Promise<void>;
  /** Commits so far: entries divided by commits says how well they share. */
  readonly commits: number;
  /** Refuse new entries, wait for those under way, and seal. */
  close(): Promise<void>;
}

/** What a piece of work came to, and the entries that it leaves. */
export interface Committed<Result> {
  readonly result: Result;
  readonly entries: readonly AuditEntry[];
}

/** Writes what belongs with some entries, and says which. */
interface Work {
  /** What it changes: empty for entries alone. */
  readonly what: string;
  run(transaction: Kysely<Tables>): Promise<readonly AuditEntry[]>;
}

function byWhat(one: Work, other: Work): number {
  return one.what < other.what ? -1 : one.what > other.what ? 1 : 0;
}

/** Where a writer stands. */
interface Head {
  readonly seq: number;
  readonly hash: string;
}

/**
 * The audit trail in the table `audit_entries`, append-only and chained: each entry's hash covers the one before.
 *
 * `writer` is a UUID of this process's own, and has a chain of its own: a head that processes shared would make every commit wait
 * for every other. Seals tie the chains together. A writer's numbers have no gaps, because a batch that failed has taken none.
 */
export function createAuditTrail(db: Kysely<Tables>, writer: string, clock: Pick<Clock, "now">): AuditTrail {
  const insert = createInsertion(db, writer);
  let head: Head | undefined;
  let sealedAtMs: number | undefined;

  async function write(batch: readonly Work[]): Promise<void> {
    const known = head ?? (await readHead(db, writer));
    // Unknown until the commit is known: after a failure it is read again, whichever way the commit went.
    head = undefined;
    let last = known;
    const nowMs = clock.now();
    // The first seal of a writer binds what others have written since theirs, before anything else of its own can be lost.
    const isDue = sealedAtMs === undefined || nowMs - sealedAtMs >= sealEveryMs;
    await db.transaction().execute(async (transaction) => {
      if (isDue) await holdSeals(transaction);
      const entries: AuditEntry[] = [];
      // In the same order in every process, so that two that change the same things never wait for each other in a circle.
      for (const { run } of batch.toSorted(byWhat)) entries.push(...(await run(transaction)));
      const rows = entries.map((entry): EntryRow => {
        const row = toEntryRow(entry, { writer, seq: last.seq + 1 });
        last = { seq: row.seq, hash: chainEntry(last.hash, row) };
        return { ...row, hash: last.hash };
      });
      await insert(transaction, rows);
      if (rows.length > 0) await moveHead(transaction, writer, last);
      if (isDue) await sealHeads(transaction, { writer, nowMs });
    });
    head = last;
    if (isDue) sealedAtMs = nowMs;
  }

  /** Two processes that write of the same calls at once may wait for each other: the database lets one of them give way. */
  async function writeDespiteConflicts(batch: readonly Work[]): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await write(batch);
      } catch (error) {
        if (tries === conflictTriesMax || !isConflict(error)) throw error;
      }
    }
  }

  const group = createGroupCommit<Work>({ write: writeDespiteConflicts, isOnesFault });
  return {
    append: (entry) => group.add({ what: "", run: async () => [entry] }),
    async commit(what, work) {
      let done: Awaited<ReturnType<typeof work>> | undefined;
      await group.add({
        what,
        async run(transaction) {
          done = await work(transaction);
          return done.entries;
        },
      });
      // Added and resolved: the work has been done.
      return (done as Awaited<ReturnType<typeof work>>).result;
    },
    get commits() {
      return group.commits;
    },
    async entries(filter = {}) {
      return (await selectEntries(db, filter)).map(fromEntryRow);
    },
    page: (filter, options) => pageOfEntries(db, filter, options),
    tally: (span) => tallyCalls(db, span),
    verify: (options) => verifyTrail(db, options),
    async heads() {
      const rows = await db.selectFrom("audit_writers").select(["writer", "seq", "hash"]).execute();
      return Object.fromEntries(rows.map((row) => [row.writer, [row.seq, row.hash]]));
    },
    planPruning: (beforeMs) => planPruning(db, beforeMs),
    prune: (pruning) => prune(db, pruning),
    async close() {
      await group.close();
      if (sealedAtMs === undefined) return;
      await db.transaction().execute(async (transaction) => {
        await holdSeals(transaction);
        await sealHeads(transaction, { writer, nowMs: clock.now() });
      });
    },
  };
}

/** Rolled back by the database in favour of another transaction. */
function isConflict(error: unknown): boolean {
  return error instanceof StoreError && error.reason === "conflict";
}

/** Thrown by a piece of work, or a statement that the database refused, before the commit: all of it was rolled back. */
function isOnesFault(error: unknown): boolean {
  return !(error instanceof StoreError) || error.reason === "query" || isConflict(error);
}

async function readHead(db: Kysely<Tables>, writer: string): Promise<Head> {
  const row = await db
    .selectFrom("audit_writers")
    .select(["seq", "hash"])
    .where("writer", "=", writer)
    .executeTakeFirst();
  return row ?? { seq: 0, hash: genesis };
}

async function moveHead(transaction: Kysely<Tables>, writer: string, { seq, hash }: Head): Promise<void> {
  await transaction
    .insertInto("audit_writers")
    .values({ writer, seq, hash, sealed_seq: 0, pruned_seq: 0, pruned_hash: genesis })
    .onConflict((conflict) => conflict.column("writer").doUpdateSet({ seq, hash }))
    .execute();
}

/** Rows in one statement: few texts, so that a driver may keep them, and few round trips where the database is elsewhere. */
const insertionRows = [64, 8, 1];

/** Insertions are built and compiled once, for so many rows each. */
function createInsertion(db: Kysely<Tables>, writer: string) {
  const empty = emptyRow(writer);
  const insertions = insertionRows.map((size) => {
    const query = db.insertInto("audit_entries").values(Array.from({ length: size }, () => empty));
    return { size, compiled: query.compile() };
  });
  return async (transaction: Kysely<Tables>, rows: readonly EntryRow[]): Promise<void> => {
    let done = 0;
    for (const { size, compiled } of insertions) {
      for (; rows.length - done >= size; done += size) {
        const parameters = rows.slice(done, done + size).flatMap((row) => Object.values(row));
        await transaction.executeQuery({ ...compiled, parameters });
      }
    }
  };
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
  return { ...toEntryRow(entry, { writer, seq: 0 }), hash: genesis };
}
