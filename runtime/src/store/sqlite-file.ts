import { closeSync, existsSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { StoreError, toStoreError } from "./store-error.ts";

/**
 * Milliseconds that SQLite waits for a lock while the file is being opened. Afterwards it does not wait at all, because its
 * waiting stops the whole process: the driver waits instead, and lets other calls go on.
 */
const openTimeoutMs = 5000;

/** Going to WAL for the first time takes a lock that SQLite does not wait for, so two processes that start together try again. */
const walTriesMax = 50;
const walPauseMs = 20;

/** Owner only: the file holds who called what, with which arguments. SQLite gives the same mode to its -wal and -shm files. */
const fileMode = 0o600;
const folderMode = 0o700;

/**
 * Open or create one SQLite file: folder made, WAL, every commit durable, readable by its owner alone.
 *
 * `:memory:` gives a database that ends with the process.
 *
 * @throws StoreError when it cannot be opened or belongs to another program.
 */
export function openSqliteFile(file: string): DatabaseSync {
  if (file === "") throw new StoreError("cannot_open", "The store needs a file name, e.g. ./toolspec.db, or :memory:.");
  const path = file === ":memory:" ? file : resolve(file);
  let database: DatabaseSync | undefined;
  try {
    if (path !== ":memory:") createPrivately(path);
    database = new (sqlite().DatabaseSync)(path);
    prepare(database, path);
    return database;
  } catch (error) {
    database?.close();
    throw toStoreError(error, path);
  }
}

/** Which migration a file has come to, read without writing; 0 for a file without our tables. */
export function readMigration(path: string): number | { readonly reason: string } {
  let database: DatabaseSync | undefined;
  try {
    database = new (sqlite().DatabaseSync)(path, { readOnly: true });
    const table = "select 1 from sqlite_master where type = 'table' and name = 'toolspec_migrations'";
    if (database.prepare(table).get() === undefined) return 0;
    const row = database.prepare("select max(number) as number from toolspec_migrations").get();
    return Number(row?.number ?? 0);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  } finally {
    database?.close();
  }
}

function createPrivately(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: folderMode });
  if (!existsSync(path)) closeSync(openSync(path, "a", fileMode));
  else if (statSync(path).isDirectory())
    throw new StoreError(
      "cannot_open",
      `${path} is a folder. Name a file in it, such as ${join(path, "toolspec.sqlite")}.`,
    );
}

let loaded: typeof import("node:sqlite") | undefined;

/** Node 22 calls its SQLite experimental on stderr, once, at first use. Ours is pinned by tests, so this one line is kept back. */
function sqlite(): typeof import("node:sqlite") {
  if (loaded !== undefined) return loaded;
  const emitWarning = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (String(warning).includes("SQLite is an experimental feature")) return;
    emitWarning.call(process, warning, ...rest);
  }) as typeof process.emitWarning;
  try {
    loaded = process.getBuiltinModule("node:sqlite");
  } finally {
    process.emitWarning = emitWarning;
  }
  return loaded;
}

function prepare(database: DatabaseSync, path: string): void {
  database.exec(`pragma busy_timeout = ${openTimeoutMs}`);
  refuseForeign(database, path);
  useWal(database);
  database.exec("pragma synchronous = full; pragma trusted_schema = off; pragma busy_timeout = 0;");
}

function useWal(database: DatabaseSync): void {
  for (let tries = 1; ; tries++) {
    try {
      database.exec("pragma journal_mode = wal");
      return;
    } catch (error) {
      if (tries === walTriesMax || toStoreError(error, "").reason !== "busy") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, walPauseMs);
    }
  }
}

/** A slip in a path must not put our tables into somebody else's database. */
function refuseForeign(database: DatabaseSync, path: string): void {
  const tables = database
    .prepare("select name from sqlite_schema where type = 'table'")
    .all()
    .map((row) => row.name);
  if (tables.length === 0 || tables.includes("toolspec_migrations")) return;
  const some = tables.slice(0, 3).join(", ");
  throw new StoreError("foreign", `${path} is the database of another program (it has ${some}). Name another file.`);
}
