import { Kysely } from "kysely";
import type { Changes, Clock, ConfirmationStore, KeyStore, Random, TenantStore, TokenStore } from "../ports.ts";
import { type AuditTrail, createAuditTrail } from "./audit-trail.ts";
import { createChangeCounter } from "./changes.ts";
import { createConfirmationStore } from "./confirmation-store.ts";
import { createKeyStore } from "./key-store.ts";
import { migrate } from "./migrations.ts";
import { createSqliteDialect } from "./sqlite-dialect.ts";
import { openSqliteFile } from "./sqlite-file.ts";
import type { Tables } from "./tables.ts";
import { createTenantStore } from "./tenant-store.ts";
import { createTokenStore } from "./token-store.ts";

/** All that lasts. */
export interface Store {
  readonly keys: KeyStore;
  readonly tokens: TokenStore;
  readonly tenants: TenantStore;
  /** Of keys, tokens and tenants. */
  readonly changes: Changes;
  readonly audit: AuditTrail;
  readonly confirmations: ConfirmationStore;
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
  const audit = createAuditTrail(db, options.random.uuid(), options.clock);
  const changes = createChangeCounter(database, options.file);
  return {
    keys: createKeyStore(db, changes),
    tokens: createTokenStore(db, changes),
    tenants: createTenantStore(db, changes),
    changes,
    audit,
    confirmations: createConfirmationStore(db),
    async close() {
      try {
        await audit.close();
      } finally {
        await db.destroy();
      }
    },
  };
}
