import { describe, expect, it } from "vitest";
import type { AuthScheme, TokenAuth } from "../codegen.ts";
import { mintToken } from "../identity/mint-token.ts";
import { loginAuth, nowMs, setUpCommand } from "./fixture.ts";
import { tenantsCommand } from "./tenants-command.ts";

const auth: TokenAuth = { kind: "token", prefix: "rk_mcp_", validation: "local", grants: [] };

/** A store in which tenant acme has a token. */
async function setUp(schemes: readonly AuthScheme[] = [auth]) {
  const house = await setUpCommand(tenantsCommand, { auth: schemes });
  const { record } = mintToken({
    server: { auth: [auth] },
    tenant: "acme",
    name: "laptop",
    owner: "ada",
    clock: { now: () => nowMs, monotonic: () => 0 },
    random: { uuid: () => "t-1", bytes: (length) => new Uint8Array(length) },
  });
  await house.store.tokens.insert(record);
  return house;
}

describe("tenants", () => {
  it("refuses a tenant that nobody belongs to, because a typo would stop nobody", async () => {
    const { run, store } = await setUp();
    const { code, err } = await run("suspend", "acmee");
    expect(code).toBe(1);
    expect(err).toContain('No key and no token is of tenant "acmee". Did you mean acme?');
    expect(await store.tenants.list()).toEqual([]);
  });

  it("refuses a reason that forges a line", async () => {
    const { code, err } = await (await setUp()).run("suspend", "acme", "--reason", "a\nb");
    expect(code).toBe(2);
    expect(err).toContain("The reason has control or invisible characters.");
  });

  it("sends whoever wants to suspend an account of a delegated server to its upstream", async () => {
    const { run } = await setUp([{ ...auth, validation: "delegated" }]);
    const { code, err } = await run("suspend", "acme");
    expect(code).toBe(2);
    expect(err).toContain("Suspend the account there");
  });

  it("suspends, lists and resumes, and leaves an entry of each", async () => {
    const { run, store, entries } = await setUp();
    expect((await run("list")).err).toBe("No tenant is suspended.\n");
    const { code, err } = await run("suspend", "acme", "--reason", "unpaid since May");
    expect([code, err]).toEqual([0, "Suspended acme. Servers on this machine refuse its keys and tokens at once.\n"]);
    expect(await store.tenants.find("acme")).toBeDefined();
    expect((await run("list")).out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["TENANT", "SUSPENDED", "REASON"],
      ["acme", "2026-09-01 12:30 UTC", "unpaid since May"],
      [""],
    ]);
    const shown = { tenant: "acme", suspended_at: "2026-09-01T12:30:00.000Z", reason: "unpaid since May" };
    expect(JSON.parse((await run("list", "--json")).out)).toEqual([shown]);
    expect((await run("suspend", "acme")).err).toBe("acme was suspended before, on 2026-09-01 12:30 UTC.\n");
    expect((await run("resume", "acme")).err).toBe("Resumed acme.\n");
    expect((await run("resume", "acme")).err).toBe("acme was not suspended.\n");
    const by = { type: "admin", actorType: "admin", callerId: "ada", tenant: "acme" };
    expect(await entries()).toEqual([
      { ...by, tool: "tenants.suspend", arguments: { reason: "unpaid since May" } },
      { ...by, tool: "tenants.resume", arguments: {} },
    ]);
  });
});

describe("tenants whose people log in", () => {
  it("are suspended by the name that their access tokens have, which is worth a second look", async () => {
    const { run, store } = await setUp([loginAuth]);
    const { code, err } = await run("suspend", "globex");
    expect(code).toBe(0);
    expect(err).toContain('it must be exactly what the claim "space" of its access tokens says');
    expect(err).toContain("Suspended globex. Servers on this machine refuse all its credentials at once.");
    expect(await store.tenants.find("globex")).toBeDefined();
  });

  it("are not suspended by a name that no token could have", async () => {
    const { run, store } = await setUp([loginAuth]);
    expect((await run("suspend", "a\nb")).code).toBe(2);
    expect(await store.tenants.list()).toEqual([]);
  });
});
