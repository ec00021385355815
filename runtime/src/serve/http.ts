import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { ServerDefinition } from "../codegen.ts";
import type { Gateway } from "../gateway.ts";
import type { Clock, Logger, Random } from "../ports.ts";
import { type Changed, createChangeStreams } from "./changes.ts";
import { createDispatcher } from "./dispatch.ts";
import { createDoor, type Door } from "./door.ts";
import { createDrain } from "./drain.ts";
import { listen } from "./listen.ts";
import { endpointsOf, metadataPages } from "./oauth.ts";
import { bracketed, reachableAt } from "./origin.ts";
import { identityPage, manifestPage, manifestPath, type Page } from "./pages.ts";
import { toJsonReply } from "./rpc.ts";
import type { Site } from "./site.ts";
import { writeReply } from "./write.ts";

/**
 * What a slow or idle client may hold, in milliseconds. Node's own figures are 60 s for headers, 300 s for a request, and a
 * look at the clock every 30 s: time enough for a few hundred sockets to occupy a server for minutes.
 */
const socketLimits = {
  /** From a connection's or a request's first byte to the end of its headers. */
  headersTimeout: 10_000,
  /** To the last byte of the body: 1 MiB at 35 kB/s. */
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
  /** Longer than the 60 s of common load balancers, so that they close an idle connection first and no request is lost. */
  keepAliveTimeout: 65_000,
  /** For the client to take a whole reply. Generous for 1 MiB on a phone; what is slower holds memory that others need. */
  replyTimeout: 30_000,
} as const;

/** Bytes of all headers of a request: a signed token and a trace context fit several times over. */
const headersMaxBytes = 16 * 1024;

/** Open connections, at most. Each costs a descriptor and some kilobytes; common limits allow 1,024 descriptors. */
const connectionsMax = 1_000;

const alive = toJsonReply(200, { status: "ok" });
// A server that is not yet ready, or no longer, takes no connections.
const ready = toJsonReply(200, { status: "ready" });
const healthPages: readonly (readonly [string, Page])[] = [
  ["/healthz", () => alive],
  ["/readyz", () => ready],
];

/** Milliseconds that `close()` waits for running calls: the default of one upstream request. */
const defaultDrainTimeoutMs = 10_000;

export { ListenError } from "./listen.ts";

/** Where to listen, whom to answer, and the ports that doors need. */
export interface ServeHttpOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** Address to bind. Default: `127.0.0.1`, so that nothing outside this machine reaches a server that nobody meant to publish. */
  readonly host?: string;
  /** More `Host` values that are ours, exact, with the port if clients send one: `mcp.example.com`. */
  readonly allowedHosts?: readonly string[];
  /** More web origins that may call, exact: `https://app.example.com`. */
  readonly allowedOrigins?: readonly string[];
  /** Pages for people: the console of operators. */
  readonly site?: Site | undefined;
  /** `replace` will be called: clients are told that lists can change, and may open streams on which they hear of it. Default: false. */
  readonly isReplaceable?: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Default: 10,000. */
  readonly drainTimeoutMs?: number;
  /** Tighter socket limits, in milliseconds. */
  readonly socketLimits?: Partial<Record<keyof typeof socketLimits, number>>;
}

/** What stands behind the doors. */
export interface Served {
  readonly gateway: Gateway;
  readonly site?: Site | undefined;
}

/** A server that listens. */
export interface HttpServer {
  /** The MCP endpoint: `http://127.0.0.1:8080/v1/mcp`. Where access tokens have a path of their own, the other one. */
  readonly url: string;
  readonly port: number;
  /**
   * Answer every request that comes from now on by another gateway. No connection is dropped, and what has begun is answered by the
   * gateway that it came to; `left` resolves when the last of it is. Clients that listen are told what has changed.
   */
  replace(next: Served, changed: Changed): Promise<{ readonly url: string; readonly left: Promise<void> }>;
  /** Take no more connections, let running calls finish within the drain timeout, then end. Never rejects. */
  close(): Promise<void>;
}

/**
 * Serve a gateway over HTTP: MCP in both eras, the identity, the manifest, `/healthz` and `/readyz`, and where
 * access tokens are taken, the metadata that leads to their issuer.
 *
 * @throws Error naming address and mend, when the address is in use or may not be bound.
 */
export async function serveHttp(gateway: Gateway, options: ServeHttpOptions): Promise<HttpServer> {
  const { logger, host = "127.0.0.1" } = options;
  const { replyTimeout: timeoutMs, ...limits } = { ...socketLimits, ...options.socketLimits };
  const server = createServer({ ...limits, maxHeaderSize: headersMaxBytes });
  server.maxConnections = connectionsMax;
  const { server: definition } = gateway;
  const manifest = await manifestPage(definition, logger);
  // From here to the last listener nothing is waited for, so that no request finds nobody at home.
  const port = await listen(server, host, options.port);
  const reachable = reachableAt(
    { host, port },
    { hosts: options.allowedHosts ?? [], origins: options.allowedOrigins ?? [] },
  );
  const dispatcher = createDispatcher(options);
  const streams = options.isReplaceable ? createChangeStreams() : undefined;
  const drain = createDrain(server);
  const openDoor = ({ gateway, site }: Served, manifest: Page) =>
    createDoor({
      gateway,
      dispatch: dispatcher.dispatchTo(gateway),
      reachable,
      endpoints: endpointsOf(gateway.server),
      identity: identityPage(gateway.server),
      streams,
      pages: new Map([[manifestPath, manifest], ...healthPages]),
      publicPages: metadataPages(gateway.server),
      site,
      logger,
    });
  const urlOf = (served: ServerDefinition) => `http://${bracketed(host)}:${port}${[...endpointsOf(served).keys()][0]}`;
  let entrance = createEntrance(openDoor({ gateway, site: options.site }, manifest));

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const exchange = drain.enter(request.socket, response);
    const reply = await entrance.enter(request, response, exchange);
    if (reply === undefined) return response.destroy();
    // A connection that stays open would keep a server that is being stopped alive until its client thinks of it.
    if (drain.isDraining()) response.shouldKeepAlive = false;
    await writeReply({ request, response, reply, timeoutMs });
  };
  server.on("request", (request, response) => {
    serve(request, response).catch((error: unknown) => {
      logger.error("a reply could not be written", { error: String(error) });
      response.destroy();
    });
  });
  // Asked for a go-ahead, we look at the headers first and give it when the body is wanted.
  server.on("checkContinue", (request, response) => server.emit("request", request, response));
  server.on("connect", (_request, socket) =>
    socket.end("HTTP/1.1 405 Method Not Allowed\r\nconnection: close\r\n\r\n"),
  );

  return {
    url: urlOf(definition),
    port,
    async replace(next, changed) {
      const opened = createEntrance(openDoor(next, await manifestPage(next.gateway.server, logger)));
      const before = entrance;
      entrance = opened;
      dispatcher.announce(changed);
      streams?.announce(changed);
      return { url: urlOf(next.gateway.server), left: before.leave() };
    },
    close: async () => {
      drain.begin();
      streams?.close();
      await dispatcher.endStreams();
      await drain.finish(options.drainTimeoutMs ?? defaultDrainTimeoutMs);
      await dispatcher.close();
    },
  };
}

/** A door that knows when everybody who came through it has been answered. Streams are answered when they are opened. */
function createEntrance(door: Door) {
  const left = Promise.withResolvers<void>();
  let inside = 0;
  let isShut = false;
  const settle = () => {
    if (isShut && inside === 0) left.resolve();
  };
  return {
    async enter(...from: Parameters<Door>): ReturnType<Door> {
      inside++;
      try {
        return await door(...from);
      } finally {
        inside--;
        settle();
      }
    },
    leave(): Promise<void> {
      isShut = true;
      settle();
      return left.promise;
    },
  };
}
