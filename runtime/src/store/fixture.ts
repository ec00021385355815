import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { describe, onTestFinished } from "vitest";
import { needsPostgres, newDatabase, runSql } from "../../../test/postgres/database.ts";
import { Secret } from "../call.ts";
import type { Clock, Random } from "../ports.ts";
import { openStore, type Store } from "./open.ts";
import { createPool } from "./postgres-pool.ts";
import { createSqliteDialect } from "./sqlite-dialect.ts";
import { openSqliteFile } from "./sqlite-file.ts";
import type { Tables } from "./tables.ts";

/** Ports that a store is opened with; every store is a writer of its own. */
export interface TestPorts {
  readonly clock?: Clock;
  readonly random?: Random;
  /** Of PostgreSQL. */
  readonly connections?: number;
}

/** A database without tables. All that is opened here is closed with the test, and then the database goes. */
export interface TestDatabase {
  /** Open it as one server or command does; a second time as another one. */
  open(ports?: TestPorts): Promise<Store>;
  /** The same in another process: an expression for the argument of its `openStore`, without the ports. */
  readonly source: string;
  /** What lies below the stores. */
  connect(): Promise<Connected>;
}

/** Queries, and SQL as a hand on the database would write it. */
export interface Connected {
  readonly db: Kysely<Tables>;
  run(sql: string): Promise<void>;
}

/** One of the two databases. */
export interface TestEngine {
  readonly name: "SQLite" | "PostgreSQL";
  /** A new database of the current test. */
  create(): Promise<TestDatabase>;
  /** One with all tables, nothing in them. Where tables are dear to make, the tests of a file take turns with one. */
  empty(): Promise<TestDatabase>;
}

const still: Clock = { now: () => 1_700_000_000_000, monotonic: () => 0 };
const counting: Random = { uuid: randomUUID, bytes: (length) => new Uint8Array(length) };

async function createSqlite(): Promise<TestDatabase> {
  return testSqlite(join(newFolder(), "toolspec.sqlite"));
}

/** Ends with the test. */
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "toolspec-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function testSqlite(file: string): TestDatabase {
  return {
    open: ({ clock = still, random = counting } = {}) => closing(openStore({ file, clock, random })),
    source: `{ file: ${JSON.stringify(file)} }`,
    async connect() {
      const database = openSqliteFile(file);
      const db = new Kysely<Tables>({ dialect: createSqliteDialect(database, file) });
      onTestFinished(() => db.destroy());
      return { db, run: async (sql) => database.exec(sql) };
    },
  };
}

/** The bytes of a file with all tables. */
let emptyFile: Promise<Buffer> | undefined;

async function makeEmptyFile(): Promise<Buffer> {
  const file = join(newFolder(), "empty.sqlite");
  const store = await openStore({ file, clock: still, random: counting });
  await store.close();
  return readFileSync(file);
}

async function emptySqlite(): Promise<TestDatabase> {
  emptyFile ??= makeEmptyFile();
  const file = join(newFolder(), "toolspec.sqlite");
  writeFileSync(file, await emptyFile);
  return testSqlite(file);
}

const engines: readonly TestEngine[] = [
  { name: "SQLite", create: createSqlite, empty: emptySqlite },
  { name: "PostgreSQL", create: createPostgres, empty: emptyPostgres },
];

/** A database on the PostgreSQL server of this test run. */
export async function createPostgres(): Promise<TestDatabase & { readonly url: string }> {
  return testPostgres(await newDatabase());
}

/** The address of one with all tables, for all tests of a file. */
let emptied: Promise<string> | undefined;

async function makeTables(): Promise<string> {
  const { url, open } = await createPostgres();
  await (await open()).close();
  return url;
}

async function emptyPostgres(): Promise<TestDatabase> {
  emptied ??= makeTables();
  const database = testPostgres(await emptied);
  const { db } = await database.connect();
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = current_schema() and tablename <> 'toolspec_migrations'`.execute(
    db,
  );
  for (const { name } of rows) await sql`delete from ${sql.table(name)}`.execute(db);
  return database;
}

function testPostgres(url: string): TestDatabase & { readonly url: string } {
  const databaseUrl = new Secret(url);
  const secretModule = JSON.stringify(join(import.meta.dirname, "../call.ts"));
  return {
    url,
    open: ({ clock = still, random = counting, connections = 4 } = {}) =>
      closing(openStore({ databaseUrl, connections, clock, random })),
    source: `{ databaseUrl: new (await import(${secretModule})).Secret(${JSON.stringify(url)}) }`,
    async connect() {
      const options = { url: databaseUrl, statementTimeoutMs: 5000, connections: 4, place: "the tests' database" };
      const pool = createPool(pg, options);
      onTestFinished(() => pool.end());
      const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
      return { db, run: async (text) => void (await runSql(url, text)) };
    },
  };
}

/** Run tests on both databases. */
export function onEveryEngine(what: string, tests: (engine: TestEngine) => void): void {
  describe.each(engines)(`${what} on $name`, (engine) => {
    if (engine.name === "PostgreSQL") needsPostgres();
    tests(engine);
  });
}

async function closing(opening: Promise<Store>): Promise<Store> {
  const store = await opening;
  onTestFinished(() => store.close());
  return store;
}
