/** What the commands on a store share: one server, one store opened for one command, and words for what went wrong. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { type AdminAction, adminEntry } from "../audit/admin-entry.ts";
import type { ClearedCall, Outcome } from "../call.ts";
import type { JsonObject, ServerDefinition } from "../codegen.ts";
import { describeSetting, settingsTable } from "../config.ts";
import { GatewayError } from "../errors.ts";
import type {
  ApprovalStore,
  AuditEntry,
  Clock,
  KeyStore,
  OperatorStore,
  PolicyStore,
  Random,
  TenantStore,
  TokenStore,
  WebhookStore,
} from "../ports.ts";
import type { AuditTrail } from "../store/audit-trail.ts";
import { readRowCursor } from "../store/row-cursor.ts";

/** Where text goes: `process.stdout`, `process.stderr`, or a test's list. */
export interface TextOutput {
  write(text: string): unknown;
}

/** The store, opened for one command. */
export interface OpenedStore {
  readonly keys: KeyStore;
  readonly tokens: TokenStore;
  readonly tenants: TenantStore;
  readonly webhooks: WebhookStore;
  readonly policies: PolicyStore;
  readonly approvals: ApprovalStore;
  readonly operators: OperatorStore;
  readonly audit: AuditTrail;
  close(): Promise<void>;
}

/** Options of every subcommand that say where the store is. */
export interface StoreLocation {
  readonly data?: string;
  readonly databaseUrl?: string;
  readonly config?: string;
}

/** The server that a command is about. */
export type ServedServer = ServerDefinition;

/** Shows the requests of calls, and sends none. */
export interface Planner {
  plan(call: ClearedCall): Outcome;
  close(): Promise<void>;
}

interface Ports {
  /** Who runs the command, as the audit trail shall say. */
  readonly user: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Ask whoever sits at the terminal; absent where nobody does. */
  readonly ask?: ((question: string) => Promise<boolean>) | undefined;
  /** Make the requests of this server's calls, with the variables that are set here. */
  readonly planner: (server: ServedServer, location: StoreLocation) => Promise<Planner>;
  /** Ask for a password without showing it; absent where nobody can be asked. */
  readonly readPassword?: (() => Promise<string>) | undefined;
  /** Results: the key, the table, JSON. */
  readonly stdout: TextOutput;
  /** Everything else that is said. */
  readonly stderr: TextOutput;
}

/** What a command works with. */
export interface CommandContext extends Ports {
  /** The server that the arguments name; undefined if they name none, or one that was not generated. */
  readonly server: ServedServer | undefined;
  /** Open the store that these options name. */
  readonly open: (location: StoreLocation) => Promise<OpenedStore>;
}

/** What a subcommand works with, once server and store are known. */
export interface Work extends Ports {
  readonly server: ServedServer;
  readonly store: OpenedStore;
}

/**
 * Something is not as it was asked for; said to the user without a stack. `usage` problems end with 2, a Ctrl-C at a question
 * with 130 as shells have it, others with 1.
 */
export class CommandProblem extends Error {
  readonly exitCode: 1 | 2 | 130;

  constructor(kind: "usage" | "failure" | "interrupted", message: string) {
    super(message);
    this.exitCode = kind === "usage" ? 2 : kind === "interrupted" ? 130 : 1;
  }
}

/**
 * Run one command with the arguments after its name.
 *
 * @returns the exit code: 0 done, 1 not done, 2 the command line is wrong
 * @throws whatever `context.open` throws
 */
export async function runCommand(
  program: Command,
  argv: readonly string[],
  { stderr }: Pick<CommandContext, "stderr">,
): Promise<number> {
  try {
    await program.parseAsync([...argv], { from: "user" });
    return 0;
  } catch (error) {
    // Commander has written its message already. Help that was asked for is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof CommandProblem)) throw error;
    stderr.write(`error: ${error.message}\n`);
    return error.exitCode;
  }
}

/** A command that writes where the context says and never ends the process. */
export function createProgram(
  name: string,
  description: string,
  context: Pick<CommandContext, "stdout" | "stderr">,
): Command {
  return new Command(`toolspec ${name}`)
    .description(description)
    .showHelpAfterError("(add --help to see what it takes)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    });
}

/** Every subcommand is about one server and one store, and can answer programs. */
export function subcommand(program: Command, name: string): Command {
  const { data, databaseUrl } = settingsTable;
  return program
    .command(name)
    .argument("<server>", "specs folder or generated registrations.ts")
    .option(data.flag, describeSetting(data))
    .option(databaseUrl.flag, describeSetting(databaseUrl))
    .option("--config <file>", "JSON configuration file, read for `data` or `databaseUrl`")
    .addOption(new Option("--format <format>", "how results are shown").choices(["pretty", "json"]).default("pretty"))
    .option("--json", "short for --format json")
    .hook("preAction", (_, action) => {
      if (action.opts<{ readonly format?: string }>().format === "json") action.setOptionValue("json", true);
    });
}

/** Open the store, do the task, and close the store whatever comes of it. */
export async function withStore(
  path: string,
  location: StoreLocation,
  { server, open, ...ports }: CommandContext,
  task: (work: Work) => Promise<void>,
): Promise<void> {
  if (server === undefined) {
    const mend = "Name a specs folder whose code is generated (toolspec generate), or a registrations.ts.";
    throw new CommandProblem("usage", `${JSON.stringify(path)} is no generated server. ${mend}`);
  }
  const store = await open(location);
  try {
    await task({ ...ports, server, store });
  } finally {
    await store.close();
  }
}

/** Leave the audit entry of what was done. A new value is shown only afterwards, so that none is out without a trace. */
export async function leaveEntry(done: AdminAction, work: Work): Promise<void> {
  await work.store.audit.append(entryOf(done, work));
}

/** The audit entry of what is done, for stores that write it together with the change. */
export function entryOf(done: AdminAction, { server, user, clock, random }: Work): AuditEntry {
  return adminEntry({ done, server, user, id: random.uuid(), nowMs: clock.now() });
}

/**
 * Go on only if it is meant.
 *
 * @throws CommandProblem when it is not, or nobody can be asked.
 */
export async function makeSure(
  question: string,
  { yes }: { readonly yes?: boolean },
  { ask }: Pick<Work, "ask">,
): Promise<void> {
  if (yes === true) return;
  if (ask === undefined)
    throw new CommandProblem("usage", "Nobody can be asked here, so nothing was changed. Add --yes if it is meant.");
  if (!(await ask(question))) throw new CommandProblem("failure", "Nothing was changed.");
}

/** Read an object that stands in an option as JSON. */
export function toObject(option: string, text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Told below, like JSON that is no object.
  }
  throw new CommandProblem("usage", `${option} takes a JSON object in quotes, e.g. '{"count": 50}'.`);
}

/** What minting refuses was asked for on the command line. */
export function asUsage<Result>(mint: () => Result): Result {
  try {
    return mint();
  } catch (error) {
    if (error instanceof GatewayError) throw new CommandProblem("usage", error.message);
    throw error;
  }
}

/** A whole number of days, or undefined where none is given. */
export function toDays(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new CommandProblem("usage", `--ttl-days takes a whole number of days, got ${JSON.stringify(text)}.`);
}

/** Print a value for programs. */
export function writeJson(output: TextOutput, value: unknown): void {
  output.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Checks `--cursor` of a list before the store is opened. `command` is the one that prints such texts. */
export function rowCursor(command: string, ids: RegExp): (text: string) => string {
  return (text) => {
    try {
      readRowCursor(text, ids);
      return text;
    } catch {
      throw new InvalidArgumentError(`Give it as \`${command}\` has printed it.`);
    }
  };
}
