/** The whole of Vauchflow in one process, as `npm start` runs it: upstream, gateway, HTTP door. For tests. */
import { startVauchflow } from "@toolspec/example-vauchflow";
import { server } from "@toolspec/generated/vauchflow";
import { composeGateway, defaultSettings, mintKey, systemClock, systemRandom } from "@toolspec/runtime";
import type { Approvals } from "@toolspec/runtime/codegen";
import { createConsoleSite } from "@toolspec/runtime/console";
import { serveHttp } from "@toolspec/runtime/http";
import { onTestFinished } from "vitest";
import { openWire } from "../wire.ts";

/** As server.yaml has it. */
export const generated = server;

/** Vauchflow's queue, as server.yaml has it. */
export const approvals: Approvals = server.approvals ?? failed("Vauchflow has no approvals");

export const allScopes: readonly string[] = Object.keys(server.scopes);

/** Every tool's name, in spec order. */
export const allTools: readonly string[] = server.tools.map((tool) => tool.name);

export interface StartOptions {
  /** Default: Vauchflow's, as generated. */
  readonly server?: typeof server;
  readonly callsPerMinute?: number;
  /** Of the upstream, Unix milliseconds. */
  readonly now?: () => number;
  /** Speak to this upstream, of the test's own making, instead of Vauchflow. */
  readonly upstreamUrl?: string;
  /** For one upstream request. Default: as server.yaml says. */
  readonly upstreamTimeoutMs?: number;
  /** SQLite file, for tests in which another process works on it. Default: in memory. */
  readonly data?: string;
  /** Default: as server.yaml says. */
  readonly approvals?: Approvals;
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
      ...(options.server ?? server),
      upstream: { ...server.upstream, timeoutMs: options.upstreamTimeoutMs ?? server.upstream.timeoutMs },
      ...(options.approvals && { approvals: options.approvals }),
    },
    settings: {
      ...defaultSettings,
      data: options.data ?? ":memory:",
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
  const http = await serveHttp(house.gateway, {
    ...house.ports,
    host: "127.0.0.1",
    port: 0,
    site: createConsoleSite(house),
  });
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

  return {
    url: http.url,
    upstream,
    house,
    logged,
    agent,
    keyFor,
    ...openWire({ url: http.url, key: agent, credential: (key) => ({ "x-api-key": key }) }),
  };
}

function failed(message: string): never {
  throw new Error(message);
}
