import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely, sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSqliteDialect } from "./sqlite-dialect.ts";
import { openSqliteFile } from "./sqlite-file.ts";

interface Numbers {
  readonly numbers: { readonly n: number };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "toolspec-dialect-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function open(file = ":memory:") {
  const database = openSqliteFile(file);
  const db = new Kysely<Numbers>({ dialect: createSqliteDialect(database, file) });
  await sql`create table if not exists numbers (n integer primary key)`.execute(db);
  return { database, db };
}

const all = async (db: Kysely<Numbers>) =>
  (await db.selectFrom("numbers").select("n").orderBy("n").execute()).map(({ n }) => n);

describe("the SQLite dialect", () => {
  it("rolls a transaction back when a step of it fails, and goes on", async () => {
    const { db } = await open();
    const broken = db.transaction().execute(async (transaction) => {
      await transaction.insertInto("numbers").values({ n: 1 }).execute();
      await transaction.insertInto("numbers").values({ n: 1 }).execute();
    });
    await expect(broken).rejects.toMatchObject({ name: "StoreError" });
    await db.insertInto("numbers").values({ n: 2 }).execute();
    expect(await all(db)).toEqual([2]);
  });

  it("gives the first error when SQLite has rolled back by itself", async () => {
    const { db, database } = await open();
    database.exec("create trigger stop before insert on numbers begin select raise(rollback, 'rolled back'); end");
    const broken = db
      .transaction()
      .execute((transaction) => transaction.insertInto("numbers").values({ n: 1 }).execute());
    await expect(broken).rejects.toThrow("rolled back");
    expect(await all(db)).toEqual([]);
  });

  it("refuses to stream", async () => {
    const { db } = await open();
    await expect(db.selectFrom("numbers").selectAll().stream().next()).rejects.toThrow("not streamed");
  });

  it("keeps other queries out of a transaction that is under way", async () => {
    const { db } = await open();
    const transaction = db.transaction().execute(async (inside) => {
      await inside.insertInto("numbers").values({ n: 1 }).execute();
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error("changed my mind");
    });
    const outside = db.insertInto("numbers").values({ n: 2 }).execute();
    await expect(transaction).rejects.toThrow("changed my mind");
    await outside;
    expect(await all(db)).toEqual([2]);
  });

  it("lets no other writer in between the reading and the writing of a transaction", async () => {
    const file = join(folder, "a.db");
    const other = openSqliteFile(file);
    const { db } = await open(file);
    await db.transaction().execute(async (transaction) => {
      const before = await transaction.selectFrom("numbers").select("n").execute();
      expect(() => other.exec("insert into numbers values (7)")).toThrow("database is locked");
      await transaction.insertInto("numbers").values({ n: before.length }).execute();
    });
    expect(await all(db)).toEqual([0]);
    other.close();
  });

  it("waits for another writer's lock without stopping the process", async () => {
    const file = join(folder, "a.db");
    const other = openSqliteFile(file);
    const { db } = await open(file);
    other.exec("begin immediate");
    let isWritten = false;
    const alone = db.insertInto("numbers").values({ n: 1 }).execute();
    const together = db
      .transaction()
      .execute((transaction) => transaction.insertInto("numbers").values({ n: 2 }).execute());
    const both = Promise.all([alone, together]).then(() => {
      isWritten = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isWritten).toBe(false);
    other.exec("commit");
    await both;
    expect(await all(db)).toEqual([1, 2]);
    other.close();
  });

  it("counts the rows that an update changed, and returns rows where asked", async () => {
    const { db } = await open();
    const inserted = await db
      .insertInto("numbers")
      .values([{ n: 1 }, { n: 2 }])
      .returning("n")
      .execute();
    expect(inserted).toEqual([{ n: 1 }, { n: 2 }]);
    const updated = await db.updateTable("numbers").set({ n: 3 }).where("n", ">", 1).executeTakeFirst();
    expect(updated.numUpdatedRows).toBe(1n);
  });

  it("forgets the oldest of more prepared statements than it keeps, and still runs them all", async () => {
    const { db } = await open();
    for (let n = 0; n < 250; n++) await sql.raw(`insert into numbers values (${n})`).execute(db);
    expect((await all(db)).length).toBe(250);
  });
});
