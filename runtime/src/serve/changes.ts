import type { RpcError } from "./rpc.ts";

/** What clients keep of a server, and must ask for again when it changes. */
export interface Changed {
  readonly tools: boolean;
  readonly prompts: boolean;
}

/** Streams of the 2025 era, open at a time: one a connected client, and as many as the SDK allows in the modern era. */
const streamsMax = 1_024;

/** Milliseconds between two signs of life, so that no proxy takes a silent stream for a dead one: half of the common 30 s. */
const aliveEveryMs = 15_000;

/** Open streams to clients of the 2025 era. */
export interface ChangeStreams {
  /** One more stream, or why there is none. */
  open(): ReadableStream<Uint8Array> | RpcError;
  announce(changed: Changed): void;
  /** End all streams: clients connect again, or learn that nobody is there. */
  close(): void;
}

/**
 * Tell clients of the 2025 era that a list has changed, over the stream that they open with GET.
 *
 * There is no session: every stream hears every change, and what happens while none is open is not told afterwards. A client that
 * connects again lists again.
 *
 * @see MCP 2025-11-25, "Listening for Messages from the Server"
 */
export function createChangeStreams(): ChangeStreams {
  const open = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const encoder = new TextEncoder();
  const alive = setInterval(() => write(": still here\n\n"), aliveEveryMs).unref();

  function write(frame: string): void {
    const bytes = encoder.encode(frame);
    for (const controller of open) controller.enqueue(bytes);
  }

  return {
    open() {
      if (open.size >= streamsMax)
        return { code: -32603, message: `${streamsMax} streams are open, which is all there are` };
      let own: ReadableStreamDefaultController<Uint8Array>;
      return new ReadableStream({
        start(controller) {
          own = controller;
          open.add(own);
        },
        cancel: () => void open.delete(own),
      });
    },
    announce(changed) {
      for (const list of ["tools", "prompts"] as const) {
        const message = { jsonrpc: "2.0", method: `notifications/${list}/list_changed` };
        if (changed[list]) write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
      }
    },
    close() {
      clearInterval(alive);
      for (const controller of open) controller.close();
      open.clear();
    },
  };
}
