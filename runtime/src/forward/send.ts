import { Buffer } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import {
  type Connections,
  connectionsMax,
  connectTimeoutMs,
  type Line,
  type LineHandler,
  openConnections,
} from "./connections.ts";
import { codeOf, type Loss, type LossCode, toLossCode } from "./failure.ts";

/** Bytes of a reply's body. A model reads a few thousand words; a MiB of JSON is a wrong question. Held in memory whole. */
const replyMaxBytes = 1_048_576;

/** Interim (1xx) replies before the real one. RFC 9110 allows any number; one or two occur. */
const interimRepliesMax = 8;

/** How long, how many and how large. */
export interface SendLimits {
  readonly connectTimeoutMs: number;
  readonly connectionsMax: number;
  readonly replyMaxBytes: number;
}

/** The limits that are used unless a test tightens them. */
export const defaultSendLimits: SendLimits = { connectTimeoutMs, connectionsMax, replyMaxBytes };

/** One request, complete, and what may be done with it. */
export interface OutgoingRequest {
  readonly method: string;
  readonly target: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** Headers of the second attempt, for an upstream that takes no signature twice. Default: the same. */
  readonly headersAgain?: () => readonly string[];
  readonly body?: Uint8Array;
  /** For everything from waiting for a connection to the last byte, second attempt included. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Once dispatched it is finished even if the client has gone, because half a write is worse than one nobody hears of. */
  readonly isEffect: boolean;
  /** May be sent again when the connection died before a byte of the reply. */
  readonly isRepeatable: boolean;
}

/** How an exchange ended. A reply whose status is an error may lack its body. */
export type Sent =
  | { readonly kind: "replied"; readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer }
  | ({ readonly kind: "lost" } & Loss);

/** Sends requests to one origin. */
export interface Sender {
  /** Never rejects. */
  send(request: OutgoingRequest): Promise<Sent>;
  close(): Promise<void>;
}

/** Send requests to one origin, each at most once but for the one repeat that `isRepeatable` allows. */
export function createSender(origin: string, limits: SendLimits): Sender {
  const connections = openConnections(origin, limits);
  return {
    send: (request) => new Promise((resolve) => new Sending(connections, request, limits, resolve).start()),
    close: () => connections.close(),
  };
}

/** Thrown into undici to take back a request that waited for a connection when its call had ended. Nobody sees it. */
const abandoned = new Error("abandoned");

/** One exchange on its way, both attempts of it. undici calls the `on…` methods in order, `onResponseError` at any time. */
class Sending implements LineHandler {
  line: Line | undefined;
  readonly #connections: Connections;
  readonly #request: OutgoingRequest;
  readonly #options: Dispatcher.DispatchOptions;
  readonly #limits: SendLimits;
  #resolve: ((sent: Sent) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #wasRepeated = false;
  /** Some attempt was handed to a connection. */
  #dispatched = false;
  /** Of the present attempt. */
  #bytesBefore = 0;
  #wasReused = false;
  #interimReplies = 0;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #chunks: Buffer[] = [];
  #received = 0;

  constructor(connections: Connections, request: OutgoingRequest, limits: SendLimits, resolve: (sent: Sent) => void) {
    const { method, target: path, headers, body } = request;
    this.#connections = connections;
    this.#request = request;
    this.#limits = limits;
    this.#resolve = resolve;
    this.#options = { method, path, headers: headers as string[], body: body ?? null };
  }

  start(): void {
    const { signal, timeoutMs } = this.#request;
    if (signal.aborted) {
      this.#lose("cancelled");
      return;
    }
    signal.addEventListener("abort", this.#onCancel);
    this.#timer = setTimeout(this.#onDeadline, timeoutMs);
    this.#connections.dispatch(this.#options, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#resolve === undefined) throw abandoned;
    this.#controller = controller;
    this.#dispatched = true;
    const { line } = this;
    if (line === undefined) return;
    this.#wasReused = line.served > 0;
    this.#bytesBefore = line.socket?.bytesRead ?? 0;
    line.served += 1;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status >= 200) {
      this.#status = status;
      this.#headers = headers;
      return;
    }
    this.#interimReplies += 1;
    if (this.#interimReplies > interimRepliesMax) this.#abort("upstream_malformed");
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#received += chunk.length;
    if (this.#received > this.#limits.replyMaxBytes) this.#abort("upstream_too_large");
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const body = first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#received);
    this.#settle({ kind: "replied", status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#resolve === undefined) return;
    if (this.#diedUnheard(error)) {
      this.#repeat();
    } else {
      const reached = { dispatched: this.#controller !== undefined, answered: this.#status !== 0 };
      this.#lose(toLossCode(error, reached), error);
    }
  }

  readonly #onCancel = (): void => {
    if (this.#request.isEffect && this.#dispatched) return;
    this.#abort("cancelled");
  };

  readonly #onDeadline = (): void => {
    this.#abort(this.#controller === undefined ? "upstream_unreachable" : "upstream_timeout");
  };

  /**
   * Say whether this attempt may be made again: its kept-alive connection had been given up by the other side. Either it still
   * waited for its turn there, so that nothing was sent, or not one byte came back and repeating does no harm. A fresh
   * connection that dies is the upstream's answer.
   *
   * @see RFC 9112, section 9.3.1
   */
  #diedUnheard(error: Error): boolean {
    const { line } = this;
    if (this.#wasRepeated || line?.socket === undefined || !deathCodes.has(codeOf(error))) return false;
    if (this.#controller === undefined) return line.served > 0;
    return this.#request.isRepeatable && this.#wasReused && line.socket.bytesRead === this.#bytesBefore;
  }

  #repeat(): void {
    this.#wasRepeated = true;
    this.#controller = undefined;
    const headers = this.#request.headersAgain?.() ?? this.#request.headers;
    // After undici has put the dead connection away, so that its line connects anew and no other stale one is tried.
    setImmediate(() => this.#connections.dispatch({ ...this.#options, headers: headers as string[] }, this));
  }

  /** End the exchange, and the connection with it: what else comes over it belongs to nobody. */
  #abort(code: LossCode): void {
    const controller = this.#controller;
    this.#lose(code);
    controller?.abort(abandoned);
  }

  #lose(code: LossCode, cause?: unknown): void {
    const status = this.#status;
    if (status >= 300 && code !== "cancelled") {
      // The status is the answer; the body would only have explained it.
      this.#settle({ kind: "replied", status, headers: this.#headers, body: Buffer.alloc(0) });
    } else {
      this.#settle({ kind: "lost", code, dispatched: this.#dispatched, ...(status !== 0 && { status }), cause });
    }
  }

  #settle(sent: Sent): void {
    const resolve = this.#resolve;
    if (resolve === undefined) return;
    this.#resolve = undefined;
    clearTimeout(this.#timer);
    this.#request.signal.removeEventListener("abort", this.#onCancel);
    resolve(sent);
  }
}

/** Ways in which a connection that was given up shows: FIN, RST, and writing after either. */
const deathCodes: ReadonlySet<string> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE", "ECONNABORTED"]);
