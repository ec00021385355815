import type { Command } from "commander";
import { apiKeySchemes, oauthSchemes, tokenSchemes } from "../identity/key-format.ts";
import { mintKey, renewKey } from "../identity/mint.ts";
import { describeLogin } from "../identity/mint-token.ts";
import type { KeyRecord } from "../ports.ts";
import {
  type JsonOption,
  type ListOptions,
  listStored,
  revokeStored,
  rotateStored,
  type Shelf,
} from "./credential-command.ts";
import { describeKey, describeKinds, describeNewKey, toKeyJson, toKeyTable, usableKinds } from "./keys-text.ts";
import {
  asUsage,
  type CommandContext,
  CommandProblem,
  createProgram,
  leaveEntry,
  runCommand,
  type ServedServer,
  type StoreLocation,
  subcommand,
  toDays,
  type Work,
  withStore,
  writeJson,
} from "./store-command.ts";

/**
 * Run `keys create|list|rotate|revoke <server> …` with the arguments after `keys`.
 *
 * @returns the exit code: 0 done, 1 not done, 2 the command line is wrong
 * @throws whatever `context.open` throws
 */
export function keysCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  return runCommand(createKeysProgram(context), argv, context);
}

function createKeysProgram(context: CommandContext): Command {
  const { server } = context;
  const description = `Make, list, rotate and revoke the API keys of ${server?.name ?? "a server"}.`;
  const program = createProgram("keys", description, context);

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
    .addHelpText(
      "after",
      () => `\nExample:\n  $ toolspec keys create specs/${server?.name ?? "<name>"} ${exampleOptions(server)}\n`,
    )
    .action((path: string, options: CreateOptions) =>
      withKeys(path, options, context, (work) => create(options, work)),
    );

  subcommand(program, "list")
    .description("List keys, without what they are: kind, name, first characters, scopes, dates, state.")
    .option("--tenant <tenant>", "only this tenant's keys")
    .action((path: string, options: ListOptions & StoreLocation) =>
      withKeys(path, options, context, (work) => listStored(options, shelfOf(work), work)),
    );

  subcommand(program, "rotate")
    .description("Give a key a new value and print it, once. The old value ends at once; id, name and scopes stay.")
    .argument("<id>", "the key's id as `keys list` shows it, or the key itself where only that is known")
    .action((path: string, id: string, options: JsonOption & StoreLocation) =>
      withKeys(path, options, context, (work) => rotate(id, options, work)),
    );

  subcommand(program, "revoke")
    .description("End a key for good. Servers on this machine refuse it with the next request.")
    .argument("<id>", "the key's id as `keys list` shows it, or the key itself where only that is known")
    .action((path: string, id: string, options: JsonOption & StoreLocation) =>
      withKeys(path, options, context, (work) => revokeStored(id, options, shelfOf(work), work)),
    );

  return program;
}

/** Where callers only log in, every subcommand says so before it does anything: there are no keys, and there will be none. */
async function withKeys(
  path: string,
  options: StoreLocation,
  context: CommandContext,
  task: (work: Work) => Promise<void>,
): Promise<void> {
  const { server } = context;
  if (server !== undefined && server.auth.length > 0 && oauthSchemes(server.auth).length === server.auth.length)
    throw new CommandProblem("usage", `${server.name} has no keys. ${describeLogin("keys")}`);
  await withStore(path, options, context, task);
}

interface CreateOptions extends StoreLocation, JsonOption {
  readonly name: string;
  readonly kind?: string;
  readonly tenant: string;
  readonly scope?: readonly string[];
  readonly ttlDays?: string;
}

async function create(options: CreateOptions, work: Work): Promise<void> {
  const { server, store, clock, random, stdout, stderr } = work;
  const kindName = options.kind ?? onlyKind(server);
  // Both `--scope A B` and `--scope A,B` are natural.
  const scopes = (options.scope ?? []).flatMap((names) => names.split(",")).filter((name) => name !== "");
  refuseUseless(kindName, scopes, server);
  const ttlDays = toDays(options.ttlDays);
  const { tenant, name } = options;
  const { key, record } = asUsage(() => mintKey({ server, kindName, tenant, name, scopes, ttlDays, clock, random }));
  await store.keys.insert(record);
  const made = { id: record.id, name, kind: kindName, scopes: record.scopes };
  await leaveEntry({ action: "keys.create", tenant, arguments: made }, work);
  if (options.json === true) {
    writeJson(stdout, { key: key.reveal(), ...toKeyJson(record, clock.now()) });
    return;
  }
  stderr.write(`${describeNewKey(record, server)}\n`);
  stdout.write(`${key.reveal()}\n`);
}

function onlyKind(server: ServedServer): string {
  const [only, ...others] = usableKinds(server);
  if (only === undefined) {
    const mend = tokenSchemes(server.auth).length > 0 ? " It has connection tokens: see `toolspec tokens`." : "";
    throw new CommandProblem("failure", `server.yaml of ${server.name} declares no kind of key.${mend}`);
  }
  if (others.length === 0) return only[0];
  throw new CommandProblem("usage", `Say which kind of key with --kind: ${describeKinds(server)}.`);
}

/** Keys that could do nothing are a slip. Tests and demonstrations make them by `mintKey`. */
function refuseUseless(kindName: string, scopes: readonly string[], server: ServedServer): void {
  const kind = apiKeySchemes(server.auth)
    .map((scheme) => scheme.kinds[kindName])
    .find((found) => found !== undefined);
  if (kind?.refused === true) {
    const mend = `There are ${describeKinds(server)}.`;
    throw new CommandProblem(
      "usage",
      `Keys of kind ${kindName} are turned away at ${server.name}, so none is made. ${mend}`,
    );
  }
  const declared = Object.keys(server.scopes);
  if (kind?.scoped === true && scopes.length === 0 && declared.length > 0) {
    const mend = `Give them with --scope: ${declared.join(", ")}.`;
    throw new CommandProblem(
      "usage",
      `A key of kind ${kindName} needs at least one scope, or it could do nothing. ${mend}`,
    );
  }
}

function describeScopes(server: ServedServer): string {
  return Object.keys(server.scopes).join(", ") || "none declared";
}

function exampleOptions(server: ServedServer | undefined): string {
  if (server === undefined) return '--kind <kind> --name "Claude Desktop"';
  const [name, kind] = usableKinds(server)[0] ?? ["agent", undefined];
  const [scope] = Object.keys(server.scopes);
  return `--kind ${name} --name "Claude Desktop"${kind?.scoped === true && scope !== undefined ? ` --scope ${scope}` : ""}`;
}

async function rotate(given: string, options: JsonOption, work: Work): Promise<void> {
  const { server, clock, random } = work;
  const shelf = {
    ...shelfOf(work),
    renew: ({ kind: kindName }: KeyRecord) => {
      const { key: secret, value } = asUsage(() => renewKey({ server, kindName, clock, random }));
      return { secret, value };
    },
    header: ({ kind }: KeyRecord) => headerOf(kind, server),
  };
  await rotateStored(given, options, shelf, work);
}

function headerOf(kind: string, server: ServedServer): string {
  const scheme = apiKeySchemes(server.auth).find(({ kinds }) => kinds[kind] !== undefined);
  const isBearer = scheme === undefined || scheme.header.toLowerCase() === "authorization";
  return isBearer ? "Authorization: Bearer YOUR_KEY" : `${scheme.header}: YOUR_KEY`;
}

function shelfOf({ store }: Work): Shelf<KeyRecord> {
  return { noun: "key", store: store.keys, describe: describeKey, toTable: toKeyTable, toJson: toKeyJson };
}
