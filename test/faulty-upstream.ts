/** An upstream that answers whatever bytes a test wants, true or not. Raw sockets: an HTTP server would not lie. */
import { createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** What becomes of one request, once all of it is there. */
export type Answer = (socket: Socket) => void;

export interface FaultyUpstream {
  readonly url: string;
  /** Head and body of each request that came, in order. */
  readonly requests: readonly string[];
  /** What happens from now on. */
  answer: Answer;
}

/** Start one on a free port; it ends with the test. */
export async function startFaultyUpstream(): Promise<FaultyUpstream> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      if (!isWhole(received)) return;
      requests.push(received);
      received = "";
      upstream.answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const upstream: FaultyUpstream = { url: `http://127.0.0.1:${port}`, requests, answer: json("{}") };
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return upstream;
}

function isWhole(received: string): boolean {
  const end = received.indexOf("\r\n\r\n");
  if (end === -1) return false;
  const length = Number(/^content-length: *(\d+)/im.exec(received.slice(0, end))?.[1] ?? 0);
  return received.length >= end + 4 + length;
}

/** Answer in full, with the length as it is, and hang up. */
export function reply(status: string, headers: readonly string[], body: string): Answer {
  const length = Buffer.byteLength(body);
  return raw([`HTTP/1.1 ${status}`, ...headers, `content-length: ${length}`, "connection: close", "", body]);
}

/** Answer 200 with this text as JSON. */
export function json(text: string): Answer {
  return reply("200 OK", ["content-type: application/json"], text);
}

/** Send these lines as they are, and hang up. */
export function raw(lines: readonly string[]): Answer {
  return (socket) => socket.end(lines.join("\r\n"));
}
