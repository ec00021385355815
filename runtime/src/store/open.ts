import { Kysely } from "kysely";
import type { Clock, KeyStore, Random } from "../ports.ts";
import { type AuditTrail, createAuditTrail } from "./audit-trail.ts";
import { createKeyStore } from "./key-store.ts";
import { migrate } from "./migrations.ts";
import { createSqliteDialect } from "./sqlite-dialect.ts";
import { openSqliteFile } from "./sqlite-file.ts";
import type { Tables } from "./tables.ts";

/** All that lasts. */
export interface Store {
  readonly keys: KeyStore;
  readonly audit: AuditTrail;
  /** Write what waits, then let go of the file. */
  close(): Promise<void>;
}

/**
 * Open the store, made if absent, its tables brought up to date.
 *
 * @param options.file path of a SQLite file, or `:memory:`
 * @throws StoreError that names the file and the mend: not a database, another program's, newer, read-only, full, locked.
 */
export async function openStore(options: {
  readonly file: string;
  readonly clock: Clock;
  readonly random: Random;
}): Promise<Store> {
  const database = openSqliteFile(options.file);
  const db = new Kysely<Tables>({ dialect: createSqliteDialect(database, options.file) });
  try {
    await migrate(db, options);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const audit = createAuditTrail(db, options.random.uuid());
  return {
    keys: createKeyStore(db),
    audit,
    async close() {
      await audit.close();
      await db.destroy();
    },
  };
}
