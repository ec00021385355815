import { describe, expect, it } from "vitest";
import type { ApiKeyAuth, AuthScheme, TokenAuth } from "../codegen.ts";
import { hashKey } from "../identity/key-format.ts";
import { loginAuth, nowMs, setUpCommand } from "./fixture.ts";
import { tokensCommand } from "./tokens-command.ts";

const auth: TokenAuth = {
  kind: "token",
  prefix: "rk_mcp_",
  validation: "local",
  grants: ["read_write"],
  maxActivePerTenant: 10,
};
const keyAuth: ApiKeyAuth = { kind: "apiKey", header: "X-API-Key", kinds: { live: { prefix: "rk_live_" } } };

const setUp = (schemes: readonly AuthScheme[] = [auth]) => setUpCommand(tokensCommand, { auth: schemes });

const create = ["create", "--name", "laptop", "--owner", "ada@acme.example"];
const firstId = "00000000-0000-4000-8000-000000000001";

describe("tokens", () => {
  it.each<[string, readonly string[], RegExp]>([
    ["no command", [], /Usage: toolspec tokens/],
    ["a token without a name", ["create", "--owner", "ada"], /--name <name>/],
    ["a token without an owner", ["create", "--name", "laptop"], /--owner <who>/],
    ["an owner that forges a line", ["create", "--name", "x", "--owner", "a\nb"], /token's owner has control/],
    ["an empty tenant", [...create, "--tenant", ""], /token's tenant is empty/],
    ["a lifetime that is no number", [...create, "--ttl-days", "soon"], /whole number of days, got "soon"/],
    ["a lifetime of no days", [...create, "--ttl-days", "0"], /whole number of days from 1/],
    ["rotate without an id", ["rotate"], /missing required argument 'id'/],
  ])("ends with 2 for %s and says what to do", async (_name, argv, message) => {
    const { run, store } = await setUp();
    const { code, out, err } = await run(...argv);
    expect([code, out, (await store.tokens.list({})).length]).toEqual([2, "", 0]);
    expect(err).toMatch(message);
  });

  it.each<[string, readonly AuthScheme[], RegExp]>([
    ["has keys only", [keyAuth], /declares no tokens\. See `toolspec keys`/],
    ["leaves tokens to its upstream", [{ ...auth, validation: "delegated" }], /its upstream \(validation: delegated\)/],
  ])("refuses every subcommand for a server that %s, and opens nothing", async (_name, schemes, message) => {
    const { run, opened } = await setUp(schemes);
    for (const argv of [create, ["list"], ["rotate", "x"], ["revoke", "x"]]) {
      const { code, err } = await run(...argv);
      expect(code).toBe(2);
      expect(err).toMatch(message);
    }
    expect(opened()).toBe(0);
  });

  it("refuses a lifetime beyond the scheme's", async () => {
    const { run } = await setUp([{ ...auth, ttlDays: { default: 30, max: 90 } }]);
    expect((await run(...create, "--ttl-days", "91")).err).toContain("Connection tokens live at most 90 days, got 91.");
  });

  it("refuses the eleventh active token of a tenant and says how to make room", async () => {
    const { run, store } = await setUp();
    for (let count = 1; count <= 10; count++) expect((await run(...create)).code).toBe(0);
    const { code, out, err } = await run(...create);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain("Tenant default has 10 active tokens, which is the most that vauchflow allows. Revoke one");
    expect(await store.tokens.list({})).toHaveLength(10);
    expect((await run(...create, "--tenant", "acme")).code).toBe(0);
    await run("revoke", firstId);
    expect((await run(...create)).code).toBe(0);
  });

  it("does not repeat a token that it does not know", async () => {
    const { code, err } = await (await setUp()).run("rotate", "rk_mcp_somebody-elses-live-token");
    expect(code).toBe(1);
    expect(err).not.toContain("somebody");
  });

  it("gives a revoked token no new value", async () => {
    const { run } = await setUp();
    await run(...create);
    await run("revoke", firstId);
    const { code, out, err } = await run("rotate", firstId);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/is revoked \(2026-09-01 12:30 UTC\), and what has ended gets no new value/);
  });

  it("prints a new token once, alone on stdout, and stores its hash", async () => {
    const { run, store } = await setUp();
    const { out, err } = await run(...create);
    expect(out).toMatch(/^rk_mcp_[\w-]{43}\n$/);
    const [record] = await store.tokens.list({});
    expect(record).toMatchObject({ hash: hashKey(out.trimEnd()), owner: "ada@acme.example", tenant: "default" });
    expect(JSON.stringify(record)).not.toContain(out.slice(12, 40));
    expect(err).toBe(
      `Made token "laptop" for tenant default, owner ada@acme.example, id ${firstId}.\n` +
        "It may: read_write.\nIt never ends by itself.\nThis is the only time it is shown:\n",
    );
  });

  it("rotates a token: same id and name, a new value once, and the lines that Claude Code needs", async () => {
    const { run, store } = await setUp();
    const old = (await run(...create)).out.trimEnd();
    const [before] = await store.tokens.list({});
    const { code, out, err } = await run("rotate", firstId);
    const text = out.trimEnd();
    expect(code).toBe(0);
    expect(await store.tokens.findByHash(hashKey(old))).toBeUndefined();
    const renewed = { hash: hashKey(text), hint: text.slice(0, 11), rotatedAtMs: nowMs };
    expect(await store.tokens.list({})).toEqual([{ ...before, ...renewed }]);
    expect(err).toContain(
      "  claude mcp remove vauchflow\n" +
        '  claude mcp add --transport http vauchflow https://YOUR_HOST/v1/mcp --header "Authorization: Bearer YOUR_TOKEN"\n',
    );
    expect(err).not.toContain(text.slice(12));
  });

  it("answers programs in JSON", async () => {
    const { run } = await setUp();
    const made = JSON.parse((await run(...create, "--ttl-days", "7", "--json")).out);
    const shown = {
      id: firstId,
      tenant: "default",
      name: "laptop",
      owner: "ada@acme.example",
      hint: "rk_mcp_AQEB",
      created_at: "2026-09-01T12:30:00.000Z",
      expires_at: "2026-09-08T12:30:00.000Z",
      revoked_at: null,
      rotated_at: null,
      last_used_at: null,
      state: "active",
    };
    expect(made).toEqual({ token: expect.stringMatching(/^rk_mcp_/), ...shown });
    expect(JSON.parse((await run("list", "--json")).out)).toEqual([shown]);
    const rotated = JSON.parse((await run("rotate", firstId, "--json")).out);
    expect(rotated).toMatchObject({ id: firstId, rotated_at: "2026-09-01T12:30:00.000Z" });
    expect([rotated.token.slice(0, 11), rotated.token === made.token]).toEqual([rotated.hint, false]);
    expect(JSON.parse((await run("revoke", firstId, "--json")).out).state).toBe("revoked");
  });

  it("lists tokens without what they are, with their last use", async () => {
    const { run, store } = await setUp();
    const token = (await run(...create)).out.trimEnd();
    await store.tokens.recordUse(new Map([[firstId, nowMs - 60_000]]));
    const { out } = await run("list", "--tenant", "default");
    expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["ID", "TENANT", "NAME", "OWNER", "HINT", "CREATED", "LAST USED", "EXPIRES", "STATE"],
      [
        firstId,
        "default",
        "laptop",
        "ada@acme.example",
        "rk_mcp_AQEB…",
        "2026-09-01 12:30 UTC",
        "2026-09-01 12:29 UTC",
        "never",
        "active",
      ],
      [""],
    ]);
    expect(out).not.toContain(token.slice(12));
    expect((await run("list", "--tenant", "acme")).err).toBe(
      "There are no tokens. Make one with `toolspec tokens create`.\n",
    );
  });

  it("leaves an entry of each change, without what a token is", async () => {
    const { run, entries } = await setUp();
    const token = (await run(...create)).out.trimEnd();
    const renewed = (await run("rotate", token)).out.trimEnd();
    await run("revoke", renewed);
    const by = { type: "admin", actorType: "admin", callerId: "ada", tenant: "default" };
    const named = { id: firstId, name: "laptop" };
    expect(await entries()).toEqual([
      { ...by, tool: "tokens.create", arguments: { ...named, owner: "ada@acme.example" } },
      { ...by, tool: "tokens.rotate", arguments: named },
      { ...by, tool: "tokens.revoke", arguments: named },
    ]);
    expect(JSON.stringify(await entries())).not.toMatch(/rk_mcp_/);
  });

  it("leaves no entry of what was refused", async () => {
    const { run, entries } = await setUp([{ ...auth, maxActivePerTenant: 0 }]);
    expect((await run(...create)).code).toBe(1);
    expect(await entries()).toEqual([]);
  });

  it("says of a server whose callers log in that it has no tokens", async () => {
    const { run } = await setUp([loginAuth]);
    const { code, err } = await run("list");
    expect(code).toBe(2);
    expect(err).toContain("declares no tokens. Its callers log in at the authorization server");
    expect(err).not.toContain("toolspec keys");
  });
});
