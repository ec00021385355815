import type { Kysely } from "kysely";
import type { Heads } from "./audit-chain.ts";
import { holdSeals } from "./audit-seal.ts";
import type { Tables } from "./tables.ts";

/** What would go, or has gone. */
export interface Pruning {
  readonly entries: number;
  /** The last entry that goes or has gone, by writer. */
  readonly pruned: Heads;
}

/**
 * Say which entries are older than `beforeMs` and can go: of each writer the unbroken beginning of its chain.
 *
 * Writers whose entries are not chained are left alone: nothing would show that they had been there.
 */
export async function planPruning(db: Kysely<Tables>, beforeMs: number): Promise<Pruning> {
  const writers = await db.selectFrom("audit_writers").selectAll().execute();
  // What went before is named again: the entry that named it may be among those that go now.
  const before = writers.filter(({ pruned_seq: done }) => done > 0);
  const pruned: Record<string, readonly [number, string]> = Object.fromEntries(
    before.map((row) => [row.writer, [row.pruned_seq, row.pruned_hash]]),
  );
  let entries = 0;
  for (const { writer, seq, pruned_seq: done } of writers) {
    const young = await db
      .selectFrom("audit_entries")
      .select(({ fn }) => fn.min("seq").as("seq"))
      .where("writer", "=", writer)
      .where("at_ms", ">=", beforeMs)
      .executeTakeFirst();
    const upTo = young?.seq == null ? seq : Number(young.seq) - 1;
    if (upTo <= done) continue;
    const last = await db
      .selectFrom("audit_entries")
      .select("hash")
      .where("writer", "=", writer)
      .where("seq", "=", upTo)
      .executeTakeFirst();
    if (last?.hash == null) continue;
    pruned[writer] = [upTo, last.hash];
    entries += upTo - done;
  }
  return { entries, pruned };
}

/** Remove what a plan says. The entry that names it must be durable before. */
export async function prune(db: Kysely<Tables>, { pruned }: Pruning): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const writers = Object.entries(pruned);
    for (const [writer, [seq]] of writers)
      await transaction.deleteFrom("audit_entries").where("writer", "=", writer).where("seq", "<=", seq).execute();
    // Only now, because calls may wait for it.
    await holdSeals(transaction);
    for (const [writer, [seq, hash]] of writers) {
      await transaction
        .updateTable("audit_writers")
        .set({ pruned_seq: seq, pruned_hash: hash })
        .where("writer", "=", writer)
        // Of two prunings at once the one that went further stands.
        .where("pruned_seq", "<", seq)
        .execute();
    }
  });
}
