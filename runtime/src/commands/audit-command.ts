import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { type Heads, readHeads, writeHeads } from "../store/audit-chain.ts";
import type { EntryFilter, Position } from "../store/audit-query.ts";
import { pruneAction } from "../store/audit-verify.ts";
import type { StoredEntry } from "../store/entry-row.ts";
import { describeReport, toEntryJson, toEntryTable } from "./audit-text.ts";
import type { JsonOption } from "./credential-command.ts";
import {
  type CommandContext,
  CommandProblem,
  createProgram,
  leaveEntry,
  runCommand,
  type StoreLocation,
  subcommand,
  type TextOutput,
  type Work,
  withStore,
  writeJson,
} from "./store-command.ts";

/** Entries that `list` shows unless told otherwise: a screen or two. */
const listDefault = 50;

/** Milliseconds by which a call may seem to end before it began, because the clock was set back. */
const clockSlackMs = 60_000;

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Run `audit list|export|verify|anchor|prune <server> …` with the arguments after `audit`.
 *
 * @returns the exit code: 0 done, 1 not done or something was found, 2 the command line is wrong
 * @throws whatever `context.open` throws
 */
export function auditCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  return runCommand(createAuditProgram(context), argv, context);
}

function createAuditProgram(context: CommandContext): Command {
  const description = `Read and verify the audit trail of ${context.server?.name ?? "a server"}.`;
  const program = createProgram("audit", description, context);

  withFilter(subcommand(program, "list"))
    .description("Show entries, newest first.")
    .option("--limit <number>", `entries to show, at most 1000 (default: ${listDefault})`, wholeNumber(1, 1000))
    .option("--cursor <text>", "where the page before has ended", position)
    .action((path: string, options: ListOptions) => withStore(path, options, context, (work) => list(options, work)));

  withFilter(subcommand(program, "export"))
    .description("Write entries as JSON Lines, oldest first, each with its place in the chain and its hash.")
    .action((path: string, options: FilterOptions) =>
      withStore(path, options, context, (work) => exportEntries(options, work)),
    );

  subcommand(program, "verify")
    .description("Find every entry that was edited, removed, added or moved. Ends with 1 if there is one.")
    .option("--anchor <file>", "what `audit anchor` printed before, from wherever it was kept")
    .action((path: string, options: VerifyOptions) =>
      withStore(path, options, context, (work) => verify(options, work)),
    );

  subcommand(program, "anchor")
    .description(
      "Print where the trail stands. Keep it elsewhere, often: the file alone cannot show that it was put back to an earlier state.",
    )
    .action((path: string, options: StoreLocation) => withStore(path, options, context, anchor));

  subcommand(program, "prune")
    .description("Remove old entries for good; the rest stays verifiable.")
    .requiredOption("--older-than <days>", "whole days, e.g. 400d", days)
    .action((path: string, options: PruneOptions) => withStore(path, options, context, (work) => prune(options, work)));

  return program;
}

interface FilterOptions extends StoreLocation {
  readonly tenant?: string;
  readonly actor?: string;
  readonly tool?: string;
  readonly outcome?: string;
  readonly type?: string;
  readonly since?: number;
  readonly until?: number;
  readonly call?: string;
}

interface ListOptions extends FilterOptions, JsonOption {
  readonly limit?: number;
  readonly cursor?: Position;
}

interface VerifyOptions extends StoreLocation, JsonOption {
  readonly anchor?: string;
}

interface PruneOptions extends StoreLocation, JsonOption {
  readonly olderThan: number;
}

function withFilter(command: Command): Command {
  return command
    .option("--tenant <tenant>", "only this tenant's")
    .option("--actor <id or name>", "only those of this key, token or person")
    .option("--tool <name>", "only calls of this tool, or actions such as tokens.create")
    .option("--outcome <name>", "only those that ended so: ok, planned, or an error code")
    .option("--type <type>", "only intent, call, admin or refusal")
    .option("--since <time>", "from then on, e.g. 2026-11-01 or 2026-11-01T08:00:00Z", instant)
    .option("--until <time>", "before then", instant)
    .option("--call <id>", "only those of this call");
}

function filterOf(options: FilterOptions, { server }: Work): EntryFilter {
  const { tenant, actor, tool, outcome, type, since, until, call } = options;
  return {
    server: server.name,
    ...(tenant !== undefined && { tenant }),
    ...(actor !== undefined && { actor }),
    ...(tool !== undefined && { tool }),
    ...(outcome !== undefined && { outcome }),
    ...(type !== undefined && { type }),
    ...(since !== undefined && { sinceMs: since }),
    ...(until !== undefined && { untilMs: until }),
    ...(call !== undefined && { callId: call }),
  };
}

async function list(options: ListOptions, work: Work): Promise<void> {
  const { store, stdout, stderr } = work;
  const filter = { ...filterOf(options, work), limit: options.limit ?? listDefault };
  const after = options.cursor;
  const { entries, next } = await store.audit.page(filter, { order: "newest", ...(after !== undefined && { after }) });
  const cursor = next === undefined ? undefined : toCursor(next);
  if (options.json === true) {
    writeJson(stdout, { entries: entries.map(toEntryJson), next_cursor: cursor ?? null });
    return;
  }
  if (entries.length === 0) stderr.write("No entry fits.\n");
  else stdout.write(toEntryTable(entries, await withoutOutcome(entries, work)));
  if (cursor !== undefined) stderr.write(`There are more: --cursor ${cursor}\n`);
}

/** Calls that have said that they would write, and have not said how it ended: the process died, or they still run. */
async function withoutOutcome(entries: readonly StoredEntry[], { store }: Work): Promise<ReadonlySet<string>> {
  const open = new Set<string>();
  for (const { type, callId, atMs } of entries) {
    if (type !== "intent") continue;
    const filter = { callId, type: "call", sinceMs: atMs - clockSlackMs, limit: 1 };
    const ends = await store.audit.page(filter, { order: "oldest" });
    if (ends.entries.length === 0) open.add(callId);
  }
  return open;
}

async function exportEntries(options: FilterOptions, work: Work): Promise<void> {
  let after: Position | undefined;
  do {
    const page = await work.store.audit.page(filterOf(options, work), {
      order: "oldest",
      ...(after !== undefined && { after }),
    });
    await write(work.stdout, page.entries.map((entry) => `${JSON.stringify(toEntryJson(entry))}\n`).join(""));
    after = page.next;
  } while (after !== undefined);
}

/** A pipe that is full is waited for: an export may be larger than memory. */
async function write(output: TextOutput, text: string): Promise<void> {
  if (output.write(text) === false && "once" in output) await once(output as NodeJS.WriteStream, "drain");
}

async function verify(options: VerifyOptions, { store, stdout, stderr }: Work): Promise<void> {
  const kept = options.anchor === undefined ? undefined : readAnchor(options.anchor);
  const report = await store.audit.verify(kept === undefined ? {} : { anchor: kept });
  if (options.json === true) writeJson(stdout, report);
  else (report.found === 0 ? stderr : stdout).write(describeReport(report));
  if (report.found > 0) throw new CommandProblem("failure", "The audit trail is not as it was written.");
}

function readAnchor(file: string): Heads {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandProblem("usage", `--anchor: ${(error as Error).message}`);
  }
  const heads = readHeads(text);
  if (heads !== undefined) return heads;
  throw new CommandProblem("usage", `--anchor: ${file} is not what \`audit anchor\` prints.`);
}

async function anchor({ store, stdout }: Work): Promise<void> {
  stdout.write(`${writeHeads(await store.audit.heads())}\n`);
}

/** The entry that names what goes is durable before anything does. */
async function prune({ olderThan, json }: PruneOptions, work: Work): Promise<void> {
  const { store, clock, stdout, stderr } = work;
  const beforeMs = clock.now() - olderThan * dayMs;
  const plan = await store.audit.planPruning(beforeMs);
  if (plan.entries > 0) {
    const done = { before: new Date(beforeMs).toISOString(), entries: plan.entries, pruned: plan.pruned };
    await leaveEntry({ action: pruneAction, tenant: "*", arguments: done }, work);
    await store.audit.prune(plan);
  }
  if (json === true) writeJson(stdout, { pruned: plan.entries });
  else stderr.write(`${plan.entries} entries older than ${olderThan} days were removed. The rest stays verifiable.\n`);
}

function toCursor({ atMs, writer, seq }: Position): string {
  return Buffer.from(JSON.stringify([atMs, writer, seq])).toString("base64url");
}

function position(text: string): Position {
  try {
    const [atMs, writer, seq] = JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as readonly unknown[];
    if (Number.isInteger(atMs) && typeof writer === "string" && Number.isInteger(seq))
      return { atMs: atMs as number, writer, seq: seq as number };
  } catch {
    // Told below, like every other text that is no cursor.
  }
  throw new InvalidArgumentError("Give it as `audit list` has printed it.");
}

function instant(text: string): number {
  const atMs = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(atMs))
    throw new InvalidArgumentError("Write a day, 2026-11-01, or an instant, 2026-11-01T08:00:00Z.");
  return atMs;
}

function days(text: string): number {
  if (!/^[1-9]\d{0,4}d$/.test(text)) throw new InvalidArgumentError("Write whole days, e.g. 400d.");
  return Number.parseInt(text, 10);
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    if (!/^\d{1,9}$/.test(text) || Number(text) < least || Number(text) > most)
      throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
    return Number(text);
  };
}
