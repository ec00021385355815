/** Perkamo as clients see it that nobody here wrote: both SDK generations in both eras, with and without forms. */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as StreamableHTTPClientTransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { seedIds } from "@toolspec/example-perkamo";
import { describe, expect, onTestFinished } from "vitest";
import { verifies } from "../requirements.ts";
import { allTools, readOnly, startSystem } from "./system.ts";

const me = { name: "interop", version: "1" };
const withToken = (token: string) => ({ requestInit: { headers: { authorization: `Bearer ${token}` } } });
const order = { userId: seedIds.tom, event: "order.completed", transactionId: "order-88001-paid" };

/** What the test asks of a client, however it is spelt there. */
interface AnyClient {
  listTools(): Promise<{ readonly tools: readonly { readonly name: string }[] }>;
  callTool(call: { readonly name: string; readonly arguments: Record<string, unknown> }): Promise<unknown>;
}

type Connect = (url: URL, token: string) => Promise<AnyClient>;

const connectV2 =
  (mode: "legacy" | { pin: string }): Connect =>
  async (url, token) => {
    const client = new Client(me, { versionNegotiation: { mode } });
    await client.connect(new StreamableHTTPClientTransport(url, withToken(token)));
    onTestFinished(() => client.close());
    return client;
  };

const connectV1: Connect = async (url, token) => {
  const client = new ClientV1(me);
  await client.connect(new StreamableHTTPClientTransportV1(url, withToken(token)) as never);
  onTestFinished(() => client.close());
  return client;
};

describe.each<[string, Connect]>([
  ["@modelcontextprotocol/client, 2026-07-28", connectV2({ pin: "2026-07-28" })],
  ["@modelcontextprotocol/client, legacy", connectV2("legacy")],
  ["@modelcontextprotocol/sdk v1", connectV1],
])("%s, which shows no forms", (_name, connect) => {
  verifies(
    ["perkamo:remote-url", "perkamo:confirm", "perkamo:read-only-grant"],
    "lists, reads, writes with confirm: true alone, and with a read-only grant not even then",
    async () => {
      const system = await startSystem();
      const client = await connect(new URL(system.url), system.owner);
      expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(allTools);
      const program = await client.callTool({ name: "get_program", arguments: {} });
      expect(program).toMatchObject({ structuredContent: { space: "acme-test" } });

      const before = system.upstream.counts();
      const asked = await client.callTool({ name: "emit_event", arguments: order });
      expect(asked).toMatchObject({ isError: true });
      expect(JSON.stringify(asked)).toContain("confirmation_required");
      const reader = await connect(new URL(system.url), await system.tokenFor({ scopes: readOnly }));
      await expect(reader.callTool({ name: "emit_event", arguments: { ...order, confirm: true } })).rejects.toThrow();
      expect(system.upstream.counts()).toEqual(before);

      const sent = await client.callTool({ name: "emit_event", arguments: { ...order, confirm: true } });
      expect(sent).toMatchObject({ structuredContent: { status: "processed" } });
    },
  );
});

describe("@modelcontextprotocol/client, which shows forms", () => {
  verifies(
    ["perkamo:supervised", "perkamo:not-inferred"],
    "has the person asked by its own handler, and runs what the person agreed to",
    async () => {
      const system = await startSystem();
      const client = new Client(me, {
        versionNegotiation: { mode: { pin: "2026-07-28" } },
        capabilities: { elicitation: { form: {} } },
      });
      const shown: string[] = [];
      let answer: { action: "accept"; content: { confirm: true } } | { action: "decline" } = { action: "decline" };
      client.setRequestHandler("elicitation/create", ({ params }) => {
        shown.push(params.message);
        return answer;
      });
      await client.connect(new StreamableHTTPClientTransport(new URL(system.url), withToken(system.owner)));
      onTestFinished(() => client.close());

      const call = { name: "emit_event", arguments: { ...order, confirm: true } };
      expect(JSON.stringify(await client.callTool(call))).toContain("confirmation_refused");
      expect(system.upstream.requests()).toEqual([]);
      answer = { action: "accept", content: { confirm: true } };
      expect(await client.callTool(call)).toMatchObject({ structuredContent: { status: "processed" } });
      expect(shown).toHaveLength(2);
      for (const part of ["emit_event", "acme-test", "order-88001-paid", "POST /v1/events"])
        expect(shown[0]).toContain(part);
    },
  );
});
