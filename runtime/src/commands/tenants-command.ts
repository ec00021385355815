import type { Command } from "commander";
import { apiKeySchemes, oauthSchemes, tokenSchemes } from "../identity/key-format.ts";
import { checkText } from "../identity/mint-checks.ts";
import { nearest } from "../identity/nearest.ts";
import type { Suspension } from "../ports.ts";
import type { JsonOption } from "./credential-command.ts";
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
  type Work,
  withStore,
  writeJson,
} from "./store-command.ts";
import { toDate, toIso, toTable, visible } from "./store-text.ts";

/**
 * Run `tenants suspend|resume|list <server> …` with the arguments after `tenants`.
 *
 * @returns the exit code: 0 done, 1 not done, 2 the command line is wrong
 * @throws whatever `context.open` throws
 */
export function tenantsCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  return runCommand(createTenantsProgram(context), argv, context);
}

function createTenantsProgram(context: CommandContext): Command {
  const description = `Suspend and resume whole accounts of ${context.server?.name ?? "a server"}.`;
  const program = createProgram("tenants", description, context);

  subcommand(program, "suspend")
    .description("Refuse every credential of a tenant. Servers on this machine do so with the next request.")
    .argument("<tenant>", "whose credentials; of callers who log in, as their access tokens name it")
    .option("--reason <text>", "for operators; callers are not told")
    .action((path: string, tenant: string, options: SuspendOptions) =>
      withStore(path, options, context, (work) => suspend(tenant, options, work)),
    );

  subcommand(program, "resume")
    .description("Accept a tenant's keys and tokens again, except those that were revoked or have expired.")
    .argument("<tenant>", "whose keys and tokens")
    .action((path: string, tenant: string, options: PlainOptions) =>
      withStore(path, options, context, (work) => resume(tenant, options, work)),
    );

  subcommand(program, "list")
    .description("List the suspended tenants.")
    .action((path: string, options: PlainOptions) => withStore(path, options, context, (work) => list(options, work)));

  return program;
}

interface PlainOptions extends StoreLocation, JsonOption {}

interface SuspendOptions extends PlainOptions {
  readonly reason?: string;
}

async function suspend(tenant: string, { reason = "", json }: SuspendOptions, work: Work): Promise<void> {
  const { server, store, clock, stdout, stderr } = work;
  if (reason !== "") asUsage(() => checkText("reason", reason));
  refuseForeignTenants(server);
  await checkKnown(tenant, work);
  const isNew = await store.tenants.suspend({ tenant, suspendedAtMs: clock.now(), reason });
  if (isNew) await leaveEntry({ action: "tenants.suspend", tenant, arguments: { reason } }, work);
  const suspension = await store.tenants.find(tenant);
  if (json === true) writeJson(stdout, suspension === undefined ? null : toJson(suspension));
  else if (isNew)
    stderr.write(
      `Suspended ${visible(tenant)}. Servers on this machine refuse ${describeCredentials(server)} at once.\n`,
    );
  else
    stderr.write(
      `${visible(tenant)} was suspended before${suspension ? `, on ${toDate(suspension.suspendedAtMs)}` : ""}.\n`,
    );
}

/** Of delegated tokens only the upstream knows whose they are. */
function refuseForeignTenants({ name, auth }: ServedServer): void {
  const isKnownHere =
    apiKeySchemes(auth).length > 0 ||
    oauthSchemes(auth).length > 0 ||
    tokenSchemes(auth).some((scheme) => scheme.validation === "local");
  if (isKnownHere) return;
  throw new CommandProblem(
    "usage",
    `The upstream of ${name} validates its tokens and knows whose they are. Suspend the account there: its refusals are passed on with the next call.`,
  );
}

function describeCredentials({ auth }: ServedServer): string {
  return oauthSchemes(auth).length > 0 ? "all its credentials" : "its keys and tokens";
}

/**
 * A mistyped tenant would go on as before while everybody believes that something was done about it. Of callers who log in, nobody here
 * can know their tenants before they call: then it is said what to look at.
 */
export async function checkKnown(tenant: string, { server, store, stderr }: Work): Promise<void> {
  const records = [...(await store.keys.list({})), ...(await store.tokens.list({}))];
  const tenants = new Set(records.map((record) => record.tenant));
  if (tenants.has(tenant)) return;
  const [login] = oauthSchemes(server.auth);
  if (login !== undefined) {
    asUsage(() => checkText("tenant", tenant));
    const where = `exactly what the claim ${JSON.stringify(login.tenant.claim)} of its access tokens says`;
    stderr.write(`No key and no token is of this tenant, so check its name: it must be ${where}.\n`);
    return;
  }
  const meant = nearest(tenant, tenants);
  const mend =
    meant === undefined ? "`toolspec keys list` and `tokens list` show whose they are." : `Did you mean ${meant}?`;
  throw new CommandProblem(
    "failure",
    `No key and no token is of tenant ${JSON.stringify(tenant.slice(0, 64))}. ${mend}`,
  );
}

async function resume(tenant: string, { json }: PlainOptions, work: Work): Promise<void> {
  const { store, stdout, stderr } = work;
  const isResumed = await store.tenants.resume(tenant);
  if (isResumed) await leaveEntry({ action: "tenants.resume", tenant, arguments: {} }, work);
  if (json === true) writeJson(stdout, { tenant, suspended_at: null });
  else stderr.write(isResumed ? `Resumed ${visible(tenant)}.\n` : `${visible(tenant)} was not suspended.\n`);
}

async function list({ json }: PlainOptions, { store, stdout, stderr }: Work): Promise<void> {
  const suspensions = await store.tenants.list();
  if (json === true) writeJson(stdout, suspensions.map(toJson));
  else if (suspensions.length === 0) stderr.write("No tenant is suspended.\n");
  else stdout.write(toTable(["TENANT", "SUSPENDED", "REASON"], suspensions.map(toCells)));
}

function toCells({ tenant, suspendedAtMs, reason }: Suspension): readonly string[] {
  return [tenant, toDate(suspendedAtMs), reason || "-"];
}

function toJson({ tenant, suspendedAtMs, reason }: Suspension): Readonly<Record<string, unknown>> {
  return { tenant, suspended_at: toIso(suspendedAtMs), reason };
}
