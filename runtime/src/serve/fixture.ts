import { connect } from "node:net";
import { type Caller, type Outcome, type ReceivedCall, Secret } from "../call.ts";
import type { ServerDefinition } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import type { Gateway, ListedTool } from "../gateway.ts";
import type { Clock, Logger, Random } from "../ports.ts";

/** Ports for tests of the doors: time stands still, identifiers count, the log is a list. */
export function fakePorts(): { clock: Clock; random: Random; logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const log = (message: string, fields?: object) => lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  let count = 0;
  return {
    lines,
    clock: { now: () => 1_750_000_000_000, monotonic: () => 0 },
    random: {
      uuid: () => `00000000-0000-4000-8000-${String(++count).padStart(12, "0")}`,
      bytes: (length) => new Uint8Array(length),
    },
    logger: { debug: log, info: log, warn: log, error: log },
  };
}

/** The key that `fakeGateway` knows. */
export const key = "vf_ak_full";

/** A caller as `fakeGateway` makes one. */
export function fakeCaller(): Caller {
  const scopes = new Set(["VOUCHER_READ"]);
  const credential = new Secret(key);
  return { tenant: "t1", kind: "agent", id: "key-1", name: "test", scopes, bypasses: new Set(), credential };
}

/** A legacy message and its headers. */
export function legacy(method: string, params: object = {}): [object, Record<string, string>] {
  return [{ jsonrpc: "2.0", id: 7, method, params }, { "mcp-protocol-version": "2025-11-25" }];
}

/** A modern message and its headers. */
export function modern(
  method: string,
  params: { name?: string } & Record<string, unknown> = {},
): [object, Record<string, string>] {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  };
  const name: Record<string, string> = params.name === undefined ? {} : { "mcp-name": params.name };
  const headers = { "mcp-protocol-version": "2026-07-28", "mcp-method": method, ...name };
  return [{ jsonrpc: "2.0", id: "m7", method, params: { ...params, _meta } }, headers];
}

/** What came back, its JSON parsed if it is JSON. */
export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever stands there
  readonly json: any;
}

/** POST a message with a good key. */
export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Seen> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key, ...headers },
    body: typeof body === "string" || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
  });
  return await seen(response);
}

/** Read a response to its end. */
export async function seen(response: Response): Promise<Seen> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
}

/** Write bytes to a port and collect all that comes back until the server hangs up. */
export async function rawExchange(port: number, bytes: string, onError = (_error: Error) => {}): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(bytes);
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once("close", () => resolve()).on("error", onError);
  await promise;
  return text;
}

/** A gateway of two tools, that notes its calls and answers with `answer`. */
export function fakeGateway(
  answer: (call: ReceivedCall) => Outcome | Promise<Outcome> = () => succeeded({ code: "SUMMER20" }),
  server: Partial<ServerDefinition> = {},
): Gateway & { calls: ReceivedCall[]; authentications: number } {
  const calls: ReceivedCall[] = [];
  const gateway = {
    server: { ...definition, ...server },
    calls,
    authentications: 0,
    async authenticate(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Promise<Caller> {
      gateway.authentications++;
      if (headers["x-api-key"] === key) return fakeCaller();
      if (headers["x-api-key"] === "down") throw new GatewayError("auth_unavailable", "keys cannot be read; try again");
      throw new GatewayError("unauthenticated", "send a valid key in X-API-Key");
    },
    chooseToolsets: () => undefined,
    listTools: () => listed,
    findApproval: async () => undefined,
    findParked: async () => undefined,
    withdrawApproval: async () => undefined,
    async call(call: ReceivedCall): Promise<Outcome> {
      calls.push(call);
      return await answer(call);
    },
  };
  return gateway;
}

/** A success with `value`, or with exactly `text`. */
export function succeeded(
  value: unknown,
  text: string = JSON.stringify(value),
): Extract<Outcome, { kind: "succeeded" }> {
  return { kind: "succeeded", text, value, exchange: { method: "GET", target: "/", status: 200, durationMs: 1 } };
}

/** A failure with this code. */
export function failed(...args: ConstructorParameters<typeof GatewayError>): Extract<Outcome, { kind: "failed" }> {
  return { kind: "failed", error: new GatewayError(...args) };
}

const annotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

const listed: readonly ListedTool[] = ["get_voucher", "redeem_voucher"].map((name) => ({
  name,
  title: `Title of ${name}`,
  description: `What ${name} does.`,
  inputSchema: { type: "object", properties: { code: { type: "string" } }, additionalProperties: false },
  outputSchema: { type: "object", properties: { code: { type: "string" } } },
  annotations,
}));

const definition: ServerDefinition = {
  toolspec: 1,
  name: "vauchflow",
  title: "Vauchflow",
  version: "1.2.3",
  description: "Vouchers and campaigns.",
  instructions: "Read before you write.",
  website: "https://docs.vauchflow.example/mcp",
  mcp: { path: "/v1/mcp" },
  upstream: { url: "http://127.0.0.1:1", credentials: { kind: "none" }, timeoutMs: 1_000 },
  auth: [],
  scopes: {},
  errors: { scope_required: { rpc: -32004 }, unknown_tool: { rpc: -32601 }, "404": { rpc: -32603 } },
  manifest: new URL("./fixture.ts", import.meta.url),
  tools: [],
  advertised: Object.fromEntries(listed.map(({ name, ...advertised }) => [name, advertised])),
};
