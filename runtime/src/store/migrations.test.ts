import { spawn } from "node:child_process";
import { join } from "node:path";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { type Connected, onEveryEngine, type TestDatabase } from "./fixture.ts";
import { migrate, migrations } from "./migrations.ts";

const clock = { now: () => 1_700_000_000_000, monotonic: () => 0 };

describe("the migrations", () => {
  it("are counted from 1 without a gap", () => {
    expect(migrations.map((step) => step.number)).toEqual(migrations.map((_, index) => index + 1));
  });
});

onEveryEngine("migrate", (engine) => {
  const openEmpty = async () => (await engine.create()).connect();

  async function migrated(from: number) {
    const opened = await openEmpty();
    await migrate(opened.db, { clock, place: "f", steps: migrations.slice(0, from) });
    await migrate(opened.db, { clock, place: "f" });
    return opened;
  }

  /** Tables, columns and indexes as the database tells of them; no names of schemas, which differ. */
  async function schemaOf({ db }: Connected): Promise<unknown> {
    const query =
      engine.name === "SQLite"
        ? sql`select type, name, tbl_name, sql from sqlite_schema order by type, name`
        : sql`
          select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
          where table_schema = current_schema()
          union all select tablename, indexname, replace(indexdef, current_schema(), ''), '', '' from pg_indexes
          where schemaname = current_schema() order by 1, 2`;
    return (await query.execute(db)).rows;
  }

  it("refuses tables of a newer program and changes nothing", async () => {
    const opened = await migrated(0);
    const row = { number: migrations.length + 1, name: "from the future", applied_at_ms: 0 };
    await opened.db.insertInto("toolspec_migrations").values(row).execute();
    const before = await schemaOf(opened);
    await expect(migrate(opened.db, { clock, place: "/data/a.db" })).rejects.toMatchObject({
      reason: "newer",
      message: expect.stringMatching(
        new RegExp(
          `^/data/a\\.db has tables of version ${migrations.length + 1}, and this program knows versions up to ${migrations.length}\\.`,
        ),
      ),
    });
    expect(await schemaOf(opened)).toEqual(before);
  });

  it("takes all steps or none", async () => {
    const opened = await openEmpty();
    const broken = { number: 2, name: "broken", up: () => Promise.reject(new Error("step 2 broke")) };
    const [first] = migrations.slice(0, 1);
    const steps = first === undefined ? [] : [first, broken];
    await expect(migrate(opened.db, { clock, place: "f", steps })).rejects.toThrow("step 2 broke");
    expect(await schemaOf(opened)).toEqual([]);
  });

  it.each([...migrations.keys()])("makes the same tables from version %i as from an empty database", async (from) => {
    expect(await schemaOf(await migrated(from))).toEqual(await schemaOf(await migrated(0)));
  });

  it("writes down what it did, once", async () => {
    const { db } = await migrated(migrations.length);
    const rows = await db.selectFrom("toolspec_migrations").selectAll().execute();
    expect(rows.map((row) => [row.number, row.name])).toEqual([
      [1, "api keys"],
      [2, "audit entries"],
      [3, "connection tokens and tenants"],
      [4, "audit chain"],
      [5, "confirmations"],
      [6, "approvals"],
      [7, "webhooks"],
      [8, "operators"],
      [9, "console figures"],
    ]);
  });

  it("lets processes that start at the same time open the same new database", async () => {
    const database = await engine.create();
    const codes = await Promise.all([1, 2, 3].map(() => openInProcess(database)));
    expect(codes).toEqual([0, 0, 0]);
    expect(await schemaOf(await database.connect())).toEqual(await schemaOf(await migrated(0)));
  });
});

/** Open the store in a process of its own and write one entry. @returns its exit code */
function openInProcess({ source }: TestDatabase): Promise<number | null> {
  const script = `
    const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, "open.ts"))});
    const { randomUUID } = await import("node:crypto");
    const random = { uuid: randomUUID, bytes: (length) => new Uint8Array(length) };
    const store = await openStore({ ...${source}, clock: { now: Date.now, monotonic: Date.now }, random });
    await store.keys.insert({ id: randomUUID(), tenant: "t", kind: "k", name: "n", hash: randomUUID(), hint: "h", scopes: [], createdAtMs: 1 });
    await store.close();`;
  const child = spawn(process.execPath, ["--no-warnings", "--input-type=module", "-e", script], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return new Promise((resolve) => child.on("exit", resolve));
}
