import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Diagnostic } from "../diagnostics.ts";
import { carriesMark } from "../emit/header.ts";
import { emitTyped } from "../emit-typed.ts";
import { applyChanges, compareFiles, type FileChange, type Obstacle } from "../files.ts";
import { portable, readIfThere } from "../folders.ts";
import { rootOf } from "../generate.ts";
import type { ServerIr } from "../ir/tool.ts";
import { Kept } from "../kept.ts";
import { loadAll } from "../load-all.ts";
import { knownFiles } from "./known-files.ts";
import { type WrittenFiles, writtenFiles } from "./written-files.ts";

/** What one run made of the specs. Without `files` there were errors, and nothing is otherwise than it was. */
export interface Regenerated {
  readonly diagnostics: readonly Diagnostic[];
  /** Texts of the files that diagnostics point into. */
  readonly sources: ReadonlyMap<string, string>;
  readonly obstacles: readonly Obstacle[];
  /** Spec files that are not what they were, by path from the working directory. */
  readonly touched: readonly string[];
  readonly made: Made | undefined;
}

export interface Made {
  readonly server: ServerIr;
  /** Absolute. */
  readonly folder: string;
  /** Text by path in the folder. */
  readonly files: ReadonlyMap<string, string>;
  /** Generated files that were written or removed. */
  readonly changes: readonly FileChange[];
}

/** Keeps one server's generated code what its specs say. */
export interface Regeneration {
  /** Look at the disk; whether any spec file is not what it was. What `run` reads is what was there then. */
  look(): boolean;
  /** Read what changed, and write what comes of it. `everything` compares with the disk again, where files may have been changed by others. */
  run(options?: { readonly everything?: boolean }): Promise<Regenerated>;
  /** Make generated files that others have changed or removed what the last run has made of them; nothing while one is in the way. */
  restore(): Restored;
}

export interface Restored {
  /** Absolute. */
  readonly files: readonly string[];
  /** A person's own files, which stay. */
  readonly obstacles: readonly Obstacle[];
}

export interface RegenerationOptions {
  /** Specs folder. */
  readonly specs: string;
  readonly out?: string;
  readonly cwd?: string;
}

/**
 * Generate again and again in one process. The result is that of `generate`, byte for byte, because it runs the same steps; what
 * they found out about files that are as they were is kept, and so is the text of every generated file.
 */
export function createRegeneration(options: RegenerationOptions): Regeneration {
  const { cwd = process.cwd() } = options;
  const out = resolve(cwd, options.out ?? "generated");
  const folder = resolve(cwd, options.specs);
  const root = rootOf([folder], { cwd, out });
  const specs = knownFiles(root, portable(root, folder));
  const fromCwd = (path: string) => portable(cwd, join(root, path));
  let kept = new Kept();
  let touched = new Set(specs.look());
  let before: Made | undefined;
  let written: { readonly folder: string; readonly files: WrittenFiles } | undefined;

  return {
    look() {
      const changed = specs.look();
      for (const path of changed) touched.add(path);
      return changed.length > 0;
    },
    async run({ everything = false } = {}) {
      if (everything) {
        kept = new Kept();
        specs.look();
      }
      const seen = { touched: [...touched].sort().map(fromCwd) };
      touched = new Set();
      const { servers, diagnostics, sources } = await loadAll([folder], { cwd, root, host: specs.host, kept });
      const [loaded] = servers;
      const failed = { ...seen, diagnostics, sources, obstacles: [], made: undefined };
      if (loaded === undefined) return failed;
      const target = join(out, loaded.server.name);
      // What others have changed is compared with the disk, so that nothing of a person's is written over.
      const isOurs = written?.folder === target && written.files.changed().length === 0;
      const known = before?.folder === target && isOurs && !everything ? before.files : undefined;
      const isNew = !existsSync(target);
      const existing = (path: string) => known?.get(path) ?? (isNew ? undefined : readIfThere(join(target, path)));
      const { server, files, untyped } = await emitTyped(loaded, existing);
      const { changes, obstacles } =
        known === undefined
          ? compareFiles({ folder: target, files }, carriesMark)
          : { changes: difference(target, known, files), obstacles: [] };
      const seenAll = { ...failed, diagnostics: [...diagnostics, ...untyped] };
      if (obstacles.length > 0) return { ...seenAll, obstacles };
      applyChanges([...changes, ...abandoned(before, target)]);
      before = { server, folder: target, files, changes };
      if (written?.folder !== target || known === undefined) {
        written = { folder: target, files: writtenFiles(target) };
        written.files.note(files.keys());
      } else written.files.note(changes.map(({ path }) => portable(target, path)));
      return { ...seenAll, made: before };
    },
    restore() {
      if (before === undefined || written === undefined || written.files.changed().length === 0)
        return { files: [], obstacles: [] };
      const { folder, files } = before;
      const { changes, obstacles } = compareFiles({ folder, files }, carriesMark);
      if (obstacles.length > 0) return { files: [], obstacles };
      applyChanges(changes);
      written.files.note(files.keys());
      return { files: changes.map(({ path }) => path), obstacles };
    },
  };
}

/** What differs between two runs; both are known, so nothing is read. */
function difference(
  folder: string,
  known: ReadonlyMap<string, string>,
  files: ReadonlyMap<string, string>,
): readonly FileChange[] {
  const written = [...files]
    .filter(([path, after]) => known.get(path) !== after)
    .map(([path, after]): FileChange => {
      const before = known.get(path);
      return { path: join(folder, path), folder, after, ...(before !== undefined && { before }) };
    });
  const removed = [...known]
    .filter(([path]) => !files.has(path))
    .map(([path, before]): FileChange => ({ path: join(folder, path), folder, before }));
  return [...written, ...removed];
}

/** The server has another name now: what was written under the old one goes, as with `generate`. */
function abandoned(before: Made | undefined, target: string): readonly FileChange[] {
  if (before === undefined || before.folder === target || dirname(before.folder) !== dirname(target)) return [];
  return compareFiles({ folder: before.folder, files: new Map() }, carriesMark).changes;
}
