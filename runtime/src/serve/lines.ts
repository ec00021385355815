import { isUtf8 } from "node:buffer";
import type { Readable, Writable } from "node:stream";
import { type JSONRPCMessage, parseJSONRPCMessage, type Transport } from "@modelcontextprotocol/server";
import { echoableId, messageMaxBytes, parseMessage } from "./message.ts";
import { type RpcError, type RpcId, rpcCode, toErrorMessage } from "./rpc.ts";

const newline = 0x0a;

const notJsonRpc: RpcError = { code: rpcCode.invalidRequest, message: "this is not a JSON-RPC 2.0 message" };

/** A transport over two streams that can also be brought to its end in order. */
export interface LineTransport extends Transport {
  /** Take no more input, and resolve when what runs was answered, or after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
}

/**
 * Carry JSON-RPC over a pair of streams, one message on a line (MCP 2026-07-28, "stdio"), with the limits of the HTTP door.
 *
 * The SDK's own transport drops what is not JSON without an answer, takes batches for noise, and ends the connection on a
 * line that is too long. Here each bad line gets its error and the next one is read.
 *
 * The end of input calls `onEnd` and closes nothing: calls that run may still be answered.
 *
 * @param refuse why a message is not handed on, if so
 */
export function createLineTransport(
  input: Readable,
  output: Writable,
  onEnd: () => void,
  refuse: (body: object) => RpcError | undefined = () => undefined,
): LineTransport {
  const open = new Set<RpcId>();
  const line = createLine(messageMaxBytes);
  let isClosed = false;
  let onIdle = () => {};
  let drained: Promise<void> | undefined;

  function receive(text: string): void {
    if (text.trim() === "") return;
    const parsed = parseMessage(text);
    if (parsed.kind === "refused") answer(parsed.id, parsed.error);
    else {
      const error = refuse(parsed.body);
      if (error !== undefined) answer(echoableId(parsed.body), error);
      else if (isMessage(parsed.body)) deliver(parsed.body);
      else answer(echoableId(parsed.body), notJsonRpc);
    }
  }

  function deliver(message: JSONRPCMessage): void {
    // A stream of changes is answered when the connection ends, so the connection cannot wait for it.
    if ("method" in message && "id" in message && message.method !== "subscriptions/listen") open.add(message.id);
    if ("method" in message && message.method === "notifications/cancelled") settle(cancelledId(message.params));
    transport.onmessage?.(message);
  }

  function answer(id: RpcId, error: RpcError): void {
    write(toErrorMessage(id, error)).catch((cause: unknown) => transport.onerror?.(cause as Error));
  }

  function write(message: object): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    output.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()));
    return promise;
  }

  function settle(id: RpcId | undefined): void {
    if (id === undefined || !open.delete(id)) return;
    if (open.size === 0) onIdle();
  }

  function onData(chunk: Buffer): void {
    for (const found of line.split(chunk)) {
      if (found === "too_long") {
        answer(null, { code: rpcCode.invalidRequest, message: `a message must be at most ${messageMaxBytes} bytes` });
      } else if (!isUtf8(found)) {
        answer(null, { code: rpcCode.parseError, message: "the message is not valid UTF-8" });
      } else receive(found.toString("utf8"));
    }
  }

  async function drainOnce(timeoutMs: number): Promise<void> {
    input.off("data", onData).pause();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    onIdle = resolve;
    if (open.size > 0) await promise;
    clearTimeout(timer);
  }

  const onError = (error: Error) => {
    transport.onerror?.(error);
    void transport.close();
  };

  const transport: LineTransport = {
    start: async () => {
      input.on("data", onData).once("end", onEnd).once("close", onEnd).once("error", onError);
      output.on("error", onError);
    },
    send: async (message) => {
      if (isClosed) return;
      await write(message);
      if ("id" in message && !("method" in message)) settle(message.id);
    },
    drain: (timeoutMs) => {
      drained ??= drainOnce(timeoutMs);
      return drained;
    },
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      input.off("data", onData).off("end", onEnd).off("close", onEnd).off("error", onError).pause();
      transport.onclose?.();
    },
  };
  return transport;
}

/** Cut a stream of bytes at newlines. A line of more than `maxBytes` is dropped as it comes and reported once, at its end. */
function createLine(maxBytes: number): { split(chunk: Buffer): Generator<Buffer | "too_long"> } {
  let parts: Buffer[] = [];
  let length = 0;
  return {
    *split(chunk) {
      let from = 0;
      for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
        keep(chunk.subarray(from, at));
        yield length > maxBytes ? "too_long" : Buffer.concat(parts, length);
        parts = [];
        length = 0;
        from = at + 1;
      }
      keep(chunk.subarray(from));
    },
  };

  function keep(part: Buffer): void {
    length += part.length;
    if (length > maxBytes) parts = [];
    else parts.push(part);
  }
}

function cancelledId(params: unknown): RpcId | undefined {
  return (params as { requestId?: RpcId } | undefined)?.requestId;
}

function isMessage(body: object): body is JSONRPCMessage {
  try {
    parseJSONRPCMessage(body);
    return true;
  } catch {
    return false;
  }
}
