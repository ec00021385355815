import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Where an API answers. */
export interface Address {
  /** 0 takes a free port. */
  readonly port: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
}

/** A server that answers. */
export interface Serving {
  /** Origin without a slash at the end, e.g. `http://127.0.0.1:4010`. */
  readonly url: string;
  /** Finish what runs, accept no more, forget everything. */
  close(): Promise<void>;
}

/** Milliseconds for a whole request: a gateway on the same network needs a fraction. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Serve an API whose state `api.close` forgets. `name` is for the error.
 *
 * @throws Error naming the address when it is taken or may not be used.
 */
export async function serve(
  name: string,
  api: { readonly listener: RequestListener; close(): void },
  { port, host = "127.0.0.1" }: Address,
): Promise<Serving> {
  const running = new Set<ServerResponse>();
  let closed: Promise<void> | undefined;
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    running.add(response);
    response.once("close", () => running.delete(response));
    api.listener(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(new Error(`${name} cannot listen on ${host}:${port}`, { cause })));
    server.listen(port, host, resolve);
  }).catch((error: unknown) => {
    api.close();
    throw error;
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`,
    close() {
      closed ??= new Promise<void>((resolve) => server.close(() => resolve())).then(api.close);
      // A connection that is kept alive after its reply would keep the server from closing.
      for (const response of running) if (!response.headersSent) response.setHeader("connection", "close");
      return closed;
    },
  };
}
