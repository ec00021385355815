/** The whole of Vauchflow in one process, as `npm start` runs it: upstream, gateway, HTTP door. For tests. */
import { startVauchflow } from "@toolspec/example-vauchflow";
import { server } from "@toolspec/generated/vauchflow";
import { composeGateway, defaultSettings, mintKey, systemClock, systemRandom } from "@toolspec/runtime";
import { serveHttp } from "@toolspec/runtime/http";
import { onTestFinished } from "vitest";

export type Era = "2025-11-25" | "2026-07-28";
export const eras: readonly Era[] = ["2025-11-25", "2026-07-28"];

export const allScopes: readonly string[] = Object.keys(server.scopes);

/** Every tool's name, in spec order. */
export const allTools: readonly string[] = server.tools.map((tool) => tool.name);

/** What came back over HTTP: the JSON-RPC reply and, for a tool result, what its text holds. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the wire holds
  readonly json: any;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the wire holds
  readonly inner: any;
}

export interface StartOptions {
  readonly callsPerMinute?: number;
  /** Of the upstream, Unix milliseconds. */
  readonly now?: () => number;
  /** Speak to this upstream, of the test's own making, instead of Vauchflow. */
  readonly upstreamUrl?: string;
  /** For one upstream request. Default: as server.yaml says. */
  readonly upstreamTimeoutMs?: number;
}

/** Start everything on free ports; it ends with the test. */
export async function startSystem(options: StartOptions = {}) {
  const serviceKey = "vf_sk_upstream-service-key";
  const identitySecret = "an identity secret of 32 bytes or more";
  const upstream = await startVauchflow({
    port: 0,
    host: "127.0.0.1",
    serviceKey,
    identitySecret,
    ...(options.now && { clock: { now: options.now } }),
  });
  const logged: string[] = [];
  const house = await composeGateway({
    server: {
      ...server,
      upstream: { ...server.upstream, timeoutMs: options.upstreamTimeoutMs ?? server.upstream.timeoutMs },
    },
    settings: {
      ...defaultSettings,
      data: ":memory:",
      logLevel: "debug",
      callsPerMinute: options.callsPerMinute ?? 100_000,
    },
    variables: {
      VAUCHFLOW_API_URL: options.upstreamUrl ?? upstream.url,
      VAUCHFLOW_API_KEY: serviceKey,
      VAUCHFLOW_IDENTITY_SECRET: identitySecret,
    },
    writeLog: (line) => logged.push(line),
  });
  const http = await serveHttp(house.gateway, { ...house.ports, host: "127.0.0.1", port: 0 });
  onTestFinished(async () => {
    await http.close();
    await house.close();
    await upstream.close();
  });

  async function keyFor(kindName: string, scopes: readonly string[] = [], tenant = "acme"): Promise<string> {
    const minted = mintKey({
      server,
      kindName,
      tenant,
      name: `${kindName} for a test`,
      scopes,
      clock: systemClock,
      random: systemRandom,
    });
    await house.store.keys.insert(minted.record);
    return minted.key.reveal();
  }
  const agent = await keyFor("agent", allScopes);

  async function post(body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const response = await fetch(http.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "x-api-key": agent,
        ...headers,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const json = text.startsWith("{") ? JSON.parse(text) : undefined;
    const content = json?.result?.content?.[0]?.text;
    return {
      status: response.status,
      headers: response.headers,
      text,
      json,
      inner: content === undefined ? undefined : JSON.parse(content),
    };
  }

  function request(
    method: string,
    params: Record<string, unknown>,
    { era = "2025-11-25" as Era, key = agent } = {},
  ): Promise<Reply> {
    if (era === "2025-11-25") {
      return post({ jsonrpc: "2.0", id: 1, method, params }, { "mcp-protocol-version": era, "x-api-key": key });
    }
    const meta = {
      "io.modelcontextprotocol/protocolVersion": era,
      "io.modelcontextprotocol/clientCapabilities": {},
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
    };
    const name = typeof params.name === "string" ? { "mcp-name": params.name } : undefined;
    return post(
      { jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: meta } },
      { "mcp-protocol-version": era, "mcp-method": method, "x-api-key": key, ...name },
    );
  }

  return {
    url: http.url,
    upstream,
    house,
    logged,
    agent,
    keyFor,
    post,
    request,
    /** Call one tool. */
    call: (name: string, given: Record<string, unknown> = {}, options: { era?: Era; key?: string } = {}) =>
      request("tools/call", { name, arguments: given }, options),
  };
}
