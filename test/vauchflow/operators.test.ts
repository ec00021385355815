/** What operators do from a shell beside a server that runs: decide, and change what waits. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { demoIds } from "@toolspec/example-vauchflow";
import { describe, expect, it, vi } from "vitest";
import { verifies } from "../requirements.ts";
import { toolspec } from "../shell.ts";
import { batch, start, temporaryFile } from "./queue.ts";

const root = join(import.meta.dirname, "../..");
const cli = join(root, "generator/dist/cli.js");
const served = join(import.meta.dirname, "../../generated/vauchflow/registrations.ts");

// Each policy is given its second, which takes longer where others run tests beside it.
vi.setConfig({ testTimeout: 60_000 });

/** Vauchflow on a file, and `toolspec` on the same, which opens it as if it were another process. */
async function startWithShell() {
  const data = temporaryFile();
  const system = await start({ data });
  const shell = (command: string, verb: string, ...args: readonly string[]) =>
    toolspec([command, verb, served, ...args, "--data", data], { cwd: root });
  /** Change a policy of acme's, and give it the second that it is promised to need at most. */
  const policy = async (...args: readonly string[]) => {
    const [verb = "", ...rest] = args;
    const ended = await shell("policy", verb, ...rest, "--tenant", "acme", "--yes");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return ended;
  };
  return { ...system, data, shell, policy };
}

describe("a tenant's own policy", () => {
  verifies("vauchflow:policy-auto", '"auto" lets run what waited, for this tenant alone', async () => {
    const system = await startWithShell();
    expect((await system.call("create_campaign", { name: "Autumn" })).inner.status).toBe("pending_approval");
    const { stderr } = await system.policy("set", "create_campaign", "auto");
    expect(stderr).toContain("create_campaign of acme: waits for an operator → runs without asking");
    expect((await system.call("create_campaign", { name: "Winter" })).inner.name).toBe("Winter");
    const globex = await system.keyFor("agent", ["CAMPAIGN_WRITE"], "globex");
    expect((await system.call("create_campaign", { name: "Winter" }, { key: globex })).inner.status).toBe(
      "pending_approval",
    );
    await system.policy("clear", "create_campaign");
    expect((await system.call("create_campaign", { name: "Spring" })).inner.status).toBe("pending_approval");
  });

  verifies("vauchflow:policy-pending", '"pending_approval" lets wait what ran, regardless of count', async () => {
    const system = await startWithShell();
    await system.policy("set", "create_voucher", "pending_approval");
    await system.policy("set", "update_customer", '"pending_approval"');
    expect((await system.call("create_voucher", batch(1))).inner.status).toBe("pending_approval");
    const given = { customer_id: "cust_abc123", tags: ["vip"] };
    expect((await system.call("update_customer", given)).inner.status).toBe("pending_approval");
    const dry = await system.call("update_customer", { ...given, dry_run: true });
    expect(dry.inner.dry_run).toBe(true);
    const secret = await system.keyFor("secret");
    expect((await system.call("update_customer", given, { key: secret })).inner.tags).toEqual(["vip"]);
  });

  verifies(
    "vauchflow:policy-threshold",
    "{ mode, threshold_count } moves the threshold, as the page shows",
    async () => {
      const system = await startWithShell();
      const fifty = { mode: "pending_approval", threshold_count: 50 };
      await system.policy("set", "create_voucher", JSON.stringify(fifty));
      expect((await system.call("create_voucher", batch(50))).inner.codes).toHaveLength(50);
      expect((await system.call("create_voucher", batch(51))).inner.status).toBe("pending_approval");
      const { stdout } = await system.shell("policy", "get", "--tenant", "acme");
      expect(JSON.parse(stdout)).toEqual({ create_voucher: fifty });
      const explained = await system.shell(
        ...(["policy", "explain", "create_voucher", "--input", JSON.stringify(batch(51)), "--tenant", "acme"] as const),
      );
      expect(explained.stdout).toContain("approval: count 51 is above 50, by the account's own policy");
    },
  );

  it("is in force within a second of the change by another process", async () => {
    const system = await startWithShell();
    await system.call("create_customer", { external_ref: "before" });
    const set = [cli, "policy", "set", served, "create_customer", "pending_approval", "--tenant", "acme"];
    await promisify(execFile)(process.execPath, [...set, "--data", system.data], { cwd: root });
    const setMs = performance.now();
    for (let status = ""; status !== "pending_approval"; )
      status = (await system.call("create_customer", { external_ref: "after" })).inner.status;
    expect(performance.now() - setMs).toBeLessThan(1000);
  });

  it("is on record, with who changed it and what it was", async () => {
    const system = await startWithShell();
    await system.policy("set", "create_campaign", "auto");
    const entries = await system.house.store.audit.entries({});
    expect(entries.find(({ tool }) => tool === "policy.set")).toMatchObject({
      type: "admin",
      actorType: "admin",
      tenant: "acme",
      arguments: { tool: "create_campaign", before: null, after: "auto" },
    });
  });
});

describe("an operator in a shell", () => {
  it("lists, looks, edits and approves, and whoever serves runs it within two seconds", async () => {
    const system = await startWithShell();
    const { poll_url: url = "", approval_id: id = "" } = await system.park();
    const listed = await system.shell("approvals", "list");
    expect(listed.stdout).toContain(id);
    const shown = await system.shell("approvals", "show", id);
    expect(shown.stdout).toContain("count 150 is above 100");
    expect(shown.stdout).toContain("POST /v1/vouchers");
    const unsure = await system.shell("approvals", "approve", id);
    expect(unsure).toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") });
    const edit = ["--edit", '{"count": 40}', "--yes", "--reason", "Forty will do."] as const;
    expect(await system.shell("approvals", "approve", id, ...edit)).toMatchObject({ code: 0 });
    const approvedMs = performance.now();
    const executed = await system.pollUntil(url, "executed");
    expect(performance.now() - approvedMs).toBeLessThan(2000);
    expect(executed).toMatchObject({ reason: "Forty will do.", edited_arguments: { count: 40 } });
    expect(executed.result.codes).toHaveLength(40);
    expect(await system.house.store.approvals.find(id)).toMatchObject({ input: { count: 150 } });
  });

  it("rejects, and the agent reads why", async () => {
    const system = await startWithShell();
    const reply = await system.call("update_campaign", { campaign_id: demoIds.summerSale, name: "Late" });
    await system.shell("approvals", "reject", reply.inner.approval_id, "--reason", "Not this one.");
    const { json } = await system.poll(reply.inner.poll_url);
    expect(json).toMatchObject({ status: "rejected", reason: "Not this one." });
    expect((await system.shell("approvals", "list")).stderr).toContain("Nothing waits.");
  });

  it.each(["approvals", "policy"])("is helped with %s", async (command) => {
    const { stdout } = await toolspec([command, "--help"], { cwd: root });
    expect(stdout).toContain(`Usage: toolspec ${command}`);
  });
});
