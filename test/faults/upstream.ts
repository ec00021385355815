/** An upstream that keeps its own count: what it was asked to do, by request id. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface CountingUpstream {
  readonly url: string;
  /** Requests that reached it, by request id. */
  readonly requests: ReadonlyMap<string, number>;
  /**
   * Hold the answers to all requests below `/{name}` until as many have come, then call back once; answered when that resolves.
   * Whoever sent them may be gone by then.
   */
  hold(name: string, many: number, callback: () => Promise<void> | void): void;
  close(): void;
}

export async function startCountingUpstream(): Promise<CountingUpstream> {
  const requests = new Map<string, number>();
  const holds = new Map<string, { many: number; callback: () => Promise<void> | void; held: ServerResponse[] }>();
  const answer = (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end('{"made":true}');
  };
  const server = createServer((request, response) => {
    const id = String(request.headers["x-request-id"]);
    const { "idempotency-key": key = id } = request.headers;
    // Another key would let the upstream do it again.
    if (key !== id) throw new Error(`request ${id} has the key ${key}`);
    requests.set(id, (requests.get(id) ?? 0) + 1);
    request.resume();
    response.on("error", () => {});
    const name = request.url?.split("/")[1] ?? "";
    const hold = holds.get(name);
    if (hold === undefined) {
      answer(response);
      return;
    }
    hold.held.push(response);
    if (hold.held.length < hold.many) return;
    holds.delete(name);
    void Promise.resolve(hold.callback()).then(() => hold.held.forEach(answer));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    hold: (name, many, callback) => holds.set(name, { many, callback, held: [] }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
