import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TransactionSettings,
} from "kysely";
import { StoreError, toStoreError } from "./store-error.ts";

/** Distinct SQL texts kept prepared. The program has a few dozen; the bound is for lists whose text varies. */
const preparedMax = 200;

/** Another process's write lock is waited for 5 s in all, in steps short enough that a write of usual length is hardly noticed. */
const lockPauseMs = 5;
const lockTriesMax = 1000;

/**
 * Kysely over `node:sqlite`.
 *
 * One connection: Kysely's own lock hands it to one query or one transaction at a time. Every SQL text is prepared once.
 */
export function createSqliteDialect(database: DatabaseSync, file: string): Dialect {
  return {
    createDriver: () => new NodeSqliteDriver(database, file),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

/** Nothing has been done when SQLite answers "busy", so the same step is safe to try again. */
async function whenUnlocked<Result>(step: () => Result): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return step();
    } catch (error) {
      if (tries === lockTriesMax || !(error instanceof StoreError) || error.reason !== "busy") throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, lockPauseMs));
  }
}

class NodeSqliteDriver implements Driver {
  readonly #database: DatabaseSync;
  readonly #connection: NodeSqliteConnection;

  constructor(database: DatabaseSync, file: string) {
    this.#database = database;
    this.#connection = new NodeSqliteConnection(database, file);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  /**
   * Immediate: a transaction that begins by reading and writes later fails at once when another process wrote in between. One that
   * only reads sees one state of the file for as long as it takes, and keeps nobody from writing (WAL). Nothing is left for an
   * isolation level to say.
   */
  async beginTransaction(_connection?: unknown, settings: TransactionSettings = {}): Promise<void> {
    if (settings.accessMode === "read only") this.#connection.run("begin");
    else await whenUnlocked(() => this.#connection.run("begin immediate"));
  }

  async commitTransaction(): Promise<void> {
    this.#connection.run("commit");
  }

  async rollbackTransaction(): Promise<void> {
    // A full disk or an I/O error has rolled back by itself: https://www.sqlite.org/lang_transaction.html
    if (this.#database.isTransaction) this.#connection.run("rollback");
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#database.close();
  }
}

interface Prepared {
  readonly statement: StatementSync;
  readonly returnsRows: boolean;
}

class NodeSqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #prepared = new Map<string, Prepared>();

  constructor(database: DatabaseSync, file: string) {
    this.#database = database;
    this.#file = file;
  }

  run(sql: string): void {
    this.#execute(CompiledQuery.raw(sql));
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return whenUnlocked(() => this.#execute(query) as QueryResult<R>);
  }

  // biome-ignore lint/correctness/useYield: streams are refused, and the interface asks for a generator.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("SQLite queries are not streamed: its rows come at once. Page with a limit instead.");
  }

  #execute(query: CompiledQuery): QueryResult<unknown> {
    try {
      const { statement, returnsRows } = this.#prepare(query.sql);
      const values = query.parameters as readonly SQLInputValue[];
      if (returnsRows) return { rows: statement.all(...values) };
      return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) };
    } catch (error) {
      throw toStoreError(error, this.#file);
    }
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    const prepared = { statement, returnsRows: statement.columns().length > 0 };
    if (this.#prepared.size >= preparedMax) this.#prepared.delete(this.#prepared.keys().next().value as string);
    this.#prepared.set(sql, prepared);
    return prepared;
  }
}
