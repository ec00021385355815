import { describe, expect, it } from "vitest";
import type { ApiKeyAuth, AuthScheme, TokenAuth } from "../codegen.ts";
import { hashKey, isWellFormedKey } from "../identity/key-format.ts";
import { loginAuth, nowMs, setUpCommand } from "./fixture.ts";
import { keysCommand } from "./keys-command.ts";

const auth: ApiKeyAuth = {
  kind: "apiKey",
  header: "X-API-Key",
  kinds: {
    agent: { prefix: "vf_ak_", scoped: true, ttlDays: { default: 30, max: 365 } },
    secret: { prefix: "vf_sk_", bypasses: ["scope", "approval"] },
    publishable: { prefix: "vf_pk_", refused: true },
  },
};
const tokenAuth: TokenAuth = { kind: "token", prefix: "vf_mcp_", validation: "local", grants: [] };

const setUp = (options: { readonly isGenerated?: boolean; readonly auth?: readonly AuthScheme[] } = {}) =>
  setUpCommand(keysCommand, { auth: [auth], ...options });

const createAgent = ["create", "--kind", "agent", "--name", "Claude Desktop", "--scope", "CAMPAIGN_READ"];

describe("keys", () => {
  it.each<[string, readonly string[], RegExp]>([
    ["no command", [], /Usage: toolspec keys/],
    ["an unknown command", ["rotat"], /unknown command 'rotat'[\s\S]*Did you mean rotate\?/],
    ["an unknown option", ["list", "--tennant", "x"], /Did you mean --tenant\?/],
    ["a key without a name", ["create", "--kind", "agent"], /--name <name>/],
    [
      "a key without a kind where there are several",
      ["create", "--name", "x"],
      /--kind: agent \(vf_ak_…\), secret \(vf_sk_…\)\./,
    ],
    ["an unknown kind", ["create", "--kind", "agnet", "--name", "x"], /no kind of key "agnet"\. Did you mean agent\?/],
    ["a kind that is turned away", ["create", "--kind", "publishable", "--name", "x"], /publishable are turned away/],
    [
      "an undeclared scope",
      ["create", "--kind", "agent", "--name", "x", "--scope", "CAMPAIGN_RED"],
      /Did you mean CAMPAIGN_READ\?/,
    ],
    ["a scoped key without scopes", ["create", "--kind", "agent", "--name", "x"], /needs at least one scope/],
    ["a lifetime that is no number", [...createAgent, "--ttl-days", "1e3"], /whole number of days, got "1e3"/],
    ["a lifetime beyond the kind's", [...createAgent, "--ttl-days", "366"], /at most 365 days, got 366/],
    ["revoke without an id", ["revoke"], /missing required argument 'id'/],
  ])("ends with 2 for %s and says what to do", async (_name, argv, message) => {
    const { run, store } = await setUp();
    const { code, out, err } = await run(...argv);
    expect([code, out, (await store.keys.list({})).length]).toEqual([2, "", 0]);
    expect(err).toMatch(message);
  });

  it("ends with 1 for an unknown id and names the nearest", async () => {
    const { run } = await setUp();
    await run(...createAgent);
    const { code, err } = await run("revoke", "00000000-0000-4000-8000-000000000009");
    expect(code).toBe(1);
    expect(err).toContain('Did you mean 00000000-0000-4000-8000-000000000001, agent key "Claude Desktop"');
    expect((await run("revoke", "nonsense")).err).toContain("`toolspec keys list` shows the ids.");
  });

  it("does not repeat a key that it does not know", async () => {
    const { code, err } = await (await setUp()).run("revoke", "vf_ak_somebody-elses-live-key");
    expect(code).toBe(1);
    expect(err).not.toContain("somebody");
  });

  it("leaves a failure of the store to whoever explains failures, and closes the store", async () => {
    const { run, store, closed } = await setUp();
    store.keys.insert = () => Promise.reject(new Error("/data/a.db cannot grow: the disk is full."));
    await expect(run(...createAgent)).rejects.toThrow("/data/a.db cannot grow");
    expect(closed()).toBe(1);
  });

  it("asks for the server when the arguments name none that was generated, and opens nothing", async () => {
    const { run, opened } = await setUp({ isGenerated: false });
    const { code, err } = await run(...createAgent);
    expect([code, opened()]).toEqual([2, 0]);
    expect(err).toContain('"registrations.ts" is no generated server. Name a specs folder');
    expect((await run("create", "--help")).out).toContain("Usage: toolspec keys create [options] <server>");
  });

  it("prints a new key once, alone on stdout, and what it may do on stderr", async () => {
    const { run, store } = await setUp();
    const { code, out, err } = await run(...createAgent);
    expect(code).toBe(0);
    expect(isWellFormedKey(out.trimEnd(), "vf_ak_")).toBe(true);
    expect((await store.keys.list({}))[0]).toMatchObject({
      hash: hashKey(out.trimEnd()),
      tenant: "default",
      scopes: ["CAMPAIGN_READ"],
    });
    expect(err).toBe(
      'Made agent key "Claude Desktop" for tenant default, id 00000000-0000-4000-8000-000000000001.\n' +
        "It may:\n  CAMPAIGN_READ: Read campaigns.\n" +
        "It ends on 2026-10-01 12:30 UTC.\nThis is the only time it is shown:\n",
    );
  });

  it("says plainly what a kind bypasses", async () => {
    const { err } = await (await setUp()).run("create", "--kind", "secret", "--name", "backend");
    expect(err).toContain("It may use every tool of vauchflow: it needs no scopes and is never held for an operator.");
    expect(err).toContain("It never ends by itself.");
  });

  it.each([
    ["one by one", ["--scope", "CAMPAIGN_READ", "VOUCHER_READ"]],
    ["with commas", ["--scope", "CAMPAIGN_READ,VOUCHER_READ"]],
    ["in two options", ["--scope", "CAMPAIGN_READ", "--scope", "VOUCHER_READ"]],
  ])("takes scopes %s", async (_name, scopes) => {
    const { run, store } = await setUp();
    expect((await run("create", "--kind", "agent", "--name", "x", ...scopes)).code).toBe(0);
    expect((await store.keys.list({}))[0]?.scopes).toEqual(["CAMPAIGN_READ", "VOUCHER_READ"]);
  });

  it("prints a new key as JSON", async () => {
    const { out, err } = await (await setUp()).run(...createAgent, "--tenant", "acme", "--ttl-days", "7", "--json");
    expect(err).toBe("");
    expect(JSON.parse(out)).toEqual({
      key: expect.stringMatching(/^vf_ak_/),
      id: "00000000-0000-4000-8000-000000000001",
      tenant: "acme",
      kind: "agent",
      name: "Claude Desktop",
      hint: expect.stringMatching(/^vf_ak_.{4}$/),
      scopes: ["CAMPAIGN_READ"],
      created_at: "2026-09-01T12:30:00.000Z",
      expires_at: "2026-09-08T12:30:00.000Z",
      revoked_at: null,
      rotated_at: null,
      state: "active",
    });
  });

  it("lists keys without what they are", async () => {
    const { run, store } = await setUp();
    const { out: key } = await run(...createAgent);
    await run("create", "--kind", "secret", "--name", "backend", "--tenant", "acme");
    const [first] = await store.keys.list({});
    if (first !== undefined)
      await store.keys.insert({ ...first, id: "old", hash: "0", expiresAtMs: nowMs, name: "a\u001b[31m" });
    await run("revoke", "00000000-0000-4000-8000-000000000003");
    const { code, out } = await run("list");
    expect(code).toBe(0);
    expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["ID", "TENANT", "KIND", "NAME", "HINT", "SCOPES", "CREATED", "EXPIRES", "STATE"],
      [
        first?.id,
        "default",
        "agent",
        "Claude Desktop",
        `${first?.hint}…`,
        "CAMPAIGN_READ",
        "2026-09-01 12:30 UTC",
        "2026-10-01 12:30 UTC",
        "active",
      ],
      [
        "00000000-0000-4000-8000-000000000003",
        "acme",
        "secret",
        "backend",
        "vf_sk_AwMD…",
        "-",
        "2026-09-01 12:30 UTC",
        "never",
        "revoked",
      ],
      [
        "old",
        "default",
        "agent",
        "a?[31m",
        `${first?.hint}…`,
        "CAMPAIGN_READ",
        "2026-09-01 12:30 UTC",
        "2026-09-01 12:30 UTC",
        "expired",
      ],
      [""],
    ]);
    const json = await run("list", "--json", "--tenant", "acme");
    expect(JSON.parse(json.out)).toHaveLength(1);
    expect(`${out}${json.out}`).not.toContain(key.trimEnd().slice(12));
    expect(json.out).not.toContain("hash");
  });

  it("says that there are no keys on stderr, and an empty list in JSON", async () => {
    expect(await (await setUp()).run("list")).toEqual({
      code: 0,
      out: "",
      err: "There are no keys. Make one with `toolspec keys create`.\n",
    });
    expect((await (await setUp()).run("list", "--json")).out).toBe("[]\n");
  });

  it("revokes by id, and by the key itself where only that is known", async () => {
    const { run, store } = await setUp();
    const key = (await run(...createAgent)).out.trimEnd();
    await run(...createAgent);
    expect((await run("revoke", "00000000-0000-4000-8000-000000000003")).err).toMatch(
      /^Revoked agent key "Claude Desktop"/,
    );
    expect((await run("revoke", key)).code).toBe(0);
    expect((await store.keys.list({})).map(({ revokedAtMs }) => revokedAtMs)).toEqual([nowMs, nowMs]);
  });

  it("is content with a key that was revoked before", async () => {
    const { run } = await setUp();
    await run(...createAgent);
    await run("revoke", "00000000-0000-4000-8000-000000000001");
    const again = await run("revoke", "00000000-0000-4000-8000-000000000001");
    expect(again.code).toBe(0);
    expect(again.err).toContain("was revoked before, on 2026-09-01 12:30 UTC.");
  });

  it("explains itself with the kinds and scopes of this server", async () => {
    const { code, out } = await (await setUp()).run("create", "--help");
    expect(code).toBe(0);
    expect(out.replaceAll(/\s+/g, " ")).toContain("kind of key: agent (vf_ak_…), secret (vf_sk_…)");
    expect(out.replaceAll(/\s+/g, " ")).toContain("CAMPAIGN_READ, VOUCHER_READ");
    expect(out).toContain(
      '$ toolspec keys create specs/vauchflow --kind agent --name "Claude Desktop" --scope CAMPAIGN_READ',
    );
  });

  it("rotates a key: same id, a new value once, the old one gone, and what clients must be told", async () => {
    const { run, store } = await setUp();
    const old = (await run(...createAgent)).out.trimEnd();
    const [before] = await store.keys.list({});
    const { code, out, err } = await run("rotate", "00000000-0000-4000-8000-000000000001");
    const text = out.trimEnd();
    expect([code, isWellFormedKey(text, "vf_ak_")]).toEqual([0, true]);
    expect(text).not.toBe(old);
    expect(await store.keys.findByHash(hashKey(old))).toBeUndefined();
    expect(await store.keys.findByHash(hashKey(text))).toEqual({
      ...before,
      hash: hashKey(text),
      hint: text.slice(0, 10),
      rotatedAtMs: nowMs,
    });
    expect(err).toContain("claude mcp remove vauchflow\n");
    expect(err).toContain(
      'claude mcp add --transport http vauchflow https://YOUR_HOST/v1/mcp --header "X-API-Key: YOUR_KEY"',
    );
    expect(err).not.toContain(text.slice(12));
  });

  it("gives a revoked key no new value", async () => {
    const { run } = await setUp();
    await run(...createAgent);
    await run("revoke", "00000000-0000-4000-8000-000000000001");
    const { code, out, err } = await run("rotate", "00000000-0000-4000-8000-000000000001");
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain("is revoked (2026-09-01 12:30 UTC), and what has ended gets no new value. Make a new one.");
  });

  it("leaves an entry of each change, without what a key is", async () => {
    const { run, entries } = await setUp();
    const key = (await run(...createAgent, "--tenant", "acme")).out.trimEnd();
    const renewed = (await run("rotate", key)).out.trimEnd();
    await run("revoke", renewed);
    await run("revoke", renewed);
    const id = "00000000-0000-4000-8000-000000000001";
    const by = { type: "admin", actorType: "admin", callerId: "ada", tenant: "acme" };
    const named = { id, name: "Claude Desktop" };
    expect(await entries()).toEqual([
      { ...by, tool: "keys.create", arguments: { ...named, kind: "agent", scopes: ["CAMPAIGN_READ"] } },
      { ...by, tool: "keys.rotate", arguments: named },
      { ...by, tool: "keys.revoke", arguments: named },
    ]);
  });

  it("shows no key that the audit trail knows nothing of", async () => {
    const { run, store } = await setUp();
    store.audit.append = () => Promise.reject(new Error("/data/a.db cannot grow: the disk is full."));
    await expect(run(...createAgent)).rejects.toThrow("cannot grow");
  });

  it("sends whoever wants a key of a server that has only tokens to the other command", async () => {
    const { run } = await setUp({ auth: [tokenAuth] });
    const { code, err } = await run("create", "--name", "x");
    expect(code).toBe(1);
    expect(err).toContain("declares no kind of key. It has connection tokens: see `toolspec tokens`.");
    expect((await run("list")).code).toBe(0);
    expect((await run("create", "--help")).code).toBe(0);
  });

  it("says of a server whose callers log in that it has no keys, whatever is asked", async () => {
    const { run, opened } = await setUp({ auth: [loginAuth] });
    for (const argv of [["list"], ["create", "--name", "x"], ["rotate", "k"], ["revoke", "k"]]) {
      const { code, err } = await run(...argv);
      expect(code).toBe(2);
      expect(err).toContain("vauchflow has no keys. Its callers log in at the authorization server");
    }
    expect(opened()).toBe(0);
    expect((await run("create", "--help")).code).toBe(0);
  });
});
