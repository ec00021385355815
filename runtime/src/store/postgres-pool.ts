import type { PostgresPool, PostgresPoolClient } from "kysely";
import type { ClientConfig, PoolClient } from "pg";
import type { Secret } from "../call.ts";
import { toPostgresError } from "./postgres-error.ts";
import { StoreError } from "./store-error.ts";

/** The driver, which is loaded for those who use it. */
export type Driver = typeof import("pg")["default"];

/** Milliseconds that connecting may take, or waiting for a connection of the pool. Callers wait for it. */
const connectTimeoutMs = 5000;

/** Milliseconds that a transaction may do nothing: one that was forgotten would hold its locks for ever. */
const idleInTransactionMs = 10_000;

/** Milliseconds beyond the server's own limit after which a statement without an answer means that the server is not there. */
const silenceMs = 3000;

/** What a connection is made from. */
export interface ConnectionOptions {
  readonly url: Secret;
  /** Milliseconds that one statement may take. */
  readonly statementTimeoutMs: number;
}

/** @throws StoreError when the driver is not installed. */
export async function loadDriver(): Promise<Driver> {
  try {
    return (await import("pg")).default;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    const mend = "Install it beside @toolspec/runtime: npm install pg@8";
    throw new StoreError("no_driver", `PostgreSQL needs the package pg, which is not installed. ${mend}`, { cause });
  }
}

/** What every connection is given, pooled or not. */
export function clientConfig({ types }: Driver, { url, statementTimeoutMs }: ConnectionOptions): ClientConfig {
  // As the driver does it, but bigint as a number: what is stored is milliseconds and counts, far below 2^53.
  const getTypeParser = (oid: number, format?: "text" | "binary") =>
    oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format as "text");
  return {
    connectionString: url.reveal(),
    application_name: "toolspec",
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: statementTimeoutMs + silenceMs,
    keepAlive: true,
    types: { getTypeParser: getTypeParser as typeof types.getTypeParser },
  };
}

/** Where a server is, for people: never the password. */
export function placeOf({ Client }: Driver, url: Secret): string {
  const { host, port, database, user } = new Client({ connectionString: url.reveal() });
  return `PostgreSQL database ${database} at ${host}:${port} (user ${user})`;
}

/**
 * A pool as Kysely takes it, whose every error is a `StoreError`, and which gives no connection to a second user that the first one
 * found broken.
 *
 * What a session promises is set with a statement and not at its start, which connection poolers between refuse.
 */
export function createPool(
  driver: Driver,
  options: ConnectionOptions & { readonly connections: number; readonly place: string },
): PostgresPool {
  const { statementTimeoutMs, connections, place } = options;
  const pool = new driver.Pool({ ...clientConfig(driver, options), max: connections });
  const ignore = () => undefined;
  // Without a listener a lost connection would end the process; whoever uses it, or asks for the next, learns of it.
  pool.on("error", ignore);
  pool.on("connect", (client) => client.on("error", ignore));
  const prepared = new WeakMap<PoolClient, PostgresPoolClient>();
  let ending: Promise<void> | undefined;

  async function prepare(client: PoolClient): Promise<PostgresPoolClient> {
    const guarded = guard(client, place);
    await guarded.query(
      `select set_config('statement_timeout', $1, false), set_config('idle_in_transaction_session_timeout', $2, false),
        set_config('synchronous_commit', 'on', false), set_config('default_transaction_isolation', 'read committed', false)`,
      [String(statementTimeoutMs), String(idleInTransactionMs)],
    );
    prepared.set(client, guarded);
    return guarded;
  }

  return {
    options: pool.options,
    async connect() {
      if (ending !== undefined) throw new StoreError("closed", `${place} is closed: the server is stopping.`);
      const client = await pool.connect().catch((error: unknown) => {
        throw toPostgresError(error, place);
      });
      try {
        return prepared.get(client) ?? (await prepare(client));
      } catch (error) {
        client.release(true);
        throw error;
      }
    },
    end: () => (ending ??= pool.end()),
  };
}

function guard(client: PoolClient, place: string): PostgresPoolClient {
  let broken: StoreError | undefined;
  async function query(text: string, values: unknown[]): Promise<unknown> {
    // A statement without an answer blocks those behind it: a rollback would wait as long again.
    if (broken !== undefined) throw broken;
    try {
      return await client.query(text, values);
    } catch (error) {
      const problem = toPostgresError(error, place);
      if (problem.reason === "unreachable") broken = problem;
      throw problem;
    }
  }
  return {
    // The other form, a cursor, is what streams need; none are read.
    query: query as PostgresPoolClient["query"],
    release: (destroy) => client.release(destroy === true || broken !== undefined),
  };
}
