import type { DatabaseSync } from "node:sqlite";
import type { Kysely, Transaction } from "kysely";
import type { Changes } from "../ports.ts";
import { toStoreError } from "./store-error.ts";
import type { Tables } from "./tables.ts";

/** The change counter with the way to move it on. */
export interface ChangeCounter extends Changes {
  /**
   * Change keys, tokens or tenants in one transaction. The counter moves here before the caller learns of it, and in every other
   * process that has the store open.
   */
  change<Result>(work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result>;
}

/**
 * Count changes: what other connections commit, by SQLite's own counter, and what this one says it has done.
 *
 * `data_version` moves when another connection has committed, in this process or another, and not for commits of our own, so
 * that the audit trail costs nothing here. Asking takes 2 µs, no disk and no wait; both parts only grow, so their sum tells.
 *
 * @see https://www.sqlite.org/pragma.html#pragma_data_version
 */
export function createSqliteChanges(db: Kysely<Tables>, database: DatabaseSync, file: string): ChangeCounter {
  const statement = database.prepare("pragma data_version");
  let own = 0;
  return {
    version() {
      try {
        return Number(statement.get()?.data_version) + own;
      } catch (error) {
        throw toStoreError(error, file);
      }
    },
    async change(work) {
      try {
        return await db.transaction().execute(work);
      } finally {
        own += 1;
      }
    },
  };
}
