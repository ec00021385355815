import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteFile } from "./sqlite-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "toolspec-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("openSqliteFile", () => {
  it("refuses a file that is no database, and names it", () => {
    const file = join(folder, "notes.txt");
    writeFileSync(file, "These are notes. ".repeat(100));
    expect(() => openSqliteFile(file)).toThrow(expect.objectContaining({ reason: "not_a_database" }));
    expect(() => openSqliteFile(file)).toThrow(`${file} is not a SQLite database`);
  });

  it("refuses the database of another program and leaves it as it was", () => {
    const file = join(folder, "shop.db");
    execFileSync(process.execPath, ["--no-warnings", "-e", makeShop, file]);
    const before = statSync(file).mtimeMs;
    expect(() => openSqliteFile(file)).toThrow("database of another program (it has orders)");
    expect(statSync(file).mtimeMs).toBe(before);
  });

  it("refuses an empty name, which SQLite would take for a temporary database", () => {
    expect(() => openSqliteFile("")).toThrow("The store needs a file name");
  });

  it("refuses a folder in the place of a file", () => {
    expect(() => openSqliteFile(folder)).toThrow(
      expect.objectContaining({ name: "StoreError", reason: "cannot_open" }),
    );
  });

  it("refuses a path that leads through a file", () => {
    const file = join(folder, "a-file");
    writeFileSync(file, "");
    expect(() => openSqliteFile(join(file, "toolspec.db"))).toThrow(expect.objectContaining({ reason: "cannot_open" }));
  });

  it("says that a read-only folder is read-only", () => {
    chmodSync(folder, 0o500);
    // Nothing is read-only for root, so root looks at it as nobody.
    const nobody = 65_534;
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) {
      chownSync(folder, nobody, nobody);
      process.seteuid?.(nobody);
    }
    try {
      expect(() => openSqliteFile(join(folder, "toolspec.db"))).toThrow("read-only for this user");
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it("makes the folder, and a file that its owner alone may read", () => {
    const file = join(folder, "deep", "er", "toolspec.db");
    const database = openSqliteFile(file);
    database.exec("create table toolspec_migrations (number integer)");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "deep")).mode & 0o777).toBe(0o700);
    expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600);
    database.close();
  });

  it("commits durably, in WAL, and does not stop the process to wait for a lock", () => {
    const database = openSqliteFile(join(folder, "toolspec.db"));
    const pragma = (name: string) => Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0];
    expect([pragma("journal_mode"), pragma("synchronous"), pragma("busy_timeout")]).toEqual(["wal", 2, 0]);
    database.close();
  });

  it("keeps back the warning about SQLite and no other", () => {
    // As Node 22 does it; later versions say nothing.
    const script = `
      const getBuiltinModule = process.getBuiltinModule;
      process.getBuiltinModule = (name) => {
        process.emitWarning("SQLite is an experimental feature and might change at any time", "ExperimentalWarning");
        return getBuiltinModule(name);
      };
      const { openSqliteFile } = await import(${JSON.stringify(join(import.meta.dirname, "sqlite-file.ts"))});
      openSqliteFile(":memory:").close();
      process.emitWarning("something else");`;
    const { stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    expect(status).toBe(0);
    expect(stderr).toContain("something else");
    expect(stderr).not.toContain("SQLite");
  });
});

const makeShop = `
  const { DatabaseSync } = require("node:sqlite");
  const database = new DatabaseSync(process.argv[1]);
  database.exec("create table orders (id text)");
  database.close();`;
