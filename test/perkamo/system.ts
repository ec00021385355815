/**
 * The whole of Perkamo in one process, as `npm start -- perkamo` runs it: authorization server, upstream, gateway, HTTP door.
 * For tests.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type AuthorizationServer, startAuthorizationServer } from "@toolspec/example-authorization-server";
import { startPerkamo } from "@toolspec/example-perkamo";
import { server } from "@toolspec/generated/perkamo";
import { composeGateway, defaultSettings } from "@toolspec/runtime";
import { serveHttp } from "@toolspec/runtime/http";
import { onTestFinished } from "vitest";
import { openWire } from "../wire.ts";

/** Every tool's name, in spec order. */
export const allTools: readonly string[] = server.tools.map((tool) => tool.name);

/** Names of the tools that change something, in spec order. */
export const allWrites: readonly string[] = server.tools
  .filter(({ access }) => access === "write")
  .map(({ name }) => name);

export const readOnly = ["mcp:read"] as const;
const readAndWrite = ["mcp:read", "mcp:write"] as const;

export const serviceKey = "pk_service_key-of-the-mcp-server";
export const identitySecret = "an identity secret that only the two sides know";

export interface StartOptions {
  /** Of the upstream, Unix milliseconds. */
  readonly now?: () => number;
  /** Speak to this upstream, of the test's own making, instead of Perkamo. */
  readonly upstreamUrl?: string;
  /** Another address that the authorization server issues tokens for. */
  readonly alsoFor?: string;
  /** How the upstream is told who is calling. Default: as server.yaml says, by the server's own key and a signed identity. */
  readonly credentials?: "exchange";
  /** Stand before Perkamo: given its address, returns the one to speak to. */
  readonly before?: (upstreamUrl: string) => Promise<string>;
}

/** This server, as the authorization server knows it where tokens are exchanged (RFC 8693). */
export const exchange = {
  clientId: "perkamo-mcp",
  clientSecret: "a client secret that only the two sides know",
  audience: "perkamo-api",
} as const;

/** Whose token, for which Space, with which scopes. */
export interface TokenOptions {
  /** Default: ada, an owner. */
  readonly account?: string;
  /** Default: acme-test. */
  readonly space?: string;
  /** Default: mcp:read and mcp:write. */
  readonly scopes?: readonly string[];
  /** Default: five minutes. */
  readonly ttlSeconds?: number;
}

/** One authorization server for all tests of a process, and ended with it: making its keys takes longer than most tests. */
const resources = new Set<string>();
let starting: Promise<AuthorizationServer> | undefined;

/** The upstream's demo data as they were made for the first test, for the same reason; of one that has a time of its own they are new. */
let demo: Uint8Array | undefined;

/** Start everything on free ports; it ends with the test. */
export async function startSystem(options: StartOptions = {}) {
  starting ??= startAuthorizationServer({ port: 0, resources: () => [...resources], exchange });
  const login = await starting;
  const upstream = await startPerkamo({
    port: 0,
    host: "127.0.0.1",
    serviceKey,
    identitySecret,
    tokens: { issuer: login.issuer, audience: exchange.audience, jwksUrl: `${login.issuer}/jwks` },
    ...(options.now ? { clock: { now: options.now } } : demo && { saved: demo }),
  });
  if (!options.now) demo ??= upstream.save();
  const upstreamUrl = options.upstreamUrl ?? (await options.before?.(upstream.url)) ?? upstream.url;
  // The audience of every token is the address of this server, so that the port has to be known first.
  const port = await freePort();
  const url = `http://127.0.0.1:${port}${server.mcp.path}`;
  resources.add(url);
  if (options.alsoFor !== undefined) resources.add(options.alsoFor);
  const logged: string[] = [];
  const credentials = { kind: "exchange", tokenUrl: `${login.issuer}/token`, ...exchange } as const;
  const house = await composeGateway({
    server: options.credentials === undefined ? server : { ...server, upstream: { ...server.upstream, credentials } },
    settings: { ...defaultSettings, data: ":memory:", logLevel: "debug", callsPerMinute: 100_000 },
    variables: {
      PERKAMO_API_URL: upstreamUrl,
      PERKAMO_SERVICE_KEY: serviceKey,
      PERKAMO_IDENTITY_SECRET: identitySecret,
      PERKAMO_ISSUER: login.issuer,
      PERKAMO_MCP_URL: url,
    },
    writeLog: (line) => logged.push(line),
  });
  const http = await serveHttp(house.gateway, { ...house.ports, host: "127.0.0.1", port });
  onTestFinished(async () => {
    await http.close();
    await house.close();
    await upstream.close();
    resources.delete(url);
  });

  /** A ready-made access token, as if the person had logged in and consented. */
  function tokenFor({ account = "ada", space, scopes = readAndWrite, ttlSeconds }: TokenOptions = {}): Promise<string> {
    const home = space ?? (account === "gil" ? "globex-test" : "acme-test");
    return login.accessToken({
      account,
      space: home,
      scopes,
      resource: url,
      ...(ttlSeconds !== undefined && { ttlSeconds }),
    });
  }
  const owner = await tokenFor();

  return {
    url,
    login,
    upstream,
    house,
    logged,
    owner,
    tokenFor,
    ...openWire({ url, key: owner, credential: (token) => ({ authorization: `Bearer ${token}` }) }),
  };
}

export type System = Awaited<ReturnType<typeof startSystem>>;

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
