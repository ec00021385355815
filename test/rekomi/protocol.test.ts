/** Rekomi as clients see it: the endpoint, what is listed and what is not, prompts, manifest, the audit trail. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as StreamableHTTPClientTransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { seedIds } from "@toolspec/example-rekomi";
import { server } from "@toolspec/generated/rekomi";
import { describe, expect, it, onTestFinished } from "vitest";
import { verifies } from "../requirements.ts";
import { toolspec } from "../shell.ts";
import { eras } from "../wire.ts";
import { startSystem } from "./system.ts";

const root = join(import.meta.dirname, "../..");
const processTimeoutMs = 40_000;

/** The sixteen writes, as the page lists them. */
const writes = [
  "approve_affiliate",
  "reject_affiliate",
  "preview_payout",
  "mint_embed_token",
  "set_home_currency",
  "set_program_sub_affiliate_config",
  "create_campaign_coupon",
  "generate_affiliate_coupon",
  "revoke_affiliate_coupon",
  "create_campaign",
  "create_affiliate_invite",
  "bulk_invite_affiliates",
  "update_attribution_params",
  "import_affiliates",
  "import_conversions",
  "record_lead",
];

/** A `tools/call` reply as JSON-RPC has it. */
interface ToolReply {
  readonly result: { readonly content: readonly [{ readonly text: string }] };
}

interface Listed {
  readonly name: string;
  readonly description: string;
  readonly annotations: { readonly readOnlyHint: boolean; readonly destructiveHint: boolean };
}

describe("the endpoint", () => {
  verifies(
    ["rekomi:endpoint", "rekomi:stateless", "rekomi:no-sse"],
    "answers each POST at /api/mcp by itself, as plain JSON, without a session or a stream",
    async () => {
      const system = await startSystem();
      expect(new URL(system.url).pathname).toBe("/api/mcp");
      for (const era of eras) {
        for (const [method, params] of [
          ["tools/list", {}],
          ["tools/call", { name: "get_org_profile", arguments: {} }],
          ["prompts/list", {}],
        ] as const) {
          const reply = await system.request(method, params, { era });
          expect(reply.status).toBe(200);
          expect(reply.headers.get("content-type")).toMatch(/^application\/json/);
          expect(reply.headers.get("mcp-session-id")).toBeNull();
        }
      }
      const stream = await fetch(system.url, { headers: { accept: "text/event-stream" } });
      expect(stream.status).toBe(405);
    },
  );

  verifies("rekomi:identity-blob", "says with GET what it is, to anyone", async () => {
    const system = await startSystem();
    const reply = await fetch(system.url);
    expect(reply.status).toBe(200);
    expect(await reply.json()).toMatchObject({
      name: "rekomi",
      title: "Rekomi",
      tools: 39,
      transport: "streamable-http",
    });
  });

  verifies(
    "rekomi:trouble-well-known",
    "answers probes for OAuth with a JSON 404, and the token goes on working",
    async () => {
      const system = await startSystem();
      for (const path of [
        "oauth-protected-resource",
        "oauth-protected-resource/api/mcp",
        "oauth-authorization-server",
        "openid-configuration",
      ]) {
        const reply = await fetch(new URL(`/.well-known/${path}`, system.url));
        expect(reply.status).toBe(404);
        expect(reply.headers.get("content-type")).toMatch(/^application\/json/);
        expect(await reply.json()).toMatchObject({ error: { code: "not_found" } });
      }
      expect((await system.call("get_org_profile")).inner.slug).toBe("acme");
    },
  );

  verifies(
    "rekomi:manifest",
    "serves the generated manifest byte for byte, within the budget that it states",
    async () => {
      const system = await startSystem();
      const reply = await fetch(new URL("/llms/mcp.txt", system.url));
      const bytes = Buffer.from(await reply.arrayBuffer());
      expect(bytes.equals(readFileSync(join(root, "generated/rekomi/llms/mcp.txt")))).toBe(true);
      const text = bytes.toString();
      const budget = Number(/^- Budget of this file: (\d+) tokens\.$/m.exec(text)?.[1]);
      expect(text.length / 4).toBeLessThan(budget);
      for (const { name } of server.tools) expect(text).toContain(`- [${name}](`);
      for (const rule of server.tools.flatMap(({ constraints = [] }) => constraints))
        expect(text.toLowerCase()).toContain(rule.message.toLowerCase());
      expect(text.match(/^## /gm)?.length).toBeGreaterThan(5);
    },
  );
});

describe("the tools", () => {
  verifies(
    ["rekomi:tool-count", "rekomi:sixteen-writes", "rekomi:confirm-marked"],
    "are 39: 23 reads and the sixteen writes of the list; what a person should confirm is marked as destructive",
    async () => {
      const system = await startSystem();
      for (const era of eras) {
        const { tools } = (await system.request("tools/list", {}, { era })).json.result as { tools: readonly Listed[] };
        expect(tools).toHaveLength(39);
        const changing = tools.filter(({ annotations }) => !annotations.readOnlyHint).map(({ name }) => name);
        expect(changing.sort()).toEqual([...writes].sort());
        for (const name of ["approve_affiliate", "reject_affiliate", "import_affiliates", "import_conversions"])
          expect(tools.find((tool) => tool.name === name)?.annotations.destructiveHint, name).toBe(true);
      }
    },
  );

  verifies(
    ["rekomi:withheld-api-keys", "rekomi:withheld-tokens", "rekomi:withheld-billing", "rekomi:withheld-said"],
    "neither make keys or tokens nor touch billing, and the manifest says why and where a person finds it",
    async () => {
      const system = await startSystem();
      const { tools } = (await system.request("tools/list", {})).json.result as { tools: readonly Listed[] };
      const named = (pattern: RegExp) => tools.filter(({ name }) => pattern.test(name));
      expect(named(/api_?key|checkout|subscri|upgrade/)).toEqual([]);
      expect(named(/token/).map(({ name }) => name)).toEqual(["mint_embed_token"]);
      expect(named(/billing|plan/)).toMatchObject([{ name: "get_billing_state", annotations: { readOnlyHint: true } }]);
      const manifest = readFileSync(server.manifest, "utf8");
      expect(manifest).toMatch(/Not offered: Mint API keys\. .+ Instead: Settings, API keys\./);
      expect(manifest).toMatch(
        /Not offered: Create, rotate or revoke MCP tokens\. .+ Instead: Settings, AI assistant\./,
      );
      expect(manifest).toMatch(/Not offered: Change billing or open a checkout\. .+ Instead: Settings, Billing\./);
    },
  );
});

describe("clients", () => {
  const url = (address: string) => new URL(address);
  const headers = (token: string) => ({ requestInit: { headers: { Authorization: `Bearer ${token}` } } });

  verifies(
    [
      "rekomi:client-config",
      "rekomi:install-order",
      "rekomi:install-billing-decides",
      "rekomi:install-gotchas",
      "rekomi:install-campaign-confirmed",
    ],
    "need an address and a header: both SDKs, both eras, get instructions and the order of an installation as a prompt",
    async () => {
      const system = await startSystem();
      const texts: string[] = [];
      for (const mode of ["legacy", { pin: "2026-07-28" }] as const) {
        const client = new Client({ name: "interop", version: "1" }, { versionNegotiation: { mode } });
        await client.connect(new StreamableHTTPClientTransport(url(system.url), headers(system.owner)));
        onTestFinished(() => client.close());
        expect((await client.listTools()).tools).toHaveLength(39);
        expect((await client.listPrompts()).prompts.map(({ name }) => name).sort()).toEqual([
          "import_program",
          "install_rekomi",
        ]);
        const prompt = await client.getPrompt({ name: "install_rekomi", arguments: { platform: "Shopify" } });
        texts.push(JSON.stringify(prompt.messages));
        expect(client.getInstructions()).toMatch(
          /get_org_profile → get_billing_state → list_install_platforms → get_install_recipe/,
        );
      }
      const v1 = new ClientV1({ name: "interop", version: "1" });
      await v1.connect(new StreamableHTTPClientTransportV1(url(system.url), headers(system.owner)) as never);
      onTestFinished(() => v1.close());
      expect(
        (await v1.callTool({ name: "get_install_recipe", arguments: { platformKey: "shopify" } })).structuredContent,
      ).toMatchObject({
        displayName: "Shopify",
        gotchas: expect.arrayContaining([expect.stringContaining("Shopify Payments")]),
      });
      texts.push(
        JSON.stringify((await v1.getPrompt({ name: "install_rekomi", arguments: { platform: "Shopify" } })).messages),
      );
      for (const text of texts) {
        const order = [
          "Shopify",
          "get_org_profile",
          "get_billing_state",
          "stripeConnectLinked",
          "list_install_platforms",
          "get_install_recipe",
          "gotchas",
          "create_campaign",
        ];
        const places = order.map((word) => text.indexOf(word));
        expect(places, text).toEqual([...places].sort((one, other) => one - other));
        expect(places).not.toContain(-1);
        expect(text).toContain("confirm name, slug, commission type and value");
      }
    },
  );

  it(
    "are answered by the Inspector's command too",
    async () => {
      const system = await startSystem();
      const inspector = join(root, "node_modules/.bin/mcp-inspector");
      const args = [
        inspector,
        "--cli",
        system.url,
        "--transport",
        "http",
        "--header",
        `Authorization: Bearer ${system.owner}`,
      ];
      const env = { ...process.env, NO_COLOR: "1", MCP_AUTO_OPEN_ENABLED: "false" };
      const call = ["--method", "tools/call", "--tool-name", "get_affiliate", "--tool-arg", `id=${seedIds.mara}`];
      const { stdout } = await promisify(execFile)(process.execPath, [...args, ...call], { env });
      expect(JSON.parse(stdout).structuredContent).toMatchObject({ id: seedIds.mara, slug: "mara" });
    },
    processTimeoutMs,
  );

  it("get local content without any request to the API, and the three paths for a platform that nobody knows", async () => {
    const system = await startSystem();
    const { items, total } = (await system.call("list_install_platforms")).inner;
    expect(total).toBe(29);
    expect(Object.keys(items[0]).sort()).toEqual(
      ["category", "conversionFire", "displayName", "platformKey", "requiresApiKey", "requiresStripeConnect"].sort(),
    );
    for (const { platformKey } of items) {
      const recipe = (await system.call("get_install_recipe", { platformKey })).inner;
      expect(recipe.platformKey).toBe(platformKey);
      expect(recipe.steps.length).toBeGreaterThan(1);
    }
    for (const platformKey of ["perl-cgi", "__proto__", "constructor", "../shopify"]) {
      const generic = (await system.call("get_install_recipe", { platformKey })).inner;
      expect(generic.platformKey).toBe("generic");
      expect(generic.steps.filter(({ title }: { title: string }) => /^Path /.test(title))).toHaveLength(3);
    }
    expect(system.upstream.requests()).toEqual([]);
  });
});

describe("the audit trail", () => {
  verifies(
    ["rekomi:audit-every-call", "rekomi:audit-filter"],
    "has one entry a call and an intent before each write; the API's own log names the same token and actor mcp",
    async () => {
      const data = join(mkdtempSync(join(tmpdir(), "toolspec-rekomi-")), "toolspec.sqlite");
      const system = await startSystem({ data });
      await system.call("get_org_profile");
      await system.call("approve_affiliate", { id: seedIds.ines });
      await system.call("approve_affiliate", { id: seedIds.zoe });
      await system.call("reject_affiliate", { id: seedIds.theo, dry_run: true });
      await system.call("get_install_recipe", { platformKey: "rails" });
      await system.call("get_affiliate", {});
      await system.call("nothing_like_it");
      const entries = await system.house.store.audit.entries();
      expect(entries.map(({ type, tool, outcome }) => `${type} ${tool} ${outcome}`)).toEqual([
        "call get_org_profile ok",
        "intent approve_affiliate intent",
        "call approve_affiliate ok",
        "intent approve_affiliate intent",
        "call approve_affiliate upstream_rejected",
        "call reject_affiliate planned",
        "call get_install_recipe ok",
        "call get_affiliate invalid_argument",
        "call nothing_like_it unknown_tool",
      ]);
      const caller = await system.house.gateway.authenticate({ authorization: `Bearer ${system.owner}` });
      for (const entry of entries)
        expect(entry).toMatchObject({ actorType: "mcp", tenant: "acme", callerKind: "token", callerId: caller.id });

      const log = (await system.call("list_audit_log", { action: "affiliate.approved" })).inner;
      expect(log.items[0]).toMatchObject({
        actorType: "mcp",
        entityType: "affiliate",
        entityId: seedIds.ines,
        createdAt: expect.any(String),
      });
      expect(log.items[0].actorId).toEqual(expect.any(String));
      expect(JSON.stringify(log)).not.toContain(system.owner);

      const env = { TOOLSPEC_DATA: data };
      const audit = (...args: readonly string[]) => toolspec(["audit", ...args], { cwd: root, env });
      const listed = JSON.parse(
        (await audit("list", "specs/rekomi", "--json", "--outcome", "upstream_rejected")).stdout,
      );
      expect(listed.entries).toMatchObject([
        { actor_type: "mcp", tool: "approve_affiliate", upstream: { status: 409 } },
      ]);
      expect((await audit("export", "specs/rekomi")).stdout.trimEnd().split("\n")).toHaveLength(entries.length + 1);
      const cut = `"${process.execPath}" "${join(root, "generator/dist/cli.js")}" audit export specs/rekomi | true`;
      expect(await promisify(execFile)("sh", ["-c", cut], { cwd: root, env: { ...process.env, ...env } })).toEqual({
        stdout: "",
        stderr: "",
      });
      expect((await audit("verify", "specs/rekomi")).stderr).toContain("The audit trail is whole: 10 entries");
    },
    processTimeoutMs,
  );
});

describe("npm start -- rekomi", () => {
  it(
    "says in one line where it is, answers a pasted curl, and ends with 0 on Ctrl-C",
    async () => {
      const demo = join(root, "examples/demo/src/main.ts");
      const child = spawn(process.execPath, [demo, "rekomi", "--json", "--port", "0"], {
        cwd: root,
        stdio: ["ignore", "pipe", "inherit"],
      });
      onTestFinished(() => void child.kill("SIGKILL"));
      const [line] = (await once(child.stdout, "data")) as [Buffer];
      const started = JSON.parse(line.toString());
      expect(started).toMatchObject({ server: "rekomi", read: { tool: "list_affiliates" } });
      expect(Object.keys(started.credentials)).toEqual(["owner", "member", "starter", "revoked", "suspended"]);
      const call = {
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "mint_embed_token", arguments: { affiliateId: seedIds.starterAffiliate } },
      };
      const ask = (who: string) =>
        fetch(started.mcp, {
          method: "POST",
          headers: { "content-type": "application/json", ...started.credentials[who].headers },
          body: JSON.stringify(call),
        });
      expect(
        JSON.parse(((await (await ask("starter")).json()) as ToolReply).result.content[0].text).error,
      ).toMatchObject({
        code: "plan_tier_required",
        status: 402,
        plan: "Growth",
        fix: expect.stringContaining("Growth"),
      });
      for (const who of ["revoked", "suspended"]) expect((await ask(who)).status).toBe(401);
      const ended = once(child, "close");
      child.kill("SIGINT");
      expect(await ended).toEqual([0, null]);
    },
    processTimeoutMs,
  );
});
