import {
  classifyInboundRequest,
  createMcpHandler,
  type JSONRPCRequest,
  type McpHttpHandler,
} from "@modelcontextprotocol/server";
import type { Caller } from "../call.ts";
import type { OAuthAuth } from "../codegen.ts";
import type { GatewayError } from "../errors.ts";
import type { Gateway, RequestHeaders } from "../gateway.ts";
import type { Clock, Logger, Random } from "../ports.ts";
import type { Changed } from "./changes.ts";
import { answerLegacy, checkLegacyVersion } from "./legacy.ts";
import { createServerFor, hasTasks } from "./mcp.ts";
import { echoableId } from "./message.ts";
import { scopeChallenge } from "./oauth.ts";
import { errorMaxBytes } from "./reply.ts";
import { type Reply, rpcCode, toErrorReply } from "./rpc.ts";
import { refuseSubscription } from "./tasks.ts";

/** One HTTP message as the door hands it on: read, parsed, within the limits, its caller known. */
interface Received {
  readonly body: unknown;
  readonly headers: RequestHeaders;
  readonly caller: Caller;
  /** Toolsets that the request names, all of them known. */
  readonly toolsets?: string | undefined;
  /** The scheme of the caller's access token, where it came with one. */
  readonly oauth?: OAuthAuth | undefined;
  /** The client has gone, or the server is being stopped and will wait no longer. */
  readonly gone: AbortSignal;
  /** Only the latter. */
  readonly stopped: AbortSignal;
}

/** The narrow door to the protocol. A faster lane for `tools/call` and `tools/list` goes in front of it, same signature. */
export type Dispatch = (received: Received) => Promise<Reply>;

/** The protocol behind the HTTP door. */
export interface Dispatcher {
  /** Lead messages to this gateway. Streams of changes that were opened on the way to another one stay open. */
  dispatchTo(gateway: Gateway): Dispatch;
  /** Tell the streams of the modern era what has changed. */
  announce(changed: Changed): void;
  /** End the streams of changes, which end by themselves only with their client. */
  endStreams(): Promise<void>;
  /** End what still runs. */
  close(): Promise<void>;
}

/** What the protocol needs of the process. */
interface DispatcherPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly isReplaceable?: boolean | undefined;
}

/** Connect the doors to the SDK: the modern era through its handler, the legacy era through a transport of our own. */
export function createDispatcher(ports: DispatcherPorts): Dispatcher {
  const exchanges = new WeakMap<Request, Exchange>();
  const toHandler = () =>
    createMcpHandler(({ requestInfo }) => createServerFor(...exchangeOf(exchanges, requestInfo)), {
      legacy: "reject",
      onerror: (error) => ports.logger.debug("the protocol refused a message", { error: error.message }),
    });
  const handler = toHandler();
  // One of their own, so that they can be ended before the calls that run.
  const streams = toHandler();
  return {
    dispatchTo: (gateway) => createDispatch(gateway, { handler, streams, exchanges, ports }),
    announce({ tools, prompts }) {
      if (tools) streams.notify.toolsChanged();
      if (prompts) streams.notify.promptsChanged();
    },
    endStreams: () => streams.close(),
    close: () => handler.close(),
  };
}

interface Lane {
  readonly handler: McpHttpHandler;
  readonly streams: McpHttpHandler;
  readonly exchanges: WeakMap<Request, Exchange>;
  readonly ports: DispatcherPorts;
}

function createDispatch(gateway: Gateway, { handler, streams, exchanges, ports }: Lane): Dispatch {
  const stepUp = withStepUp(gateway);

  async function dispatchModern({ body, headers, caller, toolsets, oauth, gone }: Received): Promise<Reply> {
    const refused = hasTasks(gateway, "modern") && isRequest(body) ? refuseSubscription(body) : undefined;
    if (refused !== undefined) return toErrorReply(400, echoableId(body), refused);
    const seen = watch();
    const request = new Request("http://localhost/", {
      method: "POST",
      headers: protocolHeaders(headers),
      signal: gone,
    });
    const context = { ...ports, era: "modern" as const, toolsets, ...seen.listeners };
    exchanges.set(request, [oauth ? stepUp : gateway, caller, context]);
    const { fetch } = isRequest(body) && body.method === "subscriptions/listen" ? streams : handler;
    const reply = bounded(await toReply(await fetch(request, { parsedBody: body })), seen.hasResult(), body);
    return challenged(reply, seen.refusal(), caller, oauth);
  }

  async function dispatchLegacy({ body, headers, caller, toolsets, oauth, stopped }: Received): Promise<Reply> {
    if (!isRequest(body)) return { status: 202, headers: {}, body: undefined };
    const refusal = checkLegacyVersion(body, headers);
    if (refusal !== undefined) return refusal;
    const seen = watch();
    const protocolVersion = single(headers, "mcp-protocol-version");
    const context = { ...ports, era: "legacy" as const, protocolVersion, toolsets, ...seen.listeners };
    const server = createServerFor(oauth ? stepUp : gateway, caller, context);
    const reply = bounded(await answerLegacy(server, body, stopped), seen.hasResult(), body);
    return challenged(reply, seen.refusal(), caller, oauth);
  }

  return (received) => (isLegacy(received) ? dispatchLegacy(received) : dispatchModern(received));
}

type Exchange = Parameters<typeof createServerFor>;

/** What the SDK's server tells of one exchange beside its answer. */
function watch() {
  let hasResult = false;
  let refusal: GatewayError | undefined;
  return {
    listeners: {
      onResult: () => {
        hasResult = true;
      },
      onRefused: (error: GatewayError) => {
        refusal = error;
      },
    },
    hasResult: () => hasResult,
    refusal: () => refusal,
  };
}

/**
 * The same gateway for callers that can ask for more: a missing scope leaves as a JSON-RPC error, because a tool result and
 * a 403 contradict each other. Its number is the status unless server.yaml gives one, as with a 401.
 */
function withStepUp(gateway: Gateway): Gateway {
  const { errors } = gateway.server;
  const mapping = { rpc: scopeStatus, ...errors.scope_required };
  return { ...gateway, server: { ...gateway.server, errors: { ...errors, scope_required: mapping } } };
}

/** Tell a client whose grant is too small what to ask for (RFC 6750, section 3.1). Everything else goes out as it is. */
function challenged(reply: Reply, refusal: GatewayError | undefined, caller: Caller, oauth?: OAuthAuth): Reply {
  if (oauth === undefined || refusal?.code !== "scope_required") return reply;
  const challenge = scopeChallenge(oauth, caller, refusal);
  return { ...reply, status: scopeStatus, headers: { ...reply.headers, "www-authenticate": challenge } };
}

const scopeStatus = 403;

function exchangeOf(exchanges: WeakMap<Request, Exchange>, request: Request | undefined): Exchange {
  const exchange = request && exchanges.get(request);
  if (exchange === undefined) throw new Error("the SDK asked for a server without the request that it is for");
  return exchange;
}

/** The era is decided by the SDK's own rule, and by the body: headers are only ever compared with it. */
function isLegacy({ body, headers }: Received): boolean {
  const outcome = classifyInboundRequest({
    httpMethod: "POST",
    body,
    ...optional("protocolVersionHeader", single(headers, "mcp-protocol-version")),
    ...optional("mcpMethodHeader", single(headers, "mcp-method")),
    ...optional("mcpNameHeader", single(headers, "mcp-name")),
  });
  return outcome.kind === "legacy";
}

/** All that the SDK needs to see. In particular not the credential. */
function protocolHeaders(headers: RequestHeaders): Headers {
  const seen = new Headers({ "content-type": "application/json", accept: "application/json, text/event-stream" });
  for (const name of ["mcp-protocol-version", "mcp-method", "mcp-name"]) {
    const value = single(headers, name);
    if (value !== undefined) seen.set(name, value);
  }
  return seen;
}

async function toReply(response: Response): Promise<Reply> {
  const headers = Object.fromEntries(response.headers);
  const isStream = headers["content-type"]?.startsWith("text/event-stream") === true;
  if (isStream && response.body !== null) return { status: response.status, headers, body: response.body };
  const text = await response.text();
  return { status: response.status, headers, body: text === "" ? undefined : text };
}

/** An error that repeats much of its request, as a message of the SDK may, is replaced by a short one. */
function bounded(reply: Reply, hasResult: boolean, body: unknown): Reply {
  if (hasResult || typeof reply.body !== "string" || reply.body.length <= errorMaxBytes) return reply;
  const message = "the request was refused, and the reason is too long to be repeated";
  return toErrorReply(reply.status, echoableId(body), { code: rpcCode.invalidRequest, message });
}

function isRequest(body: unknown): body is JSONRPCRequest {
  return typeof body === "object" && body !== null && "method" in body && "id" in body;
}

function single(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : value?.join(", ");
}

function optional<Name extends string>(name: Name, value: string | undefined): { [Key in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: string };
}
