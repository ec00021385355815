/** `toolspec lock` as a function: accept what the specs say now. */
import { lstatSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Diagnostic } from "../diagnostics.ts";
import { contentSubject } from "../diff/compare-content.ts";
import { diffSpecs, type LocatedChange } from "../diff/diff.ts";
import { GitProblem, lastCommitOf } from "../diff/git-host.ts";
import { applyChanges } from "../files.ts";
import { findSpecs, portable, readIfThere } from "../folders.ts";
import { loadAll } from "../load-all.ts";
import { digestsOf } from "./definitions.ts";
import { type Drift, driftBetween } from "./drift.ts";
import { lockName, readLock, writeLock } from "./lock-file.ts";

export interface LockOptions {
  readonly specs?: readonly string[];
  readonly cwd?: string;
  /** Only say what would be accepted. */
  readonly dryRun?: boolean;
}

export interface LockedServer {
  readonly name: string;
  /** Relative to the working directory. */
  readonly path: string;
  readonly tools: number;
  /** There was none, or none that could be read. */
  readonly isNew: boolean;
  readonly drift: readonly Drift[];
  /** What changed of the definitions that drifted, where git has what the lock was written for. */
  readonly changes: readonly LocatedChange[];
}

export interface LockReport {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, string>;
  readonly servers: readonly LockedServer[];
}

/** Write the locks of these specs folders; nothing is written while one of them has an error. */
export async function lockSpecs(options: LockOptions = {}): Promise<LockReport> {
  const cwd = options.cwd ?? process.cwd();
  const folders = (options.specs ?? findSpecs(cwd)).map((folder) => resolve(cwd, folder));
  const { servers, sources, ...loaded } = await loadAll(folders, { cwd, root: cwd });
  const diagnostics = loaded.diagnostics.filter(({ severity }) => severity === "error");
  if (diagnostics.length > 0) return { diagnostics, sources, servers: [] };
  const reports: LockedServer[] = [];
  const texts: { readonly path: string; readonly folder: string; readonly after: string }[] = [];
  for (const { server } of servers) {
    const folder = resolve(cwd, server.source);
    const path = join(folder, lockName);
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true)
      return { diagnostics: [linked(portable(cwd, path))], sources, servers: [] };
    const before = readIfThere(path);
    const lock = before === undefined ? undefined : readLock(before);
    const known = lock !== undefined && "digests" in lock ? lock.digests : undefined;
    const digests = digestsOf(server);
    const drift = known === undefined ? [] : driftBetween(known, digests);
    const changes = drift.length === 0 ? [] : await changesOf(server.source, drift, cwd);
    const tools = server.tools.length;
    reports.push({ name: server.name, path: portable(cwd, path), tools, isNew: known === undefined, drift, changes });
    const after = writeLock(digests);
    if (after !== before) texts.push({ path, folder, after });
  }
  if (options.dryRun !== true) applyChanges(texts);
  return { diagnostics: [], sources, servers: reports };
}

/** The diff since the commit that accepted last, of what drifted alone: before it, everything was looked at. */
async function changesOf(source: string, drift: readonly Drift[], cwd: string): Promise<readonly LocatedChange[]> {
  try {
    const against = lastCommitOf(cwd, `${source}/${lockName}`) ?? "HEAD";
    const { servers } = await diffSpecs({ specs: [source], against, cwd });
    const names = new Set(drift.map(subjectOf));
    return servers.flatMap(({ changes }) => changes).filter(({ subject }) => names.has(subject));
  } catch (error) {
    // Without git the names alone are told.
    if (error instanceof GitProblem) return [];
    throw error;
  }
}

/** As the diff names what changed. */
function subjectOf({ block, name }: Drift): string | undefined {
  const subjects = {
    server: undefined,
    tools: name,
    prompts: `prompt ${name}`,
    content: contentSubject(name.split(".")[0] ?? name),
  };
  return subjects[block];
}

function linked(file: string): Diagnostic {
  const start = { line: 1, column: 1 };
  const message = "it is a link, and links are not followed";
  return { rule: "lock-file", severity: "error", message, span: { file, start, end: start }, mend: "remove it" };
}
