import { describe, expect, it } from "vitest";
import type { ApiKeyAuth } from "./codegen.ts";
import { hashKey, isWellFormedKey } from "./identity/key-format.ts";
import { keysCommand } from "./keys-command.ts";
import type { KeyRecord, KeyStore } from "./ports.ts";

const auth: ApiKeyAuth = {
  kind: "apiKey",
  header: "X-API-Key",
  kinds: {
    agent: { prefix: "vf_ak_", scoped: true, ttlDays: { default: 30, max: 365 } },
    secret: { prefix: "vf_sk_", bypasses: ["scope", "approval"] },
    publishable: { prefix: "vf_pk_", refused: true },
  },
};
const server = {
  name: "vauchflow",
  auth: [auth],
  scopes: { CAMPAIGN_READ: "Read campaigns.", VOUCHER_READ: "Read vouchers." },
};
const nowMs = Date.UTC(2026, 8, 1, 12, 30);

/** The command over a store in memory; each run gives its exit code and what it wrote. */
function setUp(options: { readonly isGenerated: boolean } = { isGenerated: true }) {
  const records = new Map<string, KeyRecord>();
  const keys: KeyStore = {
    insert: async (key) => void records.set(key.id, key),
    findByHash: async (hash) => [...records.values()].find((key) => key.hash === hash),
    list: async ({ tenant }) => [...records.values()].filter((key) => tenant === undefined || key.tenant === tenant),
    async revoke(id, atMs) {
      const key = records.get(id);
      if (key === undefined || key.revokedAtMs !== undefined) return false;
      records.set(id, { ...key, revokedAtMs: atMs });
      return true;
    },
  };
  let made = 0;
  let closed = 0;
  const random = {
    uuid: () => `00000000-0000-4000-8000-00000000000${++made}`,
    bytes: (length: number) => new Uint8Array(length).fill(made + 1),
  };
  const clock = { now: () => nowMs, monotonic: () => 0 };
  async function run(...argv: readonly string[]) {
    const [out, err]: [string[], string[]] = [[], []];
    const [name, ...rest] = argv;
    const code = await keysCommand(name === undefined ? [] : [name, "registrations.ts", ...rest], {
      server: options.isGenerated ? server : undefined,
      open: async () => ({
        keys,
        close: async () => {
          closed += 1;
        },
      }),
      clock,
      random,
      stdout: { write: (text) => out.push(text) },
      stderr: { write: (text) => err.push(text) },
    });
    return { code, out: out.join(""), err: err.join("") };
  }
  return { records, keys, run, closed: () => closed };
}

const createAgent = ["create", "--kind", "agent", "--name", "Claude Desktop", "--scope", "CAMPAIGN_READ"];

describe("keys", () => {
  it.each<[string, readonly string[], RegExp]>([
    ["no command", [], /Usage: toolspec keys/],
    ["an unknown command", ["rotat"], /unknown command 'rotat'/],
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
    const { run, records } = setUp();
    const { code, out, err } = await run(...argv);
    expect([code, out, records.size]).toEqual([2, "", 0]);
    expect(err).toMatch(message);
  });

  it("ends with 1 for an unknown id and names the nearest", async () => {
    const { run } = setUp();
    await run(...createAgent);
    const { code, err } = await run("revoke", "00000000-0000-4000-8000-000000000009");
    expect(code).toBe(1);
    expect(err).toContain('Did you mean 00000000-0000-4000-8000-000000000001, agent key "Claude Desktop"');
    expect((await run("revoke", "nonsense")).err).toContain("`toolspec keys list` shows the ids.");
  });

  it("does not repeat a key that it does not know", async () => {
    const { code, err } = await setUp().run("revoke", "vf_ak_somebody-elses-live-key");
    expect(code).toBe(1);
    expect(err).not.toContain("somebody");
  });

  it("leaves a failure of the store to whoever explains failures, and closes the store", async () => {
    const { run, keys, closed } = setUp();
    keys.insert = () => Promise.reject(new Error("/data/a.db cannot grow: the disk is full."));
    await expect(run(...createAgent)).rejects.toThrow("/data/a.db cannot grow");
    expect(closed()).toBe(1);
  });

  it("asks for the server when the arguments name none that was generated, and opens nothing", async () => {
    const { run, closed } = setUp({ isGenerated: false });
    const { code, err } = await run(...createAgent);
    expect([code, closed()]).toEqual([2, 0]);
    expect(err).toContain('"registrations.ts" is no generated server. Name a specs folder');
    expect((await run("create", "--help")).out).toContain("Usage: toolspec keys create [options] <server>");
  });

  it("prints a new key once, alone on stdout, and what it may do on stderr", async () => {
    const { run, records } = setUp();
    const { code, out, err } = await run(...createAgent);
    expect(code).toBe(0);
    expect(isWellFormedKey(out.trimEnd(), "vf_ak_")).toBe(true);
    expect([...records.values()][0]).toMatchObject({
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
    const { err } = await setUp().run("create", "--kind", "secret", "--name", "backend");
    expect(err).toContain("It may use every tool of vauchflow: it needs no scopes and is never held for an operator.");
    expect(err).toContain("It never ends by itself.");
  });

  it.each([
    ["one by one", ["--scope", "CAMPAIGN_READ", "VOUCHER_READ"]],
    ["with commas", ["--scope", "CAMPAIGN_READ,VOUCHER_READ"]],
    ["in two options", ["--scope", "CAMPAIGN_READ", "--scope", "VOUCHER_READ"]],
  ])("takes scopes %s", async (_name, scopes) => {
    const { run, records } = setUp();
    expect((await run("create", "--kind", "agent", "--name", "x", ...scopes)).code).toBe(0);
    expect([...records.values()][0]?.scopes).toEqual(["CAMPAIGN_READ", "VOUCHER_READ"]);
  });

  it("prints a new key as JSON", async () => {
    const { out, err } = await setUp().run(...createAgent, "--tenant", "acme", "--ttl-days", "7", "--json");
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
      state: "active",
    });
  });

  it("lists keys without what they are", async () => {
    const { run, records, keys } = setUp();
    const { out: key } = await run(...createAgent);
    await run("create", "--kind", "secret", "--name", "backend", "--tenant", "acme");
    const [first] = records.values();
    if (first !== undefined)
      await keys.insert({ ...first, id: "old", hash: "0", expiresAtMs: nowMs, name: "a\u001b[31m" });
    await run("revoke", "00000000-0000-4000-8000-000000000002");
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
        "00000000-0000-4000-8000-000000000002",
        "acme",
        "secret",
        "backend",
        "vf_sk_AgIC…",
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
    expect(await setUp().run("list")).toEqual({
      code: 0,
      out: "",
      err: "There are no keys. Make one with `toolspec keys create`.\n",
    });
    expect((await setUp().run("list", "--json")).out).toBe("[]\n");
  });

  it("revokes by id, and by the key itself where only that is known", async () => {
    const { run, records } = setUp();
    const key = (await run(...createAgent)).out.trimEnd();
    await run(...createAgent);
    expect((await run("revoke", "00000000-0000-4000-8000-000000000002")).err).toMatch(
      /^Revoked agent key "Claude Desktop"/,
    );
    expect((await run("revoke", key)).code).toBe(0);
    expect([...records.values()].map(({ revokedAtMs }) => revokedAtMs)).toEqual([nowMs, nowMs]);
  });

  it("is content with a key that was revoked before", async () => {
    const { run } = setUp();
    await run(...createAgent);
    await run("revoke", "00000000-0000-4000-8000-000000000001");
    const again = await run("revoke", "00000000-0000-4000-8000-000000000001");
    expect(again.code).toBe(0);
    expect(again.err).toContain("was revoked before, on 2026-09-01 12:30 UTC.");
  });

  it("explains itself with the kinds and scopes of this server", async () => {
    const { code, out } = await setUp().run("create", "--help");
    expect(code).toBe(0);
    expect(out.replaceAll(/\s+/g, " ")).toContain("kind of key: agent (vf_ak_…), secret (vf_sk_…)");
    expect(out.replaceAll(/\s+/g, " ")).toContain("CAMPAIGN_READ, VOUCHER_READ");
    expect(out).toContain(
      '$ toolspec keys create specs/vauchflow --kind agent --name "Claude Desktop" --scope CAMPAIGN_READ',
    );
  });
});
