/** A forwarder before a raw socket, calls as policy clears them, and what they end in. For tests. */
import { once } from "node:events";
import { createServer as createHttpServer, type ServerResponse } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import * as z from "zod";
import { type ClearedCall, type Outcome, Secret } from "../call.ts";
import { type AnyUpstreamRequest, type Credentials, defineTool, type ServerDefinition, type Tool } from "../codegen.ts";
import type { Logger } from "../ports.ts";
import { createForwarder, type ForwarderOptions } from "./forwarder.ts";
import { toUpstream } from "./upstream.ts";

const open: (() => Promise<unknown>)[] = [];

/** End what was started. Done after each test. */
export async function closeAll(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
}

function endWithTest(close: () => Promise<unknown>): void {
  open.push(close);
  onTestFinished(closeAll);
}

/** What the tests hand out and must not see again where it does not belong. */
export const serviceSecret = "service-secret-1234567890";
export const identitySecret = "identity-secret-of-32-bytes-or-more";
export const relaySecret = "relay-secret-of-at-least-32-bytes-1234";
export const callerKey = "vf_ak_the-callers-own-key";
export const callId = "00000000-0000-4000-8000-000000000001";
export const nowMs = Date.UTC(2026, 0, 1);

/** A server that answers each request with these bytes, or does with the socket what it likes. */
export async function startRaw(answer: string | Buffer | ((socket: Socket) => void)) {
  const requests: string[] = [];
  const server = createServer((socket) => {
    open.push(async () => socket.destroy());
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      requests.push(chunk.toString("latin1"));
      if (typeof answer === "function") answer(socket);
      else socket.write(answer);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  endWithTest(() => new Promise((resolve) => server.close(resolve)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** The bytes of one reply, JSON unless the headers say otherwise. */
export function reply(status: number, body: unknown, headers: Record<string, string> = {}): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const all = { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)), ...headers };
  return `HTTP/1.1 ${status} X\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n${text}`;
}

/** One request to a token endpoint. */
export interface TokenRequest {
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly form: Readonly<Record<string, string>>;
}

/** A token endpoint that answers as `answer` says: status and body, or whatever it does with the response itself. */
export async function startTokenEndpoint(
  answer: (request: TokenRequest, response: ServerResponse) => readonly [number, unknown] | undefined,
) {
  const requests: TokenRequest[] = [];
  const server = createHttpServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { authorization, "content-type": contentType } = request.headers;
    const received = { authorization, contentType, form: Object.fromEntries(new URLSearchParams(text)) };
    requests.push(received);
    const [status, body] = answer(received, response) ?? [];
    if (status === undefined) return;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  endWithTest(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`, requests };
}

/** A forwarder to `url`, with its log. */
export function start(
  url: string,
  changes: { credentials?: Credentials; server?: Partial<ServerDefinition> } & Partial<
    Omit<ForwarderOptions, "server">
  > = {},
) {
  const { credentials = { kind: "none" }, server, ...options } = changes;
  const log: { message: string; fields: unknown }[] = [];
  const write = (message: string, fields?: unknown) => void log.push({ message, fields });
  const logger: Logger = { debug: write, info: write, warn: write, error: write };
  const definition: ServerDefinition = {
    toolspec: 1,
    name: "vauchflow",
    title: "Vauchflow",
    version: "1.0.0",
    description: "Vouchers.",
    mcp: { path: "/v1/mcp" },
    upstream: { url, credentials, timeoutMs: 5000 },
    auth: [{ kind: "apiKey", header: "X-API-Key", kinds: { agent: { prefix: "vf_ak_" } } }],
    scopes: {},
    errors: {},
    dryRunParameter: { query: "dry_run" },
    manifest: new URL("file:///manifest"),
    tools: [],
    advertised: {},
    ...server,
  };
  const forwarder = createForwarder({
    server: definition,
    upstream: toUpstream({ url, credentials, relay: definition.relay }),
    clock: { now: () => nowMs, monotonic: () => performance.now() },
    random: { uuid: () => callId, bytes: (length) => new Uint8Array(length) },
    logger,
    ...options,
  });
  endWithTest(() => forwarder.close());
  return { ...forwarder, log };
}

/** A read, but for `changes`. */
export function tool(changes: Partial<Tool> = {}): Tool {
  const handler = () => ({ method: "get" as const, path: "/v1/x" });
  return {
    ...defineTool({
      name: "get_x",
      title: "X",
      description: "X.",
      access: "read",
      disposition: "auto",
      dryRun: "none",
      input: z.any(),
      handler,
    }),
    ...changes,
  };
}

/** A write that takes dry runs. */
export const writeTool = (changes: Partial<Tool> = {}) =>
  tool({ name: "create_x", access: "write", dryRun: "forward", ...changes });
/** What `writeTool` sends unless a test says otherwise. */
export const writeRequest: AnyUpstreamRequest = { method: "post", path: "/v1/x", body: { a: 1 } };

/** A call as policy clears it. */
export function call(changes: Partial<ClearedCall> = {}): ClearedCall {
  const subject = changes.tool ?? tool();
  return {
    id: callId,
    atMs: nowMs,
    caller: {
      tenant: "acme",
      kind: "agent",
      id: "key_1",
      name: "Agent",
      scopes: new Set(["B", "A"]),
      bypasses: new Set(),
      credential: new Secret(callerKey),
    },
    era: "modern",
    client: {},
    toolName: subject.name,
    arguments: {},
    signal: new AbortController().signal,
    tool: subject,
    input: {},
    controls: { dryRun: changes.decision?.kind === "dry_run", confirm: false },
    canAsk: false,
    decision: { kind: "run", why: "test" },
    request: subject.access === "write" ? writeRequest : { method: "get", path: "/v1/x" },
    ...changes,
  } as ClearedCall;
}

/** The decision for a dry run that the upstream is asked for. */
export const dryRun = { kind: "dry_run", how: "forward", insteadOf: "auto", why: "asked" } as const;

/** The error that a call ended in. */
export function failed(outcome: Outcome) {
  if (outcome.kind !== "failed") throw new Error(`expected a failure, got ${JSON.stringify(outcome)}`);
  return outcome.error;
}
