import {
  createDesk,
  DecisionError,
  type Desk,
  type DeskOptions,
  digestOf,
  type Edited,
  type Preview,
  toAnswer,
} from "./approval/desk.ts";
import { createExecutor, type Executor, type ExecutorLimits, type Work } from "./approval/executor.ts";
import { toParked } from "./approval/parked.ts";
import { type Move, type MoveName, moves } from "./approval-states.ts";
import { approvalEntry } from "./audit/approval-entry.ts";
import { intentEntry } from "./audit/record.ts";
import type { Caller, ClearedCall, Exchange, Outcome, ParkedCall, ParsedCall } from "./call.ts";
import type { Approvals, JsonObject, ServerDefinition, Tool } from "./codegen.ts";
import { GatewayError } from "./errors.ts";
import { isRepeatable } from "./forward/repeatable.ts";
import { clear } from "./policy/decide.ts";
import { parseArguments } from "./policy/parse.ts";
import { authorize } from "./policy/scope.ts";
import type { ApprovalEffects, ApprovalRecord, ApprovalStore, AuditEntry, Clock, Logger } from "./ports.ts";
import { toEvent } from "./webhooks/event.ts";

/** Calls that wait, as operators see them. Nothing is sent and nothing is run: that is for whoever serves. */
export interface ApprovalReview {
  readonly desk: Desk;
  /** Check arguments that an operator has edited, and show the request that comes of them. @throws GatewayError */
  edit(approval: ApprovalRecord, given: JsonObject): Promise<Edited>;
}

/** Everything about calls that wait, behind the gateway and in front of operators. */
export interface ApprovalHouse extends ApprovalReview {
  readonly executor: Executor;
  /**
   * Park a call: a success that says what to do next. `entryOf` makes the call's own entry, which is written in the same commit,
   * unless an equal call waits already: then `hasEntry` is false.
   *
   * @throws GatewayError
   */
  park(
    call: ParsedCall,
    why: string,
    entryOf?: (outcome: Outcome) => AuditEntry,
  ): Promise<{ readonly outcome: Outcome; readonly hasEntry: boolean }>;
  /** What the caller is told of its own approval; undefined as if there were none. */
  answer(caller: Caller, id: string): Promise<JsonObject | undefined>;
  /** How the caller's own call stands, and its end; undefined as if there were none. */
  find(caller: Caller, id: string): Promise<ParkedCall | undefined>;
  /** Take a call back for whoever made it; undefined as if there were none. @throws GatewayError `approval_decided` */
  withdraw(caller: Caller, id: string): Promise<JsonObject | undefined>;
  /** What the upstream says to a dry run of it, where the tool has one. */
  dryRun(approval: ApprovalRecord): Promise<Outcome | undefined>;
  close(): Promise<void>;
}

/** What a review is built from. */
export interface ApprovalReviewOptions {
  readonly server: Pick<ServerDefinition, "name" | "version" | "tools" | "advertised"> & {
    readonly approvals: Approvals;
  };
  readonly store: ApprovalStore;
  readonly forwarder: { plan(call: ClearedCall): Outcome };
  /** Look at whoever asked again. */
  readonly recheck: (approval: ApprovalRecord) => Promise<Caller | GatewayError>;
  readonly clock: Pick<Clock, "now">;
}

/** What a house for approvals is built from. */
export interface ApprovalHouseOptions extends ApprovalReviewOptions {
  readonly server: ApprovalReviewOptions["server"] & Pick<ServerDefinition, "upstream">;
  readonly forwarder: ApprovalReviewOptions["forwarder"] & { send(call: ClearedCall): Promise<Outcome> };
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of the executor, for tests that cannot wait for half a minute. */
  readonly limits?: Partial<ExecutorLimits>;
}

/** Put together what operators need where nothing is served: a shell on the store. */
export function createApprovalReview(options: ApprovalReviewOptions, onApproved = () => {}): ApprovalReview {
  const { server, store, clock } = options;
  const effectsOf = createEffects(options);
  const { recall, requestOf } = createRecall(options);
  const effects: DeskOptions["effects"] = (move, after, by) => effectsOf({ move, after, by });
  return {
    desk: createDesk({ server, store, effects, clock, onApproved }),
    async edit(approval, given) {
      const call = await recall(approval, given);
      // It is no argument of the tool and would be dropped: what somebody meant as a trial would run.
      if (call.controls.dryRun)
        throw new GatewayError("invalid_argument", "dry_run cannot be edited in: what is approved is run.");
      return { input: call.input, request: requestOf(call) };
    },
  };
}

/** Put desk and executor together with the rooms that they need. */
export function createApprovalHouse(options: ApprovalHouseOptions): ApprovalHouse {
  const { server, store, forwarder, clock, logger } = options;
  const tools = new Map(server.tools.map((tool) => [tool.name, tool]));
  const effectsOf = createEffects(options);
  const { recall, requestOf, digestOfTool } = createRecall(options);
  const executor = createExecutor({
    server: server.name,
    store,
    prepare,
    effects: (move, after, outcome) => effectsOf({ move, after, outcome }),
    clock,
    logger,
    ...(options.limits && { limits: options.limits }),
  });
  const { desk, edit } = createApprovalReview(options, executor.nudge);

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
        isRepeatable: isRepeatable(tool),
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
    async park(call, why, entryOf) {
      const preview: Preview = { definitionDigest: digestOfTool(call.tool), request: requestOf(call) };
      const toOutcome = (approval: ApprovalRecord): Outcome => {
        const value = toPending(approval, server.approvals);
        return { kind: "parked", text: JSON.stringify(value), value, parked: toParked(approval, clock.now()) };
      };
      const entriesOf = (approval: ApprovalRecord) => (entryOf === undefined ? [] : [entryOf(toOutcome(approval))]);
      const approval = await desk.park(call, { why, preview, entriesOf });
      // Another id than the call's is that of an equal call, which left its own entry when it came.
      return { outcome: toOutcome(approval), hasEntry: entryOf !== undefined && approval.id === call.id };
    },
    async find(caller, id) {
      const approval = await desk.find(caller, id);
      return approval && toParked(approval, clock.now());
    },
    async answer(caller, id) {
      const approval = await desk.find(caller, id);
      return approval && toAnswer(approval, clock.now());
    },
    async withdraw(caller, id) {
      try {
        return toAnswer(await desk.withdraw(caller, id), clock.now());
      } catch (error) {
        if (!(error instanceof DecisionError)) throw error;
        if (error.reason === "absent") return undefined;
        // The desk's own words name the operator, who is none of the caller's business.
        throw new GatewayError("approval_decided", "It does not wait any more, so it cannot be taken back.");
      }
    },
    edit,
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

/** Makes the call that an approval stands for again. */
function createRecall({ server, forwarder, recheck, clock }: ApprovalReviewOptions) {
  const tools = new Map(server.tools.map((tool) => [tool.name, tool]));
  // Made once, and when it is asked for: a schema may be long, and most tools never wait.
  const digests = new Map<Tool, string>();
  const digestOfTool = (tool: Tool): string => {
    const known = digests.get(tool) ?? definitionDigest(tool, server);
    digests.set(tool, known);
    return known;
  };
  return {
    digestOfTool,
    /** With these arguments: allowed today, its arguments checked. @throws GatewayError */
    async recall(approval: ApprovalRecord, input: JsonObject): Promise<ParsedCall> {
      const tool = tools.get(approval.tool);
      if (tool === undefined || digestOfTool(tool) !== approval.definitionDigest) throw changed();
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
    },
    requestOf(call: ParsedCall): JsonObject {
      const planned = forwarder.plan(clearAs(call, "plan"));
      if (planned.kind === "failed") throw planned.error;
      if (planned.kind !== "planned") throw new Error("a plan was asked for, and something else came");
      return planned.value.plan as JsonObject;
    },
  };
}

function clearAs(call: ParsedCall, how: "plan" | "forward"): ClearedCall {
  const cleared = clear(call, { kind: "dry_run", how, insteadOf: "approval", why: "to show an operator" });
  if ("content" in cleared) throw new Error(`${call.tool.name} reads local content, which needs no approval`);
  return cleared;
}

/** What must not have changed between parking and running: all that decides whether and how a call of this tool may run. */
function definitionDigest(tool: Tool, server: Pick<ServerDefinition, "advertised">): string {
  const { name, access, scope, disposition, constraints, idempotencyHeader } = tool;
  const key = idempotencyHeader === undefined ? [] : [idempotencyHeader];
  return digestOf([name, access, scope, disposition, constraints, server.advertised[name]?.inputSchema, ...key]);
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
function createEffects({ clock, server }: ApprovalReviewOptions) {
  const { approvals } = server;
  const sensitiveOf = new Map(server.tools.map(({ name, sensitive }) => [name, sensitive]));
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
      sensitive: sensitiveOf.get(after.tool) ?? [],
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
