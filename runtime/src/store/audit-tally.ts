import { type Kysely, sql } from "kysely";
import type { Tables } from "./tables.ts";

/** How many calls of a stretch of time ended in one way, and what they cost in all. */
export interface CallTally {
  readonly outcome: string;
  readonly calls: number;
  /** Milliseconds of our own, of all these calls together. */
  readonly ownMs: number;
  /** Calls that were sent to the upstream, and the milliseconds that they spent there. */
  readonly sent: number;
  readonly upstreamMs: number;
}

/** Whose calls, and when: from `sinceMs` up to and without `untilMs`, in Unix milliseconds. */
export interface TallySpan {
  readonly server: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Count the calls of a stretch of time by how they ended. Reads each of its entries: keep the stretch short. */
export async function tallyCalls(
  db: Kysely<Tables>,
  { server, sinceMs, untilMs }: TallySpan,
): Promise<readonly CallTally[]> {
  const rows = await db
    .selectFrom("audit_entries")
    .select(({ fn }) => [
      "outcome",
      fn.countAll<number>().as("calls"),
      sql<number>`coalesce(sum(own_ms), 0)`.as("own_ms"),
      fn.count<number>("upstream_ms").as("sent"),
      sql<number>`coalesce(sum(upstream_ms), 0)`.as("upstream_ms"),
    ])
    .where("server", "=", server)
    .where("type", "=", "call")
    .where("at_ms", ">=", sinceMs)
    .where("at_ms", "<", untilMs)
    .groupBy("outcome")
    .orderBy("outcome")
    .execute();
  // PostgreSQL counts in 64 bits, which its driver gives as text.
  return rows.map((row) => ({
    outcome: row.outcome,
    calls: Number(row.calls),
    ownMs: Number(row.own_ms),
    sent: Number(row.sent),
    upstreamMs: Number(row.upstream_ms),
  }));
}
