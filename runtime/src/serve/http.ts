import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Gateway } from "../gateway.ts";
import type { Clock, Logger, Random } from "../ports.ts";
import { createDispatcher } from "./dispatch.ts";
import { createDoor } from "./door.ts";
import { createDrain } from "./drain.ts";
import { listen } from "./listen.ts";
import { endpointsOf, metadataPages } from "./oauth.ts";
import { bracketed, reachableAt } from "./origin.ts";
import { identityPage, manifestPage, manifestPath } from "./pages.ts";
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
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Default: 10,000. */
  readonly drainTimeoutMs?: number;
  /** Tighter socket limits, in milliseconds. */
  readonly socketLimits?: Partial<Record<keyof typeof socketLimits, number>>;
}

/** A server that listens. */
export interface HttpServer {
  /** The MCP endpoint: `http://127.0.0.1:8080/v1/mcp`. Where access tokens have a path of their own, the other one. */
  readonly url: string;
  readonly port: number;
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
  const manifest = await manifestPage(gateway.server, logger);
  // From here to the last listener nothing is waited for, so that no request finds nobody at home.
  const port = await listen(server, host, options.port);
  const reachable = reachableAt(
    { host, port },
    { hosts: options.allowedHosts ?? [], origins: options.allowedOrigins ?? [] },
  );
  const endpoints = endpointsOf(gateway.server);
  const dispatcher = createDispatcher(gateway, options);
  const drain = createDrain(server);
  const alive = toJsonReply(200, { status: "ok" });
  // A server that is not yet ready, or no longer, takes no connections.
  const ready = toJsonReply(200, { status: "ready" });
  const door = createDoor({
    gateway,
    dispatch: dispatcher.dispatch,
    reachable,
    endpoints,
    identity: identityPage(gateway.server),
    pages: new Map([
      [manifestPath, manifest],
      ["/healthz", () => alive],
      ["/readyz", () => ready],
    ]),
    publicPages: metadataPages(gateway.server),
    site: options.site,
    logger,
  });

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const exchange = drain.enter(request.socket, response);
    const reply = await door(request, response, exchange);
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
    url: `http://${bracketed(host)}:${port}${[...endpoints.keys()][0]}`,
    port,
    close: async () => {
      drain.begin();
      await drain.finish(options.drainTimeoutMs ?? defaultDrainTimeoutMs);
      await dispatcher.close();
    },
  };
}
