import type { DatabaseSync } from "node:sqlite";
import type { Changes } from "../ports.ts";
import { toStoreError } from "./store-error.ts";

/** The change counter with the way to move it on. */
export interface ChangeCounter extends Changes {
  /** This process has changed a key, a token or a tenant. Called after the commit and before its caller learns of it. */
  bump(): void;
}

/**
 * Count changes: what other connections commit, by SQLite's own counter, and what this one says it has done.
 *
 * `data_version` moves when another connection has committed, in this process or another, and not for commits of our own, so
 * that the audit trail costs nothing here. Asking takes 2 µs, no disk and no wait; both parts only grow, so their sum tells.
 *
 * @see https://www.sqlite.org/pragma.html#pragma_data_version
 */
export function createChangeCounter(database: DatabaseSync, file: string): ChangeCounter {
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
    bump() {
      own += 1;
    },
  };
}
