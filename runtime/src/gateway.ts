import { intentEntry, outcomeEntry } from "./audit/record.ts";
import type {
  Caller,
  ChosenToolsets,
  ClearedCall,
  LocalCall,
  Outcome,
  ParkedCall,
  ParsedCall,
  ReceivedCall,
  ToolCall,
} from "./call.ts";
import type { Advertised, ApprovalLookup, Disposition, JsonObject, ServerDefinition, Tool } from "./codegen.ts";
import type { Asked, Confirmation } from "./confirmation/confirmation.ts";
import { GatewayError } from "./errors.ts";
import { answerFromContent } from "./forward/content.ts";
import { clear, decide, requestOf } from "./policy/decide.ts";
import { parseArguments } from "./policy/parse.ts";
import { authorize, isWithin, listedScopes } from "./policy/scope.ts";
import type { AuditEntry, AuditLog, Clock, Logger, PolicyOverride } from "./ports.ts";
import { createRecent } from "./recent.ts";
import { createToolsetChoice } from "./toolsets.ts";

/** One entry of `tools/list`. */
export interface ListedTool extends Advertised {
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

/** Request headers, lower-case names, as Node gives them. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What the doors (HTTP, stdio) need of the house. */
export interface Gateway {
  readonly server: ServerDefinition;
  /**
   * @param path where the request came; absent over stdio
   * @throws GatewayError `unauthenticated` or `auth_unavailable`
   */
  authenticate(headers: RequestHeaders, path?: string): Promise<Caller>;
  /**
   * What a client narrows its list to.
   *
   * @param asked names with commas between; absent or empty: what the server gives those who ask for nothing
   * @returns undefined where that is every tool
   * @throws GatewayError `unknown_toolset`
   */
  chooseToolsets(asked?: string): ChosenToolsets | undefined;
  /**
   * The tools this caller may use, or whose scope it may ask for, or all if the server says so, in spec order; of these sets
   * alone, if any are named. The same array for the same scopes and sets.
   */
  listTools(caller: Caller, toolsets?: ChosenToolsets): readonly ListedTool[];
  /**
   * What became of this caller's own parked call; undefined as if there were none.
   *
   * @throws GatewayError `limit_exceeded`, because looking counts like calling; `approval_store_unavailable`.
   */
  findApproval(caller: Caller, id: string): Promise<JsonObject | undefined>;
  /** The same with the end that the call has come to, for clients that wait for it. @throws GatewayError as above. */
  findParked(caller: Caller, id: string): Promise<ParkedCall | undefined>;
  /**
   * Take this caller's own parked call back; undefined as if there were none.
   *
   * @throws GatewayError as above, or `approval_decided` when it waits no more.
   */
  withdrawApproval(caller: Caller, id: string): Promise<JsonObject | undefined>;
  /** Walk one call from "find the tool" to its end. Never rejects: a broken invariant ends in `internal`. */
  call(call: ReceivedCall): Promise<Outcome>;
}

/** The rooms that a gateway leads a call through, each as narrow as its step. */
export interface Rooms {
  readonly server: ServerDefinition;
  /** Names of toolsets for clients that ask for none. Default: the server's default sets. */
  readonly toolsets?: readonly string[] | undefined;
  readonly identity: {
    authenticate(headers: RequestHeaders, path?: string): Promise<Caller>;
    /** How a call that was sent has ended: the upstream may have refused the caller's credential. */
    noteOutcome?(caller: Caller, outcome: Outcome): void;
  };
  readonly rate: {
    take(id: string): { readonly allowed: true } | { readonly allowed: false; readonly retryAfterSeconds: number };
  };
  readonly concurrency: { enter(id: string): (() => void) | undefined };
  readonly forwarder: {
    plan(call: ClearedCall, disposition: Disposition): Outcome;
    send(call: ClearedCall): Promise<Outcome>;
  };
  readonly confirmation: Confirmation;
  /** Tenants' own policies, by tool. Absent: there are none. */
  readonly policies?: { of(tenant: string): Promise<ReadonlyMap<string, PolicyOverride>> };
  /** Where calls wait for an operator. Absent: such calls are refused. */
  readonly approvals?: {
    /** Writes the call's own entry with it, in one commit; where it says that it did not, that is still to be written. */
    park(
      call: ParsedCall,
      why: string,
      entryOf: (outcome: Outcome) => AuditEntry,
    ): Promise<{ readonly outcome: Outcome; readonly hasEntry: boolean }>;
    answer(caller: Caller, id: string): Promise<JsonObject | undefined>;
    find(caller: Caller, id: string): Promise<ParkedCall | undefined>;
    withdraw(caller: Caller, id: string): Promise<JsonObject | undefined>;
  };
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Lists that are kept, one for each set of scopes and toolsets seen. Few are in use at a time; this bounds those who make combinations up. */
const listsMax = 256;

/** Lead calls through the rooms in their order. This file knows the order and nothing else. */
export function createGateway(rooms: Rooms): Gateway {
  const { server } = rooms;
  const tools = new Map(server.tools.map((tool) => [tool.name, tool]));
  const lists = createRecent<readonly ListedTool[]>(listsMax);
  const entries = new Map<Tool, ListedTool>();
  const entryOf = (tool: Tool): ListedTool => {
    const entry = entries.get(tool) ?? toListed(tool, server);
    entries.set(tool, entry);
    return entry;
  };
  return {
    server,
    authenticate: (headers, path) => rooms.identity.authenticate(headers, path),
    chooseToolsets: createToolsetChoice(server, rooms.toolsets),
    listTools(caller, toolsets) {
      const showsAll = server.mcp.toolsList === "all" || caller.bypasses.has("scope");
      const scopes = listedScopes(caller);
      const key = `${showsAll ? "*" : [...scopes].sort().join(" ")}\n${toolsets?.key ?? "*"}`;
      let listed = lists.get(key);
      if (listed === undefined) {
        listed = server.tools
          .filter((tool) => (showsAll || isWithin(scopes, tool)) && (toolsets?.tools.has(tool.name) ?? true))
          .map(entryOf);
        lists.set(key, listed);
      }
      return listed;
    },
    async findApproval(caller, id) {
      takeTurn(caller, rooms);
      return await askQueue((queue) => queue.answer(caller, id), rooms);
    },
    async findParked(caller, id) {
      takeTurn(caller, rooms);
      return await askQueue((queue) => queue.find(caller, id), rooms);
    },
    async withdrawApproval(caller, id) {
      takeTurn(caller, rooms);
      return await askQueue((queue) => queue.withdraw(caller, id), rooms);
    },
    call: (received) => leaveOneEntry(received, rooms, (walk) => walkCall(received, tools, rooms, walk)),
  };
}

/** How far a call came: the audit entry tells it, whatever the end. */
interface Walk {
  call: ReceivedCall | ToolCall | ParsedCall | ClearedCall | LocalCall;
  decision?: { readonly kind: string; readonly why: string };
  /** The entry of this outcome is written already. */
  hasEntry?: boolean;
  /** @returns the entry of the call, should it end like this now. */
  readonly entryOf: (outcome: Outcome) => AuditEntry;
}

async function walkCall(
  received: ReceivedCall,
  tools: ReadonlyMap<string, Tool>,
  rooms: Rooms,
  walk: Walk,
): Promise<Outcome> {
  const { server, concurrency } = rooms;
  takeTurn(received.caller, rooms);
  const tool = tools.get(received.toolName);
  if (tool === undefined || received.toolsets?.tools.has(tool.name) === false) throw unknownTool(received);
  const call: ToolCall = { ...received, tool };
  walk.call = call;
  const leave = concurrency.enter(call.caller.id);
  if (leave === undefined) throw tooMany("Too many calls are running at once. Wait for one to end.", 1);
  try {
    const parsed = parseArguments(authorize(call, server.auth), server.advertised[tool.name]);
    walk.call = parsed;
    const decided = decide(parsed, await overrideOf(parsed, rooms));
    walk.decision = decided;
    if (decided.kind === "approval") return await park(parsed, decided.why, rooms, walk);
    const decision = decided.kind === "confirm" ? await confirm(parsed, decided.why, rooms, walk) : decided;
    if (decision.kind === "asked") return decision;
    walk.decision = decision;
    const cleared = clear(parsed, decision);
    walk.call = cleared;
    if ("content" in cleared) {
      const { content } = cleared;
      return "approval" in content ? await answerFromQueue(content, cleared.caller, rooms) : answerFromContent(content);
    }
    if (decision.kind === "dry_run" && decision.how === "plan")
      return rooms.forwarder.plan(cleared, decision.insteadOf);
    if (tool.access === "write" && decision.kind === "run") await recordIntent(cleared, rooms);
    const outcome = await rooms.forwarder.send(cleared);
    rooms.identity.noteOutcome?.(cleared.caller, outcome);
    return outcome;
  } finally {
    leave();
  }
}

/** The same for a tool that is not there and for one outside the toolsets, so that list and call agree. */
function unknownTool({ toolsets }: ReceivedCall): GatewayError {
  const among = toolsets === undefined ? "" : ` in the toolsets of this connection (${toolsets.key})`;
  return new GatewayError("unknown_tool", `There is no such tool${among}. Call tools/list to see what there is.`);
}

/** @throws GatewayError `limit_exceeded` when this caller has asked too often. */
function takeTurn({ id }: Caller, { rate }: Rooms): void {
  const turn = rate.take(id);
  if (turn.allowed) return;
  const message = `This caller has made too many calls. Try again in ${turn.retryAfterSeconds} s.`;
  throw tooMany(message, turn.retryAfterSeconds);
}

/** What the caller's tenant has made of the tool's disposition. Reads are not asked about: they always run. */
async function overrideOf({ caller, tool }: ParsedCall, { policies }: Rooms): Promise<PolicyOverride | undefined> {
  return tool.access === "read" ? undefined : (await policies?.of(caller.tenant))?.get(tool.name);
}

/** Let a call wait for an operator. @throws GatewayError where nobody can be waited for, or the queue is full or cannot be written. */
async function park(call: ParsedCall, why: string, { approvals, logger }: Rooms, walk: Walk): Promise<Outcome> {
  if (approvals === undefined) throw needsOperator(call, why);
  try {
    const { outcome, hasEntry } = await approvals.park(call, why, walk.entryOf);
    walk.hasEntry = hasEntry;
    return outcome;
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    logger.error("a call could not be parked", { callId: call.id, tool: call.toolName, cause });
    const message = `${call.toolName} was neither run nor parked: the queue of approvals cannot be written. Try again later.`;
    throw new GatewayError("approval_store_unavailable", message, { cause });
  }
}

/** @throws GatewayError `unknown_approval`: the same for what is not there and for what is somebody else's. */
async function answerFromQueue({ approval }: ApprovalLookup, caller: Caller, rooms: Rooms): Promise<Outcome> {
  const value = await askQueue((queue) => queue.answer(caller, approval), rooms);
  if (value !== undefined) return { kind: "succeeded", text: JSON.stringify(value), value };
  const message = `There is no approval ${approval} of yours. Take approval_id from the answer to your own call.`;
  throw new GatewayError("unknown_approval", message);
}

/** @throws GatewayError `approval_store_unavailable` when the queue cannot be asked. */
async function askQueue<Answer>(
  question: (queue: NonNullable<Rooms["approvals"]>) => Promise<Answer | undefined>,
  { approvals, logger }: Rooms,
): Promise<Answer | undefined> {
  if (approvals === undefined) return undefined;
  try {
    return await question(approvals);
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    logger.error("the queue of approvals cannot be asked", { cause });
    const message = "What waits for an operator cannot be looked up at the moment. Try again later.";
    throw new GatewayError("approval_store_unavailable", message, { cause });
  }
}

/**
 * Let a call that needs a person's yes run once it has one, or ask for it. An answer counts before anything else: whoever brings
 * one was asked.
 *
 * @throws GatewayError `confirmation_refused`, `confirmation_required` or `confirmation_unavailable`.
 */
async function confirm(
  call: ParsedCall,
  why: string,
  { confirmation }: Rooms,
  walk: Walk,
): Promise<ClearedCall["decision"] | Asked> {
  if (call.answer !== undefined) {
    const refused = await confirmation.redeem(call, call.answer);
    if (refused === undefined) return { kind: "run", why: "a person confirmed it in a form" };
    const { reason, message, fix } = refused;
    walk.decision = { kind: "confirm", why: `${why}; the answer was refused: ${reason}` };
    throw new GatewayError("confirmation_refused", message, { meta: { reason, fix } });
  }
  const request = requestOf(call);
  if (!("method" in request)) throw new Error(`${call.toolName} reads local content, which needs no confirmation`);
  if (call.canAsk) return confirmation.ask(call, request);
  const effect = `${call.tool.title}, by ${request.method.toUpperCase()} ${request.path}`;
  throw new GatewayError(
    "confirmation_required",
    `${call.toolName} was not run: ${why}. It would do this: ${effect}.`,
    { meta: { fix: "Ask the person; then call again with the same arguments and confirm: true." } },
  );
}

/** Nothing is sent unless the trail already says that it will be. */
async function recordIntent(call: ClearedCall, { audit, server, clock, logger }: Rooms): Promise<void> {
  try {
    await audit.append(intentEntry({ call, server, nowMs: clock.now() }));
  } catch (cause) {
    logger.error("the audit trail cannot be written, a write was refused", {
      callId: call.id,
      tool: call.toolName,
      cause,
    });
    throw new GatewayError(
      "audit_unavailable",
      "The audit trail cannot be written, so nothing was sent. Try again later.",
      { cause },
    );
  }
}

/** Every call leaves one entry, whatever its end, before its answer leaves. */
async function leaveOneEntry(
  received: ReceivedCall,
  rooms: Rooms,
  go: (walk: Walk) => Promise<Outcome>,
): Promise<Outcome> {
  const { audit, server, clock, logger } = rooms;
  const startedMs = clock.monotonic();
  const walk: Walk = {
    call: received,
    entryOf: (outcome) =>
      outcomeEntry({ ...walk, outcome, server, nowMs: clock.now(), totalMs: clock.monotonic() - startedMs }),
  };
  const outcome = await go(walk).catch((error: unknown) => failed(error, walk, logger));
  if (walk.hasEntry === true) return outcome;
  try {
    await audit.append(walk.entryOf(outcome));
  } catch (cause) {
    logger.error("the audit trail cannot be written", {
      callId: received.id,
      tool: received.toolName,
      outcome: outcome.kind,
      cause,
    });
    return afterLostEntry(outcome, walk, cause);
  }
  return outcome;
}

/**
 * What to answer when the entry could not be written. A write that was sent is answered truly: its intent is on record,
 * and refusing now would make the caller send it again. Everything else is refused.
 */
function afterLostEntry(outcome: Outcome, walk: Walk, cause: unknown): Outcome {
  const wasSent = "exchange" in outcome && outcome.exchange !== undefined;
  const isWrite = "tool" in walk.call && walk.call.tool.access === "write";
  if (isWrite && wasSent && walk.decision?.kind === "run") return outcome;
  const message = "The audit trail cannot be written, so the answer is withheld. Try again later.";
  return { kind: "failed", error: new GatewayError("audit_unavailable", message, { cause }) };
}

function failed(error: unknown, walk: Walk, logger: Logger): Outcome {
  if (error instanceof GatewayError) return { kind: "failed", error };
  logger.error("a call broke an invariant", { callId: walk.call.id, tool: walk.call.toolName, error });
  const message = `Something went wrong on our side. Quote call ${walk.call.id} when you report it.`;
  return { kind: "failed", error: new GatewayError("internal", message, { cause: error }) };
}

function tooMany(message: string, retryAfterSeconds: number): GatewayError {
  return new GatewayError("limit_exceeded", message, { meta: { retryAfterSeconds } });
}

function needsOperator(call: ParsedCall, why: string): GatewayError {
  const dryRun = call.tool.dryRun === "none" ? "" : " A dry run (dry_run: true) shows its outcome without running it.";
  return new GatewayError(
    "approval_unavailable",
    `${call.toolName} was not run: ${why}, and this server has no approval queue.${dryRun} Do not try again; ask the operator.`,
    { meta: { why } },
  );
}

function toListed(tool: Tool, server: ServerDefinition): ListedTool {
  const advertised = server.advertised[tool.name];
  if (advertised === undefined) throw new Error(`no schemas were generated for ${tool.name}`);
  return { name: tool.name, title: tool.title, description: tool.description, ...advertised };
}
