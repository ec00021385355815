import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Exchange } from "./door.ts";

/** The end of an HTTP server: who is still being served, and when to stop waiting for them. */
export interface Drain {
  isDraining(): boolean;
  /** A request has begun. Its signals abort when its client goes, and when the server waits no longer. */
  enter(socket: Socket, response: ServerResponse): Exchange;
  /** Take no more connections, and end those that are idle. */
  begin(): void;
  /** Wait for the rest, at most `timeoutMs`, then end it. */
  finish(timeoutMs: number): Promise<void>;
}

/** Follow the connections of `server`, so that it can be closed without cutting off an answer or waiting for silence. */
export function createDrain(server: Server): Drain {
  const stopped = new AbortController();
  // Node counts a connection that has not yet spoken as busy.
  const silent = new Set<Socket>();
  const closed = Promise.withResolvers<void>();
  let isDraining = false;
  server.on("connection", (socket: Socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });

  function enter(socket: Socket, response: ServerResponse): Exchange {
    silent.delete(socket);
    const gone = new AbortController();
    response.once("close", () => {
      if (!response.writableFinished) gone.abort();
      // A reply that was begun before the end said that the connection stays open.
      if (isDraining) setImmediate(() => server.closeIdleConnections());
    });
    return { gone: gone.signal, stopped: stopped.signal };
  }

  function begin(): void {
    if (isDraining) return;
    isDraining = true;
    server.close(() => closed.resolve());
    for (const socket of silent) socket.destroy();
  }

  async function finish(timeoutMs: number): Promise<void> {
    const timer = setTimeout(() => {
      stopped.abort();
      server.closeAllConnections();
    }, timeoutMs);
    await closed.promise;
    clearTimeout(timer);
  }

  return { isDraining: () => isDraining, enter, begin, finish };
}
