import { type CompiledQuery, type Kysely, sql } from "kysely";
import { type ApprovalStatus, type Move, moves, undecided } from "../approval-states.ts";
import type {
  ApprovalEffects,
  ApprovalEvent,
  ApprovalFilter,
  ApprovalRecord,
  ApprovalStore,
  MoveChange,
  Parked,
} from "../ports.ts";
import { fromApprovalRow, toApprovalRow, toChangedColumns } from "./approval-row.ts";
import type { AuditTrail, Committed } from "./audit-trail.ts";
import { approvalIds, readRowCursor, writeRowCursor } from "./row-cursor.ts";
import type { ApprovalRow, Tables } from "./tables.ts";

/** Looks for an equal call that another replica parks, and ends, just then. */
const parkTriesMax = 3;

/** Writes webhook events in the transaction of the move that causes them. */
export type Outbox = (db: Kysely<Tables>, events: readonly ApprovalEvent[], about: ApprovalRecord) => Promise<void>;

/**
 * Parked calls in the table `approvals`.
 *
 * A move is one conditional update, its audit entries and its webhook events: one transaction, which either all of it or nothing
 * outlives. Correct under READ COMMITTED too, because the condition is checked with the row locked.
 */
export function createApprovalStore(
  db: Kysely<Tables>,
  audit: Pick<AuditTrail, "commit">,
  outbox: Outbox,
): ApprovalStore {
  const insertUnlessWaiting = createInsertion();

  async function complete(
    transaction: Kysely<Tables>,
    approval: ApprovalRecord,
    { entries, events }: ApprovalEffects,
  ): Promise<Committed<ApprovalRecord>> {
    if (events.length > 0) await outbox(transaction, events, approval);
    return { result: approval, entries };
  }

  return {
    park: (approval, { perCaller, perTenant, effects }) =>
      // By its digest, not its id: where two processes park equal calls, one waits for the other by that.
      audit.commit(approval.digest, async (transaction): Promise<Committed<Parked>> => {
        for (let tries = 0; tries < parkTriesMax; tries++) {
          const same = await findWaiting(transaction, approval);
          if (same !== undefined) return { result: { kind: "same", approval: same }, entries: [] };
          const whose = await whoseRoomIsTaken(transaction, approval, { perCaller, perTenant });
          if (whose !== undefined) return { result: { kind: "full", whose }, entries: [] };
          if (await insertUnlessWaiting(transaction, toApprovalRow(approval))) {
            const { entries } = await complete(transaction, approval, effects(approval));
            return { result: { kind: "parked", approval }, entries };
          }
        }
        throw new Error(`approval ${approval.id} can neither be parked nor found`);
      }),
    async find(id) {
      const row = await db.selectFrom("approvals").selectAll().where("id", "=", id).executeTakeFirst();
      return row && fromApprovalRow(row);
    },
    async page(filter, { limit, after }) {
      let query = filtered(db, filter)
        .selectAll()
        .orderBy("created_at_ms", "desc")
        .orderBy("id", "desc")
        .limit(limit + 1);
      if (after !== undefined) {
        const { atMs, id } = readRowCursor(after, approvalIds);
        query = query.where((is) =>
          is.or([is("created_at_ms", "<", atMs), is.and([is("created_at_ms", "=", atMs), is("id", "<", id)])]),
        );
      }
      const rows = await query.execute();
      const shown = rows.slice(0, limit).map(fromApprovalRow);
      const last = shown.at(-1);
      return { approvals: shown, next: rows.length > limit && last ? writeRowCursor(last) : undefined };
    },
    async count(filter) {
      const rows = await filtered(db, filter)
        .select((select) => ["status", select.fn.countAll<number>().as("many")])
        .groupBy("status")
        .execute();
      return Object.fromEntries(rows.map(({ status, many }) => [status, Number(many)]));
    },
    move: (id, name, change, effects) =>
      audit.commit(id, async (transaction): Promise<Committed<ApprovalRecord | undefined>> => {
        const row = await update(transaction, id, moves[name], change);
        if (row === undefined) return { result: undefined, entries: [] };
        const after = fromApprovalRow(row);
        return complete(transaction, after, effects(after));
      }),
    async due(server, nowMs, limit) {
      const rows = await db
        .selectFrom("approvals")
        .selectAll()
        .where("server", "=", server)
        .where(isOneOf(["approved", "executing"]))
        .where((is) =>
          is.or([
            is.and([
              is("status", "=", "approved"),
              is("expires_at_ms", ">", nowMs),
              is.or([is("lease_until_ms", "is", null), is("lease_until_ms", "<", nowMs)]),
            ]),
            is.and([is("status", "=", "executing"), is("lease_until_ms", "<", nowMs)]),
          ]),
        )
        .orderBy("decided_at_ms")
        .limit(limit)
        .execute();
      return rows.map(fromApprovalRow);
    },
    async overdue(server, nowMs, limit) {
      const rows = await db
        .selectFrom("approvals")
        .selectAll()
        .where("server", "=", server)
        .where(isOneOf(moves.expire.from))
        .where("expires_at_ms", "<=", nowMs)
        .orderBy("expires_at_ms")
        .limit(limit)
        .execute();
      return rows.map(fromApprovalRow);
    },
  };
}

/**
 * The states stand in the text, not in parameters: a database takes a partial index only for a condition that it can see to be the
 * index's own, so that otherwise every look at a long queue would walk all of it.
 */
function isOneOf(statuses: readonly ApprovalStatus[]) {
  return sql<boolean>`status in (${sql.join(statuses.map((status) => sql.lit(status)))})`;
}

function filtered(db: Kysely<Tables>, { server, tenant, statuses, tool, requesterId }: ApprovalFilter) {
  let query = db.selectFrom("approvals").where("server", "=", server);
  if (tenant !== undefined) query = query.where("tenant", "=", tenant);
  if (statuses !== undefined) query = query.where(isOneOf(statuses));
  if (tool !== undefined) query = query.where("tool", "=", tool);
  if (requesterId !== undefined) query = query.where("requester_id", "=", requesterId);
  return query;
}

/**
 * Counted and inserted in one transaction; a few more than the limit may slip in from another replica, which does no harm. What has
 * expired takes no room, whether or not it says so yet.
 */
async function whoseRoomIsTaken(
  db: Kysely<Tables>,
  { server, tenant, requester, createdAtMs }: ApprovalRecord,
  { perCaller, perTenant }: { readonly perCaller: number; readonly perTenant: number },
): Promise<"caller" | "tenant" | undefined> {
  const waiting = { server, tenant, statuses: undecided };
  if (await hasAtLeast(db, { ...waiting, requesterId: requester.id }, perCaller, createdAtMs)) return "caller";
  return (await hasAtLeast(db, waiting, perTenant, createdAtMs)) ? "tenant" : undefined;
}

/** Looks as far as the limit and no farther, and in the index alone: the queue may be long. */
async function hasAtLeast(db: Kysely<Tables>, filter: ApprovalFilter, limit: number, nowMs: number): Promise<boolean> {
  const last = await filtered(db, filter)
    .select(sql.lit(1).as("one"))
    .where("expires_at_ms", ">", nowMs)
    .offset(limit - 1)
    .limit(1)
    .executeTakeFirst();
  return last !== undefined;
}

/** Built and compiled with the first row: for so many columns that takes longer than the insertion. All rows name them in one order. */
function createInsertion() {
  let compiled: CompiledQuery | undefined;
  return async (db: Kysely<Tables>, row: ApprovalRow): Promise<boolean> => {
    compiled ??= db
      .insertInto("approvals")
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .compile();
    const { numAffectedRows } = await db.executeQuery({ ...compiled, parameters: Object.values(row) });
    return numAffectedRows === 1n;
  };
}

async function findWaiting(db: Kysely<Tables>, { server, digest }: ApprovalRecord) {
  const row = await filtered(db, { server, statuses: undecided })
    .selectAll()
    .where("digest", "=", digest)
    .executeTakeFirst();
  return row && fromApprovalRow(row);
}

async function update(
  db: Kysely<Tables>,
  id: string,
  { from, to, when }: Move,
  { atMs, fence, notEndorsedBy, set = {} }: MoveChange,
): Promise<ApprovalRow | undefined> {
  const takesLease = to === "executing" && when !== "holds_lease";
  let query = db
    .updateTable("approvals")
    .set({ ...toChangedColumns(set), status: to satisfies ApprovalStatus })
    .where("id", "=", id)
    .where(isOneOf(from));
  if (takesLease) query = query.set({ fence: sql`fence + 1`, attempts: sql`attempts + 1` });
  if (when === "unexpired") query = query.where("expires_at_ms", ">", atMs);
  if (when === "expired") query = query.where("expires_at_ms", "<=", atMs);
  if (when === "lease_over") query = query.where("lease_until_ms", "<", atMs);
  if (when === "holds_lease") {
    if (fence === undefined) throw new Error(`only who holds the lease of ${id} may move it`);
    query = query.where("fence", "=", fence);
  }
  if (notEndorsedBy !== undefined) query = query.where("endorsed_by", "!=", notEndorsedBy);
  return await query.returningAll().executeTakeFirst();
}
