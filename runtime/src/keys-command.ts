import { Command, CommanderError } from "commander";
import type { ServerDefinition } from "./codegen.ts";
import { describeSetting, settingsTable } from "./config.ts";
import { GatewayError } from "./errors.ts";
import { apiKeySchemes, hashKey, kindOf } from "./identity/key-format.ts";
import { mintKey } from "./identity/mint.ts";
import { nearest } from "./identity/nearest.ts";
import { describe, describeKinds, describeNewKey, toDate, toJson, toTable, usableKinds } from "./keys-text.ts";
import type { Clock, KeyRecord, KeyStore, Random } from "./ports.ts";

/** Where text goes: `process.stdout`, `process.stderr`, or a test's list. */
export interface TextOutput {
  write(text: string): unknown;
}

/** Where keys are kept, opened for one command. */
export interface OpenKeys {
  readonly keys: KeyStore;
  close(): Promise<void>;
}

/** Options of every subcommand that say where the keys are. */
export interface KeysLocation {
  readonly data?: string;
  readonly config?: string;
}

/** What the command works with. */
export interface KeysContext {
  /** The server that the arguments name; undefined if they name none, or one that was not generated. */
  readonly server: Server | undefined;
  /** Open the store that these options name. */
  readonly open: (location: KeysLocation) => Promise<OpenKeys>;
  readonly clock: Clock;
  readonly random: Random;
  /** Results: the key, the table, JSON. */
  readonly stdout: TextOutput;
  /** Everything else that is said. */
  readonly stderr: TextOutput;
}

type Server = Pick<ServerDefinition, "name" | "auth" | "scopes">;

/** What a subcommand works with, once server and store are known. */
interface Work extends Omit<KeysContext, "server" | "open"> {
  readonly server: Server;
  readonly keys: KeyStore;
}

/** Something is not as it was asked for; said to the user without a stack. `usage` problems end with 2, others with 1. */
class KeysError extends Error {
  readonly exitCode: 1 | 2;

  constructor(kind: "usage" | "failure", message: string) {
    super(message);
    this.exitCode = kind === "usage" ? 2 : 1;
  }
}

/**
 * Run `keys create|list|revoke <server> …` with the arguments after `keys`.
 *
 * @returns the exit code: 0 done, 1 not done, 2 the command line is wrong
 * @throws whatever `context.open` throws
 */
export async function keysCommand(argv: readonly string[], context: KeysContext): Promise<number> {
  try {
    await createProgram(context).parseAsync([...argv], { from: "user" });
    return 0;
  } catch (error) {
    // Commander has written its message already. Help that was asked for is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof KeysError)) throw error;
    context.stderr.write(`error: ${error.message}\n`);
    return error.exitCode;
  }
}

function createProgram(context: KeysContext): Command {
  const { server } = context;
  const program = new Command("toolspec keys")
    .description(`Make, list and revoke the API keys of ${server?.name ?? "a server"}.`)
    .showHelpAfterError("(add --help to see what it takes)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    });

  subcommand(program, "create")
    .description("Make a key and print it, once. It is stored as a hash and cannot be shown again.")
    .requiredOption("--name <name>", "what people shall call the key, e.g. where it is used")
    .option("--kind <kind>", `kind of key: ${server ? describeKinds(server) : "name the server to see them"}`)
    .option("--tenant <tenant>", "whose data the key is for", "default")
    .option(
      "--scope <names...>",
      `what the key may do, comma-separated: ${server ? describeScopes(server) : "name the server to see them"}`,
    )
    .option("--ttl-days <days>", "days until the key ends; the default and the most depend on its kind")
    .option("--json", "print one JSON object instead of the key alone")
    .addHelpText(
      "after",
      () => `\nExample:\n  $ toolspec keys create specs/${server?.name ?? "<name>"} ${exampleOptions(server)}\n`,
    )
    .action((path: string, options: CreateOptions) => work(path, options, context, (given) => create(options, given)));

  subcommand(program, "list")
    .description("List keys, without what they are: kind, name, first characters, scopes, dates, state.")
    .option("--tenant <tenant>", "only this tenant's keys")
    .option("--json", "print a JSON array instead of a table")
    .action((path: string, options: ListOptions) => work(path, options, context, (given) => list(options, given)));

  subcommand(program, "revoke")
    .description("End a key for good. Servers on this machine refuse it within a second.")
    .argument("<id>", "the key's id as `keys list` shows it, or the key itself where only that is known")
    .option("--json", "print one JSON object")
    .action((path: string, id: string, options: RevokeOptions) =>
      work(path, options, context, (given) => revoke(id, options, given)),
    );

  return program;
}

/** Every subcommand is about one server and one store. */
function subcommand(program: Command, name: string): Command {
  const { data } = settingsTable;
  return program
    .command(name)
    .argument("<server>", "specs folder or generated registrations.ts")
    .option(data.flag, describeSetting(data))
    .option("--config <file>", "JSON configuration file, read for `data`");
}

async function work(
  path: string,
  location: KeysLocation,
  { server, open, ...ports }: KeysContext,
  task: (given: Work) => Promise<void>,
): Promise<void> {
  if (server === undefined) {
    const mend = "Name a specs folder whose code is generated (toolspec generate), or a registrations.ts.";
    throw new KeysError("usage", `${JSON.stringify(path)} is no generated server. ${mend}`);
  }
  const { keys, close } = await open(location);
  try {
    await task({ ...ports, server, keys });
  } finally {
    await close();
  }
}

interface CreateOptions extends KeysLocation {
  readonly name: string;
  readonly kind?: string;
  readonly tenant: string;
  readonly scope?: readonly string[];
  readonly ttlDays?: string;
  readonly json?: boolean;
}

async function create(options: CreateOptions, { server, keys, clock, random, stdout, stderr }: Work): Promise<void> {
  const kindName = options.kind ?? onlyKind(server);
  // Both `--scope A B` and `--scope A,B` are natural.
  const scopes = (options.scope ?? []).flatMap((names) => names.split(",")).filter((name) => name !== "");
  refuseUseless(kindName, scopes, server);
  const { key, record } = asUsage(() =>
    mintKey({
      server,
      kindName,
      tenant: options.tenant,
      name: options.name,
      scopes,
      ttlDays: options.ttlDays === undefined ? undefined : toDays(options.ttlDays),
      clock,
      random,
    }),
  );
  await keys.insert(record);
  if (options.json === true) {
    stdout.write(`${JSON.stringify({ key: key.reveal(), ...toJson(record, clock.now()) }, null, 2)}\n`);
    return;
  }
  stderr.write(`${describeNewKey(record, server)}\n`);
  stdout.write(`${key.reveal()}\n`);
}

function onlyKind(server: Server): string {
  const [only, ...others] = usableKinds(server);
  if (only === undefined) throw new KeysError("failure", `server.yaml of ${server.name} declares no kind of key.`);
  if (others.length === 0) return only[0];
  throw new KeysError("usage", `Say which kind of key with --kind: ${describeKinds(server)}.`);
}

/** Keys that could do nothing are a slip. Tests and demonstrations make them by `mintKey`. */
function refuseUseless(kindName: string, scopes: readonly string[], server: Server): void {
  const kind = apiKeySchemes(server.auth)
    .map((scheme) => scheme.kinds[kindName])
    .find((found) => found !== undefined);
  if (kind?.refused === true) {
    const mend = `There are ${describeKinds(server)}.`;
    throw new KeysError(
      "usage",
      `Keys of kind ${kindName} are turned away at ${server.name}, so none is made. ${mend}`,
    );
  }
  const declared = Object.keys(server.scopes);
  if (kind?.scoped === true && scopes.length === 0 && declared.length > 0) {
    const mend = `Give them with --scope: ${declared.join(", ")}.`;
    throw new KeysError("usage", `A key of kind ${kindName} needs at least one scope, or it could do nothing. ${mend}`);
  }
}

function describeScopes(server: Server): string {
  return Object.keys(server.scopes).join(", ") || "none declared";
}

function exampleOptions(server: Server | undefined): string {
  if (server === undefined) return '--kind <kind> --name "Claude Desktop"';
  const [name, kind] = usableKinds(server)[0] ?? ["agent", undefined];
  const [scope] = Object.keys(server.scopes);
  return `--kind ${name} --name "Claude Desktop"${kind?.scoped === true && scope !== undefined ? ` --scope ${scope}` : ""}`;
}

function toDays(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new KeysError("usage", `--ttl-days takes a whole number of days, got ${JSON.stringify(text)}.`);
}

/** What `mintKey` refuses was asked for on the command line. */
function asUsage<Result>(mint: () => Result): Result {
  try {
    return mint();
  } catch (error) {
    if (error instanceof GatewayError) throw new KeysError("usage", error.message);
    throw error;
  }
}

interface ListOptions extends KeysLocation {
  readonly tenant?: string;
  readonly json?: boolean;
}

async function list({ tenant, json }: ListOptions, { keys, clock, stdout, stderr }: Work): Promise<void> {
  const records = await keys.list(tenant === undefined ? {} : { tenant });
  const nowMs = clock.now();
  if (json === true)
    stdout.write(
      `${JSON.stringify(
        records.map((record) => toJson(record, nowMs)),
        null,
        2,
      )}\n`,
    );
  else if (records.length === 0) stderr.write("There are no keys. Make one with `toolspec keys create`.\n");
  else stdout.write(toTable(records, nowMs));
}

interface RevokeOptions extends KeysLocation {
  readonly json?: boolean;
}

async function revoke(given: string, { json }: RevokeOptions, context: Work): Promise<void> {
  const { keys, clock, stdout, stderr } = context;
  const record = await findKey(given, context);
  await keys.revoke(record.id, clock.now());
  const revokedAtMs = record.revokedAtMs ?? clock.now();
  if (json === true) stdout.write(`${JSON.stringify(toJson({ ...record, revokedAtMs }, clock.now()), null, 2)}\n`);
  else if (record.revokedAtMs !== undefined)
    stderr.write(`${describe(record)} was revoked before, on ${toDate(record.revokedAtMs)}.\n`);
  else stderr.write(`Revoked ${describe(record)}. Servers on this machine refuse it within a second.\n`);
}

async function findKey(given: string, { server, keys }: Work): Promise<KeyRecord> {
  if (kindOf(given, apiKeySchemes(server.auth)) !== undefined) {
    const found = await keys.findByHash(hashKey(given));
    // The text may be a live key of another server, so it is not repeated.
    if (found === undefined)
      throw new KeysError("failure", `${server.name} has no such key. Look for its id with \`toolspec keys list\`.`);
    return found;
  }
  const records = await keys.list({});
  const found = records.find((record) => record.id === given);
  if (found !== undefined) return found;
  const meant = nearest(
    given,
    records.map((record) => record.id),
  );
  const near = records.find((record) => record.id === meant);
  const mend =
    near === undefined ? "`toolspec keys list` shows the ids." : `Did you mean ${near.id}, ${describe(near)}?`;
  throw new KeysError("failure", `There is no key with the id ${JSON.stringify(given.slice(0, 64))}. ${mend}`);
}
