import type { Access, Challenge } from "./access.ts";
import { AdapterError, describeFailure, printable } from "./adapter-error.ts";
import { loadSdk } from "./authority.ts";
import { readText } from "./bounded-fetch.ts";
import { createMirroredParams, protocolHeaders } from "./headers.ts";
import { type ClientMessage, errorLine, isObject, parseObject, parseServerMessage } from "./message.ts";
import { readEvents } from "./sse.ts";

/** Bytes of one reply, or characters of one event: room for the largest result that an endpoint lets through, many times over. */
const replyMaxBytes = 32 * 1024 * 1024;

/** Where messages go, and how. */
export interface ForwardOptions {
  readonly url: string;
  readonly userAgent: string;
  readonly access: Access;
  /** Write one line to the client. Awaited, so that a slow client slows the endpoint down and nothing piles up here. */
  deliver(line: string): Promise<void>;
  /** For what the client cannot be told: a notification has no answer. */
  notify(line: string): void;
}

/** Forward one message and deliver what comes back. A request gets exactly one answer, unless it was aborted. Never rejects. */
export type Forward = (message: ClientMessage, signal: AbortSignal) => Promise<void>;

/** Forward the messages of one client to a Streamable HTTP endpoint, both eras, as they are. */
export function createForward(options: ForwardOptions): Forward {
  const { url, userAgent, access, deliver, notify } = options;
  const mirrored = createMirroredParams();
  /** The version that `initialize` agreed on. */
  let negotiated: string | undefined;

  async function forward(message: ClientMessage, signal: AbortSignal): Promise<void> {
    try {
      const response = await postWithAccess(message, signal);
      await (message.id === undefined ? checkAccepted(response) : answer(message, message.id, response));
    } catch (error) {
      if (signal.aborted) return;
      const reason = describe(error);
      if (message.id === undefined) notify(`${message.method ?? "an answer"} was not delivered: ${reason}`);
      else await deliver(errorLine(message.id, reason));
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
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: message.text,
      // A redirect is not followed: nobody but the endpoint gets the token.
      redirect: "manual",
      signal,
    });
  }

  async function answer(message: ClientMessage, id: string | number, response: Response): Promise<void> {
    const type = response.headers.get("content-type") ?? "";
    if (response.ok && /^text\/event-stream\b/i.test(type)) {
      for await (const text of readEvents(response.body ?? emptyBody(), replyMaxBytes)) {
        if (await pass(message, id, text)) return;
      }
      throw new AdapterError("failed", `${url} ended the stream before it answered.`);
    }
    const text = await readText(response, replyMaxBytes);
    if (await pass(message, id, text)) return;
    await deliver(toErrorLine(id, response, text));
  }

  /** Deliver one message of the endpoint, and say whether it was the answer. */
  async function pass(message: ClientMessage, id: string | number, text: string): Promise<boolean> {
    const received = parseServerMessage(text);
    if (received === undefined) return false;
    const { line, body } = received;
    if (typeof body.method === "string") {
      await deliver(line);
      return false;
    }
    if (body.id !== id) return false;
    learn(message, body.result);
    await deliver(line);
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
  function toErrorLine(id: string | number, response: Response, text: string): string {
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
    ...(resourceMetadataUrl !== undefined && { metadataUrl: resourceMetadataUrl }),
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
