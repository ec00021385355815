import type { Transaction } from "kysely";
import { chainSeal, genesis, type Heads, writeHeads } from "./audit-chain.ts";
import { holdLock } from "./engine.ts";
import type { Tables } from "./tables.ts";

/**
 * Take the lock under which seals are made and heads of other writers are touched. Before a transaction touches its own head: whoever
 * holds that and waits for the lock would be waited for by who holds the lock.
 */
export function holdSeals(transaction: Transaction<Tables>): Promise<void> {
  return holdLock(transaction, "audit seals");
}

/**
 * Seal the heads that have moved since they were sealed last. Called within a transaction that holds the seals, so that they are one
 * chain, whichever process makes them.
 *
 * A seal lists heads of other writers too: whoever cuts off the end of one writer's entries, or removes the writer whole, must
 * also change every seal after it.
 */
export async function sealHeads(
  transaction: Transaction<Tables>,
  { writer, nowMs }: { readonly writer: string; readonly nowMs: number },
): Promise<void> {
  const moved = await transaction
    .selectFrom("audit_writers")
    .select(["writer", "seq", "hash"])
    .whereRef("seq", ">", "sealed_seq")
    .execute();
  if (moved.length === 0) return;
  const heads: Heads = Object.fromEntries(moved.map((head) => [head.writer, [head.seq, head.hash]]));
  const before = await transaction
    .selectFrom("audit_seals")
    .select(["number", "hash"])
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  const seal = { number: (before?.number ?? 0) + 1, at_ms: nowMs, writer, heads: writeHeads(heads) };
  await transaction
    .insertInto("audit_seals")
    .values({ ...seal, hash: chainSeal(before?.hash ?? genesis, seal) })
    .execute();
  // Up to what the seal says: other writers may have gone on meanwhile.
  for (const { writer: sealed, seq } of moved) {
    await transaction
      .updateTable("audit_writers")
      .set({ sealed_seq: seq })
      .where("writer", "=", sealed)
      .where("sealed_seq", "<", seq)
      .execute();
  }
}
