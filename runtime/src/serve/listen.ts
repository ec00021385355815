import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { bracketed } from "./origin.ts";

/** The address cannot be listened on. The message names it and the mend. */
export class ListenError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = "ListenError";
  }
}

/**
 * Bind a server to an address.
 *
 * @returns the port, which matters when 0 was asked for.
 * @throws ListenError when the address is in use, not ours to bind, or not of this machine.
 */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("listening", resolve).once("error", reject);
  server.listen({ host, port });
  try {
    await promise;
  } catch (cause) {
    throw new ListenError(explain(cause, `${bracketed(host)}:${port}`), cause);
  } finally {
    server.off("error", reject);
  }
  return (server.address() as AddressInfo).port;
}

function explain(cause: unknown, address: string): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return `${address} is in use. Choose another port with --port, or stop the process that listens there.`;
    case "EACCES":
      return `${address} may not be bound by this user. Choose a port from 1024 up with --port.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${address} is not an address of this machine. Choose another with --host, such as 127.0.0.1.`;
    default:
      return `${address} cannot be bound: ${String(cause)}`;
  }
}
