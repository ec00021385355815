import type { Context } from "../context.ts";
import { type Item, type Module, modules, type Program } from "./items.ts";

/** One version of a module, as kept. */
export interface Version {
  readonly module: Module;
  readonly version: number;
  /** `retired`: another has taken its place. */
  readonly status: "staged" | "active" | "retired";
  readonly items: readonly Item[];
  readonly note: string | null;
  readonly uploadedBy: string;
  readonly uploadedAtMs: number;
}

interface VersionRow {
  readonly module: Module;
  readonly version: number;
  readonly status: Version["status"];
  readonly items: string;
  readonly note: string | null;
  readonly uploaded_by: string;
  readonly uploaded_at: number;
}

type At = Pick<Context, "database" | "space">;

/** The module in force: number and items; 0 and none before the first. */
export function activeModule<M extends Module>(
  { database, space }: At,
  module: M,
): { readonly version: number; readonly items: readonly Item<M>[] } {
  const row = database.get<VersionRow>(
    "select * from config_versions where space = :space and module = :module and status = 'active'",
    { space: space.id, module },
  );
  return row ? { version: row.version, items: JSON.parse(row.items) } : { version: 0, items: [] };
}

/** All that is in force; a module without a version has no items. */
export function activeProgram({ database, space }: At): Program {
  const rows = database.all<Pick<VersionRow, "module" | "items">>(
    "select module, items from config_versions where space = :space and status = 'active'",
    { space: space.id },
  );
  const kept = new Map(rows.map(({ module, items }) => [module, JSON.parse(items)]));
  return Object.fromEntries(modules.map((module) => [module, kept.get(module) ?? []])) as unknown as Program;
}

/** What waits for review, at most one version of each module, in the order of the modules. */
export function stagedVersions({ database, space }: At): readonly Version[] {
  const rows = database.all<VersionRow>("select * from config_versions where space = :space and status = 'staged'", {
    space: space.id,
  });
  const order = (row: VersionRow) => modules.indexOf(row.module);
  return rows.sort((a, b) => order(a) - order(b)).map(toVersion);
}

/**
 * Keep a version and give it the next number. It takes the place of the version of its status; one in force also of what was
 * staged before it, which a person has thereby seen.
 *
 * @returns the number.
 */
export function addVersion(
  context: Context,
  { module, items, activate, note }: { module: Module; items: readonly Item[]; activate: boolean; note: string | null },
): number {
  const { database, space, caller, nowMs } = context;
  const key = { space: space.id, module };
  const last = database.get<{ n: number | null }>(
    "select max(version) as n from config_versions where space = :space and module = :module",
    key,
  );
  const version = (last?.n ?? 0) + 1;
  database.run(
    `update config_versions set status = 'retired'
     where space = :space and module = :module and (status = 'staged' or (status = 'active' and :activate = 1))`,
    { ...key, activate: activate ? 1 : 0 },
  );
  database.run("insert into config_versions values (:space, :module, :version, :status, :items, :note, :by, :at)", {
    ...key,
    version,
    status: activate ? "active" : "staged",
    items: JSON.stringify(items),
    note,
    by: caller.subject,
    at: nowMs,
  });
  return version;
}

function toVersion(row: VersionRow): Version {
  const { module, version, status, note } = row;
  const items = JSON.parse(row.items) as readonly Item[];
  return { module, version, status, note, items, uploadedBy: row.uploaded_by, uploadedAtMs: row.uploaded_at };
}
