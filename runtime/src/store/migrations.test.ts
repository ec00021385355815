import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migrate, migrations } from "./migrations.ts";
import { createSqliteDialect } from "./sqlite-dialect.ts";
import { openSqliteFile } from "./sqlite-file.ts";
import type { Tables } from "./tables.ts";

const clock = { now: () => 1_700_000_000_000, monotonic: () => 0 };

function openEmpty(file = ":memory:") {
  const database = openSqliteFile(file);
  return { database, db: new Kysely<Tables>({ dialect: createSqliteDialect(database, file) }) };
}

function schemaOf({ database }: ReturnType<typeof openEmpty>) {
  return database.prepare("select type, name, tbl_name, sql from sqlite_schema order by type, name").all();
}

async function migrated(from: number) {
  const opened = openEmpty();
  await migrate(opened.db, { clock, file: "f", steps: migrations.slice(0, from) });
  await migrate(opened.db, { clock, file: "f" });
  return opened;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "toolspec-migrations-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("migrate", () => {
  it("refuses tables of a newer program and changes nothing", async () => {
    const opened = await migrated(0);
    const row = { number: migrations.length + 1, name: "from the future", applied_at_ms: 0 };
    await opened.db.insertInto("toolspec_migrations").values(row).execute();
    const before = schemaOf(opened);
    await expect(migrate(opened.db, { clock, file: "/data/a.db" })).rejects.toMatchObject({
      reason: "newer",
      message: expect.stringMatching(
        new RegExp(
          `^/data/a\\.db has tables of version ${migrations.length + 1}, and this program knows versions up to ${migrations.length}\\.`,
        ),
      ),
    });
    expect(schemaOf(opened)).toEqual(before);
  });

  it("takes all steps or none", async () => {
    const opened = openEmpty();
    const broken = { number: 2, name: "broken", up: () => Promise.reject(new Error("step 2 broke")) };
    const [first] = migrations.slice(0, 1);
    const steps = first === undefined ? [] : [first, broken];
    await expect(migrate(opened.db, { clock, file: "f", steps })).rejects.toThrow("step 2 broke");
    expect(schemaOf(opened)).toEqual([]);
  });

  it("counts its steps from 1 without a gap", () => {
    expect(migrations.map((step) => step.number)).toEqual(migrations.map((_, index) => index + 1));
  });

  it.each([...migrations.keys()])("makes the same tables from version %i as from an empty file", async (from) => {
    expect(schemaOf(await migrated(from))).toEqual(schemaOf(await migrated(0)));
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
    ]);
  });

  it("lets processes that start at the same time open the same new file", async () => {
    const file = join(folder, "toolspec.db");
    const codes = await Promise.all([1, 2, 3, 4].map(() => openInProcess(file)));
    expect(codes).toEqual([0, 0, 0, 0]);
    const opened = openEmpty(file);
    expect(schemaOf(opened)).toEqual(schemaOf(await migrated(0)));
    await opened.db.destroy();
  }, 20_000);
});

/** Open the store in a process of its own and write one entry. @returns its exit code */
function openInProcess(file: string): Promise<number | null> {
  const script = `
    const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, "open.ts"))});
    const { randomUUID } = await import("node:crypto");
    const random = { uuid: randomUUID, bytes: (length) => new Uint8Array(length) };
    const store = await openStore({ file: ${JSON.stringify(file)}, clock: { now: Date.now, monotonic: Date.now }, random });
    await store.keys.insert({ id: randomUUID(), tenant: "t", kind: "k", name: "n", hash: randomUUID(), hint: "h", scopes: [], createdAtMs: 1 });
    await store.close();`;
  const child = spawn(process.execPath, ["--no-warnings", "--input-type=module", "-e", script], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return new Promise((resolve) => child.on("exit", resolve));
}
