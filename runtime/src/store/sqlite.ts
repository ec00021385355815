import { Kysely } from "kysely";
import type { Clock } from "../ports.ts";
import { createSqliteChanges } from "./changes.ts";
import type { Engine } from "./engine.ts";
import { migrate } from "./migrations.ts";
import { createSqliteDialect } from "./sqlite-dialect.ts";
import { openSqliteFile } from "./sqlite-file.ts";
import type { Tables } from "./tables.ts";

/**
 * Open a SQLite file, made if absent, its tables brought up to date.
 *
 * @param file its path, or `:memory:`
 * @throws StoreError that names the file and the mend: not a database, another program's, newer, read-only, full, locked.
 */
export async function openSqlite(file: string, clock: Pick<Clock, "now">): Promise<Engine> {
  const database = openSqliteFile(file);
  const db = new Kysely<Tables>({ dialect: createSqliteDialect(database, file) });
  try {
    await migrate(db, { clock, place: file });
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return { db, changes: createSqliteChanges(db, database, file), place: file, close: () => db.destroy() };
}
