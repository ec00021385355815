import { hash } from "node:crypto";
import { type Kysely, PostgresAdapter, sql, type Transaction } from "kysely";
import type { ChangeCounter } from "./changes.ts";
import type { Tables } from "./tables.ts";

/** A database that is open, its tables brought up to date. */
export interface Engine {
  readonly db: Kysely<Tables>;
  readonly changes: ChangeCounter;
  /** The file, or where the server is: for people, without a password. */
  readonly place: string;
  close(): Promise<void>;
}

/** Few queries need to know: the two databases share all but locks and what a database says of itself. */
export function isPostgres(db: Kysely<Tables>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

/**
 * Let nobody else hold the lock of this name until the transaction ends; wait for whoever does.
 *
 * On SQLite a transaction holds the file's one write lock from its beginning, so there is nothing to do. On PostgreSQL it is an
 * advisory lock of this database, and what was committed before is seen by every statement after.
 */
export async function holdLock(transaction: Transaction<Tables>, name: string): Promise<void> {
  if (!isPostgres(transaction)) return;
  const key = Buffer.from(hash("sha256", `toolspec: ${name}`, "buffer")).readBigInt64BE();
  await sql`select pg_advisory_xact_lock(${String(key)})`.execute(transaction);
}
