import type { Kysely } from "kysely";
import { chainSeal, genesis, type Heads, writeHeads } from "./audit-chain.ts";
import type { Tables } from "./tables.ts";

/**
 * Seal the heads that have moved since they were sealed last. Called within a transaction that holds the write lock, so that
 * seals are one chain, whichever process makes them.
 *
 * A seal lists heads of other writers too: whoever cuts off the end of one writer's entries, or removes the writer whole, must
 * also change every seal after it.
 */
export async function sealHeads(
  transaction: Kysely<Tables>,
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
  await transaction
    .updateTable("audit_writers")
    .set(({ ref }) => ({ sealed_seq: ref("seq") }))
    .whereRef("seq", ">", "sealed_seq")
    .execute();
}
