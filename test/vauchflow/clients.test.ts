/** Vauchflow as clients see it that nobody here wrote: both SDK generations in both eras, and the Inspector's command. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as StreamableHTTPClientTransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { demoIds } from "@toolspec/example-vauchflow";
import { describe, expect, onTestFinished } from "vitest";
import { verifies } from "../requirements.ts";
import { allTools, startSystem } from "./system.ts";

const readScopes = ["CAMPAIGN_READ", "VOUCHER_READ", "VOUCHER_VALIDATE", "ANALYTICS_READ"];
const redemption = { code: "SUMMER20", customer_id: "cust_abc123", idempotency_key: "order-1", order_value: 75 };

/** What the test asks of a client, however it is spelt there. */
interface AnyClient {
  listTools(): Promise<readonly { readonly name: string }[]>;
  /** @returns the tool result, or rejects with the JSON-RPC error. */
  callTool(name: string, given: Record<string, unknown>): Promise<unknown>;
}

type Connect = (url: URL, key: string) => Promise<AnyClient>;

const me = { name: "interop", version: "1" };
const withKey = (key: string) => ({ requestInit: { headers: { "x-api-key": key } } });

const connectV2 =
  (mode: "legacy" | { pin: string }): Connect =>
  async (url, key) => {
    const client = new Client(me, { versionNegotiation: { mode } });
    await client.connect(new StreamableHTTPClientTransport(url, withKey(key)));
    onTestFinished(() => client.close());
    return {
      listTools: async () => (await client.listTools()).tools,
      callTool: (name, given) => client.callTool({ name, arguments: given }),
    };
  };

const connectV1: Connect = async (url, key) => {
  const client = new ClientV1(me);
  await client.connect(new StreamableHTTPClientTransportV1(url, withKey(key)) as never);
  onTestFinished(() => client.close());
  return {
    listTools: async () => (await client.listTools()).tools,
    callTool: (name, given) => client.callTool({ name, arguments: given }),
  };
};

const inspector = join(import.meta.dirname, "../../node_modules/.bin/mcp-inspector");
const run = promisify(execFile);

const connectInspector: Connect = async (url, key) => {
  const ask = async (...args: readonly string[]) => {
    const target = ["--cli", url.href, "--transport", "http", "--header", `X-API-Key: ${key}`];
    const environment = { ...process.env, NO_COLOR: "1", MCP_AUTO_OPEN_ENABLED: "false" };
    try {
      const { stdout } = await run(process.execPath, [inspector, ...target, ...args], { env: environment });
      return JSON.parse(stdout);
    } catch (error) {
      // The Inspector prints a JSON-RPC error's text and ends with 1.
      throw new Error(String((error as { stderr?: string }).stderr), { cause: error });
    }
  };
  return {
    listTools: async () => (await ask("--method", "tools/list")).tools,
    callTool: (name, given) =>
      ask(
        "--method",
        "tools/call",
        "--tool-name",
        name,
        ...Object.entries(given).flatMap(([input, value]) => ["--tool-arg", `${input}=${value}`]),
      ),
  };
};

/** The Inspector prints a JSON-RPC error's message and keeps its number to itself. */
const toldTheCode = { code: -32004 };
const toldNoCode = {};

describe.each<[string, Connect, { readonly code?: number }]>([
  ["@modelcontextprotocol/client, 2026-07-28", connectV2({ pin: "2026-07-28" }), toldTheCode],
  ["@modelcontextprotocol/client, legacy", connectV2("legacy"), toldTheCode],
  ["@modelcontextprotocol/sdk v1", connectV1, toldTheCode],
  ["MCP Inspector's CLI", connectInspector, toldNoCode],
])("%s", (_name, connect, code) => {
  verifies(
    ["vauchflow:client-config", "vauchflow:dry-run-persists-nothing", "vauchflow:error-scope"],
    "lists, reads a campaign, redeems, is refused for a missing scope, and leaves no trace of a dry run",
    async () => {
      const system = await startSystem();
      const url = new URL(system.url);
      const client = await connect(url, system.agent);
      expect((await client.listTools()).map((tool) => tool.name)).toEqual(allTools);

      const campaign = await client.callTool("get_campaign", { campaign_id: demoIds.summerSale });
      expect(campaign).toMatchObject({ structuredContent: { name: "Summer Sale" } });

      const before = system.upstream.counts();
      const dry = await client.callTool("redeem_voucher", { ...redemption, dry_run: true });
      expect(dry).toMatchObject({ structuredContent: { dry_run: true, code: "SUMMER20" } });
      expect(system.upstream.counts()).toEqual(before);

      const redeemed = await client.callTool("redeem_voucher", redemption);
      expect(redeemed).toMatchObject({ structuredContent: { code: "SUMMER20", discountAmount: 15 } });
      expect(system.upstream.counts().redemptions).toBe(before.redemptions + 1);

      const reader = await connect(url, await system.keyFor("agent", readScopes));
      const refusal = reader.callTool("redeem_voucher", redemption);
      const said = { message: expect.stringContaining("requires the 'VOUCHER_REDEEM' scope"), ...code };
      await expect(refusal).rejects.toMatchObject(said);
    },
  );
});
