import { type Command, Option } from "commander";
import { checkText } from "../identity/mint-checks.ts";
import { checkPassword, hashPassword } from "../identity/operator-password.ts";
import { triesOfName } from "../identity/operator-sessions.ts";
import type { OperatorRecord, OperatorRole } from "../ports.ts";
import type { JsonOption } from "./credential-command.ts";
import {
  asUsage,
  type CommandContext,
  CommandProblem,
  createProgram,
  leaveEntry,
  runCommand,
  type StoreLocation,
  subcommand,
  type Work,
  withStore,
  writeJson,
} from "./store-command.ts";
import { toDate, toIso, toTable, visible } from "./store-text.ts";

/** The tenant that entries about operators name: they decide for all. */
const everyTenant = "*";

const roles: readonly OperatorRole[] = ["viewer", "approver", "admin"];

/**
 * Run `operators create|list|remove|password <server> …` with the arguments after `operators`.
 *
 * @returns the exit code: 0 done, 1 not done, 2 the command line is wrong
 * @throws whatever `context.open` throws
 */
export function operatorsCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  return runCommand(createOperatorsProgram(context), argv, context);
}

function createOperatorsProgram(context: CommandContext): Command {
  const description = `People who may sign in to the console of ${context.server?.name ?? "a server"}.`;
  const program = createProgram("operators", description, context);
  const ofName = (name: string) =>
    subcommand(program, name).requiredOption("--name <name>", "the name that the operator signs in with");

  ofName("create")
    .description("Make an account. Its password is typed at the terminal or piped in, and never an argument.")
    .addOption(
      new Option("--role <role>", "viewer looks, approver decides too, admin also sets policies")
        .choices(roles)
        .makeOptionMandatory(),
    )
    .action((path: string, options: CreateOptions) =>
      withStore(path, options, context, (work) => create(options, work)),
    );

  subcommand(program, "list")
    .description("List the accounts and their roles.")
    .action((path: string, options: PlainOptions) => withStore(path, options, context, (work) => list(options, work)));

  ofName("remove")
    .description("Remove an account, and sign it out everywhere at once.")
    .action((path: string, options: NameOptions) => withStore(path, options, context, (work) => remove(options, work)));

  ofName("password")
    .description("Set a new password, sign the account out everywhere, and end its waiting after wrong passwords.")
    .action((path: string, options: NameOptions) =>
      withStore(path, options, context, (work) => changePassword(options, work)),
    );

  return program;
}

interface PlainOptions extends StoreLocation, JsonOption {}

interface NameOptions extends PlainOptions {
  readonly name: string;
}

interface CreateOptions extends NameOptions {
  readonly role: OperatorRole;
}

async function create({ name, role, json }: CreateOptions, work: Work): Promise<void> {
  const { server, store, clock, stdout, stderr } = work;
  asUsage(() => checkText("name", name));
  // Before the password is asked for: nobody likes to type one for nothing.
  if ((await store.operators.find({ server: server.name, name })) !== undefined) throw taken(name);
  const passwordHash = await askForPassword(work);
  const operator = { server: server.name, name, role, passwordHash, createdAtMs: clock.now() };
  if (!(await store.operators.insert(operator))) throw taken(name);
  await leaveEntry({ action: "operators.create", tenant: everyTenant, arguments: { name, role } }, work);
  if (json === true) writeJson(stdout, toJson(operator));
  else stderr.write(`${visible(name)} may sign in at /console as ${role}.\n`);
}

async function list({ json }: PlainOptions, { server, store, stdout, stderr }: Work): Promise<void> {
  const operators = await store.operators.list(server.name);
  if (json === true) writeJson(stdout, operators.map(toJson));
  else if (operators.length === 0) stderr.write("Nobody may sign in to the console yet.\n");
  else stdout.write(toTable(["NAME", "ROLE", "SINCE"], operators.map(toCells)));
}

async function remove({ name, json }: NameOptions, work: Work): Promise<void> {
  const { server, store, stdout, stderr } = work;
  if (!(await store.operators.remove({ server: server.name, name }))) throw absent(name);
  await leaveEntry({ action: "operators.remove", tenant: everyTenant, arguments: { name } }, work);
  if (json === true) writeJson(stdout, { name, removed: true });
  else stderr.write(`${visible(name)} cannot sign in any more, and is signed out everywhere.\n`);
}

async function changePassword({ name, json }: NameOptions, work: Work): Promise<void> {
  const { server, store, stdout, stderr } = work;
  const id = { server: server.name, name };
  if ((await store.operators.find(id)) === undefined) throw absent(name);
  const passwordHash = await askForPassword(work);
  if (!(await store.operators.setPassword(id, passwordHash))) throw absent(name);
  await store.operators.forgetAttempts(triesOfName(id));
  await leaveEntry({ action: "operators.password", tenant: everyTenant, arguments: { name } }, work);
  if (json === true) writeJson(stdout, { name, changed: true });
  else stderr.write(`${visible(name)} has a new password, and is signed out everywhere.\n`);
}

async function askForPassword({ readPassword }: Work): Promise<string> {
  if (readPassword === undefined) throw new CommandProblem("usage", "A password cannot be read here.");
  const password = await readPassword();
  asUsage(() => checkPassword(password));
  return await hashPassword(password);
}

function taken(name: string): CommandProblem {
  const mend = "Take another name, or give it a new password with `toolspec operators password`.";
  return new CommandProblem("failure", `${visible(name)} has an account already. ${mend}`);
}

function absent(name: string): CommandProblem {
  const mend = "`toolspec operators list` shows who has one.";
  return new CommandProblem("failure", `${visible(name).slice(0, 100)} has no account. ${mend}`);
}

function toCells({ name, role, createdAtMs }: OperatorRecord): readonly string[] {
  return [name, role, toDate(createdAtMs)];
}

function toJson({ name, role, createdAtMs }: OperatorRecord): Readonly<Record<string, unknown>> {
  return { name, role, created_at: toIso(createdAtMs) };
}
