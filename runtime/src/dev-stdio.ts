/** The one caller of a development server who is at the other end of stdin and stdout. */
import type { Readable, Writable } from "node:stream";
import type { Caller, Outcome } from "./call.ts";
import type { House } from "./compose.ts";
import { ConfigError, type Environment } from "./config.ts";
import type { DevelopmentAccess } from "./dev-access.ts";
import { GatewayError } from "./errors.ts";
import type { Gateway, RequestHeaders } from "./gateway.ts";
import { reauthenticate } from "./reauthenticate.ts";
import type { Changed } from "./serve/changes.ts";
import { serveStdio } from "./serve/stdio.ts";

/** Streams to the one caller. Default: this process's own. */
export interface DevelopmentStdio {
  readonly input?: Readable;
  readonly output?: Writable;
}

interface StdioOptions {
  readonly streams: DevelopmentStdio;
  readonly variables: Environment;
  /** A mock answers, which takes any credential. */
  readonly isMock: boolean;
}

/** A connection over stdio whose server can be replaced. */
export interface StdioDoor {
  /** Resolves when the connection has ended: end of input, a signal, or `close()`. */
  readonly closed: Promise<void>;
  /**
   * Let the caller into another house. Who calls the result leads it there; it resolves when the last call of the one before has ended.
   *
   * @throws as `openStdio`; then nothing has changed.
   */
  prepare(next: House, access: DevelopmentAccess): Promise<(changed: Changed) => Promise<void>>;
  close(): Promise<void>;
}

/** Holds the caller's credential where nobody here can make one: the same variable as of `serve --stdio`. */
export const stdioKeyVariable = "TOOLSPEC_KEY";

/**
 * Serve one caller over stdio with the credential that development made for it, or the one in `TOOLSPEC_KEY` where only an
 * authorization server or the upstream can tell good ones.
 *
 * @throws ConfigError when it is needed, and not set or not accepted
 */
export async function openStdio(house: House, access: DevelopmentAccess, options: StdioOptions): Promise<StdioDoor> {
  const { streams } = options;
  let current = await welcome(house, headersOf(access, house, options));
  const server = serveStdio(current.gateway, {
    ...house.ports,
    ...streams,
    caller: current.caller,
    isReplaceable: true,
  });
  return {
    closed: server.closed,
    async prepare(next, access) {
      const welcomed = await welcome(next, headersOf(access, next, options));
      return async (changed) => {
        const before = current;
        current = welcomed;
        server.replace(current.gateway, changed);
        await before.left();
      };
    },
    async close() {
      await server.close();
      await server.closed;
    },
  };
}

function headersOf(access: DevelopmentAccess, { gateway }: House, { variables, isMock }: StdioOptions): RequestHeaders {
  const { header, credential, isDecidedHere } = access;
  if (credential !== undefined && (isDecidedHere || isMock)) return { [header.toLowerCase()]: credential };
  const key = variables[stdioKeyVariable];
  if (key !== undefined && key !== "") return { authorization: `Bearer ${key}` };
  const why = `${stdioKeyVariable} is not set, and ${gateway.server.name} takes only credentials that others give out`;
  throw new ConfigError([`${why}. Set it to one of the caller's, or let a mock answer with --mock.`]);
}

/** The house's gateway for its one caller: who has the scopes of this version, and is looked at again with every call. */
async function welcome(
  { gateway }: House,
  headers: RequestHeaders,
): Promise<{ readonly gateway: Gateway; readonly caller: Caller; left(): Promise<void> }> {
  const caller = await gateway.authenticate(headers).catch((error: unknown) => {
    throw error instanceof GatewayError ? new ConfigError([`${stdioKeyVariable}: ${error.message}`]) : error;
  });
  const own = reauthenticate(gateway, headers);
  const running = new Set<Promise<Outcome>>();
  return {
    caller,
    gateway: {
      ...own,
      listTools: () => gateway.listTools(caller),
      call(call) {
        const outcome = own.call(call).finally(() => running.delete(outcome));
        running.add(outcome);
        return outcome;
      },
    },
    async left() {
      await Promise.allSettled(running);
    },
  };
}
