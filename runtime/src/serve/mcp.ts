import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
  type StandardSchemaV1,
  type Tool,
} from "@modelcontextprotocol/server";
import type { Caller, ClientInfo, ConfirmationAnswer, Era } from "../call.ts";
import { isObject, type JsonObject } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import type { Clock, Random } from "../ports.ts";
import { renderPrompt, toListedPrompt } from "./prompt.ts";
import { formKey, type Settled, toInputRequired, toRpcError, toToolResult } from "./reply.ts";
import { serveTasks, TaskServer, tasksExtension, toCreatedTask, wantsTask } from "./tasks.ts";

/**
 * Milliseconds for which a client may keep the tool list. Tools change only with a new release of this server, but a key
 * may lose scopes at any time; a stale list costs one refused call.
 */
const listTtlMs = 60_000;

/** The same where the server may be replaced while it is served: whoever did not hear of a change sees it with the next list. */
const replaceableTtlMs = 0;

/** Characters kept of what a client says of itself: as many as an audit entry holds. */
const clientTextMaxChars = 128;

/** What is known of one exchange, or of one stdio connection, before its message is decoded. */
export interface ServeContext {
  readonly era: Era;
  readonly clock: Clock;
  readonly random: Random;
  /** `MCP-Protocol-Version` of a legacy HTTP request, which carries no envelope. */
  readonly protocolVersion?: string | undefined;
  /** Toolsets that the request names, which the door has found to be known; absent over stdio, whose one client the settings know. */
  readonly toolsets?: string | undefined;
  /** The tools may change while they are served, and clients that want to are told. */
  readonly isReplaceable?: boolean | undefined;
  /** Told before the result of a list, a call or a prompt leaves: what is sent may then be long, as an error may not. */
  readonly onResult?: () => void;
  /** Told of a call that has failed, before its answer is made. */
  readonly onRefused?: (error: GatewayError) => void;
}

/**
 * Make the SDK's server object for one exchange or one connection: tools, and prompts if there are any, both eras.
 *
 * The low-level `Server`: its high-level sibling derives schemas on every request and flattens error codes. Everything that
 * does not depend on the exchange was computed by the gateway, or once per gateway here.
 */
export function createServerFor(gateway: Gateway, caller: Caller, context: ServeContext): Server {
  const { info, options } = describe(gateway, context);
  const server = new TaskServer(info, options);
  const toResult = (outcome: Settled, tool: string) => {
    const result = toToolResult(outcome, gateway.server, planOf(gateway, tool));
    return server.projectCallToolResult(result, outputSchemaOf(gateway, tool));
  };
  server.setRequestHandler("tools/list", (request) => {
    if (request.params?.cursor !== undefined) throw unknownCursor("tools/list");
    context.onResult?.();
    // The array is shared by all callers with these scopes and toolsets. Neither we nor the SDK write to it.
    return { tools: gateway.listTools(caller, gateway.chooseToolsets(context.toolsets)) as unknown as Tool[] };
  });
  server.setRequestHandler("tools/call", async (request, ctx) => {
    const outcome = await gateway.call({
      id: context.random.uuid(),
      atMs: context.clock.now(),
      caller,
      era: context.era,
      client: clientOf(server, ctx, context),
      toolName: request.params.name,
      arguments: (request.params.arguments ?? {}) as JsonObject,
      toolsets: gateway.chooseToolsets(context.toolsets),
      ...(context.era === "modern" && answerIn(ctx)),
      canAsk: context.era === "modern" && canAsk(ctx),
      signal: ctx.mcpReq.signal,
    });
    if (outcome.kind === "asked") {
      context.onResult?.();
      return toInputRequired(outcome);
    }
    if (outcome.kind === "failed") context.onRefused?.(outcome.error);
    const isTask = outcome.kind === "parked" && context.era === "modern" && wantsTask(ctx);
    const result = isTask ? toCreatedTask(outcome.parked) : toResult(outcome, request.params.name);
    context.onResult?.();
    return result;
  });
  if (hasTasks(gateway, context.era))
    serveTasks(server, { gateway, caller, toResult, onResult: () => context.onResult?.() });
  if (offersPrompts(gateway, context)) servePrompts(server, gateway, context);
  return server;
}

function servePrompts(server: Server, gateway: Gateway, context: ServeContext): void {
  const prompts = () => gateway.server.prompts ?? [];
  server.setRequestHandler("prompts/list", (request) => {
    if (request.params?.cursor !== undefined) throw unknownCursor("prompts/list");
    context.onResult?.();
    return { prompts: prompts().map(toListedPrompt) };
  });
  server.setRequestHandler("prompts/get", { params: anyParams }, (params) => {
    const prompt = prompts().find(({ name }) => name === params.name);
    if (prompt === undefined) throw invalidParams(unknownPrompt());
    try {
      const text = renderPrompt(prompt, params.arguments ?? {});
      context.onResult?.();
      return { description: prompt.description, messages: [{ role: "user", content: { type: "text", text } }] };
    } catch (error) {
      throw error instanceof GatewayError ? invalidParams(error) : error;
    }
  });
}

/** The SDK's own schema would answer an argument that is no text with "internal error"; `renderPrompt` checks them by name. */
const anyParams: StandardSchemaV1<JsonObject> = {
  "~standard": { version: 1, vendor: "toolspec", validate: (value) => ({ value: value as JsonObject }) },
};

/** A connection outlives the server that it began with, which may have no prompt yet. */
function offersPrompts({ server }: Gateway, { isReplaceable }: ServeContext): boolean {
  return isReplaceable === true || (server.prompts !== undefined && server.prompts.length > 0);
}

/** The older era has tasks of another kind, which clients ask for and a server must hold a connection for. */
export function hasTasks({ server }: Gateway, era: Era): boolean {
  return era === "modern" && server.approvals !== undefined;
}

type Description = {
  readonly info: ConstructorParameters<typeof Server>[0];
  readonly options: ConstructorParameters<typeof Server>[1];
};

const descriptions = {
  lasting: { modern: new WeakMap<Gateway, Description>(), legacy: new WeakMap<Gateway, Description>() },
  replaceable: { modern: new WeakMap<Gateway, Description>(), legacy: new WeakMap<Gateway, Description>() },
};

function describe(gateway: Gateway, context: ServeContext): Description {
  const { era, isReplaceable = false } = context;
  const kept = descriptions[isReplaceable ? "replaceable" : "lasting"][era];
  const known = kept.get(gateway);
  if (known !== undefined) return known;
  const { name, title, version, description, website, instructions } = gateway.server;
  const changes = isReplaceable ? { listChanged: true } : {};
  const hint = { ttlMs: isReplaceable ? replaceableTtlMs : listTtlMs, cacheScope: "private" as const };
  const made: Description = {
    info: { name, title, version, description, ...(website !== undefined && { websiteUrl: website }) },
    options: {
      capabilities: {
        tools: changes,
        ...(offersPrompts(gateway, context) && { prompts: changes }),
        ...(hasTasks(gateway, era) && { extensions: { [tasksExtension]: {} } }),
      },
      ...(instructions !== undefined && { instructions }),
      cacheHints: { "tools/list": hint, "prompts/list": hint, "server/discover": hint },
    },
  };
  kept.set(gateway, made);
  return made;
}

/** A name comes from outside: only an own property is a tool. */
function outputSchemaOf(gateway: Gateway, toolName: string): JsonObject | undefined {
  const { advertised } = gateway.server;
  return Object.hasOwn(advertised, toolName) ? advertised[toolName]?.outputSchema : undefined;
}

function planOf({ server }: Gateway, toolName: string): string | undefined {
  return server.tools.find((tool) => tool.name === toolName)?.plan;
}

/** From the request's envelope (modern), else from this connection's `initialize` (legacy stdio), else from the header. */
function clientOf(server: Server, ctx: ServerContext, context: ServeContext): ClientInfo {
  const envelope: JsonObject = ctx.mcpReq.envelope ?? {};
  const info = (envelope[CLIENT_INFO_META_KEY] ?? server.getClientVersion()) as JsonObject | undefined;
  const revision = envelope[PROTOCOL_VERSION_META_KEY] ?? server.getNegotiatedProtocolVersion();
  const said = {
    name: info?.name,
    version: info?.version,
    protocolVersion: revision ?? context.protocolVersion,
  };
  return Object.fromEntries(
    Object.entries(said)
      .filter(isText)
      .map(([key, text]) => [key, text.slice(0, clientTextMaxChars)]),
  );
}

/**
 * Whether this very request declares that its client can show a form. `elicitation: {}` does: it is how forms were declared before
 * there was anything else. A client of 2025 may declare it too, but has no way to be asked without a session.
 *
 * @see MCP 2026-07-28, "Elicitation", Capabilities
 */
function canAsk(ctx: ServerContext): boolean {
  const declared = (ctx.mcpReq.envelope as JsonObject | undefined)?.[CLIENT_CAPABILITIES_META_KEY];
  const elicitation = isObject(declared) ? declared.elicitation : undefined;
  if (!isObject(elicitation)) return false;
  return isObject(elicitation.form) || (elicitation.form === undefined && elicitation.url === undefined);
}

/**
 * What a call that is tried again brings along. The SDK has not verified the state, on purpose: its hook would turn every refusal
 * into one and the same protocol error, and leave no entry in the audit trail. The gateway judges it.
 */
function answerIn({ mcpReq }: ServerContext): { readonly answer?: ConfirmationAnswer } {
  const requestState = mcpReq.requestState();
  if (typeof requestState !== "string") return {};
  const responses: JsonObject = mcpReq.inputResponses ?? {};
  return { answer: { requestState, response: Object.hasOwn(responses, formKey) ? responses[formKey] : undefined } };
}

function isText(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === "string";
}

function unknownCursor(method: string): ProtocolError {
  const message = `unknown cursor: this list has one page. Ask for ${method} without a cursor.`;
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}

function unknownPrompt(): GatewayError {
  return new GatewayError("invalid_argument", "There is no such prompt. Call prompts/list to see what there is.");
}

/** A prompt has no result that could say what was wrong with it (MCP 2026-07-28, "Prompts", Error Handling). */
function invalidParams(error: GatewayError): ProtocolError {
  const { code, message, data } = toRpcError(error, { rpc: ProtocolErrorCode.InvalidParams });
  return new ProtocolError(code, message, data);
}
