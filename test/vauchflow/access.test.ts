import { join } from "node:path";
import { demoIds } from "@toolspec/example-vauchflow";
import { describe, expect, it } from "vitest";
import { listedTools } from "../../generator/src/lint/tokens.ts";
import { loadServer } from "../../generator/src/load.ts";
import { diskHost } from "../../generator/src/spec/host.ts";
import { verifies } from "../requirements.ts";
import { eras } from "../wire.ts";
import { allScopes, allTools, startSystem } from "./system.ts";

const readScopes = ["CAMPAIGN_READ", "VOUCHER_READ", "VOUCHER_VALIDATE"];

describe.each(eras)("keys over %s", (era) => {
  verifies(
    "vauchflow:publishable-refused",
    "turns publishable keys away before anything else, and says which to use",
    async () => {
      const system = await startSystem();
      const reply = await system.call("list_campaigns", {}, { era, key: `vf_pk_${"a".repeat(43)}` });
      expect(reply.status).toBe(401);
      expect(reply.text).toContain("agent");
    },
  );

  verifies("vauchflow:api-key-header", "answers unknown, malformed, expired and revoked keys alike", async () => {
    const system = await startSystem();
    const revoked = await system.keyFor("agent", allScopes);
    const [record] = (await system.house.store.keys.list({})).filter((key) => revoked.startsWith(key.hint));
    await system.house.store.keys.revoke(record?.id ?? "", Date.now());
    const bodies = new Set<string>();
    for (const key of [revoked, system.agent.slice(0, -6) + "AAAAAA", "vf_ak_", "nonsense"]) {
      const reply = await system.call("list_campaigns", {}, { era, key });
      expect(reply.status).toBe(401);
      bodies.add(reply.text);
    }
    expect(bodies.size).toBe(1);
  });

  verifies(
    ["vauchflow:agent-scopes", "vauchflow:error-scope"],
    "refuses a tool whose scope the key lacks with -32004",
    async () => {
      const system = await startSystem();
      const key = await system.keyFor("agent", readScopes);
      const reply = await system.call("create_customer", { external_ref: "x" }, { era, key });
      expect(reply.json.error.code).toBe(-32004);
      expect(reply.json.error.data.error).toMatchObject({
        code: "scope_required",
        meta: { required: ["CUSTOMER_WRITE"] },
      });
      expect(system.upstream.requests()).toHaveLength(0);
    },
  );

  verifies(
    "vauchflow:error-unknown-tool",
    "lists every tool to every key, for the page says to enumerate so",
    async () => {
      const system = await startSystem();
      const key = await system.keyFor("agent", ["CAMPAIGN_READ"]);
      const reply = await system.request("tools/list", {}, { era, key });
      expect(reply.json.result.tools.map((tool: { name: string }) => tool.name)).toEqual(allTools);
    },
  );

  it("sends the entries of which `toolspec lint --tokens` says what they cost", async () => {
    const system = await startSystem();
    const reply = await system.request("tools/list", {}, { era, key: system.agent });
    const { server } = await loadServer("specs/vauchflow", diskHost(join(import.meta.dirname, "../..")));
    if (server === undefined) throw new Error("specs/vauchflow has errors");
    expect(reply.json.result.tools).toEqual(listedTools(server));
  });
});

it("challenges as RFC 6750 says: with a reason for a key that was sent, without one where none was", async () => {
  const system = await startSystem();
  const challengeTo = async (key: string) =>
    (await system.request("tools/list", {}, { key })).headers.get("www-authenticate");
  expect(await challengeTo("nonsense")).toBe('Bearer realm="vauchflow", error="invalid_token"');
  expect(await challengeTo(`${system.agent},${system.agent}`)).toBe(
    'Bearer realm="vauchflow", error="invalid_request"',
  );
  expect(await challengeTo("")).toBe('Bearer realm="vauchflow"');
});

verifies("vauchflow:agent-scopes", "a dry run needs the scope too", async () => {
  const system = await startSystem();
  const key = await system.keyFor("agent", readScopes);
  const reply = await system.call("create_customer", { external_ref: "x", dry_run: true }, { key });
  expect(reply.json.error.code).toBe(-32004);
});

verifies(
  "vauchflow:secret-bypasses-scope",
  "a secret key without any scope uses every tool, and the audit says so",
  async () => {
    const system = await startSystem();
    const key = await system.keyFor("secret");
    const list = await system.request("tools/list", {}, { key });
    expect(list.json.result.tools).toHaveLength(allTools.length);
    expect((await system.call("list_campaigns", {}, { key })).inner.total).toBe(5);
  },
);

verifies(
  "vauchflow:secret-bypasses-approval",
  "a secret key runs what would wait, and the audit says why",
  async () => {
    const system = await startSystem();
    const key = await system.keyFor("secret");
    const reply = await system.call("create_campaign", { name: "Autumn" }, { key });
    expect(reply.inner.name).toBe("Autumn");
    const entries = await system.house.store.audit.entries({});
    expect(entries.map((entry) => entry.why)).toContain("secret keys bypass approval");
  },
);

verifies("vauchflow:tenant-isolation", "shows a key nothing of another tenant", async () => {
  const system = await startSystem();
  const globex = await system.keyFor("agent", allScopes, "globex");
  const theirs = await system.call("get_campaign", { campaign_id: demoIds.summerSale }, { key: globex });
  expect(theirs.json.error.code).toBe(-32603);
  const voucher = await system.call("get_voucher", { code: "SUMMER20" }, { key: globex });
  expect(voucher.inner.discountType).toBe("FIXED_AMOUNT");
  const list = await system.call("list_campaigns", {}, { key: globex });
  expect(list.inner.campaigns.map((campaign: { name: string }) => campaign.name)).toEqual(["Launch week"]);
});

verifies(
  "vauchflow:rate-limit",
  "refuses a key that calls too often, says for how long, and does not trouble the upstream",
  async () => {
    const system = await startSystem({ callsPerMinute: 6 });
    const first = await system.call("list_campaigns");
    const second = await system.call("list_campaigns");
    expect(first.json.result.isError ?? false).toBe(false);
    expect(second.json.result.isError).toBe(true);
    expect(second.inner.error.code).toBe("limit_exceeded");
    expect(second.inner.error.retryAfterSeconds).toBeGreaterThan(0);
    expect(system.upstream.requests()).toHaveLength(1);
  },
);
