import { type Command, InvalidArgumentError, Option } from "commander";
import { nearest } from "../identity/nearest.ts";
import type { DeliveryStatus, WebhookEndpoint } from "../ports.ts";
import { deliveryIds } from "../store/row-cursor.ts";
import { post } from "../webhooks/post.ts";
import { toMessage } from "../webhooks/sender.ts";
import { formatSecret, secretBytes } from "../webhooks/signature.ts";
import { TargetError, toTarget } from "../webhooks/target.ts";
import type { JsonOption } from "./credential-command.ts";
import {
  type CommandContext,
  CommandProblem,
  createProgram,
  entryOf,
  leaveEntry,
  rowCursor,
  runCommand,
  type StoreLocation,
  subcommand,
  type Work,
  withStore,
  writeJson,
} from "./store-command.ts";
import { visible } from "./store-text.ts";
import { toDeliveryJson, toDeliveryTable, toEndpointJson, toEndpointTable } from "./webhooks-text.ts";

/** Endpoints of one tenant, and of all tenants together. Each costs a row with every event; more belong behind a queue. */
export const endpointsMax = 10;

/** Deliveries that `deliveries` shows unless told otherwise: a screen or two. */
const listDefault = 50;

/** The tenant that entries about endpoints of all tenants name. */
const everyTenant = "*";

/**
 * Run `webhooks add|list|enable|remove|test|deliveries|replay <server> …` with the arguments after `webhooks`.
 *
 * @returns the exit code: 0 done, 1 not done, 2 the command line is wrong
 * @throws whatever `context.open` throws
 */
export function webhooksCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  return runCommand(createWebhooksProgram(context), argv, context);
}

function createWebhooksProgram(context: CommandContext): Command {
  const description = `Tell other systems what becomes of calls of ${context.server?.name ?? "a server"} that wait for an operator.`;
  const program = createProgram("webhooks", description, context);
  const withId = (name: string) =>
    subcommand(program, name).argument("<id>", "the endpoint's id as `webhooks list` shows it");

  subcommand(program, "add")
    .description("Add an endpoint and print its signing secret, once. Messages are signed as Standard Webhooks says.")
    .argument("<url>", "https address that takes POST requests")
    .option("--tenant <tenant>", "tell it of this tenant's calls")
    .option("--all-tenants", "tell it of every tenant's calls")
    .option("--allow-private", "let it be plain http, and on a private network or this machine")
    .action((path: string, url: string, options: AddOptions) =>
      withStore(path, options, context, (work) => add(url, options, work)),
    );

  subcommand(program, "list")
    .description("List endpoints, without their secrets, and how many messages wait for each or are dead.")
    .action((path: string, options: PlainOptions) => withStore(path, options, context, (work) => list(options, work)));

  withId("enable")
    .description("Send again to an endpoint that was disabled, because it answered 410 or has failed for five days.")
    .action((path: string, id: string, options: PlainOptions) =>
      withStore(path, options, context, (work) => enable(id, options, work)),
    );

  withId("remove")
    .description("Forget an endpoint and its secret. What waits for it is not sent.")
    .action((path: string, id: string, options: PlainOptions) =>
      withStore(path, options, context, (work) => remove(id, options, work)),
    );

  withId("test")
    .description("Send one signed message of type webhook.test now, and say what came back. Ends with 1 if it failed.")
    .action((path: string, id: string, options: PlainOptions) =>
      withStore(path, options, context, (work) => test(id, options, work)),
    );

  subcommand(program, "deliveries")
    .description("Show messages, newest first: what was told, to whom, and what came back.")
    .option("--endpoint <id>", "only to this endpoint")
    .option("--approval <id>", "only about this call")
    .addOption(new Option("--status <status>", "only these").choices(["waiting", "delivered", "dead"]))
    .option("--limit <number>", `messages to show, at most 1000 (default: ${listDefault})`, toLimit)
    .option("--cursor <text>", "where the page before has ended", rowCursor("webhooks deliveries", deliveryIds))
    .action((path: string, options: DeliveriesOptions) =>
      withStore(path, options, context, (work) => deliveries(options, work)),
    );

  subcommand(program, "replay")
    .description(
      "Send dead messages again, or one that was delivered, under the ids they had. A server sends them within seconds.",
    )
    .argument("[id]", "a message's id as `webhooks deliveries` shows it")
    .option("--dead", "all dead messages")
    .option("--endpoint <id>", "with --dead: only to this endpoint")
    .action((path: string, id: string | undefined, options: ReplayOptions) =>
      withStore(path, options, context, (work) => replay(id, options, work)),
    );

  return program;
}

interface PlainOptions extends StoreLocation, JsonOption {}

interface AddOptions extends PlainOptions {
  readonly tenant?: string;
  readonly allTenants?: boolean;
  readonly allowPrivate?: boolean;
}

interface DeliveriesOptions extends PlainOptions {
  readonly endpoint?: string;
  readonly approval?: string;
  readonly status?: DeliveryStatus;
  readonly limit?: number;
  readonly cursor?: string;
}

interface ReplayOptions extends PlainOptions {
  readonly dead?: boolean;
  readonly endpoint?: string;
}

async function add(url: string, options: AddOptions, work: Work): Promise<void> {
  const { server, store, user, clock, random, stdout, stderr } = work;
  const { tenant, allowPrivate = false } = options;
  if ((tenant === undefined) === (options.allTenants !== true))
    throw new CommandProblem("usage", "Say whose calls it is told of: --tenant <tenant>, or --all-tenants.");
  const target = checkTarget(url, allowPrivate);
  const endpoint: WebhookEndpoint = {
    id: random.uuid(),
    server: server.name,
    tenant,
    url,
    secret: formatSecret(random.bytes(secretBytes)),
    allowPrivate,
    createdAtMs: clock.now(),
    createdBy: user,
    failingSinceMs: undefined,
    disabledAtMs: undefined,
    disabledBecause: undefined,
  };
  // Path and query often hold a token of the receiver's, so that the trail names the origin alone.
  const made = { id: endpoint.id, origin: target.origin, allow_private: allowPrivate };
  const entry = entryOf({ action: "webhooks.add", tenant: tenant ?? everyTenant, arguments: made }, work);
  if (!(await store.webhooks.add(endpoint, endpointsMax, entry)))
    throw new CommandProblem("failure", `There are ${endpointsMax} such endpoints already. Remove one first.`);
  if (options.json === true) {
    writeJson(stdout, { secret: endpoint.secret.reveal(), ...toEndpointJson(endpoint) });
    return;
  }
  stderr.write(
    [
      `Added endpoint ${endpoint.id} for ${tenant === undefined ? "every tenant" : `tenant ${visible(tenant)}`}.`,
      ...(server.approvals === undefined
        ? [`server.yaml of ${server.name} has no \`approvals\`, so that there is nothing to tell of yet.`]
        : []),
      `Try it: toolspec webhooks test specs/${server.name} ${endpoint.id}`,
      "Verify messages with this secret, e.g. by a Standard Webhooks library. This is the only time it is shown:",
      "",
    ].join("\n"),
  );
  stdout.write(`${endpoint.secret.reveal()}\n`);
}

function checkTarget(url: string, allowPrivate: boolean): URL {
  try {
    return toTarget(url, { allowPrivate });
  } catch (error) {
    if (error instanceof TargetError)
      throw new CommandProblem("usage", `This address cannot be an endpoint. ${error.message}`);
    throw error;
  }
}

async function list({ json }: PlainOptions, { server, store, stdout, stderr }: Work): Promise<void> {
  const endpoints = await store.webhooks.list(server.name);
  const counts = await store.webhooks.counts(server.name);
  const rows = endpoints.map((endpoint) => ({ endpoint, counts: counts.get(endpoint.id) ?? {} }));
  if (json === true)
    writeJson(
      stdout,
      rows.map((row) => toEndpointJson(row.endpoint, row.counts)),
    );
  else if (rows.length === 0) stderr.write("There are no endpoints. Add one with `toolspec webhooks add`.\n");
  else stdout.write(toEndpointTable(rows));
}

async function enable(id: string, { json }: PlainOptions, work: Work): Promise<void> {
  const { server, store, stdout, stderr } = work;
  const endpoint = await find(id, work);
  const isEnabled = await store.webhooks.enable({ server: server.name, id }, entryAbout("enable", endpoint, work));
  if (json === true) writeJson(stdout, toEndpointJson(await find(id, work)));
  else if (!isEnabled) stderr.write(`Endpoint ${id} was not disabled.\n`);
  else {
    const replaying = `toolspec webhooks replay specs/${server.name} --dead --endpoint ${id}`;
    stderr.write(`Enabled endpoint ${id}. What was not sent meanwhile can be: ${replaying}\n`);
  }
}

async function remove(id: string, { json }: PlainOptions, work: Work): Promise<void> {
  const { server, store, clock, stdout, stderr } = work;
  const endpoint = await find(id, work);
  const which = { server: server.name, id, atMs: clock.now() };
  await store.webhooks.remove(which, entryAbout("remove", endpoint, work));
  if (json === true) writeJson(stdout, { id, removed: true });
  else stderr.write(`Removed endpoint ${id}. What waited for it is not sent.\n`);
}

async function test(id: string, { json }: PlainOptions, work: Work): Promise<void> {
  const { clock, random, stdout, stderr } = work;
  const endpoint = await find(id, work);
  const atMs = clock.now();
  const event = { type: "webhook.test", timestamp: new Date(atMs).toISOString(), data: { endpoint_id: id } };
  const message = { id: `msg_${random.uuid()}`, payload: JSON.stringify(event) };
  const { status, error } = await post(toMessage(endpoint, message, atMs));
  const outcome = { status: status ?? null, error: error ?? null };
  await leaveEntry({ ...actionOn("test", endpoint), arguments: { id, ...outcome } }, work);
  if (json === true) writeJson(stdout, { id: message.id, ...outcome });
  if (error !== undefined) throw new CommandProblem("failure", `It was not received: ${visible(error)}.`);
  if (json !== true) stderr.write(`Received: HTTP ${status}.\n`);
}

async function deliveries(options: DeliveriesOptions, { server, store, stdout, stderr }: Work): Promise<void> {
  const { endpoint: endpointId, approval: approvalId, status, limit = listDefault, cursor } = options;
  const filter = {
    server: server.name,
    ...(endpointId !== undefined && { endpointId }),
    ...(approvalId !== undefined && { approvalId }),
    ...(status !== undefined && { status }),
  };
  const page = await store.webhooks.page(filter, { limit, ...(cursor !== undefined && { after: cursor }) });
  if (options.json === true)
    writeJson(stdout, { deliveries: page.deliveries.map(toDeliveryJson), next_cursor: page.next ?? null });
  else if (page.deliveries.length === 0) stderr.write("There are no such messages.\n");
  else {
    stdout.write(toDeliveryTable(page.deliveries));
    if (page.next !== undefined) stderr.write(`There are more: --cursor ${page.next}\n`);
  }
}

async function replay(id: string | undefined, options: ReplayOptions, work: Work): Promise<void> {
  const { server, store, clock, stdout, stderr } = work;
  const { endpoint: endpointId, dead, json } = options;
  if ((id === undefined) === (dead !== true) || (id !== undefined && endpointId !== undefined))
    throw new CommandProblem("usage", "Say what to send again: a message's id, or --dead, or --dead --endpoint <id>.");
  if (endpointId !== undefined) await find(endpointId, work);
  const given = { ...(id !== undefined && { id }), ...(endpointId !== undefined && { endpoint: endpointId }) };
  const which = {
    server: server.name,
    atMs: clock.now(),
    ...(id !== undefined && { id }),
    ...(endpointId !== undefined && { endpointId }),
  };
  const many = await store.webhooks.replay(which, (messages) =>
    entryOf({ action: "webhooks.replay", tenant: everyTenant, arguments: { ...given, messages } }, work),
  );
  if (id !== undefined && many === 0)
    throw new CommandProblem(
      "failure",
      `Message ${JSON.stringify(id.slice(0, 64))} is not there, still waits, or its endpoint is disabled or gone. See \`toolspec webhooks deliveries\`.`,
    );
  if (json === true) writeJson(stdout, { replayed: many });
  else stderr.write(many === 1 ? "1 message is sent again.\n" : `${many} messages are sent again.\n`);
}

function actionOn(what: string, { id, tenant }: WebhookEndpoint) {
  return { action: `webhooks.${what}`, tenant: tenant ?? everyTenant, arguments: { id } };
}

function entryAbout(what: string, endpoint: WebhookEndpoint, work: Work) {
  return entryOf(actionOn(what, endpoint), work);
}

async function find(id: string, { server, store }: Work): Promise<WebhookEndpoint> {
  const found = await store.webhooks.find(server.name, id);
  if (found !== undefined) return found;
  const ids = (await store.webhooks.list(server.name)).map((endpoint) => endpoint.id);
  const meant = nearest(id, ids);
  const mend = meant === undefined ? "`toolspec webhooks list` shows the ids." : `Did you mean ${meant}?`;
  throw new CommandProblem("failure", `There is no endpoint with the id ${JSON.stringify(id.slice(0, 64))}. ${mend}`);
}

function toLimit(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 1000) return Number(text);
  throw new InvalidArgumentError("It takes a whole number from 1 to 1000.");
}
