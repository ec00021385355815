import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { exit } from "../commands/command.ts";
import { chosenWell } from "../lint/tool-count.ts";
import type { Contract } from "../openapi/contract.ts";
import { listOperations } from "../openapi/list.ts";
import type { ListedOperation } from "../openapi/listed.ts";
import { createProgress } from "../terminal.ts";
import { askSelection, canAsk } from "./ask.ts";
import type { ImportFlags } from "./flags.ts";
import { filesOf, type ImportPlan, planImport } from "./plan.ts";
import { choosesAll, type Selection, selects, unmatched } from "./select.ts";
import { serverName } from "./server-name.ts";
import { showImport, showNothing, showProblems } from "./show.ts";
import { readSource, type SourceResult } from "./source.ts";
import { compareSpecs, writeSpecs } from "./write.ts";

export interface RunOptions {
  readonly cwd: string;
  readonly signal: AbortSignal;
}

/** Do what `toolspec import openapi` says. @returns the exit code. */
export async function runImport(from: string, flags: ImportFlags, { cwd, signal }: RunOptions): Promise<number> {
  const startMs = performance.now();
  const progress = createProgress();
  progress.step(`reading ${from}`);
  const source = await readSource({
    from,
    cwd,
    allowRemote: flags.allowRemote === true || flags.allowHost.length > 0,
    allowHosts: flags.allowHost,
    stdin: process.stdin,
    signal,
  });
  progress.end();
  if (source.contract === undefined)
    return showProblems(source, flags.format, from === "-" || !isRemote(from) ? exit.invalidSpecs : exit.unreachable);
  if (flags.merge === true) {
    const { runMerge } = await import("./run-merge.ts");
    return runMerge({ ...source, contract: source.contract }, flags, { cwd, signal });
  }
  const all = listOperations(source.contract);
  const selection = await chosen(all, flags);
  if (selection === undefined) return exit.interrupted;
  const strange = unmatched(selection, all);
  if (strange.length > 0 || !all.some((operation) => selects(selection, operation))) return reportNone(strange, all);
  const name = flags.name ?? serverName(titleOf(source.contract), basename(source.source).split(".")[0] ?? "api");
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    process.stderr.write(
      `toolspec import: --name ${name}: a name has lower-case letters, digits and -, begins with a letter, and has at most 40 of them\n`,
    );
    return exit.usage;
  }
  const folder = resolve(cwd, flags.into ?? `specs/${name}`);
  const plan = planImport({
    root: cwd,
    folder,
    name,
    contract: source.contract,
    selection,
    source: source.source,
    baseUrl: source.baseUrl,
  });
  signal.throwIfAborted();
  return write(plan, source, { flags, cwd, signal, startMs });
}

interface WriteWorld extends RunOptions {
  readonly flags: ImportFlags;
  readonly startMs: number;
}

/** Write a plan, or say what would be written, and tell of it. */
function write(plan: ImportPlan, source: SourceResult, { flags, cwd, signal, startMs }: WriteWorld): number {
  if (plan.seeds.length === 0) return showNothing(plan, source, flags.format);
  const files = { root: cwd, files: filesOf(plan), overwrite: flags.force === true };
  const { changes, obstacles } = flags.dryRun === true ? compareSpecs(files) : writeSpecs(files, { signal });
  const isNew = changes.every(({ before }) => before === undefined);
  showImport({
    plan,
    source,
    changes,
    obstacles,
    isNew,
    cwd,
    dryRun: flags.dryRun === true,
    format: flags.format,
    durationMs: performance.now() - startMs,
  });
  return obstacles.length > 0 ? exit.findings : exit.fine;
}

/** What flags choose; a person is asked where they choose nothing of a long list. Nothing if the person gave up. */
async function chosen(all: readonly ListedOperation[], flags: ImportFlags): Promise<Selection | undefined> {
  const selection: Selection = {
    tags: flags.tag,
    paths: flags.path,
    methods: flags.method,
    ids: flags.id,
    reads: flags.reads === true,
    excluded: flags.exclude,
  };
  if (!choosesAll(selection) || all.length <= chosenWell || !canAsk(flags)) return selection;
  return askSelection(all);
}

function titleOf({ document }: Contract): unknown {
  return (document.info as { title?: unknown } | undefined)?.title;
}

function isRemote(from: string): boolean {
  return /^https?:/i.test(from) && !existsSync(from);
}

function reportNone(strange: readonly string[], all: readonly ListedOperation[]): number {
  const tags = [...new Set(all.flatMap((operation) => operation.tags))].slice(0, tagsShown);
  const known = tags.length === 0 ? "" : `\nIts tags are ${tags.join(", ")}.`;
  const what =
    all.length === 0
      ? "the document has no operation of which a tool could be made"
      : strange.length > 0
        ? `no operation fits ${strange.join(", ")}`
        : "no operation fits all of what you chose by";
  process.stderr.write(`toolspec import: ${what}${all.length === 0 ? "" : known}\nNothing was written.\n`);
  return all.length === 0 ? exit.invalidSpecs : exit.usage;
}

/** Tags that a message names. */
const tagsShown = 20;
