import type { IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "../call.ts";
import type { OAuthAuth } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import type { Logger } from "../ports.ts";
import { readBody } from "./body.ts";
import type { ChangeStreams } from "./changes.ts";
import type { Dispatch } from "./dispatch.ts";
import { mapError } from "./mapping.ts";
import { echoableId, messageMaxBytes, parseMessage } from "./message.ts";
import { type Endpoints, refusalStatus, unauthorizedChallenge } from "./oauth.ts";
import { checkOrigin, checkTarget, type Reachable } from "./origin.ts";
import { methodNotAllowed, type Page, wantsOnlyStream } from "./pages.ts";
import { createPollDoor } from "./poll.ts";
import { toRpcError } from "./reply.ts";
import { type Reply, refuse, rpcCode, toErrorReply } from "./rpc.ts";
import { createSiteDoor, type Site } from "./site.ts";

/** What one exchange must know beside its request. */
export interface Exchange {
  readonly gone: AbortSignal;
  readonly stopped: AbortSignal;
}

/** What lies behind and around a door. */
export interface DoorOptions {
  readonly gateway: Gateway;
  readonly dispatch: Dispatch;
  readonly reachable: Reachable;
  readonly endpoints: Endpoints;
  readonly identity: Page;
  /** Streams that clients of the 2025 era open with GET; absent where nothing ever changes. */
  readonly streams?: ChangeStreams | undefined;
  /** Pages by exact path: manifest, health. */
  readonly pages: ReadonlyMap<string, Page>;
  /** Pages that web pages of every origin may read. */
  readonly publicPages: ReadonlyMap<string, Page>;
  /** Pages for people below a path of their own, where there are any. */
  readonly site?: Site | undefined;
  readonly logger: Logger;
}

/** Answer one HTTP request. `undefined`: the client went away while it was speaking. Never rejects. */
export type Door = (
  request: IncomingMessage,
  response: ServerResponse,
  exchange: Exchange,
) => Promise<Reply | undefined>;

/**
 * Put the steps before the protocol in their order: where from, which path, which method, which media type, who, how long,
 * is it JSON, is it within the limits. Whatever costs more comes later, and nothing of a body is read for a stranger.
 */
export function createDoor(options: DoorOptions): Door {
  const { gateway, dispatch, reachable, endpoints, identity, pages, publicPages, logger } = options;
  const nothing = `nothing is here; MCP is served at ${[...endpoints.keys()].join(" and ")}`;
  const polls = createPollDoor(gateway);

  const site = options.site && createSiteDoor(options.site);

  async function route(
    request: IncomingMessage,
    response: ServerResponse,
    exchange: Exchange,
  ): Promise<Reply | undefined> {
    const stray = checkTarget(request, reachable);
    if (stray !== undefined) return stray;
    const path = request.url?.split("?", 1)[0] ?? "";
    const isRead = request.method === "GET" || request.method === "HEAD";
    const publicPage = publicPages.get(path);
    if (publicPage !== undefined) return isRead ? publicPage(request) : methodNotAllowed("GET, HEAD");
    if (site?.owns(path) === true) return await site.answer(request, response);
    const foreign = checkOrigin(request, reachable);
    if (foreign !== undefined) return foreign;
    const isEndpoint = endpoints.has(path);
    if (isEndpoint && request.method === "POST") return await receive(path, request, response, exchange);
    const approval = polls.idIn(path);
    if (approval !== undefined) return await polls.answer(request, approval);
    if (
      isEndpoint &&
      options.streams !== undefined &&
      request.method === "GET" &&
      wantsOnlyStream(request.headers.accept)
    )
      return await openStream(options.streams, request, { path, oauth: endpoints.get(path) });
    const page = isEndpoint ? identity : pages.get(path);
    if (page === undefined) return refuse(404, "not_found", nothing);
    if (!isRead) return methodNotAllowed(isEndpoint ? "GET, HEAD, POST" : "GET, HEAD");
    return page(request);
  }

  async function openStream(streams: ChangeStreams, request: IncomingMessage, place: Place): Promise<Reply> {
    const stranger = await authenticate(gateway, request, place);
    if ("status" in stranger) return stranger;
    const stream = streams.open();
    if (!(stream instanceof ReadableStream)) return toErrorReply(503, null, stream);
    return { status: 200, headers: { "content-type": "text/event-stream" }, body: stream };
  }

  async function receive(
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
    exchange: Exchange,
  ): Promise<Reply | undefined> {
    const unsupported = checkMediaType(request);
    if (unsupported !== undefined) return unsupported;
    const place = { path, oauth: endpoints.get(path) };
    const stranger = await authenticate(gateway, request, place);
    if ("status" in stranger) return stranger;
    const read = await readBody(request, response, messageMaxBytes);
    switch (read.kind) {
      case "gone":
        return undefined;
      case "too_large":
        return refuse(413, "limit_exceeded", `the body must be at most ${messageMaxBytes} bytes`);
      case "not_utf8":
        return toErrorReply(400, null, { code: rpcCode.parseError, message: "the body is not valid UTF-8" });
      case "read": {
        const parsed = parseMessage(read.text);
        if (parsed.kind === "refused") return toErrorReply(400, parsed.id, parsed.error);
        // Asked again: a body may take its time, and a credential that ended meanwhile must not call with it.
        const known = await authenticate(gateway, request, place);
        if ("status" in known) return known;
        const { body } = parsed;
        const toolsets = askedToolsets(request);
        const refused = checkToolsets(gateway, toolsets, body);
        if (refused !== undefined) return refused;
        const { headers } = request;
        return await dispatch({ body, headers, caller: known, toolsets, oauth: place.oauth, ...exchange });
      }
    }
  }

  return async (request, response, exchange) => {
    try {
      return await route(request, response, exchange);
    } catch (error) {
      if (!exchange.gone.aborted && !exchange.stopped.aborted)
        logger.error("a request could not be answered", { error: String(error) });
      return toErrorReply(500, null, { code: rpcCode.internalError, message: "internal error" });
    }
  };
}

/**
 * The toolsets that a request names: `?toolsets=a,b` of its address, else the header `X-MCP-Toolsets`, which other servers with
 * toolsets read too. The address wins, because some clients let nobody set a header.
 */
function askedToolsets({ url = "", headers }: IncomingMessage): string | undefined {
  const start = url.indexOf("?");
  const named = start < 0 ? [] : new URLSearchParams(url.slice(start + 1)).getAll("toolsets");
  if (named.length > 0) return named.join(",");
  const header = headers["x-mcp-toolsets"];
  return Array.isArray(header) ? header.join(",") : header;
}

/** Refuse a request that names a toolset that there is not: a client that got other tools than it asked for would hide the mistake. */
function checkToolsets(gateway: Gateway, asked: string | undefined, body: object): Reply | undefined {
  if (asked === undefined) return undefined;
  try {
    gateway.chooseToolsets(asked);
    return undefined;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const mapping = { rpc: rpcCode.invalidParams, ...mapError(error, gateway.server) };
    return toErrorReply(400, echoableId(body), toRpcError(error, mapping));
  }
}

function checkMediaType({ headers }: IncomingMessage): Reply | undefined {
  const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    return refuse(415, "unsupported_media_type", "send the message with Content-Type: application/json");
  }
  if ((headers["content-encoding"] ?? "identity") !== "identity") {
    return refuse(415, "unsupported_media_type", "send the message without a Content-Encoding");
  }
  return undefined;
}

/** Where a request came: the path, and the scheme of its access tokens if it takes any. */
interface Place {
  readonly path: string;
  readonly oauth: OAuthAuth | undefined;
}

/** Learn who is calling, or refuse: 401, or 400, with a challenge, or 503 when credentials cannot be checked. */
async function authenticate(gateway: Gateway, request: IncomingMessage, place: Place): Promise<Caller | Reply> {
  try {
    return await gateway.authenticate(request.headers, place.path);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const status = refusalStatus(error);
    // Where the vendor promised no number, the status is one: JSON-RPC leaves all but its own range to applications.
    const mapping = { rpc: status, ...mapError(error, gateway.server) };
    const advice: Record<string, string> =
      error.code === "unauthenticated"
        ? { "www-authenticate": unauthorizedChallenge(gateway.server, place.oauth, error) }
        : { "retry-after": String(error.meta.retryAfterSeconds ?? 1) };
    const reply = toErrorReply(status, null, toRpcError(error, mapping));
    return { ...reply, headers: { ...reply.headers, ...advice } };
  }
}
