/** The gifts server as `serve --workers` runs it: real processes, an upstream that counts, and the store that they share. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeGateway, defaultSettings, mintKey, systemClock, systemRandom } from "@toolspec/runtime";
import { server } from "./gifts.ts";

const bin = join(import.meta.dirname, "../../runtime/dist/bin.js");
const registrations = join(import.meta.dirname, "gifts.ts");

/** Milliseconds for one call. */
const callTimeoutMs = 5_000;

/** Milliseconds that the upstream takes for the gift `slow`. */
const slowMs = 2_000;

async function startUpstream() {
  const counts = new Map<string, number>();
  /** One for each process that has called: each keeps its own connection. */
  const ports = new Set<number | undefined>();
  const upstream = createServer((request, response) => {
    const { url = "", socket } = request;
    ports.add(socket.remotePort);
    counts.set(url, (counts.get(url) ?? 0) + 1);
    request.resume();
    const answer = () => response.setHeader("content-type", "application/json").end(JSON.stringify({ url }));
    if (url.endsWith("/slow")) setTimeout(answer, slowMs);
    else answer();
  }).listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  return { counts, ports, url, close: () => upstream.close().closeAllConnections() };
}

/** Start a process that serves. */
export function serve(
  args: readonly string[],
  upstreamUrl = "http://127.0.0.1:1",
): ChildProcess & { logged(): string } {
  const child = spawn(process.execPath, [bin, "serve", registrations, ...args], {
    env: { ...process.env, GIFTS_URL: upstreamUrl },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  child.stderr?.on("data", (chunk) => (text += chunk));
  return Object.assign(child, { logged: () => text });
}

export async function until<Value>(what: string, look: () => Value | undefined | Promise<Value | undefined>) {
  const end = Date.now() + 40_000;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: it did not come to that`);
}

/** Processes that this one has started and that are alive. */
export function childrenOf({ pid }: ChildProcess): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Everything, with `workers` processes that listen. */
export async function startWorkers(workers: number) {
  const upstream = await startUpstream();
  const data = join(mkdtempSync(join(tmpdir(), "toolspec-workers-")), "toolspec.sqlite");
  const primary = serve(["--workers", String(workers), "--port", "0", "--data", data], upstream.url);
  const listening = () => [...primary.logged().matchAll(/"url":"([^"]+)"/g)].map(([, url = ""]) => url);
  await until("all workers listen", () => (listening().length >= workers ? true : undefined));
  const [url = ""] = listening();
  // A replica that runs nothing: operators work through it.
  const settings = { ...defaultSettings, data, logLevel: "error" as const };
  const house = await composeGateway({ server, settings, variables: { GIFTS_URL: "http://127.0.0.1:1" } });
  if (house.approvals === undefined) throw new Error("the house has no approvals");
  await house.approvals.executor.close();

  async function makeKey() {
    const options = { server, kindName: "agent", tenant: "acme", name: "test", scopes: [] };
    const { key, record } = mintKey({ ...options, clock: systemClock, random: systemRandom });
    await house.store.keys.insert(record);
    return { key: key.reveal(), id: record.id };
  }

  /** Call a tool over a connection of its own, so that any worker may get it. */
  async function call(key: string, name: string, id: string, more: object = {}) {
    const meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": { elicitation: {} },
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
    };
    const params = { name, arguments: { id }, ...more, _meta: meta };
    const headers = {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "x-api-key": key,
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": name,
    };
    // Nothing may hang, whoever dies.
    const signal = AbortSignal.timeout(callTimeoutMs);
    const request = httpRequest(url, { method: "POST", agent: false, headers, signal });
    request.end(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }));
    const [response] = await once(request, "response");
    let text = "";
    for await (const chunk of response) text += chunk;
    const { result } = JSON.parse(text);
    const inner = result?.content?.[0]?.text;
    return {
      status: response.statusCode as number,
      result,
      inner: inner === undefined ? undefined : JSON.parse(inner),
    };
  }

  return {
    upstream,
    primary,
    desk: house.approvals.desk,
    store: house.store,
    makeKey,
    call,
    async close() {
      primary.kill("SIGKILL");
      await house.close();
      upstream.close();
    },
  };
}
