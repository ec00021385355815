import { Kysely, PostgresDialect } from "kysely";
import type { Secret } from "../call.ts";
import type { Clock } from "../ports.ts";
import type { Engine } from "./engine.ts";
import { migrate } from "./migrations.ts";
import { createPostgresChanges } from "./postgres-changes.ts";
import { clientConfig, createPool, type Driver, loadDriver, placeOf } from "./postgres-pool.ts";
import type { Tables } from "./tables.ts";

/** Milliseconds that one statement of a call may take. Callers wait for it, and whoever waits longer has gone. */
const callStatementMs = 5000;

/** Milliseconds that one statement of a migration may take, waiting for another replica's included: a large table's index takes minutes. */
const migrationStatementMs = 30 * 60_000;

/**
 * Connections of one process at most. A call holds one for a few milliseconds and never two, so ten serve hundreds of calls a second;
 * and PostgreSQL allows a hundred in all by default, which replicas share.
 */
export const defaultConnections = 10;

/** A PostgreSQL database, and how it is used. */
export interface PostgresLocation {
  /** `postgresql://user:password@host:port/database`, with `sslmode` and the like as the driver `pg` takes them. */
  readonly databaseUrl: Secret;
  /** Default: 10. */
  readonly connections?: number;
}

/**
 * Open a PostgreSQL database, its tables brought up to date.
 *
 * @throws StoreError that names the server and the mend, never the password: unreachable, refused, no such database, another
 *   program's, newer; or that the driver is not installed.
 */
export async function openPostgres(
  given: PostgresLocation & { readonly clock: Pick<Clock, "now">; readonly statementTimeoutMs?: number },
): Promise<Engine> {
  const { databaseUrl: url, connections = defaultConnections, statementTimeoutMs = callStatementMs, clock } = given;
  const driver = await loadDriver();
  const place = placeOf(driver, url);
  await bringUpToDate(driver, { url, place, clock });
  const options = { url, statementTimeoutMs };
  const pool = createPool(driver, { ...options, place, connections });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const changes = await createPostgresChanges(db, {
    place,
    connect: () => new driver.Client(clientConfig(driver, options)),
  }).catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  return {
    db,
    changes,
    place,
    async close() {
      await changes.close();
      await db.destroy();
      // Kysely ends no pool that it has not used, and would still use it.
      await pool.end();
    },
  };
}

/** Over a connection of its own, which may take its time. */
async function bringUpToDate(
  driver: Driver,
  { url, place, clock }: { readonly url: Secret; readonly place: string; readonly clock: Pick<Clock, "now"> },
): Promise<void> {
  const pool = createPool(driver, { url, place, connections: 1, statementTimeoutMs: migrationStatementMs });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db, { clock, place });
  } finally {
    await db.destroy();
  }
}
