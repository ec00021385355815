import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Diagnostic } from "./diagnostics.ts";
import { carriesMark } from "./emit/header.ts";
import { tokensOf } from "./emit/manifest.ts";
import { emitTyped } from "./emit-typed.ts";
import { applyChanges, type Comparison, compareFiles } from "./files.ts";
import { findGenerated, findSpecs, portable, readIfThere } from "./folders.ts";
import { loadAll, type TimedServer } from "./load-all.ts";
import { lockProblems } from "./lock/drift.ts";

export interface GenerateOptions {
  /** Specs folders. Default: every folder of `./specs` that holds a server.yaml. */
  readonly specs?: readonly string[];
  /** Where the generated servers lie, one folder each. Default: `generated`. */
  readonly out?: string;
  /** What relative paths start from. Default: the working directory. */
  readonly cwd?: string;
  /** Aborts between two steps; once files are being renamed, it is too late. */
  readonly signal?: AbortSignal;
  /** Told what begins, for whoever waits. */
  readonly onStep?: (text: string) => void;
}

/** One server, and what it takes to make its folder what it should be. Paths in `changes` are absolute. */
export interface ServerReport extends Comparison {
  readonly name: string;
  /** The specs folder it was made from; gone where all of its files are to be removed. */
  readonly source: string;
  readonly tools: number;
  readonly files: number;
  readonly manifestTokens: number;
  /** What the manifest must stay within, where server.yaml says so: then more was refused. */
  readonly manifestBudgetTokens: number | undefined;
  readonly durationMs: number;
  /** Definitions that are not as the server's lock has them; none where there is no lock. They keep nothing from being written. */
  readonly unlocked: readonly Diagnostic[];
}

/** All that was found. Nothing was written if there is an error among the diagnostics, or an obstacle. */
export interface Report {
  readonly diagnostics: readonly Diagnostic[];
  /** Texts of the files that diagnostics point into, for code frames. */
  readonly sources: ReadonlyMap<string, string>;
  readonly servers: readonly ServerReport[];
}

/** Make the generated folders what the specs say: read, check, emit, compare, write. */
export async function generate(options: GenerateOptions = {}): Promise<Report> {
  const report = await check(options);
  await pendingSignals();
  if (isSound(report)) {
    const changes = report.servers.flatMap((server) => server.changes);
    options.onStep?.(`writing ${changes.length} files`);
    applyChanges(changes, options.signal === undefined ? {} : { signal: options.signal });
  }
  return report;
}

/** Do everything but write: the report's changes are what `generate` would do. */
export async function check(options: GenerateOptions = {}): Promise<Report> {
  const cwd = options.cwd ?? process.cwd();
  const out = resolve(cwd, options.out ?? "generated");
  const folders = (options.specs ?? findSpecs(cwd)).map((folder) => resolve(cwd, folder));
  const root = rootOf(folders, { cwd, out });
  const { onStep } = options;
  const { servers, diagnostics, sources } = await loadAll(folders, { cwd, root, ...(onStep && { onStep }) });
  if (diagnostics.some(isError)) return { diagnostics, sources, servers: [] };
  const reports: ServerReport[] = [];
  const untyped: Diagnostic[] = [];
  for (const server of servers) {
    await pendingSignals();
    options.signal?.throwIfAborted();
    onStep?.(`making the code of ${server.server.name}`);
    const { report, untyped: problems } = await compareServer(server, out);
    untyped.push(...problems);
    reports.push({ ...report, unlocked: lockProblems(server.server, { cwd, root }) });
  }
  const stale = options.specs === undefined && root === dirname(out) ? orphans(out, reports) : [];
  return { diagnostics: [...diagnostics, ...untyped], sources, servers: [...reports, ...stale] };
}

/** Whether everything could be written. */
export function isSound(report: Report): boolean {
  return !report.diagnostics.some(isError) && report.servers.every((server) => server.obstacles.length === 0);
}

/** Let a Ctrl-C be heard that came while there was no pause: the event loop tells of it after its next turn. */
function pendingSignals(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * What paths in generated files are relative to: the folder that holds specs and output, wherever the command was
 * started, so that everybody's run gives the same bytes.
 */
export function rootOf(
  folders: readonly string[],
  { cwd, out }: { readonly cwd: string; readonly out: string },
): string {
  const home = dirname(out);
  return folders.every((folder) => !portable(home, folder).startsWith("..")) ? home : cwd;
}

/** What is known of a server from its own folder alone. */
type FolderReport = Omit<ServerReport, "unlocked">;

interface ComparedServer {
  readonly report: FolderReport;
  readonly untyped: readonly Diagnostic[];
}

async function compareServer(timed: TimedServer, out: string): Promise<ComparedServer> {
  const startMs = performance.now();
  const { server, loadMs } = timed;
  const folder = join(out, server.name);
  const isNew = !existsSync(folder);
  const { files, untyped } = await emitTyped(timed, (path) => (isNew ? undefined : readIfThere(join(folder, path))));
  const report: FolderReport = {
    ...compareFiles({ folder, files }, carriesMark),
    name: server.name,
    source: server.source,
    tools: server.tools.length,
    files: files.size,
    manifestTokens: tokensOf(files.get("llms/mcp.txt") ?? ""),
    manifestBudgetTokens: server.manifestBudgetTokens,
    durationMs: loadMs + performance.now() - startMs,
  };
  return { report, untyped };
}

/** Output folders whose specs are gone, or have another name now: everything that toolspec wrote there is stale. */
function orphans(out: string, current: readonly ServerReport[]): ServerReport[] {
  const isGone = (source: string) => !existsSync(join(dirname(out), source, "server.yaml"));
  const gone = findGenerated(out)
    .filter(({ name }) => current.every((server) => server.name !== name))
    .filter(({ source }) => isGone(source) || current.some((server) => server.source === source));
  return gone.map(({ name, source }) => {
    const comparison = compareFiles({ folder: join(out, name), files: new Map() }, carriesMark);
    return {
      ...comparison,
      name,
      source,
      tools: 0,
      files: 0,
      manifestTokens: 0,
      manifestBudgetTokens: undefined,
      durationMs: 0,
      unlocked: [],
    };
  });
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === "error";
}
