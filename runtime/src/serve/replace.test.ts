import { PassThrough } from "node:stream";
import { expect, it, onTestFinished } from "vitest";
import type { Outcome } from "../call.ts";
import { fakeCaller, fakeGateway, fakePorts, key, legacy, modern, post, succeeded } from "./fixture.ts";
import { serveHttp } from "./http.ts";
import { serveStdio } from "./stdio.ts";

const everything = { tools: true, prompts: true };

async function start(gateway = fakeGateway(), isReplaceable = true) {
  const server = await serveHttp(gateway, { port: 0, drainTimeoutMs: 5_000, isReplaceable, ...fakePorts() });
  onTestFinished(() => server.close());
  return server;
}

const answering = (code: string) => fakeGateway(() => succeeded({ code }));
const callTool = () => legacy("tools/call", { name: "get_voucher", arguments: {} });

/** Reads a stream of events up to the first that holds `text`. */
async function readUntil(response: Response, text: string): Promise<string> {
  let read = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    read += decoder.decode(chunk);
    if (read.includes(text)) break;
  }
  return read;
}

it("answers the next call by the new gateway, and what had begun by the one before", async () => {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<Outcome>();
  const before = fakeGateway(() => {
    begun.resolve();
    return end.promise;
  });
  const server = await start(before);
  const slow = post(server.url, ...callTool());
  await begun.promise;
  const { left } = await server.replace({ gateway: answering("NEW") }, everything);
  let hasLeft = false;
  left.then(() => {
    hasLeft = true;
  });
  expect((await post(server.url, ...callTool())).json.result.structuredContent).toEqual({ code: "NEW" });
  expect(hasLeft).toBe(false);
  end.resolve(succeeded({ code: "OLD" }));
  expect((await slow).json.result.structuredContent).toEqual({ code: "OLD" });
  await left;
});

it("moves the endpoint when the path is another one", async () => {
  const server = await start();
  const next = fakeGateway(undefined, { mcp: { path: "/elsewhere" } });
  const { url } = await server.replace({ gateway: next }, everything);
  expect(new URL(url).pathname).toBe("/elsewhere");
  expect((await post(url, ...legacy("tools/list"))).status).toBe(200);
  expect((await post(server.url, ...legacy("tools/list"))).status).toBe(404);
});

it("tells a stream of the modern era what has changed, and no more than it asked for", async () => {
  const server = await start();
  const [message, headers] = modern("subscriptions/listen", { notifications: { toolsListChanged: true } });
  const stream = await fetch(server.url, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key, ...headers },
    body: JSON.stringify(message),
  });
  await server.replace({ gateway: answering("NEW") }, everything);
  const seen = await readUntil(stream, "notifications/tools/list_changed");
  expect(seen).toContain('"toolsListChanged":true');
  expect(seen).not.toContain("prompts/list_changed");
});

const openLegacyStream = (url: string, credential = key) =>
  fetch(url, { headers: { accept: "text/event-stream", "x-api-key": credential } });

it("tells a stream of the 2025 era, which needs a credential", async () => {
  const server = await start();
  expect((await openLegacyStream(server.url, "wrong")).status).toBe(401);
  const stream = await openLegacyStream(server.url);
  await server.replace({ gateway: answering("NEW") }, { tools: false, prompts: true });
  await server.replace({ gateway: answering("NEWER") }, { tools: true, prompts: false });
  const seen = await readUntil(stream, "tools/list_changed");
  expect(seen.indexOf("prompts/list_changed")).toBeGreaterThan(-1);
});

it("declares that lists change only where they do", async () => {
  const hello = legacy("initialize", {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "t", version: "1" },
  });
  const capabilitiesOf = async (isReplaceable: boolean) => {
    const { url } = await start(fakeGateway(), isReplaceable);
    return [(await post(url, ...hello)).json.result.capabilities, (await openLegacyStream(url)).status];
  };
  expect(await capabilitiesOf(true)).toEqual([{ tools: { listChanged: true }, prompts: { listChanged: true } }, 200]);
  expect(await capabilitiesOf(false)).toEqual([{ tools: {} }, 405]);
});

it("ends its streams when it closes, and waits for none of them", async () => {
  const server = await start();
  const stream = await openLegacyStream(server.url);
  await server.close();
  expect(await stream.text()).toBe("");
});

it.each(["modern", "legacy"] as const)("tells a %s client over stdio, and answers by the new gateway", async (era) => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const server = serveStdio(fakeGateway(), {
    caller: fakeCaller(),
    input,
    output,
    isReplaceable: true,
    ...fakePorts(),
  });
  const lines = output[Symbol.asyncIterator]();
  let rest = "";
  const next = async () => {
    while (!rest.includes("\n")) rest += (await lines.next()).value;
    const [line = "", ...more] = rest.split("\n");
    rest = more.join("\n");
    return JSON.parse(line);
  };
  const send = (message: object) => input.write(`${JSON.stringify(message)}\n`);
  if (era === "legacy") {
    const clientInfo = { name: "t", version: "1" };
    send(legacy("initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo })[0]);
  } else send(modern("subscriptions/listen", { notifications: { toolsListChanged: true } })[0]);
  await next();
  server.replace(answering("NEW"), { tools: true, prompts: false });
  expect(await next()).toMatchObject({ method: "notifications/tools/list_changed" });
  send((era === "legacy" ? legacy : modern)("tools/call", { name: "get_voucher", arguments: {} })[0]);
  expect((await next()).result.structuredContent).toEqual({ code: "NEW" });
  await server.close();
});
