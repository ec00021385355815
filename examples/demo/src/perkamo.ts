import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { startAuthorizationServer } from "@toolspec/example-authorization-server";
import { startPerkamo } from "@toolspec/example-perkamo";
import { server as perkamo } from "@toolspec/generated/perkamo";
import { composeGateway, defaultSettings } from "@toolspec/runtime";
import { serveHttp } from "@toolspec/runtime/http";
import type { RunningSystem, SystemOptions } from "./system.ts";

/** Seconds that the ready-made tokens are good for: a day of trying things out. Those of a login end after five minutes. */
const readyTokenTtlSeconds = 86_400;

/** Perkamo: people log in at an authorization server of their own, and every write asks for their yes. */
export async function startPerkamoSystem({ port: wanted }: SystemOptions): Promise<RunningSystem> {
  const serviceKey = randomBytes(24).toString("base64url");
  const identitySecret = randomBytes(32).toString("base64url");
  // Tokens are issued for the address of the endpoint, so that it must be known before anything listens there.
  const port = wanted === 0 ? await freePort() : wanted;
  const mcp = `http://127.0.0.1:${port}${perkamo.mcp.path}`;
  const login = await startAuthorizationServer({ port: 0, host: "127.0.0.1", resources: () => [mcp] });
  const upstream = await startPerkamo({ port: 0, host: "127.0.0.1", serviceKey, identitySecret });
  const house = await composeGateway({
    server: perkamo,
    settings: { ...defaultSettings, data: ":memory:", logLevel: "warn", logFormat: "pretty" },
    variables: {
      PERKAMO_API_URL: upstream.url,
      PERKAMO_SERVICE_KEY: serviceKey,
      PERKAMO_IDENTITY_SECRET: identitySecret,
      PERKAMO_ISSUER: login.issuer,
      PERKAMO_MCP_URL: mcp,
    },
  });
  const http = await serveHttp(house.gateway, { ...house.ports, host: "127.0.0.1", port }).catch(
    async (error: unknown) => {
      await Promise.all([house.close(), upstream.close(), login.close()]);
      throw error;
    },
  );

  const credential = async (account: string, scopes: readonly string[], note: string) => {
    const ttlSeconds = readyTokenTtlSeconds;
    const token = await login.accessToken({ account, space: "acme-test", scopes, resource: mcp, ttlSeconds });
    return { headers: { Authorization: `Bearer ${token}` }, note };
  };
  const scopes = Object.keys(perkamo.scopes);
  return {
    name: perkamo.name,
    title: perkamo.title,
    tools: perkamo.tools.length,
    mcp: http.url,
    upstream: upstream.url,
    login: login.issuer,
    credentials: {
      owner: await credential("ada", scopes, "an owner of the Space acme-test who granted reading and writing"),
      viewer: await credential("vera", scopes, "a viewer: may read, whatever was granted"),
      readonly: await credential("ada", ["mcp:read"], "the owner, who granted reading only"),
    },
    read: { tool: "get_program", arguments: {} },
    write: {
      tool: "identify_customer",
      arguments: { userId: "demo-1", email: "ada@example.com", confirm: true },
      dryRun: { userId: "demo-2", email: "ada@example.com", dry_run: true },
    },
    async close() {
      await http.close();
      await house.close();
      await Promise.all([upstream.close(), login.close()]);
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise<void>((resolve, reject) => probe.once("listening", resolve).once("error", reject));
  const { port } = probe.address() as { port: number };
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return port;
}
