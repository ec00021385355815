import type { Readable, Writable } from "node:stream";
import type { Server } from "@modelcontextprotocol/server";
import { serveStdio as serveSdkStdio } from "@modelcontextprotocol/server/stdio";
import type { Caller, Era } from "../call.ts";
import type { Gateway } from "../gateway.ts";
import type { Clock, Logger, Random } from "../ports.ts";
import type { Changed } from "./changes.ts";
import { createLedGateway } from "./led.ts";
import { createLineTransport } from "./lines.ts";
import { createServerFor, hasTasks } from "./mcp.ts";
import { refuseSubscription } from "./tasks.ts";

/** Milliseconds for which calls that run may still end after the input has: the default of one upstream request. */
const defaultDrainTimeoutMs = 10_000;

/** Who speaks over which streams, and the ports that doors need. */
export interface ServeStdioOptions {
  /** Who is at the other end, authenticated by the entry point from the environment (MCP, "Authorization": not over stdio). */
  readonly caller: Caller;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Default: this process's own. */
  readonly input?: Readable;
  readonly output?: Writable;
  /** `replace` will be called: clients are told that lists can change. Default: false. */
  readonly isReplaceable?: boolean;
  /** Default: 10,000. */
  readonly drainTimeoutMs?: number;
}

/** A server that reads its input. */
export interface StdioServer {
  /** Resolves when the connection has ended: end of input, SIGTERM, SIGINT or `close()`. */
  readonly closed: Promise<void>;
  /** Answer every message that comes from now on by another gateway, and tell the client what has changed. */
  replace(next: Gateway, changed: Changed): void;
  /** Take no more messages, let running calls finish within the drain timeout, then end. */
  close(): Promise<void>;
}

/**
 * Serve a gateway to one caller over stdin and stdout, both eras: the first message decides.
 *
 * Nothing but protocol messages is written to `output`. A second signal ends the process as if this were not here.
 */
export function serveStdio(gateway: Gateway, options: ServeStdioOptions): StdioServer {
  const { caller, logger, drainTimeoutMs = defaultDrainTimeoutMs } = options;
  const closed = Promise.withResolvers<void>();
  const [input, output] = [options.input ?? process.stdin, options.output ?? process.stdout];
  const led = createLedGateway(gateway);
  const refuse = (body: object) => (hasTasks(led.gateway, "modern") ? refuseSubscription(body) : undefined);
  const transport = createLineTransport(input, output, end, refuse);
  const onerror = (error: Error) => logger.debug("the protocol refused a message", { error: error.message });
  let spoken: { readonly server: Server; readonly era: Era } | undefined;
  const handle = serveSdkStdio(
    ({ era }) => {
      // Made again only where a modern client was asked for and an older one answered: the last one made is the one that stays.
      spoken = { server: createServerFor(led.gateway, caller, { ...options, era }), era };
      return spoken.server;
    },
    { transport, onerror },
  );

  function replace(next: Gateway, changed: Changed): void {
    led.lead(next);
    // A client of 2025 that has not said who it is expects nothing yet; of a modern one, the SDK knows what it wants to hear.
    if (spoken === undefined || (spoken.era === "legacy" && spoken.server.getClientVersion() === undefined)) return;
    if (changed.tools) spoken.server.sendToolListChanged().catch(onerror);
    if (changed.prompts) spoken.server.sendPromptListChanged().catch(onerror);
  }
  process.once("SIGTERM", end).once("SIGINT", end);

  // The SDK set `onclose` when it took the transport over; ours runs after it.
  const endConnection = transport.onclose;
  transport.onclose = () => {
    endConnection?.();
    process.off("SIGTERM", end).off("SIGINT", end);
    closed.resolve();
  };

  /** Answers what runs, so that `echo … | server` gets its reply, then ends open streams in order. */
  async function close(): Promise<void> {
    await transport.drain(drainTimeoutMs);
    await handle.close();
  }
  function end(): void {
    close().catch((error: unknown) => logger.error("the connection did not end in order", { error: String(error) }));
  }

  return { closed: closed.promise, replace, close };
}
