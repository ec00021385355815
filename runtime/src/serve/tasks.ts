import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
  type StandardSchemaV1,
} from "@modelcontextprotocol/server";
import type { ApprovalStatus } from "../approval-states.ts";
import type { Caller, ParkedCall } from "../call.ts";
import { isObject, type JsonObject } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { mapError } from "./mapping.ts";
import { toRpcError } from "./reply.ts";
import type { RpcError } from "./rpc.ts";

/** The extension by which a call may be answered with a task instead of its result. Only of MCP 2026-07-28 and later. */
export const tasksExtension = "io.modelcontextprotocol/tasks";

/** Milliseconds between two looks: a person takes minutes, an upstream seconds. */
const pollWhileWaitingMs = 5_000;
const pollWhileRunningMs = 1_000;

/** Where a task stands, of each state of an approval; what has an outcome is `completed` or, where that is a JSON-RPC error, `failed`. */
const working: Partial<Record<ApprovalStatus, string>> = {
  pending: "This action requires operator approval before execution.",
  // That one of two has agreed already is nobody's business but the operators'.
  endorsed: "This action requires operator approval before execution.",
  approved: "An operator has approved it. It is about to run.",
  executing: "An operator has approved it. It is being run.",
};

/**
 * An SDK server that can answer a call with a task. The SDK knows no such result: it adds an empty `content`, which would make
 * a task look like a result that has come.
 */
export class TaskServer extends Server {
  protected override _wrapHandler(...[method, handler]: Parameters<Server["_wrapHandler"]>) {
    const wrapped = super._wrapHandler(method, handler);
    return async (...request: Parameters<typeof wrapped>) => {
      const result = await wrapped(...request);
      if (method !== "tools/call" || result.resultType !== "task") return result;
      const { content: _content, ...task } = result;
      return task;
    };
  }
}

/** Whether this very request says that its client understands tasks. One that does not must never be given one. */
export function wantsTask(ctx: ServerContext): boolean {
  return declaresTasks((ctx.mcpReq.envelope ?? {}) as JsonObject);
}

function declaresTasks({ [CLIENT_CAPABILITIES_META_KEY]: declared }: JsonObject): boolean {
  const extensions = isObject(declared) ? declared.extensions : undefined;
  return isObject(extensions) && isObject(extensions[tasksExtension]);
}

/**
 * Why a message may not ask to be told of tasks: its client does not declare them. Whoever does is served by the SDK, which agrees to
 * nothing here: changes of tasks are not pushed, they are asked for.
 */
export function refuseSubscription(body: object): RpcError | undefined {
  const { method, params } = body as { readonly method?: unknown; readonly params?: unknown };
  if (method !== "subscriptions/listen" || !isObject(params) || !isObject(params.notifications)) return undefined;
  const meta = isObject(params._meta) ? params._meta : {};
  if (params.notifications.taskIds === undefined || declaresTasks(meta)) return undefined;
  const { code, message, data } = missingCapability();
  return { code, message, data };
}

/** What a parked call is answered with. Its approval is on record, so that the next `tasks/get` finds it on every replica. */
export function toCreatedTask(parked: ParkedCall): CallToolResult {
  return { resultType: "task", ...toTask(parked) } as unknown as CallToolResult;
}

/** What the handlers of one exchange or connection need. */
export interface TaskHandlersOptions {
  readonly gateway: Gateway;
  readonly caller: Caller;
  /** The result of a tool as `tools/call` would have answered it. @throws ProtocolError when it would have been one. */
  readonly toResult: (outcome: NonNullable<ParkedCall["outcome"]>, tool: string) => CallToolResult;
  /** Told before a task leaves, which may be as long as the result in it. */
  readonly onResult: () => void;
}

/**
 * Serve `tasks/get`, `tasks/update` and `tasks/cancel` over the queue of approvals. Each caller sees its own tasks alone; those of
 * others are as absent as those that never were.
 *
 * A task asks for no input, so `tasks/update` has nothing to take: what it brings is ignored, as the extension says. A cancelled
 * task is a call taken back; one that is decided already runs on, which the extension allows.
 *
 * @see https://modelcontextprotocol.github.io/ext-tasks/specification/2026-07-28/tasks.html
 */
export function serveTasks(server: Server, { gateway, caller, toResult, onResult }: TaskHandlersOptions): void {
  const handle = (method: string, answer: (taskId: string) => Promise<JsonObject | undefined>) =>
    server.setRequestHandler(method, { params: anyParams }, async ({ taskId }, ctx) => {
      if (!wantsTask(ctx)) throw missingCapability();
      const found = typeof taskId === "string" ? await answer(taskId).catch(toProtocolError(gateway)) : undefined;
      if (found === undefined) throw unknownTask();
      onResult();
      return found;
    });

  handle("tasks/get", async (id) => {
    const parked = await gateway.findParked(caller, id);
    return parked && { ...toTask(parked), ...endOf(parked, toResult) };
  });
  handle("tasks/update", async (id) => ((await gateway.findParked(caller, id)) === undefined ? undefined : {}));
  handle("tasks/cancel", async (id) => {
    try {
      return (await gateway.withdrawApproval(caller, id)) === undefined ? undefined : {};
    } catch (error) {
      // Known, and too late to be taken back.
      if (error instanceof GatewayError && error.code === "approval_decided") return {};
      throw error;
    }
  });
}

/** The operational part. Approvals are kept, so a task has no end of life; that nobody decides in time is an outcome. */
function toTask({ id, status, createdAtMs, changedAtMs }: ParkedCall): JsonObject {
  const statusMessage = working[status];
  const isWaiting = status === "pending" || status === "endorsed";
  return {
    taskId: id,
    status: statusMessage === undefined ? "cancelled" : "working",
    statusMessage: statusMessage ?? "It was taken back before an operator decided on it, and was not run.",
    createdAt: new Date(createdAtMs).toISOString(),
    lastUpdatedAt: new Date(changedAtMs).toISOString(),
    ttlMs: null,
    pollIntervalMs: isWaiting ? pollWhileWaitingMs : pollWhileRunningMs,
  };
}

/** The real result of the call, once it has one. `failed` is for JSON-RPC errors alone: a tool's own error is a result. */
function endOf({ outcome, tool }: ParkedCall, toResult: TaskHandlersOptions["toResult"]): JsonObject {
  if (outcome === undefined) return {};
  const statusMessage = outcome.kind === "failed" ? outcome.error.message : "It has been run.";
  try {
    // The SDK completes what leaves as a whole; this result leaves inside another one.
    const result = { ...toResult(outcome, tool), resultType: "complete" };
    return { status: "completed", statusMessage, result };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { code, message, data } = error;
    return { status: "failed", statusMessage, error: { code, message, data } };
  }
}

/** A task's identifier is judged by whether it is found, not by its shape: what is wrong and what is another's look the same. */
const anyParams: StandardSchemaV1<JsonObject> = {
  "~standard": { version: 1, vendor: "toolspec", validate: (value) => ({ value: value as JsonObject }) },
};

function unknownTask(): ProtocolError {
  const message = "There is no such task of yours. Take taskId from the answer to your own call.";
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}

function missingCapability(): ProtocolError {
  const requiredCapabilities = { extensions: { [tasksExtension]: {} } };
  const message = `Declare ${tasksExtension} in the client capabilities of each request about tasks.`;
  return new MissingRequiredClientCapabilityError({ requiredCapabilities }, message);
}

/** Asked too often, or the store cannot be read, or over stdio: the credential has ended meanwhile. @throws always */
function toProtocolError({ server }: Gateway): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof GatewayError)) throw error;
    const mapping = { rpc: ProtocolErrorCode.InternalError, ...mapError(error, server) };
    const { code, message, data } = toRpcError(error, mapping);
    throw new ProtocolError(code, message, data);
  };
}
