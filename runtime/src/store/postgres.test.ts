import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { inspect } from "node:util";
import { sql } from "kysely";
import pg from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { needsPostgres, newDatabase, runSql } from "../../../test/postgres/database.ts";
import { Secret } from "../call.ts";
import type { TokenRecord } from "../ports.ts";
import { createPostgres } from "./fixture.ts";
import { openStore } from "./open.ts";
import { createPool } from "./postgres-pool.ts";
import { StoreError } from "./store-error.ts";

needsPostgres();

const clock = { now: () => 1_700_000_000_000, monotonic: () => 0 };
const random = { uuid: () => "w-1", bytes: (length: number) => new Uint8Array(length) };

const token = (id: string, tenant = "acme"): TokenRecord => ({
  id,
  tenant,
  name: "laptop",
  owner: "ada",
  hash: `hash of ${id}`,
  hint: "rk_mcp_Ab3d",
  createdAtMs: 1,
  expiresAtMs: undefined,
  revokedAtMs: undefined,
  rotatedAtMs: undefined,
  lastUsedAtMs: undefined,
});

async function refusalOf(url: string): Promise<StoreError> {
  const error = await openStore({ databaseUrl: new Secret(url), clock, random }).then(
    (store) => store.close(),
    (reason: unknown) => reason,
  );
  if (!(error instanceof StoreError)) throw new Error(`not refused: ${inspect(error)}`);
  return error;
}

const password = "hunter2-and-more";

describe("a PostgreSQL database that cannot be used", () => {
  it.each<[string, Partial<URL>, string, string]>([
    ["a wrong password", {}, "denied", "password authentication failed"],
    ["an unknown user", { username: "nobody" }, "denied", "Look at user and password"],
    ["no password", { password: "" }, "denied", "Look at user and password"],
    ["an unknown database", { pathname: "nowhere" }, "no_database", "Make it with createdb"],
    ["an unknown host", { hostname: "nowhere.invalid" }, "unreachable", "Look whether the server runs"],
    ["a port where nothing listens", { port: "1" }, "unreachable", "Look whether the server runs"],
    ["TLS where there is none", { search: "sslmode=verify-full" }, "unreachable", "at host, port and TLS"],
  ])("is refused with its mend: %s", async (_what, change, reason, mend) => {
    const url = new URL(await newDatabase());
    // Told only to who has the right one.
    if (reason !== "no_database") url.password = password;
    const given = decodeURIComponent(url.password);
    Object.assign(url, change);
    const error = await refusalOf(url.href);
    expect(error).toMatchObject({ reason, message: expect.stringContaining(mend) });
    expect(error.message).toContain(
      `PostgreSQL database ${url.pathname.slice(1)} at ${url.hostname}:${url.port || 5432}`,
    );
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(given);
  });

  it("is refused when its user may make no tables", async () => {
    const url = await newDatabase();
    const schema = /search_path=(\w+)/.exec(decodeURIComponent(url))?.[1];
    const user = `limited_${schema}`;
    await runSql(url, `create role ${user} login password '${password}'; grant usage on schema ${schema} to ${user}`);
    const error = await refusalOf(Object.assign(new URL(url), { username: user, password }).href);
    expect(error).toMatchObject({ reason: "denied", message: expect.stringContaining("permission denied for schema") });
  });

  it("is refused when it belongs to another program, and left as it was", async () => {
    const url = await newDatabase();
    await runSql(url, "create table orders (id text)");
    expect(await refusalOf(url)).toMatchObject({
      reason: "foreign",
      message: expect.stringContaining("has the tables of another program (orders). Name a database of its own"),
    });
    expect(await runSql(url, "select to_regclass('toolspec_migrations') as found")).toEqual([{ found: null }]);
  });

  it("is refused when it cannot keep every text", async () => {
    const url = await newDatabase();
    const name = `latin_${randomBytes(8).toString("hex")}`;
    await runSql(url, `create database ${name} encoding 'LATIN1' locale 'C' locale_provider libc template template0`);
    const latin = Object.assign(new URL(url), { pathname: name, search: "" });
    expect(await refusalOf(latin.href)).toMatchObject({ message: expect.stringContaining("encoding UTF8") });
  });

  it("is refused with the command that installs the driver where it is not there", () => {
    const script = `
      const { registerHooks } = await import("node:module");
      registerHooks({ resolve: (name, context, next) => next(name === "pg" ? "pg-that-is-not-there" : name, context) });
      const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, "open.ts"))});
      const { Secret } = await import(${JSON.stringify(join(import.meta.dirname, "../call.ts"))});
      await openStore({ databaseUrl: new Secret("postgresql://a@b/c") }).catch((error) => console.log(error.reason, error.message));`;
    const { stdout } = spawnSync(process.execPath, ["--no-warnings", "--input-type=module", "-e", script], {
      encoding: "utf8",
    });
    expect(stdout).toBe(
      "no_driver PostgreSQL needs the package pg, which is not installed. Install it beside @toolspec/runtime: npm install pg@8\n",
    );
  });
});

describe("connections to PostgreSQL", () => {
  it("are never taken twice by one transaction: with a single one, much at once still ends", async () => {
    const store = await (await createPostgres()).open({ connections: 1 });
    const work = Array.from({ length: 40 }, async (_, n) => {
      await store.tokens.insert(token(`t-${n}`, `tenant-${n % 4}`), { maxActive: 5 });
      await store.tokens.findByHash(`hash of t-${n}`);
      await store.tokens.recordUse(new Map([[`t-${n}`, n]]));
      await store.tenants.suspend({ tenant: `tenant-${n}`, suspendedAtMs: 1, reason: "" });
      await store.tokens.revoke(`t-${n}`, 1);
    });
    await Promise.all(work);
    expect(await store.tenants.list()).toHaveLength(40);
  });

  it("let no two servers wait for each other when both note the same uses in other orders", async () => {
    const database = await createPostgres();
    const [one, two] = [await database.open(), await database.open()];
    const ids = Array.from({ length: 50 }, (_, n) => `t-${n}`);
    for (const id of ids) await one.tokens.insert(token(id));
    const uses = ids.map((id) => [id, 5] as const);
    const tries = Array.from({ length: 10 }, () => [
      one.tokens.recordUse(new Map(uses)),
      two.tokens.recordUse(new Map(uses.toReversed())),
    ]);
    await Promise.all(tries.flat());
    expect((await one.tokens.list({})).map((record) => record.lastUsedAtMs)).toEqual(ids.map(() => 5));
  });

  it("commit durably, and end what takes too long or is forgotten", async () => {
    const { db } = await (await createPostgres()).connect();
    const settings = ["statement_timeout", "idle_in_transaction_session_timeout", "synchronous_commit"];
    const { rows } = await sql<{ name: string; setting: string }>`
      select name, setting from pg_settings where name in (${sql.join(settings)})`.execute(db);
    expect(Object.fromEntries(rows.map((row) => [row.name, row.setting]))).toEqual({
      statement_timeout: "5000",
      idle_in_transaction_session_timeout: "10000",
      synchronous_commit: "on",
    });
  });

  it("go on after a statement that took too long", async () => {
    const url = await newDatabase();
    const pool = createPool(pg, { url: new Secret(url), statementTimeoutMs: 100, connections: 1, place: "here" });
    onTestFinished(() => pool.end());
    const client = await pool.connect();
    await expect(client.query("select pg_sleep(20)", [])).rejects.toMatchObject({
      reason: "busy",
      message: expect.stringContaining("here did not do it in time"),
    });
    client.release();
    const next = await pool.connect();
    expect((await next.query("select 1 as one", [])).rows).toEqual([{ one: 1 }]);
    next.release();
  });

  it("are had anew when the server has ended them all", async () => {
    const { open, url } = await createPostgres();
    const store = await open();
    await store.tokens.insert(token("t-1"));
    await endConnections(url, "true");
    await expect.poll(() => store.tokens.findByHash("hash of t-1").catch(() => undefined)).toMatchObject({ id: "t-1" });
  });
});

describe("hearing of changes", () => {
  it("goes on after the connection that listens was lost, which counts as a change", async () => {
    const { open, url } = await createPostgres();
    const [server, command] = [await open(), await open()];
    const before = server.changes.version();
    expect(await endConnections(url, "query like 'listen %'")).toBe(2);
    // Once for the loss, once for having it again.
    await expect.poll(() => server.changes.version(), { interval: 5, timeout: 5000 }).toBe(before + 2);
    await command.tokens.insert(token("t-1"));
    await expect.poll(() => server.changes.version(), { interval: 5, timeout: 1000 }).toBe(before + 3);
  });

  it("is of what was committed, and not of what was rolled back", async () => {
    const { open } = await createPostgres();
    const [server, command] = [await open(), await open()];
    await command.tokens.insert(token("t-1"));
    await expect.poll(() => server.changes.version(), { interval: 5 }).toBe(2);
    await expect(command.tokens.insert(token("t-1"))).rejects.toMatchObject({ reason: "query" });
    await command.tokens.insert(token("t-2"));
    await expect.poll(() => server.changes.version(), { interval: 5 }).toBe(3);
  });
});

/** End connections of the tests' database but for the one that asks. @returns how many */
async function endConnections(url: string, where: string): Promise<number> {
  const ended = await runSql(
    url,
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and application_name = 'toolspec' and ${where}`,
  );
  return ended.length;
}
