import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createVauchflow, type Vauchflow, type VauchflowOptions } from "./vauchflow.ts";

export interface StartOptions extends VauchflowOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
}

/** A running API. */
export interface RunningVauchflow extends Pick<Vauchflow, "requests" | "counts"> {
  /** Origin without a slash at the end, e.g. `http://127.0.0.1:4010`. */
  readonly url: string;
  /** Finish what runs, accept no more, forget everything. */
  close(): Promise<void>;
}

/** Milliseconds for a whole request: a gateway on the same network needs a fraction. */
const REQUEST_TIMEOUT_MS = 30_000;

/** @throws Error naming the address when it is taken or may not be used. */
export async function startVauchflow(options: StartOptions): Promise<RunningVauchflow> {
  const { port, host = "127.0.0.1" } = options;
  const vauchflow = createVauchflow(options);
  const running = new Set<ServerResponse>();
  let closed: Promise<void> | undefined;
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    running.add(response);
    response.once("close", () => running.delete(response));
    vauchflow.listener(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(new Error(`Vauchflow cannot listen on ${host}:${port}`, { cause })));
    server.listen(port, host, resolve);
  }).catch((error: unknown) => {
    vauchflow.close();
    throw error;
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`,
    requests: vauchflow.requests,
    counts: vauchflow.counts,
    close() {
      closed ??= new Promise<void>((resolve) => server.close(() => resolve())).then(vauchflow.close);
      // A connection that is kept alive after its reply would keep the server from closing.
      for (const response of running) if (!response.headersSent) response.setHeader("connection", "close");
      return closed;
    },
  };
}
