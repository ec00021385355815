import type { Command } from "commander";
import { adminEntry } from "../audit/admin-entry.ts";
import type { Disposition, Tool } from "../codegen.ts";
import { nearest } from "../identity/nearest.ts";
import { isWeaker, overridden, overrideProblem, parseOverride } from "../policy/override.ts";
import type { PolicyOverride, PolicyRecord } from "../ports.ts";
import type { JsonOption } from "./credential-command.ts";
import { type Explained, explain, type Question } from "./policy-explain.ts";
import { describeDisposition, describeOverride, toPolicyJson, toPolicyTable } from "./policy-text.ts";
import {
  type CommandContext,
  CommandProblem,
  createProgram,
  makeSure,
  runCommand,
  type ServedServer,
  type StoreLocation,
  subcommand,
  toObject,
  type Work,
  withStore,
  writeJson,
} from "./store-command.ts";
import { visible } from "./store-text.ts";
import { checkKnown } from "./tenants-command.ts";

/**
 * Run `policy set|get|clear|list|explain <server> …` with the arguments after `policy`.
 *
 * @returns the exit code: 0 done, 1 not done, 2 the command line is wrong
 * @throws whatever `context.open` throws
 */
export function policyCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  return runCommand(createPolicyProgram(context), argv, context);
}

function createPolicyProgram(context: CommandContext): Command {
  const description = `What tenants' own policies make of the tools of ${context.server?.name ?? "a server"}.`;
  const program = createProgram("policy", description, context);

  subcommand(program, "set")
    .description("Say what becomes of a tenant's calls of one tool. Servers on this machine do so within a second.")
    .argument("<tool>", "a tool that writes")
    .argument("<policy>", `auto, pending_approval, or '{"mode": "pending_approval", "threshold_count": 50}'`)
    .requiredOption("--tenant <tenant>", "whose calls")
    .option("--yes", "do not ask before more is let through")
    .action((path: string, tool: string, policy: string, options: ChangeOptions) =>
      withStore(path, options, context, (work) => set(tool, policy, options, work)),
    );

  subcommand(program, "clear")
    .description("Take a tenant's policy for one tool away, so that the tool's own disposition holds again.")
    .argument("<tool>", "the tool")
    .requiredOption("--tenant <tenant>", "whose calls")
    .option("--yes", "do not ask before more is let through")
    .action((path: string, tool: string, options: ChangeOptions) =>
      withStore(path, options, context, (work) => clear(tool, options, work)),
    );

  subcommand(program, "get")
    .description("Print a tenant's policy as JSON, by tool.")
    .requiredOption("--tenant <tenant>", "whose policy")
    .action((path: string, options: TenantOptions) => withStore(path, options, context, (work) => get(options, work)));

  subcommand(program, "list")
    .description("List every policy of every tenant.")
    .action((path: string, options: PlainOptions) => withStore(path, options, context, (work) => list(options, work)));

  subcommand(program, "explain")
    .description("Say what would become of a call, and each step that leads there. Sends nothing.")
    .argument("<tool>", "the tool")
    .option("--input <json>", "the call's arguments", "{}")
    .option("--tenant <tenant>", "whose call; default: a tenant without a policy of its own")
    .option("--kind <kind>", "kind of the caller's key; default: one that bypasses nothing")
    .option("--scopes <names>", "what the caller holds, comma-separated; default: whatever is needed")
    .action((path: string, tool: string, options: ExplainOptions) =>
      withStore(path, options, context, (work) => explainCall(tool, options, work)),
    );

  return program;
}

interface PlainOptions extends StoreLocation, JsonOption {}

interface TenantOptions extends PlainOptions {
  readonly tenant: string;
}

interface ChangeOptions extends TenantOptions {
  readonly yes?: boolean;
}

interface ExplainOptions extends PlainOptions, Pick<Question, "tenant" | "kind"> {
  readonly input: string;
  readonly scopes?: string;
}

async function set(toolName: string, text: string, options: ChangeOptions, work: Work): Promise<void> {
  const { server, store, clock, user, stderr } = work;
  const { tenant } = options;
  const tool = findTool(toolName, server);
  const override = readOverride(text);
  const problem = overrideProblem(tool, override);
  if (problem !== undefined) throw new CommandProblem("usage", problem);
  await checkKnown(tenant, work);
  const before = await findOverride(tool, tenant, work);
  await confirmChange(tool, { before, after: override }, options, work);
  const policy = { server: server.name, tenant, tool: tool.name, override, setAtMs: clock.now(), setBy: user };
  await store.policies.set(policy, entryOf("policy.set", { policy, before }, work));
  report(policy, options, work);
  if (override !== "auto" && server.approvals === undefined)
    stderr.write(
      `Nothing can wait at ${server.name}: its server.yaml has no \`approvals\`, so such calls are refused.\n`,
    );
}

async function clear(toolName: string, options: ChangeOptions, work: Work): Promise<void> {
  const { server, store, stdout, stderr } = work;
  const { tenant, json } = options;
  // Also for a tool that is gone: its policy would come back with it.
  const tool = server.tools.find(({ name }) => name === toolName);
  const before = await findOverride({ name: toolName }, tenant, work);
  const which = { server: server.name, tenant, tool: toolName };
  if (tool !== undefined && before !== undefined) await confirmChange(tool, { before }, options, work);
  const isCleared = before !== undefined && (await store.policies.clear(which, clearingOf(which, before, work)));
  if (json === true) writeJson(stdout, { tenant, tool: toolName, policy: null });
  else if (isCleared) stderr.write(`Cleared ${visible(toolName)} of ${visible(tenant)}.\n`);
  else stderr.write(`${visible(tenant)} has no policy for ${visible(toolName)}.\n`);
}

/** Say what changes, and ask where more is let through than before. */
async function confirmChange(
  tool: Tool,
  { before, after }: { readonly before: PolicyOverride | undefined; readonly after?: PolicyOverride },
  options: ChangeOptions,
  work: Work,
): Promise<void> {
  const dispositions: readonly [Disposition, Disposition] = [overridden(tool, before), overridden(tool, after)];
  const [then, now] = dispositions.map(describeDisposition);
  const whose = `${tool.name} of ${visible(options.tenant)}`;
  work.stderr.write(then === now ? `${whose}: ${now}, as before\n` : `${whose}: ${then} → ${now}\n`);
  if (!isWeaker(...dispositions)) return;
  work.stderr.write("This weakens the policy: calls run that waited for somebody before.\n");
  await makeSure("Let them run?", options, work);
}

async function get({ tenant, json }: TenantOptions, { server, store, stdout, stderr }: Work): Promise<void> {
  const policies = await store.policies.find({ server: server.name, tenant });
  if (policies.length === 0 && json !== true)
    stderr.write(`${visible(tenant)} has no policy of its own: every tool does as its spec says.\n`);
  else writeJson(stdout, Object.fromEntries(policies.map(({ tool, override }) => [tool, override])));
}

async function list({ json }: PlainOptions, { server, store, stdout, stderr }: Work): Promise<void> {
  const policies = await store.policies.list(server.name);
  if (json === true) writeJson(stdout, policies.map(toPolicyJson));
  else if (policies.length === 0) stderr.write("No tenant has a policy of its own.\n");
  else stdout.write(toPolicyTable(policies, server.tools));
}

async function explainCall(toolName: string, options: ExplainOptions, work: Work): Promise<void> {
  const { server, store, clock, stdout } = work;
  const { tenant, kind, json } = options;
  const scopes = options.scopes?.split(",").filter((name) => name !== "");
  const tool = findTool(toolName, server);
  const override = tenant === undefined ? undefined : await findOverride(tool, tenant, { server, store });
  const question: Question = {
    tool,
    input: toObject("--input", options.input),
    override,
    nowMs: clock.now(),
    ...(tenant !== undefined && { tenant }),
    ...(kind !== undefined && { kind }),
    ...(scopes && { scopes }),
  };
  const explained = explain(question, server);
  if (json === true) writeJson(stdout, { tool: tool.name, tenant: tenant ?? null, ...explained });
  else stdout.write(toText(explained));
}

function toText({ steps, decision, why }: Explained): string {
  const lines = steps.map(({ step, says }) => `${step.padEnd(11)} ${says}`);
  return [...lines, `${"=>".padEnd(11)} ${decision}: ${why}`].map((line) => `${visible(line)}\n`).join("");
}

function findTool(name: string, { tools, name: server }: ServedServer): Tool {
  const tool = tools.find((each) => each.name === name);
  if (tool !== undefined) return tool;
  const meant = nearest(
    name,
    tools.map((each) => each.name),
  );
  const mend = meant === undefined ? "" : ` Did you mean ${meant}?`;
  throw new CommandProblem("usage", `${server} has no tool ${JSON.stringify(name.slice(0, 128))}.${mend}`);
}

async function findOverride(
  { name }: Pick<Tool, "name">,
  tenant: string,
  { server, store }: Pick<Work, "server" | "store">,
): Promise<PolicyOverride | undefined> {
  const policies = await store.policies.find({ server: server.name, tenant });
  return policies.find(({ tool }) => tool === name)?.override;
}

/** Words stand as they are; everything else is JSON, words in quotes too, as the documentation shows them. */
function readOverride(text: string): PolicyOverride {
  const isWord = /^\w+$/.test(text);
  const override = isWord ? parseOverride(text) : parseOverride(parseJson(text));
  if (override !== undefined) return override;
  throw new CommandProblem(
    "usage",
    `A policy is auto, pending_approval, or '{"mode": "pending_approval", "threshold_count": 50}'.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function entryOf(
  action: "policy.set",
  { policy, before }: { readonly policy: PolicyRecord; readonly before: PolicyOverride | undefined },
  { server, user, clock, random }: Work,
) {
  const { tenant, tool, override } = policy;
  const done = { action, tenant, arguments: { tool, before: before ?? null, after: override } };
  return adminEntry({ done, server, user, id: random.uuid(), nowMs: clock.now() });
}

function clearingOf(
  { tenant, tool }: Pick<PolicyRecord, "tenant" | "tool">,
  before: PolicyOverride,
  { server, user, clock, random }: Work,
) {
  const done = { action: "policy.clear", tenant, arguments: { tool, before, after: null } };
  return adminEntry({ done, server, user, id: random.uuid(), nowMs: clock.now() });
}

function report(policy: PolicyRecord, { json }: JsonOption, { stdout, stderr }: Work): void {
  const { tool, tenant, override } = policy;
  if (json === true) writeJson(stdout, toPolicyJson(policy));
  else stderr.write(`Set ${tool} of ${visible(tenant)} to ${describeOverride(override)}.\n`);
}
