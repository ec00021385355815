/** A list narrowed by toolsets, as clients see it that nobody here wrote, and as one client over stdio gets it from the settings. */
import { PassThrough } from "node:stream";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as StreamableHTTPClientTransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ConfigError, composeGateway, defaultSettings, mintKey, systemClock, systemRandom } from "@toolspec/runtime";
import type { ServerDefinition } from "@toolspec/runtime/codegen";
import { serveHttp } from "@toolspec/runtime/http";
import { serveStdio } from "@toolspec/runtime/stdio";
import { describe, expect, it, onTestFinished } from "vitest";
import { connectRemote } from "../../runtime/src/adapter/call-remote.ts";
import { server as gifts } from "../workers/gifts.ts";
import { caller, ports } from "./gateway.ts";

const [read, points, send] = gifts.tools as [
  ServerDefinition["tools"][0],
  ServerDefinition["tools"][0],
  ServerDefinition["tools"][0],
];
const server: ServerDefinition = {
  ...gifts,
  toolsets: {
    reading: { description: "Look at gifts.", default: true, tools: [read] },
    giving: { description: "Give.", tools: [points, send] },
  },
};
const every = ["read_gift", "give_points", "send_gift"];

async function compose(toolsets: readonly string[] = []) {
  const settings = { ...defaultSettings, data: ":memory:", logLevel: "error" as const, toolsets };
  const house = await composeGateway({ server, settings, variables: { GIFTS_URL: "http://127.0.0.1:1" } });
  onTestFinished(() => house.close());
  return house;
}

async function startHttp(toolsets?: readonly string[]) {
  const house = await compose(toolsets);
  const http = await serveHttp(house.gateway, { ...house.ports, port: 0, drainTimeoutMs: 100 });
  onTestFinished(() => http.close());
  const minted = { server, kindName: "agent", tenant: "acme", name: "test", scopes: [] };
  const { key, record } = mintKey({ ...minted, clock: systemClock, random: systemRandom });
  await house.store.keys.insert(record);
  return { url: http.url, key: key.reveal() };
}

/** What the tests ask of a client; both SDK generations offer it. */
interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(params: { name: string; arguments: Record<string, unknown> }): Promise<unknown>;
}

type Connect = (url: URL, headers: Record<string, string>) => Promise<AnyClient>;

const me = { name: "interop", version: "1" };

const connectV1: Connect = async (url, headers) => {
  const client = new ClientV1(me);
  await client.connect(new StreamableHTTPClientTransportV1(url, { requestInit: { headers } }) as never);
  onTestFinished(() => client.close());
  return client as unknown as AnyClient;
};

const connectV2: Connect = async (url, headers) => {
  const client = new Client(me, { versionNegotiation: { mode: "auto" } });
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
  onTestFinished(() => client.close());
  return client as unknown as AnyClient;
};

describe.each([
  ["the v1 SDK", connectV1],
  ["the v2 client", connectV2],
] as const)("%s", (_name, connect) => {
  it("lists and calls what it asked for by address or header, the default sets else, and is told what there is", async () => {
    const { url, key } = await startHttp();
    const open = (query: string, headers: Record<string, string> = {}) =>
      connect(new URL(`${url}${query}`), { "x-api-key": key, ...headers });
    const names = async (client: AnyClient) => (await client.listTools()).tools.map(({ name }) => name);

    expect(await names(await open(""))).toEqual(["read_gift"]);
    expect(await names(await open("?toolsets=reading,giving"))).toEqual(every);
    expect(await names(await open("?toolsets=all"))).toEqual(every);
    expect(await names(await open("", { "X-MCP-Toolsets": "default, giving" }))).toEqual(every);
    const giving = await open("?toolsets=giving", { "X-MCP-Toolsets": "reading" });
    expect(await names(giving)).toEqual(["give_points", "send_gift"]);

    const sent = giving.callTool({ name: "send_gift", arguments: { id: "mug" } });
    await expect(sent).resolves.toMatchObject({ structuredContent: { status: "pending_approval" } });
    const outside = giving.callTool({ name: "read_gift", arguments: { id: "mug" } });
    await expect(outside).rejects.toMatchObject({ code: -32602, data: { code: "unknown_tool" } });
    await expect(open("?toolsets=giving,nope")).rejects.toThrow(/"nope\\*".*This server has reading, giving/);
  });
});

it("refuses an unknown toolset with 400, for the request that named it", async () => {
  const { url, key } = await startHttp(["all"]);
  const post = (query: string) =>
    fetch(`${url}${query}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": key },
      body: JSON.stringify({ jsonrpc: "2.0", id: 9, method: "tools/list" }),
    });
  const refused = await post("?toolsets=nope");
  const data = { code: "unknown_toolset", error: { meta: { known: ["reading", "giving"] } } };
  expect([refused.status, await refused.json()]).toMatchObject([400, { id: 9, error: { code: -32602, data } }]);
  expect(await (await post("")).json()).toMatchObject({ result: { tools: every.map((name) => ({ name })) } });
  const { toolsets } = (await (await fetch(url)).json()) as { toolsets: unknown[] };
  expect(toolsets[0]).toEqual({ name: "reading", description: "Look at gifts.", tools: 1, default: true });
});

it("is no hindrance to a call by the command, which names the tool that it wants", async () => {
  const { url, key } = await startHttp();
  const toolsOf = async (query: string) => {
    const remote = await connectRemote({ url: `${url}${query}`, headers: { "X-API-Key": key }, version: "1" });
    await remote.close();
    return remote.tools.map(({ name }) => name);
  };
  expect([await toolsOf(""), await toolsOf("?toolsets=default")]).toEqual([every, ["read_gift"]]);
  await expect(toolsOf("?toolsets=nope")).rejects.toThrow(
    /refused: There is no toolset "nope"\. This server has reading, giving/,
  );
});

it("narrows over stdio as the settings say, which must name sets that there are", async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const { gateway } = await compose(["giving"]);
  const { closed } = serveStdio(gateway, { ...ports, caller, input, output });
  input.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" })}\n`);
  input.end();
  await closed;
  const { result } = JSON.parse(String(output.read()));
  expect(result.tools.map(({ name }: { name: string }) => name)).toEqual(["give_points", "send_gift"]);

  const refused = compose(["given"]);
  await expect(refused).rejects.toThrow(ConfigError);
  await expect(refused).rejects.toThrow(/--toolsets, or TOOLSPEC_TOOLSETS: There is no toolset "given"/);
});
