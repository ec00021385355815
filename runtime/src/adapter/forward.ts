import type { Access, Challenge } from "./access.ts";
import { AdapterError, describeFailure, printable } from "./adapter-error.ts";
import { loadSdk } from "./authority.ts";
import { readText } from "./bounded-fetch.ts";
import { createMirroredParams, protocolHeaders } from "./headers.ts";
import {
  type ClientMessage,
  errorLine,
  isObject,
  parseLine,
  parseObject,
  parseServerMessage,
  type RpcId,
} from "./message.ts";
import { readEvents } from "./sse.ts";

/** Bytes of one reply, or characters of one event: room for the largest result that an endpoint lets through, many times over. */
const replyMaxBytes = 32 * 1024 * 1024;

/** The endpoint misses headers that repeat a message's content, or finds others (MCP 2026-07-28, "Server Validation"). */
const headerMismatch = -32020;

/** Pages of a list of tools that are asked for on our own account. A server with more than these has other troubles. */
const toolPagesMax = 20;

/** Where messages go, and how. */
export interface ForwardOptions {
  readonly url: string;
  readonly userAgent: string;
  /** Toolsets to ask for, comma-separated. A header and no part of the URL, by which the grant is kept. */
  readonly toolsets?: string | undefined;
  readonly access: Access;
  /** Write one line to the client. Awaited, so that a slow client slows the endpoint down and nothing piles up here. */
  readonly deliver: Deliver;
  /** For what the client cannot be told: a notification has no answer. */
  notify(line: string): void;
}

/** Writes one line. */
type Deliver = (line: string) => Promise<void>;

/** Forward one message and deliver what comes back. A request gets exactly one answer, unless it was aborted. Never rejects. */
export type Forward = (message: ClientMessage, signal: AbortSignal) => Promise<void>;

/** Forward the messages of one client to a Streamable HTTP endpoint, both eras, as they are. */
export function createForward(options: ForwardOptions): Forward {
  const { url, userAgent, toolsets, access, deliver, notify } = options;
  const mirrored = createMirroredParams();
  /** The version that `initialize` agreed on. */
  let negotiated: string | undefined;

  async function forward(message: ClientMessage, signal: AbortSignal): Promise<void> {
    try {
      const response = await postWithHeaders(message, signal);
      await (message.id === undefined ? checkAccepted(response) : answer(message, response, deliver));
    } catch (error) {
      if (signal.aborted) return;
      const reason = describe(error);
      if (message.id === undefined) notify(`${message.method ?? "an answer"} was not delivered: ${reason}`);
      else await deliver(errorLine(message.id, reason));
    }
  }

  /**
   * Post, and where the endpoint misses a header that the tool's schema asks for, look at the schema and post once more: the client
   * speaks stdio and knows of no headers.
   */
  async function postWithHeaders(message: ClientMessage, signal: AbortSignal): Promise<Response> {
    const response = await postWithAccess(message, signal);
    if (response.status !== 400 || message.method !== "tools/call" || message.version === undefined) return response;
    const body = parseObject(await readText(response.clone(), replyMaxBytes));
    if (!isObject(body) || !isObject(body.error) || body.error.code !== headerMismatch) return response;
    await response.body?.cancel();
    await listTools(message.params._meta, signal);
    return await postWithAccess(message, signal);
  }

  async function listTools(meta: unknown, signal: AbortSignal): Promise<void> {
    // What names the version and the client; not the token of the call's own progress.
    const entries = Object.entries(isObject(meta) ? meta : {});
    const envelope = Object.fromEntries(entries.filter(([key]) => key.startsWith("io.modelcontextprotocol/")));
    let cursor: unknown;
    for (let page = 0; page < toolPagesMax; page++) {
      const params = { _meta: envelope, ...(typeof cursor === "string" && { cursor }) };
      const text = JSON.stringify({ jsonrpc: "2.0", id: "adapter-tools", method: "tools/list", params });
      const list = parseLine(Buffer.from(text));
      if ("error" in list) return;
      let line = "";
      await answer(list, await postWithAccess(list, signal), async (given) => {
        line = given;
      });
      const answered = parseObject(line);
      cursor = isObject(answered) && isObject(answered.result) ? answered.result.nextCursor : undefined;
      if (typeof cursor !== "string") return;
    }
  }

  /** Post, and get past what a login, a refresh or a wider grant gets past; each at most once. */
  async function postWithAccess(message: ClientMessage, signal: AbortSignal): Promise<Response> {
    let token = await unlessAborted(signal, access.token());
    let isRenewed = false;
    let isSteppedUp = false;
    for (;;) {
      const response = await post(message, token, signal);
      const { status } = response;
      if (status !== 401 && status !== 403) return response;
      const challenge = await challengeOf(response);
      if (status === 401 && !isRenewed) {
        isRenewed = true;
        await response.body?.cancel();
        token = await unlessAborted(signal, access.renew(token, challenge));
      } else if (status === 403 && challenge.isInsufficientScope && !isSteppedUp && token !== undefined) {
        isSteppedUp = true;
        const wider = await unlessAborted(signal, access.stepUp(token, challenge));
        if (wider === undefined) return response;
        await response.body?.cancel();
        token = wider;
      } else return response;
    }
  }

  async function post(message: ClientMessage, token: string | undefined, signal: AbortSignal): Promise<Response> {
    return await fetch(url, {
      method: "POST",
      headers: {
        ...protocolHeaders(message, negotiated, mirrored),
        accept: "application/json, text/event-stream",
        "content-type": "application/json",
        "user-agent": userAgent,
        ...(toolsets !== undefined && { "x-mcp-toolsets": toolsets }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: message.text,
      // A redirect is not followed: nobody but the endpoint gets the token.
      redirect: "manual",
      signal,
    });
  }

  async function answer(message: ClientMessage, response: Response, write: Deliver): Promise<void> {
    const type = response.headers.get("content-type") ?? "";
    if (response.ok && /^text\/event-stream\b/i.test(type)) {
      for await (const text of readEvents(response.body ?? emptyBody(), replyMaxBytes)) {
        if (await pass(message, text, write)) return;
      }
      throw new AdapterError("failed", `${url} ended the stream before it answered.`);
    }
    const text = await readText(response, replyMaxBytes);
    if (await pass(message, text, write)) return;
    await write(toErrorLine(message.id ?? null, response, text));
  }

  /** Pass one message of the endpoint on, and say whether it was the answer. */
  async function pass(message: ClientMessage, text: string, write: Deliver): Promise<boolean> {
    const received = parseServerMessage(text);
    if (received === undefined) return false;
    const { line, body } = received;
    if (typeof body.method === "string") {
      await write(line);
      return false;
    }
    if (body.id !== message.id) return false;
    learn(message, body.result);
    await write(line);
    return true;
  }

  function learn({ method }: ClientMessage, result: unknown): void {
    if (method === "tools/list") mirrored.learn(result);
    if (method === "initialize" && isObject(result) && typeof result.protocolVersion === "string")
      negotiated = result.protocolVersion;
  }

  async function checkAccepted(response: Response): Promise<void> {
    const text = await readText(response, replyMaxBytes);
    if (!response.ok) throw new AdapterError("failed", describeReply(response, text));
  }

  function describe(error: unknown): string {
    if (error instanceof AdapterError) return error.message;
    return `${url} cannot be reached: ${describeFailure(error)}. Try again later.`;
  }

  /** What stands for an answer where the endpoint gave none with the request's id. */
  function toErrorLine(id: RpcId, response: Response, text: string): string {
    const body = parseObject(text);
    const error = isObject(body) ? body.error : undefined;
    // It refused the message before it had read an id.
    if (isObject(error) && typeof error.code === "number") return JSON.stringify({ jsonrpc: "2.0", id, error });
    const code = isObject(error) && typeof error.code === "string" ? { code: error.code } : {};
    return errorLine(id, describeReply(response, text), undefined, { httpStatus: response.status, ...code });
  }

  function describeReply({ status, headers }: Response, text: string): string {
    const location = headers.get("location");
    if (status >= 300 && status < 400 && location !== null)
      return `${url} has moved to ${printable(location)}: if you trust that address, start the adapter with it as --url.`;
    const body = parseObject(text);
    const error = isObject(body) && isObject(body.error) ? body.error.message : undefined;
    const why = typeof error === "string" ? printable(error) : "no MCP answer. Check the URL";
    return `${url} answered HTTP ${status}: ${why}`;
  }

  return forward;
}

/** What a 401 or 403 asks for. */
async function challengeOf(response: Response): Promise<Challenge & { readonly isInsufficientScope: boolean }> {
  const sdk = await loadSdk();
  const { resourceMetadataUrl, scope, error } = sdk.extractWWWAuthenticateParams(response);
  return {
    ...(resourceMetadataUrl !== undefined && { metadataUrl: resourceMetadataUrl.href }),
    scopes: scope?.split(" ").filter(Boolean) ?? [],
    isInsufficientScope: error === "insufficient_scope",
  };
}

/** Wait for what others may wait for too, but not longer than this request lasts. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
