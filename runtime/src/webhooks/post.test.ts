import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { post } from "./post.ts";

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

const serve = (listener: RequestListener) => listen(createServer(listener));
const raw = (reply: string) =>
  listen(
    createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end(reply));
    }),
  );
const send = (url: string, options: Parameters<typeof post>[1] = {}) =>
  post({ url, allowPrivate: true, headers: { "webhook-id": "msg_1" }, body: '{"ü":1}' }, options);

describe("post", () => {
  it("sends the body as it is, over a connection of its own", async () => {
    const seen: unknown[] = [];
    const url = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { "webhook-id": id, "content-type": type, connection } = request.headers;
      seen.push([request.method, request.url, id, type, connection, Buffer.concat(chunks).toString()]);
      response.writeHead(204).end();
    });
    expect(await send(url)).toEqual({ status: 204 });
    expect(seen).toEqual([["POST", "/hook", "msg_1", "application/json", "close", '{"ü":1}']]);
  });

  it("does not follow a redirect", async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked += 1;
      response.writeHead(307, { location: "/elsewhere" }).end();
    });
    expect(await send(url)).toEqual({ status: 307, error: "HTTP 307: redirects are not followed" });
    expect(asked).toBe(1);
  });

  it.each([
    [400, {}, { status: 400, error: "HTTP 400" }],
    [503, { "retry-after": "7" }, { status: 503, error: "HTTP 503", retryAfter: "7" }],
  ])("takes %i for a failure", async (status, headers, posted) => {
    const url = await serve((_request, response) => response.writeHead(status, headers).end("secret details"));
    expect(await send(url)).toEqual(posted);
  });

  it("gives up on what does not answer", async () => {
    const url = await serve(() => {});
    expect(await send(url, { timeoutMs: 100 })).toEqual({ error: "no complete reply within 0.1 s" });
  });

  it("takes the status for the answer when the body never ends, and reads no endless one", async () => {
    const slow = await serve((_request, response) => void response.writeHead(200).write("x"));
    expect(await send(slow, { timeoutMs: 200 })).toEqual({ status: 200 });
    const endless = await serve((_request, response) => {
      response.writeHead(200).on("error", () => {});
      const more = () => response.destroyed || response.write(Buffer.alloc(65_536), more);
      more();
    });
    expect(await send(endless)).toEqual({ status: 200 });
  });

  it.each([
    ["nothing", "", /ECONNRESET/],
    ["no HTTP", "SSH-2.0-OpenSSH_9.9\r\n", /HPE_/],
    ["another protocol", "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", /./],
  ])("takes %s for a failure", async (_name, reply, error) => {
    expect(await send(await raw(reply))).toEqual({ error: expect.stringMatching(error) });
  });

  it("says that nobody listens, and ends when the server is stopped", async () => {
    const closed = await raw("");
    const stop = new AbortController();
    const hanging = send(await serve(() => {}), { signal: stop.signal });
    stop.abort();
    expect(await hanging).toEqual({ error: "the server was stopped" });
    expect(await send(closed.replace(/:\d+/, ":1"))).toEqual({ error: expect.stringContaining("ECONNREFUSED") });
  });
});
