import { describe, expect, it } from "vitest";
import { approvalsCommand } from "./approvals-command.ts";
import { auditCommand } from "./audit-command.ts";
import { setUpCommand } from "./fixture.ts";
import { keysCommand } from "./keys-command.ts";
import { operatorsCommand } from "./operators-command.ts";
import { policyCommand } from "./policy-command.ts";
import { tenantsCommand } from "./tenants-command.ts";
import { tokensCommand } from "./tokens-command.ts";
import { webhooksCommand } from "./webhooks-command.ts";

const commands = [
  ["keys", keysCommand, ["create", "list", "rotate", "revoke"]],
  ["tokens", tokensCommand, ["create", "list", "rotate", "revoke"]],
  ["tenants", tenantsCommand, ["suspend", "resume", "list"]],
  ["approvals", approvalsCommand, ["list", "show", "approve", "reject", "settle"]],
  ["policy", policyCommand, ["set", "get", "clear", "list", "explain"]],
  ["audit", auditCommand, ["list", "export", "verify", "anchor", "prune"]],
  ["webhooks", webhooksCommand, ["add", "list", "enable", "remove", "test", "deliveries", "replay"]],
  ["operators", operatorsCommand, ["create", "list", "remove", "password"]],
] as const;

/** What `verify` and `list` need no further arguments for. */
const asked: Readonly<Record<string, string>> = { audit: "verify" };

const tokens = { kind: "token", prefix: "rk_mcp_", validation: "local", grants: ["read_write"] } as const;

describe.each(commands)("toolspec %s", (name, command, verbs) => {
  it("answers programs alike, and ends with 2 when it is used wrongly", async () => {
    const house = await setUpCommand(command, { auth: [tokens] });
    for (const verb of verbs) {
      const { code, out } = await house.run(verb, "--help");
      expect([code, out]).toEqual([0, expect.stringContaining("--format <format>")]);
    }
    const verb = asked[name] ?? "list";
    const [short, long] = [await house.run(verb, "--json"), await house.run(verb, "--format", "json")];
    expect(long).toEqual(short);
    expect(long).toMatchObject({ code: 0, out: expect.stringMatching(/^[[{][\s\S]*[\]}]\n$/) });
    JSON.parse(long.out);
    expect(await house.run(verb, "--format", "yaml")).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("json"),
    });
    expect(await house.run(verb, "--fromat", "json")).toMatchObject({
      code: 2,
      err: expect.stringContaining("--format?"),
    });
    expect(await house.run(`${verb}t`)).toMatchObject({
      code: 2,
      err: expect.stringContaining(`Did you mean ${verb}?`),
    });
    expect(house.opened()).toBe(house.closed());
  });
});
