import { describe, expect, it, onTestFinished } from "vitest";
import { fakeGateway, fakePorts, key, legacy, modern, post, seen } from "./fixture.ts";
import { type HttpServer, type ServeHttpOptions, serveHttp } from "./http.ts";

async function start(gateway = fakeGateway(), options: Partial<ServeHttpOptions> = {}): Promise<HttpServer> {
  const server = await serveHttp(gateway, { port: 0, drainTimeoutMs: 50, ...fakePorts(), ...options });
  onTestFinished(() => server.close());
  return server;
}

const at = (server: HttpServer, path: string) => new URL(path, server.url);

describe("before the protocol", () => {
  it.each([
    ["text/plain", { "content-type": "text/plain" }],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }],
    ["a look-alike of JSON", { "content-type": "application/jsonp" }],
    ["a compressed body", { "content-encoding": "gzip" }],
  ])("refuses %s with 415", async (_what, headers) => {
    const server = await start();
    const reply = await post(server.url, legacy("tools/list")[0], headers);
    expect(reply).toMatchObject({ status: 415, json: { error: { code: "unsupported_media_type" } } });
  });

  it("takes JSON with a charset", async () => {
    const server = await start();
    const reply = await post(server.url, legacy("tools/list")[0], {
      "content-type": "Application/JSON; charset=utf-8",
    });
    expect(reply.status).toBe(200);
  });

  it("challenges a stranger with 401, a JSON-RPC error without id, and no authorization server to go to", async () => {
    const server = await start();
    const reply = await post(server.url, legacy("tools/list")[0], { "x-api-key": "wrong" });
    expect(reply).toMatchObject({
      status: 401,
      json: { jsonrpc: "2.0", id: null, error: { code: 401, data: { code: "unauthenticated" } } },
    });
    expect(reply.headers.get("www-authenticate")).toBe('Bearer realm="vauchflow"');
  });

  it.each([
    [{ fix: "Make a new key." }, { code: 401, data: { error: { meta: { fix: "Make a new key." } } } }],
    [{ message: "Who are you?" }, { code: 401, message: "Who are you?" }],
    [{ rpc: -32001 }, { code: -32001, message: "send a valid key in X-API-Key" }],
  ])(
    "tells a stranger what server.yaml says of it, and the status where it gives no number: %j",
    async (mapping, error) => {
      const server = await start(fakeGateway(undefined, { errors: { unauthenticated: mapping } }));
      const reply = await post(server.url, legacy("tools/list")[0], { "x-api-key": "wrong" });
      expect(reply).toMatchObject({ status: 401, json: { error } });
    },
  );

  it("answers 503 when the keys cannot be read", async () => {
    const server = await start();
    const reply = await post(server.url, legacy("tools/list")[0], { "x-api-key": "down" });
    expect(reply).toMatchObject({ status: 503, json: { error: { data: { code: "auth_unavailable" } } } });
    expect(reply.headers.get("retry-after")).toBe("1");
  });

  it("asks who is calling before it reads what they say", async () => {
    const server = await start();
    expect((await post(server.url, "{ broken", { "x-api-key": "wrong" })).status).toBe(401);
  });

  it("refuses a caller whose key has ended while its body was on the way", async () => {
    const gateway = fakeGateway();
    const { authenticate } = gateway;
    gateway.authenticate = async (headers) => {
      const isFirst = gateway.authentications === 0;
      return await authenticate(isFirst ? headers : { "x-api-key": "revoked" });
    };
    const server = await start(gateway);
    expect((await post(server.url, ...legacy("tools/call", { name: "get_voucher" }))).status).toBe(401);
    expect(gateway.calls).toEqual([]);
  });

  it("answers a failure of its own with a fixed text, and goes on", async () => {
    const gateway = fakeGateway();
    const ports = fakePorts();
    const server = await start(gateway, ports);
    gateway.authenticate = async () => {
      throw new Error("a secret of the store");
    };
    const reply = await post(server.url, legacy("tools/list")[0]);
    expect(reply).toMatchObject({ status: 500, json: { error: { code: -32603, message: "internal error" } } });
    expect(reply.text).not.toContain("secret");
    expect(ports.lines.join()).toContain("a secret of the store");
    expect((await fetch(at(server, "/healthz"))).status).toBe(200);
  });
});

describe("what is said", () => {
  it.each([
    ["broken JSON", '{"jsonrpc":"2.0",', -32700],
    ["an empty body", "", -32700],
    ["bytes that are not UTF-8", Uint8Array.from([0x22, 0xff, 0x22]), -32700],
    ["a batch of one", JSON.stringify([legacy("tools/list")[0]]), -32600],
    ["a batch of modern messages", JSON.stringify([modern("tools/list")[0]]), -32600],
    ["an empty batch", "[]", -32600],
    ["a bare string", '"tools/list"', -32600],
    ["an object that is no message", "{}", -32600],
    ["another JSON-RPC", '{"jsonrpc":"1.0","id":1,"method":"tools/list"}', -32600],
    ["an id of null", '{"jsonrpc":"2.0","id":null,"method":"tools/list"}', -32600],
    ["10,000 arrays in each other", "[".repeat(10_000) + "]".repeat(10_000), -32600],
    ["10,000 objects in each other", `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`, -32600],
    ["a wide object", JSON.stringify({ ...legacy("x")[0], params: Array.from({ length: 30_000 }, () => 1) }), -32600],
  ])("is refused with 400 when it is %s", async (_what, body, code) => {
    const gateway = fakeGateway();
    const server = await start(gateway);
    const reply = await post(server.url, body);
    expect(reply).toMatchObject({ status: 400, json: { jsonrpc: "2.0", error: { code } } });
    expect(gateway.calls).toEqual([]);
  });

  it("is refused with 413 when it is 20 MB, and the next one is heard", async () => {
    const server = await start();
    const body = "x".repeat(20 * 1024 * 1024);
    const reply = await post(server.url, body);
    expect(reply).toMatchObject({ status: 413, json: { error: { code: "limit_exceeded" } } });
    expect((await post(server.url, ...legacy("ping"))).status).toBe(200);
  });

  it("is refused with 413 at the first byte too many when its length was not announced", async () => {
    const server = await start();
    const chunk = new Uint8Array(64 * 1024).fill(0x20);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent++ < 40) controller.enqueue(chunk);
        else controller.close();
      },
    });
    const headers = { "content-type": "application/json", "x-api-key": key };
    const response = await fetch(server.url, { method: "POST", headers, body, duplex: "half" } as RequestInit);
    expect(response.status).toBe(413);
  });

  it("is never repeated by a refusal, however long", async () => {
    const server = await start();
    const secret = `secret${"x".repeat(200_000)}`;
    const spoilt = [
      { ...legacy("tools/list")[0], id: secret },
      { ...modern("tools/list")[0], method: secret },
      { ...legacy("tools/call", { name: "get_voucher", arguments: secret })[0] },
      { ...modern("tools/call", { name: secret })[0] },
    ];
    for (const body of spoilt) {
      const reply = await post(server.url, body, modern("tools/list")[1]);
      expect(reply.text.length).toBeLessThan(4_096);
      expect(reply.text).not.toContain("xxxxx");
    }
  });
});

describe("paths and methods", () => {
  it("identifies itself to GET, without a credential", async () => {
    const server = await start();
    const reply = await seen(await fetch(server.url));
    expect(reply).toMatchObject({
      status: 200,
      json: {
        name: "vauchflow",
        version: "1.2.3",
        protocolVersions: expect.arrayContaining(["2026-07-28", "2025-11-25"]),
      },
    });
  });

  it("answers HEAD like GET, without the body", async () => {
    const server = await start();
    const [get, head] = await Promise.all([fetch(server.url), fetch(server.url, { method: "HEAD" })]);
    expect(head.status).toBe(200);
    expect(await head.text()).toBe("");
    expect(head.headers.get("content-type")).toBe(get.headers.get("content-type"));
  });

  it("offers no stream to a client that accepts nothing else", async () => {
    const server = await start();
    const response = await fetch(server.url, { headers: { accept: "text/event-stream" } });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD, POST");
  });

  it.each(["DELETE", "PUT", "PATCH", "OPTIONS"])("refuses %s with 405", async (method) => {
    const server = await start();
    const reply = await seen(await fetch(server.url, { method }));
    expect(reply).toMatchObject({ status: 405, json: { error: { code: "method_not_allowed" } } });
    expect(reply.headers.get("allow")).toBe("GET, HEAD, POST");
  });

  it.each([
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/v1/mcp",
    "/.well-known/x",
    "/",
    "/v1/mcp/",
    "/v1",
  ])("answers %s with a JSON 404", async (path) => {
    const server = await start();
    const reply = await seen(await fetch(at(server, path)));
    expect(reply).toMatchObject({ status: 404, json: { error: { code: "not_found" } } });
  });

  it("says that it lives and that it is ready", async () => {
    const server = await start();
    expect(await (await fetch(at(server, "/healthz"))).json()).toEqual({ status: "ok" });
    expect(await (await fetch(at(server, "/readyz"))).json()).toEqual({ status: "ready" });
  });

  it("serves the manifest once, and 304 to those who have it", async () => {
    const server = await start();
    const first = await seen(await fetch(at(server, "/llms/mcp.txt")));
    expect(first.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
    expect(first.text).toContain("A gateway of two tools");
    const etag = first.headers.get("etag") ?? "";
    const again = await fetch(at(server, "/llms/mcp.txt"), { headers: { "if-none-match": `"other", W/${etag}` } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
  });

  it("starts without a manifest, and says so", async () => {
    const ports = fakePorts();
    const server = await start(fakeGateway(undefined, { manifest: new URL("file:///nowhere/mcp.txt") }), ports);
    expect((await fetch(at(server, "/llms/mcp.txt"))).status).toBe(404);
    expect(ports.lines.join()).toContain("toolspec generate");
  });

  it("sends no header that tells what it is made of, and none that opens it to web pages", async () => {
    const server = await start();
    const { headers } = await post(server.url, ...legacy("tools/list"));
    expect(headers.get("server")).toBeNull();
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("access-control-allow-origin")).toBeNull();
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
  });
});

describe("web pages", () => {
  it.each(["https://evil.example", "null", "http://localhost.evil.example", "http://localhost", "file://"])(
    "of origin %s are refused",
    async (origin) => {
      const gateway = fakeGateway();
      const server = await start(gateway);
      expect((await post(server.url, legacy("tools/list")[0], { origin })).status).toBe(403);
      expect((await fetch(server.url, { headers: { origin } })).status).toBe(403);
      expect(gateway.authentications).toBe(0);
    },
  );

  it("of another scheme are refused", async () => {
    const server = await start();
    expect((await fetch(server.url, { headers: { origin: `https://127.0.0.1:${server.port}` } })).status).toBe(403);
  });

  it("of this very server, or of an allowed origin, may call", async () => {
    const server = await start(undefined, { allowedOrigins: ["https://App.example.com"] });
    for (const origin of [
      `http://localhost:${server.port}`,
      `http://127.0.0.1:${server.port}`,
      "https://app.example.com",
    ]) {
      expect((await fetch(server.url, { headers: { origin } })).status).toBe(200);
    }
  });
});
