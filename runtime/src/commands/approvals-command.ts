import { type Command, InvalidArgumentError, Option } from "commander";
import { DecisionError, digestOf, type Edited, reasonMaxChars } from "../approval/desk.ts";
import { type ApprovalStatus, undecided } from "../approval-states.ts";
import { type ApprovalReview, createApprovalReview } from "../approvals.ts";
import type { JsonObject } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import { createRecheck } from "../identity/recheck.ts";
import type { ApprovalRecord } from "../ports.ts";
import { approvalIds } from "../store/row-cursor.ts";
import { describeApproval, describeDecision, toApprovalJson, toApprovalTable } from "./approvals-text.ts";
import type { JsonOption } from "./credential-command.ts";
import {
  type CommandContext,
  CommandProblem,
  createProgram,
  makeSure,
  rowCursor,
  runCommand,
  type StoreLocation,
  subcommand,
  toObject,
  type Work,
  withStore,
  writeJson,
} from "./store-command.ts";

/** Approvals that `list` shows unless told otherwise: a screen or two. */
const listDefault = 50;

/** What needs a person: a decision, or somebody who finds out what became of it. */
const needsPerson: readonly ApprovalStatus[] = [...undecided, "outcome_unknown"];

const statuses: readonly ApprovalStatus[] = [
  ...needsPerson,
  "approved",
  "executing",
  "executed",
  "failed",
  "rejected",
  "expired",
  "withdrawn",
];

/**
 * Run `approvals list|show|approve|reject|settle <server> …` with the arguments after `approvals`.
 *
 * Works on the store alone: what is approved here is run by whoever serves, within two seconds.
 *
 * @returns the exit code: 0 done, 1 not done, 2 the command line is wrong
 * @throws whatever `context.open` throws
 */
export function approvalsCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  return runCommand(createApprovalsProgram(context), argv, context);
}

function createApprovalsProgram(context: CommandContext): Command {
  const description = `Decide on calls of ${context.server?.name ?? "a server"} that wait for an operator.`;
  const program = createProgram("approvals", description, context);

  subcommand(program, "list")
    .description("Show what needs a person, newest first: calls that wait, and calls whose outcome is unknown.")
    .option("--tenant <tenant>", "only this tenant's")
    .option("--tool <name>", "only calls of this tool")
    .addOption(new Option("--status <status>", "only those, or all").choices([...statuses, "all"]))
    .option("--limit <number>", `approvals to show, at most 1000 (default: ${listDefault})`, toLimit)
    .option("--cursor <text>", "where the page before has ended", rowCursor("approvals list", approvalIds))
    .action((path: string, options: ListOptions) => withStore(path, options, context, (work) => list(options, work)));

  withId(
    program,
    "show",
    "Show one: every argument, the exact request, who asked, why it waits, what became of it.",
  ).action((path: string, id: string, options: PlainOptions) =>
    withStore(path, options, context, (work) => show(id, options, work)),
  );

  withId(program, "approve", "Let it run, as it is or with other arguments. Whoever serves runs it within two seconds.")
    .option("--edit <json>", `arguments that replace those of the same name, e.g. '{"count": 50}'; null takes one out`)
    .option("--reason <text>", "why; the caller is told", toReason)
    .option("--yes", "do not ask")
    .action((path: string, id: string, options: ApproveOptions) =>
      withReview(path, options, context, (work) => approve(id, options, work)),
    );

  withId(program, "reject", "Never run it.")
    .requiredOption("--reason <text>", "why; the caller is told", toReason)
    .action((path: string, id: string, options: ReasonOptions) =>
      withReview(path, options, context, (work) => reject(id, options, work)),
    );

  withId(program, "settle", "End an unknown outcome, once you have looked at the upstream.")
    .option("--executed", "it has happened")
    .option("--failed", "it has not happened, and is not wanted any more")
    .option("--retry", "it has not happened: send it again")
    .requiredOption("--reason <text>", "how you know; the caller is told", toReason)
    .option("--yes", "do not ask before it is sent again")
    .action((path: string, id: string, options: SettleOptions) =>
      withReview(path, options, context, (work) => settle(id, options, work)),
    );

  return program;
}

function withId(program: Command, name: string, description: string): Command {
  return subcommand(program, name).description(description).argument("<id>", "as `approvals list` shows it");
}

interface PlainOptions extends StoreLocation, JsonOption {}

interface ListOptions extends PlainOptions {
  readonly tenant?: string;
  readonly tool?: string;
  readonly status?: ApprovalStatus | "all";
  readonly limit?: number;
  readonly cursor?: string;
}

interface ReasonOptions extends PlainOptions {
  readonly reason: string;
}

interface ApproveOptions extends PlainOptions {
  readonly edit?: string;
  readonly reason?: string;
  readonly yes?: boolean;
}

interface SettleOptions extends ReasonOptions {
  readonly executed?: boolean;
  readonly failed?: boolean;
  readonly retry?: boolean;
  readonly yes?: boolean;
}

/** What deciding works with. */
interface Deciding extends Work, ApprovalReview {
  readonly by: { readonly name: string };
}

/** Open the store, let the task decide, and say in this command's words what could not be done. */
async function withReview(
  path: string,
  options: StoreLocation,
  context: CommandContext,
  task: (work: Deciding) => Promise<void>,
): Promise<void> {
  await withStore(path, options, context, async (work) => {
    const { server, store, clock, planner, user } = work;
    const { approvals } = server;
    if (approvals === undefined)
      throw new CommandProblem("failure", `Nothing waits at ${server.name}: its server.yaml has no \`approvals\`.`);
    const forwarder = await planner(server, options);
    const review = createApprovalReview({
      server: { ...server, approvals },
      store: store.approvals,
      forwarder,
      recheck: createRecheck(server, store, clock),
      clock,
    });
    try {
      await task({ ...work, ...review, by: { name: user } });
    } catch (error) {
      if (error instanceof DecisionError || error instanceof GatewayError)
        throw new CommandProblem("failure", error.message);
      throw error;
    } finally {
      await forwarder.close();
    }
  });
}

async function list(options: ListOptions, { server, store, clock, stdout, stderr }: Work): Promise<void> {
  const { tenant, tool, status, limit = listDefault, cursor, json } = options;
  const wanted = status === "all" ? undefined : status === undefined ? needsPerson : [status];
  const { approvals, next } = await store.approvals.page(
    {
      server: server.name,
      ...(tenant !== undefined && { tenant }),
      ...(tool !== undefined && { tool }),
      ...(wanted && { statuses: wanted }),
    },
    { limit, ...(cursor !== undefined && { after: cursor }) },
  );
  const nowMs = clock.now();
  if (json === true) {
    const shown = approvals.map((approval) => toApprovalJson(approval, nowMs));
    writeJson(stdout, { approvals: shown, next_cursor: next ?? null });
    return;
  }
  if (approvals.length === 0) stderr.write(wanted === needsPerson ? "Nothing waits.\n" : "No approval fits.\n");
  else stdout.write(toApprovalTable(approvals, nowMs));
  if (next !== undefined) stderr.write(`There are more: --cursor ${next}\n`);
}

async function show(id: string, { json }: PlainOptions, work: Work): Promise<void> {
  const approval = await find(id, work);
  const nowMs = work.clock.now();
  if (json === true) writeJson(work.stdout, toApprovalJson(approval, nowMs));
  else work.stdout.write(describeApproval(approval, nowMs));
}

async function approve(id: string, options: ApproveOptions, work: Deciding): Promise<void> {
  const { desk, by, clock, stderr } = work;
  const { edit: text, reason } = options;
  const found = await find(id, work);
  const edited = text === undefined ? undefined : await editOf(found, toObject("--edit", text), work);
  if (options.yes !== true && work.ask !== undefined)
    stderr.write(describeApproval(edited ? toEdited(found, edited) : found, clock.now()));
  await makeSure("Let it run?", options, work);
  const after = await desk.approve(id, by, {
    shown: found,
    ...(reason !== undefined && { reason }),
    ...(edited && { edited }),
  });
  report(after, options, work);
}

/** The call with these changes: checked as the agent's own arguments were, by the server's own validators. */
async function editOf(found: ApprovalRecord, changes: JsonObject, { edit, server }: Deciding): Promise<Edited> {
  const asked = await edit(found, found.input);
  // Otherwise what is made here would not be what is made there, and would be refused when it is run.
  if (digestOf(asked.request) !== digestOf(found.request))
    throw new CommandProblem(
      "failure",
      `Here the request comes out as another one. Set the variables of server.yaml as they are set where ${server.name} is served, the upstream's address above all.`,
    );
  const merged = Object.entries({ ...found.input, ...changes }).filter(([, value]) => value !== null);
  return edit(found, Object.fromEntries(merged));
}

function toEdited(found: ApprovalRecord, { input: editedInput, request }: Edited): ApprovalRecord {
  return { ...found, editedInput, request };
}

async function reject(id: string, options: ReasonOptions, work: Deciding): Promise<void> {
  report(await work.desk.reject(id, work.by, options.reason), options, work);
}

async function settle(id: string, options: SettleOptions, work: Deciding): Promise<void> {
  const chosen = (["executed", "failed", "retry"] as const).filter((how) => options[how] === true);
  const [how] = chosen;
  if (how === undefined || chosen.length > 1)
    throw new CommandProblem("usage", "Say one of these: --executed, --failed, --retry.");
  const { status } = await find(id, work);
  if (status !== "outcome_unknown")
    throw new CommandProblem("failure", `Only an unknown outcome is settled; approval ${id} is ${status}.`);
  if (how === "retry") await makeSure("Send it again? If it has happened, it then happens twice.", options, work);
  report(await work.desk.settle(id, work.by, how, options.reason), options, work);
}

function report(after: ApprovalRecord, { json }: JsonOption, { clock, stdout, stderr }: Work): void {
  if (json === true) writeJson(stdout, toApprovalJson(after, clock.now()));
  else stderr.write(describeDecision(after));
}

async function find(id: string, { server, store }: Work): Promise<ApprovalRecord> {
  const found = await store.approvals.find(id);
  if (found !== undefined && found.server === server.name) return found;
  const given = JSON.stringify(id.slice(0, 64));
  throw new CommandProblem("failure", `There is no approval ${given} here. \`toolspec approvals list\` shows the ids.`);
}

function toReason(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("Write in words what the caller shall be told.");
  if (text.length <= reasonMaxChars) return text;
  throw new InvalidArgumentError(`Write at most ${reasonMaxChars} characters.`);
}

function toLimit(text: string): number {
  const limit = Number(text);
  if (/^\d{1,4}$/.test(text) && limit >= 1 && limit <= 1000) return limit;
  throw new InvalidArgumentError("Write a whole number from 1 to 1000.");
}
