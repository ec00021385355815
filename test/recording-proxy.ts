/** Stands between a server and its upstream: notes the headers of each request, and passes it on or lets a fault answer. */
import { createServer, type IncomingHttpHeaders, request as send } from "node:http";
import { onTestFinished } from "vitest";
import type { Answer } from "./faulty-upstream.ts";

/** What came, in the order in which it came. */
export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface RecordingProxy {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Answers instead of the upstream from now on; undefined: the upstream does. */
  fault: ((request: SeenRequest) => Answer) | undefined;
  /** Changes a request before it is passed on. */
  tamper: ((request: SeenRequest) => SeenRequest) | undefined;
}

/** Start one on a free port; it ends with the test. */
export async function startRecordingProxy(upstreamUrl: string): Promise<RecordingProxy> {
  const { hostname, port } = new URL(upstreamUrl);
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on("data", (chunk: Buffer) => chunks.push(chunk))
      .on("end", () => {
        const { method = "", url: target = "", headers } = request;
        const came: SeenRequest = { method, target, headers, body: Buffer.concat(chunks) };
        seen.push(came);
        const { fault, tamper } = proxy;
        if (fault !== undefined) {
          fault(came)(request.socket);
          return;
        }
        const passed = tamper === undefined ? came : tamper(came);
        const onward = send(
          { hostname, port, method: passed.method, path: passed.target, headers: passed.headers },
          (reply) => {
            response.writeHead(reply.statusCode ?? 502, reply.headers);
            reply.pipe(response);
          },
        );
        onward.on("error", () => response.destroy());
        onward.end(passed.body);
      });
  });
  server.listen(0, "127.0.0.1");
  await new Promise<void>((resolve) => server.once("listening", resolve));
  const proxy: RecordingProxy = {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    seen,
    fault: undefined,
    tamper: undefined,
  };
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return proxy;
}
