import http from "node:http";
import https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { type Resolve, resolveByDns, resolveBySystem } from "./resolve.ts";
import { checkAddress, TargetError, toTarget } from "./target.ts";

/** Milliseconds from the look-up of the name to the end of the reply. */
export const postTimeoutMs = 15_000;

/** Bytes of a reply that are read, and dropped, so that the receiver can end in peace. */
const replyMaxBytes = 65_536;

/** Characters of an error that are kept; a certificate, say, may bring any number of names into one. */
const errorMaxChars = 300;

/** One message for one endpoint. */
export interface Message {
  readonly url: string;
  readonly allowPrivate: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What became of it. Nothing of the reply's body is kept: it would show whoever gave the address what lies behind it. */
export interface Posted {
  /** Absent where there was no reply. */
  readonly status?: number;
  /** Why it does not count as received; absent when it does. */
  readonly error?: string;
  /** The header of that name, as it came. */
  readonly retryAfter?: string;
}

/** What a post may be told beside the message. */
export interface PostOptions {
  readonly timeoutMs?: number;
  readonly resolve?: Resolve;
  readonly signal?: AbortSignal;
}

/**
 * Send one message over a connection of its own, once. A redirect is a failure and is not followed.
 *
 * The addresses of the name are checked between look-up and connection, and the connection is made to what was checked: a name that
 * leads elsewhere a moment later (DNS rebinding) gains nothing. No proxy of the environment is used, which would look the name up
 * again. Never rejects.
 */
export function post(message: Message, options: PostOptions = {}): Promise<Posted> {
  const { timeoutMs = postTimeoutMs, signal } = options;
  return new Promise((resolve) => {
    let request: http.ClientRequest;
    try {
      request = open(message, options.resolve ?? (message.allowPrivate ? resolveBySystem : resolveByDns));
    } catch (error) {
      resolve({ error: describe(error) });
      return;
    }
    let reply: Posted | undefined;
    const settle = (posted: Posted) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      request.destroy();
      // A status that came is the answer, whatever became of the rest.
      resolve(reply ?? posted);
    };
    const timer = setTimeout(() => settle({ error: `no complete reply within ${timeoutMs / 1000} s` }), timeoutMs);
    const stop = () => settle({ error: "the server was stopped" });
    signal?.addEventListener("abort", stop);
    request.on("error", (error) => settle({ error: describe(error) }));
    request.on("close", () => settle({ error: "the connection was closed before a reply" }));
    request.on("response", (response) => {
      reply = toPosted(response);
      let received = 0;
      response.on("data", (chunk: Buffer) => {
        received += chunk.length;
        if (received > replyMaxBytes) settle({});
      });
      response.on("end", () => settle({}));
      response.on("error", () => settle({}));
    });
    request.end(message.body);
  });
}

/** @throws TargetError when the address itself is refused. */
function open({ url, allowPrivate, headers, body }: Message, resolve: Resolve): http.ClientRequest {
  const target = toTarget(url, { allowPrivate });
  const options = {
    method: "POST",
    headers: {
      ...headers,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "user-agent": "toolspec-webhooks",
    },
    lookup: guarded(resolve, allowPrivate),
  };
  if (target.protocol === "http:") return http.request(target, { ...options, agent: new http.Agent() });
  // Said here, because an environment variable could say otherwise for the whole process.
  return https.request(target, { ...options, agent: new https.Agent(), rejectUnauthorized: true });
}

/** A look-up that fails where one of the name's addresses is not allowed. Literal addresses are never looked up, and were checked before. */
function guarded(resolve: Resolve, allowPrivate: boolean): LookupFunction {
  return (name, options, callback) => {
    resolve(name, (error, addresses) => {
      if (error !== null) return callback(error, "", 0);
      try {
        for (const { address } of addresses) checkAddress(address, { allowPrivate });
      } catch (refusal) {
        return callback(refusal as Error, "", 0);
      }
      const [first] = addresses;
      if (first === undefined) return callback(new Error(`${name} has no address`), "", 0);
      if (options.all === true) return callback(null, [...addresses]);
      return callback(null, first.address, isIP(first.address));
    });
  };
}

function toPosted({ statusCode: status = 0, headers }: http.IncomingMessage): Posted {
  if (status >= 200 && status < 300) return { status };
  const retryAfter = headers["retry-after"];
  const error = status >= 300 && status < 400 ? `HTTP ${status}: redirects are not followed` : `HTTP ${status}`;
  return { status, error, ...(retryAfter !== undefined && { retryAfter }) };
}

function describe(error: unknown): string {
  if (error instanceof TargetError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? message : `${code}: ${message}`).slice(0, errorMaxChars);
}
