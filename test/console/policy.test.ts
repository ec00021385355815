/** Policies of accounts, set in the console by those who may. */
import { describe, expect, it } from "vitest";
import { openForms } from "./browser-like.ts";
import { password, startConsole } from "./house.ts";

async function setUp(name = "root") {
  const system = await startConsole();
  const forms = openForms(system.origin);
  await forms.signIn(name, password);
  const set = async (fields: Record<string, string>) => {
    const { text } = await forms.get("/console/tools?tenant=acme");
    const token = forms.fieldIn(text, "token");
    return await forms.post("/console/tools", { token, tenant: "acme", tool: "create_voucher", ...fields });
  };
  const confirmIn = (text: string) => forms.fieldIn(text, "confirm").replaceAll("&quot;", '"');
  const policies = async () =>
    (await system.house.store.policies.list("vauchflow")).map(({ tenant, tool, override, setBy }) => [
      tenant,
      tool,
      override,
      setBy,
    ]);
  const vouchers = async (count: number) => {
    const given = { count, discount_type: "PERCENTAGE", discount_value: 20, prefix: `P${count}` };
    return (await system.call("create_voucher", given)).inner.status;
  };
  return { ...system, forms, set, confirmIn, policies, vouchers };
}

describe("the tools page", () => {
  it("says in plain words what becomes of a call of each tool", async () => {
    const { forms } = await setUp("vera");
    const { text } = await forms.get("/console/tools");
    expect(text).toContain("A call runs while count is at most 100, and beyond that waits for an operator.");
    expect(text).toContain("A call waits for an operator.");
    expect(text).toContain("Reads always run.");
    expect(text).not.toContain("<details");
  });

  it("doubts an account that nobody calls for", async () => {
    const { forms } = await setUp();
    expect((await forms.get("/console/tools?tenant=acmee")).text).toContain(
      "No key and no token is of the account acmee",
    );
    expect((await forms.get("/console/tools?tenant=acme")).text).not.toContain("check its name");
  });
});

describe("a policy", () => {
  it("is in force with the next call, on record, and cleared again", async () => {
    const { set, policies, vouchers, house } = await setUp();
    expect(await vouchers(60)).not.toBe("pending_approval");
    expect((await set({ policy: "threshold", count: "50" })).status).toBe(303);
    expect(await policies()).toEqual([
      ["acme", "create_voucher", { mode: "pending_approval", threshold_count: 50 }, "root"],
    ]);
    expect(await vouchers(61)).toBe("pending_approval");
    const cleared = await set({ policy: "spec" });
    expect(cleared.text).toContain("This weakens the policy");
    expect(await policies()).toHaveLength(1);
    const entries = await house.store.audit.entries({ tool: "policy.set" });
    expect(entries.map(({ callerName, tenant, arguments: given }) => [callerName, tenant, given])).toEqual([
      [
        "root",
        "acme",
        { tool: "create_voucher", before: null, after: { mode: "pending_approval", threshold_count: 50 } },
      ],
    ]);
  });

  it("that lets more run is set only when that is meant, and from what was shown", async () => {
    const { set, confirmIn, policies, vouchers } = await setUp();
    const asked = await set({ policy: "auto" });
    expect([asked.status, await policies()]).toEqual([200, []]);
    expect(asked.text).toContain("This weakens the policy");
    const confirm = confirmIn(asked.text);
    expect((await set({ policy: "auto", confirm: "yes" })).text).toContain("This weakens the policy");
    await set({ policy: "pending_approval" });
    // Somebody has set another one since: what was confirmed is not this step.
    expect((await set({ policy: "auto", confirm })).status).toBe(200);
    await set({ policy: "spec", confirm: JSON.stringify("approval") });
    expect((await set({ policy: "auto", confirm })).status).toBe(303);
    expect(await policies()).toEqual([["acme", "create_voucher", "auto", "root"]]);
    expect(await vouchers(150)).not.toBe("pending_approval");
  });

  it.each([
    ["a threshold where nothing is counted", { tool: "create_campaign", policy: "threshold", count: "5" }],
    ["a read", { tool: "get_voucher", policy: "pending_approval" }],
    ["a tool that there is not", { tool: "drop_tables", policy: "auto" }],
    ["a policy that there is not", { policy: "never" }],
    ["no count", { policy: "threshold", count: "" }],
    ["a count that is none", { policy: "threshold", count: "-1" }],
    ["no account", { policy: "auto", tenant: " " }],
  ])("is refused for %s", async (_, fields) => {
    const { set, policies } = await setUp();
    const answer = await set(fields as Record<string, string>);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('role="alert"');
    expect(await policies()).toEqual([]);
  });

  it.each(["ana", "vera"])("is not %s's to set", async (name) => {
    const { set, policies, forms } = await setUp(name);
    expect((await forms.get("/console/tools?tenant=acme")).text).not.toContain('name="policy"');
    expect((await set({ policy: "pending_approval" })).status).toBe(403);
    expect(await policies()).toEqual([]);
  });
});
