/** What models and people are told beside the tools: instructions, prompts, manifest, and what is left out on purpose. */
import { readFileSync } from "node:fs";
import { server } from "@toolspec/generated/perkamo";
import { expect, it } from "vitest";
import { verifies } from "../requirements.ts";
import { eras } from "../wire.ts";
import { allTools, allWrites, readOnly, startSystem } from "./system.ts";

const manifest = readFileSync(server.manifest, "utf8");

/** Clients that cut instructions show this much of them, in characters. */
const shownByAll = 512;

verifies(
  ["perkamo:not-inferred", "perkamo:no-computed-state"],
  "instructions say first that writes wait for a person, and that computed totals are never sent",
  async () => {
    const system = await startSystem();
    const { json } = await system.request("initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    });
    const { instructions } = json.result;
    expect(instructions).toBe(server.instructions);
    const first = instructions.slice(0, shownByAll);
    expect(first).toContain("wait for a person's yes");
    expect(first).toContain("Never send computed point totals, tier names or reward state as event context");
    expect(first).toContain("transactionId");
  },
);

verifies(
  ["perkamo:test-spaces", "perkamo:activate-after-review", "perkamo:records-outside", "perkamo:purpose"],
  "instructions and manifest say to begin in a test Space, to inspect before activating, and what this is not for",
  () => {
    for (const text of [server.instructions ?? "", manifest]) {
      expect(text).toContain("in a test Space first");
      expect(text).toMatch(/upload without activate, inspect the whole program with get_program, and only then/);
      expect(text).toMatch(/source exports and reconciliation logs outside/);
      expect(text).toMatch(/not for a customer's browser or a production backend/);
    }
  },
);

verifies(
  ["perkamo:withheld", "perkamo:records-outside"],
  "leaves out widgets, backends, imports and archives, and says where a person finds them",
  () => {
    for (const capability of [
      "Switch to another Space",
      "Import customers from an export",
      "Keep source exports and reconciliation logs",
      "Show loyalty data to a customer",
      "Serve a production backend",
      "Create server API keys",
    ]) {
      expect(manifest).toMatch(new RegExp(`Not offered: ${capability}.+ Instead: .+\\.`));
    }
    expect(allTools.filter((name) => /import|export|archive|upload(?!_config)|key|role|member/.test(name))).toEqual([]);
  },
);

verifies(
  ["perkamo:claude-code", "perkamo:codex-add", "perkamo:claude-connector", "perkamo:adapter"],
  "the manifest names the address, the login and the adapter, and no header or key to configure",
  () => {
    expect(manifest).toContain("Endpoint: https://api.perkamo.com/mcp");
    expect(manifest).toMatch(/Login: OAuth 2\.1 in the browser\. Configure the endpoint alone, without any header/);
    expect(manifest).toContain("`npx -y @perkamo/mcp`");
    expect(manifest).not.toMatch(/Authorization: Bearer|X-API-Key/i);
    for (const name of allTools) expect(manifest).toContain(`[${name}]`);
  },
);

verifies("perkamo:migration-order", "instructions and manifest give the order of a migration", () => {
  const order =
    "export, map point currencies to wallets, configure a test Space, replay a cohort, reconcile before cutover";
  expect(server.instructions).toContain(order);
  expect(manifest).toContain(order);
});

verifies("perkamo:migration-order", "the prompt of a migration goes by the page's order", async () => {
  const system = await startSystem();
  const params = { name: "migrate_program", arguments: { source: "Smile.io" } };
  for (const era of eras) {
    const { text } = await system.request("prompts/get", params, { era });
    const steps = [
      "export from Smile.io",
      "plan_migration",
      "wallets",
      "test Space",
      "dry-run cohort",
      "transaction ids",
      "reconcile wallets, unlocks, redemptions and webhooks",
    ];
    const places = steps.map((step) => text.indexOf(step));
    for (const [index, place] of places.entries()) expect(place, steps[index]).toBeGreaterThanOrEqual(0);
    expect(text).toContain("never point totals, tier names or reward state");
  }
});

verifies("perkamo:stage-first", "the prompt of a change validates, stages, inspects and then activates", async () => {
  const system = await startSystem();
  const { text } = await system.request("prompts/get", { name: "change_config", arguments: {} });
  const calls = [...text.matchAll(/validate_config_module|upload_config_module|get_program/g)].map(([name]) => name);
  expect(calls).toEqual([
    "get_program",
    "validate_config_module",
    "upload_config_module",
    "get_program",
    "upload_config_module",
    "get_program",
  ]);
});

it("hints to clients which tools only read, and which writes destroy or may be repeated", async () => {
  const system = await startSystem();
  const { tools } = (await system.request("tools/list", {})).json.result;
  for (const { name, annotations } of tools) {
    expect(annotations.readOnlyHint, name).toBe(!allWrites.includes(name));
  }
  const having = (hint: string) =>
    tools
      .filter((tool: { annotations: Record<string, boolean> }) => tool.annotations[hint])
      .map(({ name }: { name: string }) => name);
  expect(having("destructiveHint")).toEqual([
    "identify_customer",
    "redeem_reward",
    "upload_config_module",
    "adjust_customer",
  ]);
  expect(having("idempotentHint")).toEqual(
    expect.arrayContaining(["identify_customer", "emit_event", "batch_events", "redeem_reward", "adjust_customer"]),
  );
});

it("shows prompts to a read-only grant too, and they run nothing", async () => {
  const system = await startSystem();
  const key = await system.tokenFor({ scopes: readOnly });
  const { json } = await system.request("prompts/list", {}, { key });
  expect(json.result.prompts.map(({ name }: { name: string }) => name)).toEqual(["change_config", "migrate_program"]);
  await system.request("prompts/get", { name: "migrate_program", arguments: {} }, { key });
  expect(system.upstream.requests()).toEqual([]);
});
