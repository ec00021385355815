import { type Kysely, sql } from "kysely";
import type { ApprovalStatus } from "../approval-states.ts";
import type { FigureStore, Period } from "../ports.ts";
import type { Tables } from "./tables.ts";

/** Figures from the tables `audit_entries` and `approvals`. Each query is answered from an index alone. */
export function createFigureStore(db: Kysely<Tables>): FigureStore {
  /** The type stands in the text, as in the index's own condition. */
  const callsOf = ({ server, sinceMs, untilMs }: Period) =>
    db
      .selectFrom("audit_entries")
      .where("server", "=", server)
      .where("at_ms", ">=", sinceMs)
      .where("at_ms", "<", untilMs)
      .where(sql<boolean>`type = 'call'`);
  const parkedIn = ({ server, sinceMs, untilMs }: Period) =>
    db
      .selectFrom("approvals")
      .where("server", "=", server)
      .where("created_at_ms", ">=", sinceMs)
      .where("created_at_ms", "<", untilMs);

  return {
    async calls(period, parts) {
      const { sinceMs, untilMs } = period;
      const partMs = Math.ceil((untilMs - sinceMs) / parts);
      // Whole numbers, of which both databases drop the rest; in the text, so that it is one expression in both places.
      const part = sql<number>`(at_ms - ${sql.lit(sinceMs)}) / ${sql.lit(partMs)}`;
      const rows = await callsOf(period)
        .select((select) => [part.as("part"), "outcome", select.fn.countAll<number>().as("calls")])
        .groupBy([part, "outcome"])
        .execute();
      return rows.map(({ part: at, outcome, calls }) => ({ part: Number(at), outcome, calls: Number(calls) }));
    },
    async timings(period, limit) {
      const rows = await callsOf(period)
        .select(["tool", "upstream_ms", "own_ms"])
        .where("upstream_ms", "is not", null)
        .orderBy("at_ms", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => ({ tool: row.tool, upstreamMs: row.upstream_ms ?? 0, ownMs: row.own_ms ?? 0 }));
    },
    async parked(period) {
      const rows = await parkedIn(period)
        .select((select) => ["status", select.fn.countAll<number>().as("many")])
        .groupBy("status")
        .execute();
      return Object.fromEntries(rows.map(({ status, many }) => [status as ApprovalStatus, Number(many)]));
    },
    async decisions(period, limit) {
      const rows = await parkedIn(period)
        .select(["created_at_ms", "decided_at_ms"])
        .where("decided_at_ms", "is not", null)
        .orderBy("created_at_ms", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => ({ createdAtMs: row.created_at_ms, decidedAtMs: row.decided_at_ms ?? 0 }));
    },
    async oldestWaiting(server, nowMs) {
      const row = await db
        .selectFrom("approvals")
        .select("created_at_ms")
        .where("server", "=", server)
        .where(sql<boolean>`status in ('pending', 'endorsed')`)
        .where("expires_at_ms", ">", nowMs)
        .orderBy("created_at_ms")
        .limit(1)
        .executeTakeFirst();
      return row?.created_at_ms;
    },
  };
}
