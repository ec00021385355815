import { connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Outcome } from "../call.ts";
import { fakeGateway, fakePorts, key, legacy, modern, post, rawExchange, succeeded } from "./fixture.ts";
import { type HttpServer, type ServeHttpOptions, serveHttp } from "./http.ts";

async function start(gateway = fakeGateway(), options: Partial<ServeHttpOptions> = {}): Promise<HttpServer> {
  const server = await serveHttp(gateway, { port: 0, drainTimeoutMs: 50, ...fakePorts(), ...options });
  onTestFinished(() => server.close());
  return server;
}

const body = JSON.stringify(legacy("tools/list")[0]);
const request = (...lines: string[]) => `${lines.join("\r\n")}\r\n\r\n`;
const common = (server: HttpServer) => [
  `Host: 127.0.0.1:${server.port}`,
  `X-API-Key: ${key}`,
  "Content-Type: application/json",
];
const statusOf = (text: string) => Number(text.match(/^HTTP\/1\.1 (\d+)/)?.[1]);

/** What is answered first, however long the connection stays. */
async function firstBytes(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.once("data", (chunk) => resolve(chunk.toString()));
  socket.write(bytes);
  return await promise;
}

describe("framing", () => {
  it.each<[string, number, (server: HttpServer) => string]>([
    [
      "two Host headers",
      400,
      (s) => request("GET /v1/mcp HTTP/1.1", ...common(s), "Host: evil.example", "Connection: close"),
    ],
    ["a Host that is not ours", 403, () => request("GET /v1/mcp HTTP/1.1", "Host: evil.example", "Connection: close")],
    [
      "our Host with another port",
      403,
      () => request("GET /v1/mcp HTTP/1.1", "Host: 127.0.0.1:1", "Connection: close"),
    ],
    ["a Host without its port", 403, () => request("GET /v1/mcp HTTP/1.1", "Host: localhost", "Connection: close")],
    [
      "a Host with something before it",
      403,
      (s) => request("GET /v1/mcp HTTP/1.1", `Host: x@127.0.0.1:${s.port}`, "Connection: close"),
    ],
    ["no Host", 400, () => request("GET /v1/mcp HTTP/1.1", "Connection: close")],
    ["HTTP/1.0 without a Host", 403, () => request("GET /v1/mcp HTTP/1.0")],
    [
      "an absolute target",
      400,
      (s) => request(`GET http://127.0.0.1:${s.port}/v1/mcp HTTP/1.1`, ...common(s), "Connection: close"),
    ],
    [
      "an absolute target of another host",
      400,
      (s) => request("GET http://evil.example/ HTTP/1.1", ...common(s), "Connection: close"),
    ],
    ["OPTIONS *", 400, (s) => request("OPTIONS * HTTP/1.1", ...common(s), "Connection: close")],
    ["TRACE", 405, (s) => request("TRACE /v1/mcp HTTP/1.1", ...common(s), "Connection: close")],
    ["CONNECT", 405, (s) => request(`CONNECT 127.0.0.1:${s.port} HTTP/1.1`, ...common(s))],
    [
      "a length and a transfer coding",
      400,
      (s) =>
        request("POST /v1/mcp HTTP/1.1", ...common(s), "Content-Length: 5", "Transfer-Encoding: chunked") + "0\r\n\r\n",
    ],
    [
      "two lengths",
      400,
      (s) => request("POST /v1/mcp HTTP/1.1", ...common(s), "Content-Length: 5", "Content-Length: 6") + "hello!",
    ],
    [
      "two credentials of a kind",
      400,
      (s) =>
        request(
          "POST /v1/mcp HTTP/1.1",
          ...common(s),
          "Authorization: Bearer a",
          "Authorization: Bearer b",
          "Content-Length: 0",
          "Connection: close",
        ),
    ],
    ["a bare line feed in a header", 400, (s) => request("GET /v1/mcp HTTP/1.1", ...common(s), "X: a\nY: b")],
    ["headers of 20 KB", 431, (s) => request("GET /v1/mcp HTTP/1.1", ...common(s), `X: ${"x".repeat(20 * 1024)}`)],
    ["what is not HTTP", 400, () => "hello\r\n\r\n"],
  ])("with %s is refused, %i", async (_what, status, bytes) => {
    const gateway = fakeGateway();
    const server = await start(gateway);
    expect(statusOf(await rawExchange(server.port, bytes(server)))).toBe(status);
    expect(gateway.authentications).toBe(0);
    expect((await post(server.url, ...legacy("tools/list"))).status).toBe(200);
  });

  it("takes an allowed Host in any letter case, as a proxy sends it", async () => {
    const server = await start(undefined, { allowedHosts: ["mcp.example.com"] });
    const bytes = request("GET /v1/mcp HTTP/1.1", "Host: MCP.Example.com", "Connection: close");
    expect(statusOf(await rawExchange(server.port, bytes))).toBe(200);
  });

  it("reads nothing of a body that is announced too long", async () => {
    const server = await start();
    const bytes = request("POST /v1/mcp HTTP/1.1", ...common(server), `Content-Length: ${20 * 1024 * 1024}`);
    const reply = await firstBytes(server.port, bytes);
    expect(statusOf(reply)).toBe(413);
    expect(reply.toLowerCase()).toContain("connection: close");
  });

  it("lets the sender of a long body read why it is refused", async () => {
    const server = await start();
    const head = request("POST /v1/mcp HTTP/1.1", ...common(server), `Content-Length: ${20 * 1024 * 1024}`);
    const errors: unknown[] = [];
    const reply = await rawExchange(server.port, head + "x".repeat(20 * 1024 * 1024), (error) => errors.push(error));
    expect(statusOf(reply)).toBe(413);
    expect(errors).toEqual([]);
  });

  it("gives a go-ahead only for a body that is wanted", async () => {
    const server = await start();
    const ask = (length: number) =>
      request("POST /v1/mcp HTTP/1.1", ...common(server), `Content-Length: ${length}`, "Expect: 100-continue");
    expect(statusOf(await firstBytes(server.port, ask(body.length)))).toBe(100);
    expect(statusOf(await firstBytes(server.port, ask(2_000_000)))).toBe(413);
  });
});

const hugeBytes = 20 * 1024 * 1024;
const hugeGateway = () => fakeGateway(() => succeeded({ text: "x".repeat(hugeBytes) }, ""));

/** Ask for a reply that no socket buffer holds, and wait until it begins to come. */
async function askForHuge(server: HttpServer): Promise<Socket> {
  const call = JSON.stringify(legacy("tools/call", { name: "get_voucher" })[0]);
  const socket = connect(server.port, "127.0.0.1").on("error", () => {});
  onTestFinished(() => void socket.destroy());
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once("readable", resolve);
  socket.write(request("POST /v1/mcp HTTP/1.1", ...common(server), `Content-Length: ${call.length}`) + call);
  await promise;
  return socket;
}

describe("a slow client", () => {
  const limits = { headersTimeout: 60, requestTimeout: 120, connectionsCheckingInterval: 20 };

  it("that does not finish its headers is hung up on", async () => {
    const server = await start(undefined, { socketLimits: limits });
    expect(statusOf(await rawExchange(server.port, "POST /v1/mcp HTTP/1.1\r\nHost: "))).toBe(408);
  });

  it("that does not finish its body is hung up on, and its call never happens", async () => {
    const gateway = fakeGateway();
    const server = await start(gateway, { socketLimits: limits });
    const bytes = `${request("POST /v1/mcp HTTP/1.1", ...common(server), "Content-Length: 100")}{"jsonrpc"`;
    const reply = await rawExchange(server.port, bytes);
    expect(reply === "" || statusOf(reply) === 408).toBe(true);
    expect(gateway.calls).toEqual([]);
  });

  it("that does not take its reply is hung up on", async () => {
    const server = await start(hugeGateway(), { socketLimits: { replyTimeout: 50 }, drainTimeoutMs: 60_000 });
    const socket = await askForHuge(server);
    // Nothing more is read, and yet the server does not wait for this client.
    await server.close();
    socket.destroy();
  });

  it("that keeps an idle connection may use it again", async () => {
    const server = await start(undefined, { socketLimits: { ...limits, keepAliveTimeout: 5_000 } });
    for (let turn = 0; turn < 3; turn++) expect((await post(server.url, ...legacy("ping"))).status).toBe(200);
  });
});

/** A gateway whose calls end when told to, and that tells when one has begun. */
function slowGateway() {
  const begun = Promise.withResolvers<AbortSignal>();
  const end = Promise.withResolvers<Outcome>();
  const gateway = fakeGateway(async ({ signal }) => {
    begun.resolve(signal);
    return await end.promise;
  });
  return { gateway, begun: begun.promise, end: () => end.resolve(succeeded({ code: "LATE" })) };
}

describe("a client that goes away during a call", () => {
  const leave = async (
    server: HttpServer,
    [message, headers]: [object, Record<string, string>],
    begun: Promise<AbortSignal>,
  ) => {
    const client = new AbortController();
    const sent = { "content-type": "application/json", "x-api-key": key, ...headers };
    const answer = fetch(server.url, {
      method: "POST",
      headers: sent,
      body: JSON.stringify(message),
      signal: client.signal,
    });
    const signal = await begun;
    expect(signal.aborted).toBe(false);
    client.abort();
    await expect(answer).rejects.toThrow();
    return signal;
  };

  it("has cancelled it in the modern era", async () => {
    const { gateway, begun, end } = slowGateway();
    const server = await start(gateway);
    const signal = await leave(server, modern("tools/call", { name: "get_voucher" }), begun);
    await new Promise<void>((resolve) =>
      signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve()),
    );
    end();
  });

  it("has not cancelled it in the legacy era, and the server goes on", async () => {
    const { gateway, begun, end } = slowGateway();
    const server = await start(gateway);
    const signal = await leave(server, legacy("tools/call", { name: "get_voucher" }), begun);
    expect((await post(server.url, ...legacy("ping"))).status).toBe(200);
    expect(signal.aborted).toBe(false);
    end();
  });
});

describe("closing", () => {
  it("lets a running call end, and takes no new connection meanwhile", async () => {
    const { gateway, begun, end } = slowGateway();
    const server = await start(gateway, { drainTimeoutMs: 5_000 });
    const answer = post(server.url, ...legacy("tools/call", { name: "get_voucher" }));
    await begun;
    const closed = server.close();
    await expect(fetch(server.url)).rejects.toThrow();
    end();
    const reply = await answer;
    expect(reply.json.result.structuredContent).toEqual({ code: "LATE" });
    expect(reply.headers.get("connection")).toBe("close");
    await closed;
  });

  it.each([
    ["modern", modern],
    ["legacy", legacy],
  ] as const)("stops a %s call that does not end in time", async (_era, message) => {
    const { gateway, begun } = slowGateway();
    const server = await start(gateway, { drainTimeoutMs: 30 });
    const answer = post(server.url, ...message("tools/call", { name: "get_voucher" })).catch(() => "hung up");
    const signal = await begun;
    await server.close();
    expect(signal.aborted).toBe(true);
    expect(await answer).toBe("hung up");
  });

  it("lets a reply that is on its way arrive whole, and then hangs up", async () => {
    const server = await start(hugeGateway(), { drainTimeoutMs: 60_000 });
    const socket = await askForHuge(server);
    const closed = server.close();
    let received = 0;
    socket.on("data", (chunk) => {
      received += chunk.length;
    });
    await Promise.all([closed, new Promise((ended) => socket.once("close", ended))]);
    expect(received).toBeGreaterThan(hugeBytes);
  });

  it("does not wait for connections that are idle, or that never spoke", async () => {
    const server = await start(undefined, { drainTimeoutMs: 60_000 });
    await post(server.url, ...legacy("ping"));
    const silent = connect(server.port, "127.0.0.1");
    await new Promise<void>((resolve) => silent.once("connect", () => resolve()));
    await server.close();
    silent.destroy();
  });

  it("twice is closing once", async () => {
    const server = await start();
    await Promise.all([server.close(), server.close()]);
  });
});

describe("starting", () => {
  it("on a port that is taken fails with the address and what to do", async () => {
    const first = await start();
    await expect(serveHttp(fakeGateway(), { port: first.port, ...fakePorts() })).rejects.toThrow(
      `127.0.0.1:${first.port} is in use. Choose another port with --port`,
    );
  });

  it("on an address of another machine fails with what to do", async () => {
    await expect(serveHttp(fakeGateway(), { port: 0, host: "192.0.2.1", ...fakePorts() })).rejects.toThrow("--host");
  });

  it("says where MCP is served", async () => {
    const server = await start();
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/v1/mcp`);
  });
});
