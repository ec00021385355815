import { describe, expect, it, onTestFinished } from "vitest";
import type { ReceivedCall } from "../call.ts";
import { failed, fakeGateway, fakePorts, key, legacy, modern, post, succeeded } from "./fixture.ts";
import { type HttpServer, serveHttp } from "./http.ts";

async function start(gateway = fakeGateway()): Promise<HttpServer> {
  const server = await serveHttp(gateway, { port: 0, drainTimeoutMs: 50, ...fakePorts() });
  onTestFinished(() => server.close());
  return server;
}

const callOf = (name = "get_voucher", more: object = {}) => ({ name, arguments: { code: "SUMMER20" }, ...more });

describe.each([
  ["modern", modern],
  ["legacy", legacy],
] as const)("in the %s era", (era, message) => {
  it("lists tools as they are, as plain JSON on one page", async () => {
    const gateway = fakeGateway();
    const server = await start(gateway);
    const reply = await post(server.url, ...message("tools/list"));
    expect(reply.headers.get("content-type")).toBe("application/json");
    expect(reply.json.result.tools).toEqual(gateway.listTools({} as never));
    expect(reply.json.result).not.toHaveProperty("nextCursor");
  });

  it("refuses a cursor that it never gave", async () => {
    const server = await start();
    const reply = await post(server.url, ...message("tools/list", { cursor: "page2" }));
    expect(reply.json.error.code).toBe(-32602);
  });

  it("answers a call with the text as received and the value beside it, as plain JSON", async () => {
    const server = await start();
    const reply = await post(server.url, ...message("tools/call", callOf()));
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toBe("application/json");
    expect(reply.json.result).toMatchObject({
      content: [{ type: "text", text: '{"code":"SUMMER20"}' }],
      structuredContent: { code: "SUMMER20" },
    });
  });

  it("tells the gateway who, what and when", async () => {
    const gateway = fakeGateway();
    const server = await start(gateway);
    await post(server.url, ...message("tools/call", callOf()));
    expect(gateway.calls[0]).toMatchObject({
      id: "00000000-0000-4000-8000-000000000001",
      atMs: 1_750_000_000_000,
      era,
      caller: { id: "key-1" },
      toolName: "get_voucher",
      arguments: { code: "SUMMER20" },
      client: { protocolVersion: era === "modern" ? "2026-07-28" : "2025-11-25" },
    });
  });

  it("takes a call without arguments as one with none", async () => {
    const gateway = fakeGateway();
    const server = await start(gateway);
    await post(server.url, ...message("tools/call", { name: "get_voucher" }));
    expect(gateway.calls[0]?.arguments).toEqual({});
  });

  it("keeps every digit of every number, on the wire", async () => {
    const long = "12345678901234567890.10";
    const value = { n: rawJson(long), deep: [{ n: rawJson(long) }] };
    const text = `{"n":${long},"deep":[{"n":${long}}]}`;
    const server = await start(fakeGateway(() => succeeded(value, text)));
    const reply = await post(server.url, ...message("tools/call", callOf()));
    expect(reply.text).toContain(`"structuredContent":${text}`);
    expect(reply.json.result.content[0].text).toBe(text);
  });

  it("sends a long result whole", async () => {
    const value = { text: "x".repeat(200_000) };
    const server = await start(fakeGateway(() => succeeded(value)));
    const reply = await post(server.url, ...message("tools/call", callOf()));
    expect(reply.json.result.structuredContent).toEqual(value);
  });

  it("keeps the number that the vendor promised for a missing scope, with HTTP 200", async () => {
    const server = await start(fakeGateway(() => failed("scope_required", "needs VOUCHER_READ")));
    const reply = await post(server.url, ...message("tools/call", callOf()));
    expect(reply).toMatchObject({
      status: 200,
      json: { error: { code: -32004, message: "needs VOUCHER_READ", data: { code: "scope_required" } } },
    });
  });

  it("answers a refusal of the upstream as a result that a model can read", async () => {
    const server = await start(
      fakeGateway(() => failed("upstream_rejected", "already redeemed", { meta: { status: 409 } })),
    );
    const reply = await post(server.url, ...message("tools/call", callOf()));
    expect(reply.json.result.isError).toBe(true);
    expect(JSON.parse(reply.json.result.content[0].text).error).toMatchObject({
      code: "upstream_rejected",
      status: 409,
    });
  });

  it.each([
    ["no name", {}],
    ["a name that is no string", { name: 7 }],
    ["arguments that are no object", { name: "get_voucher", arguments: [1] }],
  ])("refuses a call with %s as invalid params", async (_what, params) => {
    const gateway = fakeGateway();
    const server = await start(gateway);
    const [body, headers] = message("tools/call", params as { name?: string });
    const reply = await post(server.url, body, { ...headers, ...(era === "modern" && { "mcp-name": "7" }) });
    expect(reply.json.error.code).toBe(era === "modern" && "name" in params && params.name !== 7 ? -32020 : -32602);
    expect(gateway.calls).toEqual([]);
  });

  it("does not know a method that is not there", async () => {
    const server = await start();
    const reply = await post(server.url, ...message("prompts/list"));
    expect(reply.json.error.code).toBe(-32601);
    expect(reply.status).toBe(era === "modern" ? 404 : 200);
  });

  it("takes a notification with 202 and says nothing", async () => {
    const server = await start();
    const [body, headers] = message("notifications/initialized");
    const { id: _id, ...notification } = body as { id: unknown };
    const reply = await post(server.url, notification, headers);
    expect(reply).toMatchObject({ status: 202, text: "" });
  });

  it("mints no session and heeds none", async () => {
    const server = await start();
    const [body, headers] = message("tools/list");
    const reply = await post(server.url, body, { ...headers, "mcp-session-id": "abc", "last-event-id": "9" });
    expect(reply.status).toBe(200);
    expect(reply.headers.get("mcp-session-id")).toBeNull();
  });

  it("does not mind what the client accepts, since there is one kind of answer", async () => {
    const server = await start();
    const [body, headers] = message("tools/list");
    for (const accept of ["*/*", "application/json", "text/event-stream"]) {
      expect((await post(server.url, body, { ...headers, accept })).headers.get("content-type")).toBe(
        "application/json",
      );
    }
  });

  it("keeps a hundred calls with the same id apart", async () => {
    const answer = async ({ arguments: { code } }: ReceivedCall) => succeeded({ code });
    const server = await start(fakeGateway(answer));
    const codes = Array.from({ length: 100 }, (_, index) => `C${index}`);
    const replies = await Promise.all(
      codes.map((code) => post(server.url, ...message("tools/call", { name: "get_voucher", arguments: { code } }))),
    );
    expect(replies.map((reply) => reply.json.result.structuredContent.code)).toEqual(codes);
  });
});

describe("in the modern era only", () => {
  it("says for how long a list may be kept, and by whom", async () => {
    const server = await start();
    const reply = await post(server.url, ...modern("tools/list"));
    expect(reply.json.result).toMatchObject({ ttlMs: 60_000, cacheScope: "private", resultType: "complete" });
  });

  it("says what it is when discovered", async () => {
    const server = await start();
    const { result } = (await post(server.url, ...modern("server/discover"))).json;
    expect(result).toMatchObject({
      supportedVersions: ["2026-07-28"],
      instructions: "Read before you write.",
      cacheScope: "private",
    });
    expect(result._meta["io.modelcontextprotocol/serverInfo"]).toMatchObject({
      name: "vauchflow",
      title: "Vauchflow",
      version: "1.2.3",
      websiteUrl: "https://docs.vauchflow.example/mcp",
    });
  });

  it("knows the client by its envelope", async () => {
    const gateway = fakeGateway();
    const server = await start(gateway);
    await post(server.url, ...modern("tools/call", callOf()));
    expect(gateway.calls[0]?.client).toMatchObject({ name: "test", version: "1" });
  });

  const [call, headers] = modern("tools/call", callOf());
  it.each<[string, object, Record<string, string | undefined>, number]>([
    ["a version header that differs", call, { ...headers, "mcp-protocol-version": "2025-11-25" }, -32020],
    ["no version header", call, { ...headers, "mcp-protocol-version": undefined }, -32020],
    ["no method header", call, { ...headers, "mcp-method": undefined }, -32020],
    ["a method header that differs", call, { ...headers, "mcp-method": "tools/list" }, -32020],
    ["no name header", call, { ...headers, "mcp-name": undefined }, -32020],
    ["a name header that differs", call, { ...headers, "mcp-name": "redeem_voucher" }, -32020],
    ["a name header in broken Base64", call, { ...headers, "mcp-name": "=?base64?%%%?=" }, -32020],
    [
      "a version that nobody speaks",
      versioned("2031-01-01"),
      { ...headers, "mcp-protocol-version": "2031-01-01" },
      -32022,
    ],
    ["an envelope without capabilities", withoutCapabilities(), headers, -32602],
    ["a modern header and no envelope", legacy("tools/call", callOf())[0], headers, -32602],
  ])("refuses %s with 400", async (_what, body, sent, code) => {
    const gateway = fakeGateway();
    const server = await start(gateway);
    const given = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >;
    const reply = await post(server.url, body, given);
    expect(reply).toMatchObject({ status: 400, json: { error: { code } } });
    expect(gateway.calls).toEqual([]);
  });

  it("reads a name header in Base64, and any letter case of header names", async () => {
    const server = await start();
    const encoded = `=?base64?${Buffer.from("get_voucher").toString("base64")}?=`;
    const reply = await post(server.url, call, {
      "MCP-PROTOCOL-VERSION": "2026-07-28",
      "MCP-METHOD": "tools/call",
      "MCP-NAME": encoded,
    });
    expect(reply.json.result.structuredContent).toEqual({ code: "SUMMER20" });
  });

  it("answers the wish to hear of changes with a stream that ends at once, since nothing changes while it runs", async () => {
    const server = await start();
    const [body, given] = modern("subscriptions/listen", { notifications: {} });
    const sent = { "content-type": "application/json", "x-api-key": key, ...given };
    const response = await fetch(server.url, { method: "POST", headers: sent, body: JSON.stringify(body) });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(await response.text()).toMatch(/acknowledged.*"id":"m7","result":/s);
  });
});

describe("in the legacy era only", () => {
  it("negotiates a version, and says what it is", async () => {
    const server = await start();
    const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "old", version: "1" } };
    const { json } = await post(server.url, { jsonrpc: "2.0", id: 1, method: "initialize", params });
    expect(json.result).toMatchObject({ protocolVersion: "2025-06-18", serverInfo: { name: "vauchflow" } });
    const newer = await post(server.url, {
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { ...params, protocolVersion: "1999-01-01" },
    });
    expect(newer.json.result.protocolVersion).toBe("2025-11-25");
  });

  it("serves a call without initialize and without a version header", async () => {
    const server = await start();
    const reply = await post(server.url, legacy("tools/call", callOf())[0]);
    expect(reply.json.result.structuredContent).toEqual({ code: "SUMMER20" });
  });

  it("refuses a version header that it does not know with 400, naming those that it does", async () => {
    const server = await start();
    const reply = await post(server.url, legacy("tools/list")[0], { "mcp-protocol-version": "1999-01-01" });
    expect(reply).toMatchObject({
      status: 400,
      json: { id: 7, error: { data: { supported: expect.arrayContaining(["2025-11-25"]) } } },
    });
    expect(reply.json.error.code).toBe(-32600);
  });

  it("ignores the headers of the modern era", async () => {
    const server = await start();
    const reply = await post(server.url, legacy("tools/list")[0], { "mcp-method": "tools/call", "mcp-name": "x" });
    expect(reply.status).toBe(200);
  });

  it("takes a posted response with 202", async () => {
    const server = await start();
    expect(await post(server.url, { jsonrpc: "2.0", id: 3, result: {} })).toMatchObject({ status: 202, text: "" });
  });

  it("wraps a reply that is no object, as that era demands", async () => {
    const server = await start(fakeGateway(() => succeeded([1, 2])));
    const reply = await post(server.url, ...legacy("tools/call", callOf()));
    expect(reply.json.result.structuredContent).toEqual({ result: [1, 2] });
  });
});

function versioned(version: string): object {
  const [body] = modern("tools/call", callOf());
  return JSON.parse(JSON.stringify(body).replaceAll("2026-07-28", version));
}

function withoutCapabilities(): object {
  const [body] = modern("tools/call", callOf());
  return JSON.parse(JSON.stringify(body).replace('"io.modelcontextprotocol/clientCapabilities":{},', ""));
}

/** `JSON.rawJSON` (ES2026), which TypeScript's library does not know yet. */
function rawJson(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
}
