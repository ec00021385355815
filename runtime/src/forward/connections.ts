import type { Socket } from "node:net";
import { buildConnector, Client, type Dispatcher, Pool } from "undici";

/** Milliseconds to connect. A host that is up answers within one round trip; two seconds bear one lost SYN and its repeat. */
export const connectTimeoutMs = 2000;

/**
 * Connections to one upstream. More calls than that wait for a free one, within their deadline: a slow upstream is not buried
 * under new connections, and the process keeps its file descriptors.
 */
export const connectionsMax = 256;

/** Milliseconds an idle connection is kept. Below the 5 s after which Node's own servers, and many proxies, drop it. */
const idleTimeoutMs = 4000;

/** Milliseconds that an upstream's own `Keep-Alive` hint may stretch that to. Longer promises are kept too rarely. */
const idleTimeoutMaxMs = 60_000;

/** Bytes of a reply's headers. Twice what common servers send at most. */
const replyHeadersMaxBytes = 16_384;

/** One connection slot of the pool, and what went over its present connection. */
export interface Line {
  socket: Socket | undefined;
  /** Requests handed to the present connection. */
  served: number;
}

/** A handler that wants to know its line. Set before any of the handler's methods is called. */
export interface LineHandler extends Dispatcher.DispatchHandler {
  line: Line | undefined;
}

/** Connections to one origin, shared by all calls. */
export interface Connections {
  dispatch(options: Dispatcher.DispatchOptions, handler: LineHandler): void;
  /** Let what runs end, then close. */
  close(): Promise<void>;
}

/**
 * Open a pool of HTTP/1.1 connections to one origin, for good: neither a path nor a redirect leads to another.
 *
 * Beyond undici's pool it tells each request whether its connection was used before and how many bytes came over it, because
 * that decides whether a request that died may be sent again. HTTP/2 is off: there, neither can be known.
 */
export function openConnections(
  origin: string,
  options: { readonly connectTimeoutMs: number; readonly connectionsMax: number },
): Connections {
  const connector = buildConnector({ timeout: options.connectTimeoutMs, allowH2: false });
  const pool = new Pool(origin, {
    connections: options.connectionsMax,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: idleTimeoutMs,
    keepAliveMaxTimeout: idleTimeoutMaxMs,
    maxHeaderSize: replyHeadersMaxBytes,
    // The sender holds one deadline over connecting, headers and body; idle timers would only repeat it.
    headersTimeout: 0,
    bodyTimeout: 0,
    factory: (url, clientOptions) => createLine(url, clientOptions, connector),
  });
  let closing: Promise<void> | undefined;
  return {
    dispatch: (dispatchOptions, handler) => void pool.dispatch(dispatchOptions, handler),
    close: () => {
      closing ??= pool.close();
      return closing;
    },
  };
}

function createLine(origin: URL, options: Client.Options, connector: buildConnector.connector): Dispatcher {
  const line: Line = { socket: undefined, served: 0 };
  const client = new Client(origin, {
    ...options,
    connect: (target, callback) => {
      connector(target, (...result: Parameters<buildConnector.Callback>) => {
        line.socket = result[1] ?? undefined;
        line.served = 0;
        callback(...result);
      });
    },
  });
  // The pool calls `dispatch` of the client that it chose: the one moment at which request and line are known together.
  const dispatch = client.dispatch.bind(client);
  client.dispatch = (dispatchOptions, handler) => {
    (handler as LineHandler).line = line;
    return dispatch(dispatchOptions, handler);
  };
  return client;
}
