import { createDesk, type Desk, digestOf, type Preview, toAnswer } from "./approval/desk.ts";
import { createExecutor, type Executor, type ExecutorLimits, type Work } from "./approval/executor.ts";
import { type Move, type MoveName, moves } from "./approval-states.ts";
import { approvalEntry } from "./audit/approval-entry.ts";
import { intentEntry } from "./audit/record.ts";
import type { Caller, ClearedCall, Exchange, Outcome, ParsedCall } from "./call.ts";
import type { Approvals, JsonObject, ServerDefinition, Tool } from "./codegen.ts";
import { GatewayError } from "./errors.ts";
import { clear } from "./policy/decide.ts";
import { parseArguments } from "./policy/parse.ts";
import { authorize } from "./policy/scope.ts";
import type { ApprovalEffects, ApprovalRecord, ApprovalStore, Clock, Logger } from "./ports.ts";
import { toEvent } from "./webhooks/event.ts";

/** Everything about calls that wait, behind the gateway and in front of operators. */
export interface ApprovalHouse {
  readonly desk: Desk;
  readonly executor: Executor;
  /** Park a call: a success that says what to do next. @throws GatewayError */
  park(call: ParsedCall, why: string): Promise<Outcome>;
  /** What the caller is told of its own approval; undefined as if there were none. */
  answer(caller: Caller, id: string): Promise<JsonObject | undefined>;
  /** Check arguments that an operator has edited, and show the request that comes of them. @throws GatewayError */
  edit(
    approval: ApprovalRecord,
    given: JsonObject,
  ): Promise<{ readonly input: JsonObject; readonly request: JsonObject }>;
  /** What the upstream says to a dry run of it, where the tool has one. */
  dryRun(approval: ApprovalRecord): Promise<Outcome | undefined>;
  close(): Promise<void>;
}

/** What a house for approvals is built from. */
export interface ApprovalHouseOptions {
  readonly server: ServerDefinition & { readonly approvals: Approvals };
  readonly store: ApprovalStore;
  readonly forwarder: {
    plan(call: ClearedCall): Outcome;
    send(call: ClearedCall): Promise<Outcome>;
  };
  /** Look at whoever asked again. */
  readonly recheck: (approval: ApprovalRecord) => Promise<Caller | GatewayError>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of the executor, for tests that cannot wait for half a minute. */
  readonly limits?: Partial<ExecutorLimits>;
}

/** Put desk and executor together with the rooms that they need. */
export function createApprovalHouse(options: ApprovalHouseOptions): ApprovalHouse {
  const { server, store, forwarder, recheck, clock, logger } = options;
  const tools = new Map(server.tools.map((tool) => [tool.name, tool]));
  const effectsOf = createEffects(options, tools);
  const executor = createExecutor({
    server: server.name,
    store,
    prepare,
    effects: (move, after, outcome) => effectsOf({ move, after, outcome }),
    clock,
    logger,
    ...(options.limits && { limits: options.limits }),
  });
  const desk = createDesk({
    server,
    store,
    effects: (move, after, by) => effectsOf({ move, after, by }),
    clock,
    onApproved: executor.nudge,
  });

  /** The call that an approval stands for, with these arguments: allowed today, its arguments checked. */
  async function recall(approval: ApprovalRecord, input: JsonObject): Promise<ParsedCall> {
    const tool = tools.get(approval.tool);
    if (tool === undefined || definitionDigest(tool, server) !== approval.definitionDigest) throw changed();
    const caller = await recheck(approval);
    if (caller instanceof GatewayError) throw caller;
    const call = {
      id: approval.id,
      atMs: clock.now(),
      caller,
      era: approval.era,
      client: {},
      toolName: tool.name,
      arguments: input,
      canAsk: false,
      signal: new AbortController().signal,
      tool,
    };
    return parseArguments(authorize(call), server.advertised[tool.name]);
  }

  function requestOf(call: ParsedCall): JsonObject {
    const planned = forwarder.plan(clearAs(call, "plan"));
    if (planned.kind === "failed") throw planned.error;
    if (planned.kind !== "planned") throw new Error("a plan was asked for, and something else came");
    return planned.value.plan as JsonObject;
  }

  async function prepare(approval: ApprovalRecord): Promise<Work | GatewayError> {
    try {
      const call = await recall(approval, approval.editedInput ?? approval.input);
      const { tool } = call;
      // What the operator saw is what is sent, or nothing is.
      if (digestOf(requestOf(call)) !== digestOf(approval.request)) return changed();
      const decision = { kind: "run", why: `approved by ${approval.decidedBy ?? "an operator"}` } as const;
      const cleared = clear(call, decision);
      if ("content" in cleared) throw new Error(`${tool.name} reads local content, which cannot be parked`);
      return {
        timeoutMs: tool.timeoutMs ?? server.upstream.timeoutMs,
        isRepeatable: tool.idempotent === true,
        intent: { entries: [intentEntry({ call: cleared, server, nowMs: clock.now() })], events: [] },
        send: () => forwarder.send(cleared),
      };
    } catch (error) {
      if (error instanceof GatewayError) return error;
      throw error;
    }
  }

  return {
    desk,
    executor,
    async park(call, why) {
      const preview: Preview = { definitionDigest: definitionDigest(call.tool, server), request: requestOf(call) };
      const approval = await desk.park(call, { why, preview });
      const value = toPending(approval, server.approvals);
      return { kind: "parked", text: JSON.stringify(value), value };
    },
    async answer(caller, id) {
      const approval = await desk.find(caller, id);
      return approval && toAnswer(approval, clock.now());
    },
    async edit(approval, given) {
      const call = await recall(approval, given);
      return { input: call.input, request: requestOf(call) };
    },
    async dryRun(approval) {
      const tool = tools.get(approval.tool);
      if (tool?.dryRun !== "forward") return undefined;
      const call = await recall(approval, approval.editedInput ?? approval.input);
      const dry = { ...call, controls: { ...call.controls, dryRun: true } };
      return forwarder.send(clearAs(dry, "forward"));
    },
    close: executor.close,
  };
}

function clearAs(call: ParsedCall, how: "plan" | "forward"): ClearedCall {
  const cleared = clear(call, { kind: "dry_run", how, insteadOf: "approval", why: "to show an operator" });
  if ("content" in cleared) throw new Error(`${call.tool.name} reads local content, which needs no approval`);
  return cleared;
}

/** What must not have changed between parking and running: all that decides whether and how a call of this tool may run. */
function definitionDigest(tool: Tool, server: ServerDefinition): string {
  const { name, access, scope, disposition, constraints } = tool;
  return digestOf([name, access, scope, disposition, constraints, server.advertised[name]?.inputSchema]);
}

function changed(): GatewayError {
  return new GatewayError(
    "definition_changed",
    "It was not run, because the tool is not what it was when the call was made. Let the agent ask again.",
  );
}

/** @see vauchflow.txt, "Pending approval flow" */
function toPending(approval: ApprovalRecord, { pollPath }: Approvals): JsonObject {
  return {
    status: "pending_approval",
    approval_id: approval.id,
    action_type: approval.tool,
    expires_at: new Date(approval.expiresAtMs).toISOString(),
    poll_url: pollPath.replace("{id}", approval.id),
    message: "This action requires operator approval before execution.",
  };
}

/** Outcomes of moves that the state alone does not tell. */
const words: { readonly [move in MoveName | "park"]?: string } = { putBack: "put_back", defer: "deferred" };

/** What each move leaves in the trail and in the outbox. */
function createEffects({ server: { approvals }, clock }: ApprovalHouseOptions, tools: ReadonlyMap<string, Tool>) {
  return (news: {
    readonly move: MoveName | "park";
    readonly after: ApprovalRecord;
    readonly by?: { readonly kind: "operator" | "caller"; readonly name: string } | undefined;
    readonly outcome?: Outcome | undefined;
  }): ApprovalEffects => {
    const { move, after, by, outcome } = news;
    if (move === "claim" || move === "reclaim" || move === "dispatch") return { entries: [], events: [] };
    const nowMs = clock.now();
    const exchange: Exchange | undefined = outcome && "exchange" in outcome ? outcome.exchange : undefined;
    const entry = approvalEntry({
      approval: after,
      outcome: words[move] ?? after.errorCode ?? after.status,
      ...(by && { by }),
      ...(after.reason !== undefined && by !== undefined && { why: after.reason }),
      ...(exchange && { exchange }),
      sensitive: tools.get(after.tool)?.sensitive ?? [],
      nowMs,
    });
    const events = eventsOf(move).map((name) => toEvent({ name, approval: after, approvals, nowMs }));
    return { entries: [entry], events };
  };
}

function eventsOf(move: MoveName | "park"): readonly string[] {
  if (move === "park") return ["pending"];
  const { tells } = moves[move] as Move;
  return tells === undefined ? [] : [tells];
}
