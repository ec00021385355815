import type { Command } from "commander";
import { localScheme, mintToken, renewToken } from "../identity/mint-token.ts";
import type { TokenRecord } from "../ports.ts";
import {
  type JsonOption,
  type ListOptions,
  listStored,
  revokeStored,
  rotateStored,
  type Shelf,
} from "./credential-command.ts";
import {
  asUsage,
  type CommandContext,
  CommandProblem,
  createProgram,
  leaveEntry,
  runCommand,
  type StoreLocation,
  subcommand,
  toDays,
  type Work,
  withStore,
  writeJson,
} from "./store-command.ts";
import { describeNewToken, describeToken, toTokenJson, toTokenTable } from "./tokens-text.ts";

/**
 * Run `tokens create|list|rotate|revoke <server> …` with the arguments after `tokens`.
 *
 * Only who has a shell on the store can make a token: no tool, no scope and no endpoint does.
 *
 * @returns the exit code: 0 done, 1 not done, 2 the command line is wrong, or this server's tokens are not made here
 * @throws whatever `context.open` throws
 */
export function tokensCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  return runCommand(createTokensProgram(context), argv, context);
}

function createTokensProgram(context: CommandContext): Command {
  const { server } = context;
  const description = `Make, list, rotate and revoke the connection tokens of ${server?.name ?? "a server"}.`;
  const program = createProgram("tokens", description, context);

  subcommand(program, "create")
    .description("Make a token and print it, once. It is stored as a hash and cannot be shown again.")
    .requiredOption("--name <name>", "what people shall call the token, e.g. the device it is for")
    .requiredOption("--owner <who>", "who makes it and answers for it, e.g. an e-mail address")
    .option("--tenant <tenant>", "whose data the token is for", "default")
    .option("--ttl-days <days>", "days until the token ends; the default and the most stand in server.yaml")
    .addHelpText(
      "after",
      `\nExample:\n  $ toolspec tokens create specs/${server?.name ?? "<name>"} --name "Claude Desktop laptop" --owner ada@example.com\n`,
    )
    .action((path: string, options: CreateOptions) =>
      withTokens(path, options, context, (work) => create(options, work)),
    );

  subcommand(program, "list")
    .description("List tokens, without what they are: name, owner, first characters, dates, last use, state.")
    .option("--tenant <tenant>", "only this tenant's tokens")
    .action((path: string, options: ListOptions & StoreLocation) =>
      withTokens(path, options, context, (work) => listStored(options, shelfOf(work), work)),
    );

  subcommand(program, "rotate")
    .description("Give a token a new value and print it, once. The old value ends at once; id, name and end stay.")
    .argument("<id>", "the token's id as `tokens list` shows it, or the token itself where only that is known")
    .action((path: string, id: string, options: JsonOption & StoreLocation) =>
      withTokens(path, options, context, (work) => rotate(id, options, work)),
    );

  subcommand(program, "revoke")
    .description("End a token for good. Servers on this machine refuse it with the next request.")
    .argument("<id>", "the token's id as `tokens list` shows it, or the token itself where only that is known")
    .action((path: string, id: string, options: JsonOption & StoreLocation) =>
      withTokens(path, options, context, (work) => revokeStored(id, options, shelfOf(work), work)),
    );

  return program;
}

/** Nothing of this makes sense where no token is stored here, so every subcommand says so before it does anything. */
function withTokens(
  path: string,
  options: StoreLocation,
  context: CommandContext,
  task: (work: Work) => Promise<void>,
): Promise<void> {
  const { server } = context;
  if (server !== undefined) asUsage(() => localScheme(server));
  return withStore(path, options, context, task);
}

interface CreateOptions extends StoreLocation, JsonOption {
  readonly name: string;
  readonly owner: string;
  readonly tenant: string;
  readonly ttlDays?: string;
}

async function create(options: CreateOptions, work: Work): Promise<void> {
  const { server, store, clock, random, stdout, stderr } = work;
  const { tenant, name, owner } = options;
  const ttlDays = toDays(options.ttlDays);
  const { token, record } = asUsage(() => mintToken({ server, tenant, name, owner, ttlDays, clock, random }));
  const { maxActivePerTenant: maxActive, grants } = localScheme(server);
  if (!(await store.tokens.insert(record, { maxActive }))) {
    const mend = "Revoke one that is no longer needed; `toolspec tokens list` shows them and when each was last used.";
    throw new CommandProblem(
      "failure",
      `Tenant ${tenant} has ${maxActive} active tokens, which is the most that ${server.name} allows. ${mend}`,
    );
  }
  await leaveEntry({ action: "tokens.create", tenant, arguments: { id: record.id, name, owner } }, work);
  if (options.json === true) {
    writeJson(stdout, { token: token.reveal(), ...toTokenJson(record, clock.now()) });
    return;
  }
  stderr.write(`${describeNewToken(record, grants)}\n`);
  stdout.write(`${token.reveal()}\n`);
}

async function rotate(given: string, options: JsonOption, work: Work): Promise<void> {
  const { server, clock, random } = work;
  const renew = () => {
    const { token: secret, value } = renewToken({ server, clock, random });
    return { secret, value };
  };
  const shelf = { ...shelfOf(work), renew, header: () => "Authorization: Bearer YOUR_TOKEN" };
  await rotateStored(given, options, shelf, work);
}

function shelfOf({ store }: Work): Shelf<TokenRecord> {
  return { noun: "token", store: store.tokens, describe: describeToken, toTable: toTokenTable, toJson: toTokenJson };
}
