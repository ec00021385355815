import { spawn } from "node:child_process";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as StdioClientTransportV1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as StreamableHTTPClientTransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { serveHttp } from "@toolspec/runtime/http";
import { describe, expect, it, onTestFinished } from "vitest";
import { createVoucherGateway, key, ports } from "./gateway.ts";

const me = { name: "interop", version: "1" };
const stdio = { command: process.execPath, args: [join(import.meta.dirname, "stdio-server.ts")] };

async function startHttp(): Promise<URL> {
  const server = await serveHttp(createVoucherGateway(), { port: 0, drainTimeoutMs: 100, ...ports });
  onTestFinished(() => server.close());
  return new URL(server.url);
}

/** What the tests ask of a client; both SDK generations offer it. */
interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  listPrompts(): Promise<{ prompts: { name: string; arguments?: { name: string; required?: boolean }[] }[] }>;
  getPrompt(params: { name: string; arguments?: Record<string, string> }): Promise<unknown>;
  callTool(params: { name: string; arguments: Record<string, unknown> }): Promise<unknown>;
  getServerVersion(): unknown;
  getInstructions(): unknown;
  close(): Promise<void>;
}

const requestInit = (apiKey: string) => ({ requestInit: { headers: { "x-api-key": apiKey } } });

async function connectV1(apiKey = key): Promise<AnyClient> {
  const client = new ClientV1(me);
  await client.connect(new StreamableHTTPClientTransportV1(await startHttp(), requestInit(apiKey)) as never);
  return client as unknown as AnyClient;
}

async function connectV2(mode: "legacy" | "auto" | { pin: string }, apiKey = key): Promise<Client> {
  const client = new Client(me, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(await startHttp(), requestInit(apiKey)));
  return client;
}

async function connectV1Stdio(): Promise<AnyClient> {
  const client = new ClientV1(me);
  await client.connect(new StdioClientTransportV1(stdio));
  return client as unknown as AnyClient;
}

async function connectV2Stdio(mode: "legacy" | "auto"): Promise<AnyClient> {
  const client = new Client(me, { versionNegotiation: { mode } });
  await client.connect(new StdioClientTransport(stdio));
  return client as unknown as AnyClient;
}

const connections: [string, () => Promise<AnyClient>][] = [
  ["the v1 SDK over HTTP", () => connectV1()],
  ["the v2 client over HTTP, legacy", async () => (await connectV2("legacy")) as unknown as AnyClient],
  ["the v2 client over HTTP, left to find out", async () => (await connectV2("auto")) as unknown as AnyClient],
  [
    "the v2 client over HTTP, modern only",
    async () => (await connectV2({ pin: "2026-07-28" })) as unknown as AnyClient,
  ],
  ["the v1 SDK over stdio", connectV1Stdio],
  ["the v2 client over stdio, legacy", () => connectV2Stdio("legacy")],
  ["the v2 client over stdio, left to find out", () => connectV2Stdio("auto")],
];

describe.each(connections)("%s", (_name, connect) => {
  it("lists, reads, reads an error, and is refused for a missing scope", async () => {
    const client = await connect();
    onTestFinished(() => client.close());
    expect(client.getServerVersion()).toMatchObject({ name: "vauchflow", version: "1.2.3" });
    expect(client.getInstructions()).toBe("Read before you write.");
    expect((await client.listTools()).tools.map((tool) => tool.name)).toEqual(["get_voucher", "redeem_voucher"]);

    const found = await client.callTool({ name: "get_voucher", arguments: { code: "SUMMER20" } });
    expect(found).toMatchObject({ structuredContent: { code: "SUMMER20", remaining: 94 } });
    const none = await client.callTool({ name: "get_voucher", arguments: { code: "NONE" } });
    expect(none).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('"status":404') }] });
    const refusal = client.callTool({ name: "redeem_voucher", arguments: { code: "SUMMER20" } });
    await expect(refusal).rejects.toMatchObject({ code: -32004, data: { code: "scope_required" } });
  });
});

describe.each(connections)("%s", (_name, connect) => {
  it("is refused a prompt with its reason, lists prompts, and gets one", async () => {
    const client = await connect();
    onTestFinished(() => client.close());
    await expect(client.getPrompt({ name: "redeem" })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining("code is required"),
    });
    await expect(client.getPrompt({ name: "refund" })).rejects.toMatchObject({ code: -32602 });
    expect((await client.listPrompts()).prompts).toMatchObject([
      { name: "redeem", arguments: [{ name: "code", required: true }, { name: "reason" }] },
    ]);
    expect(await client.getPrompt({ name: "redeem", arguments: { code: "{reason}" } })).toMatchObject({
      messages: [{ role: "user", content: { type: "text", text: "Redeem {reason} for the customer." } }],
    });
  });
});

describe("era negotiation", () => {
  it("ends in the modern era with a client that looks for it", async () => {
    const client = await connectV2("auto");
    onTestFinished(() => client.close());
    expect(client.getProtocolEra()).toBe("modern");
  });
});

describe("a wrong key", () => {
  it("is told to each client as what it is, without a detour to an authorization server", async () => {
    await expect(connectV1("wrong")).rejects.toThrow(/send a valid key|401|Unauthorized/i);
    await expect(connectV2("auto", "wrong")).rejects.toThrow(/send a valid key|401|Unauthorized/i);
  });
});

describe("the process behind stdio", () => {
  const start = () => {
    const child = spawn(stdio.command, stdio.args, { stdio: ["pipe", "pipe", "pipe"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    const { promise, resolve } = Promise.withResolvers<{ code: number | null; output: string }>();
    child.once("close", (code) => resolve({ code, output }));
    return { child, ended: promise };
  };
  const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}\n';

  it("answers what it was told and ends with its input, having written nothing but messages", async () => {
    const { child, ended } = start();
    child.stdin.end(ping);
    expect(await ended).toEqual({ code: 0, output: '{"result":{},"jsonrpc":"2.0","id":1}\n' });
  });

  it("ends on SIGTERM", async () => {
    const { child, ended } = start();
    child.stdin.write(ping);
    child.stdout.once("data", () => child.kill("SIGTERM"));
    expect((await ended).code).toBe(0);
  });
});
