/** Who may call Rekomi: connection tokens, the co-signed relay, suspended accounts, both ways to validate a token. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seedIds, startRekomi } from "@toolspec/example-rekomi";
import { sign, verify } from "@toolspec/runtime/relay";
import { describe, expect, it, onTestFinished } from "vitest";
import { startRecordingProxy } from "../recording-proxy.ts";
import { verifies } from "../requirements.ts";
import { toolspec } from "../shell.ts";
import { eras, openWire } from "../wire.ts";
import { relaySecret, startSystem } from "./system.ts";

const root = join(import.meta.dirname, "../..");
const cli = join(root, "generator/dist/cli.js");
const credential = (token: string) => ({ authorization: `Bearer ${token}` });

/** Milliseconds for tests that start processes. */
const processTimeoutMs = 40_000;

function newStore() {
  const data = join(mkdtempSync(join(tmpdir(), "toolspec-rekomi-")), "toolspec.sqlite");
  const env = { TOOLSPEC_DATA: data, REKOMI_RELAY_SECRET: relaySecret };
  const run = (...args: readonly string[]) => toolspec(args, { cwd: root, env });
  const create = (name: string, ...more: readonly string[]) =>
    run("tokens", "create", "specs/rekomi", "--tenant", "acme", "--owner", "ada", "--name", name, ...more);
  return { data, env, run, create };
}

describe("toolspec tokens", () => {
  verifies(
    [
      "rekomi:token-shape",
      "rekomi:token-hash",
      "rekomi:token-named",
      "rekomi:token-shown-once",
      "rekomi:token-one-time-reveal",
    ],
    "shows a token once, keeps its SHA-256 and never the value",
    async () => {
      const { data, create, run } = newStore();
      const made = JSON.parse((await create("Claude Desktop laptop", "--json")).stdout);
      expect(made.token).toMatch(/^rk_mcp_[A-Za-z0-9_-]{43}$/);
      expect(Buffer.from(made.token.slice("rk_mcp_".length), "base64url")).toHaveLength(32);
      const listed = await run("tokens", "list", "specs/rekomi");
      expect(listed.stdout).toContain("Claude Desktop laptop");
      expect(listed.stdout).not.toContain(made.token);
      const file = ["", "-wal"].map((end) => read(`${data}${end}`)).join("");
      expect(file).toContain(createHash("sha256").update(made.token).digest("hex"));
      expect(file).not.toContain(made.token);
    },
    processTimeoutMs,
  );

  verifies(
    ["rekomi:token-cap", "rekomi:token-limit"],
    // That it also does when many are asked for at once, by several processes, is the store's: token-store.test.ts.
    "refuses the eleventh active token, and makes room by revoking",
    async () => {
      const { create, run } = newStore();
      const ended = await Promise.all(Array.from({ length: 14 }, (_, index) => create(`token ${index}`, "--json")));
      const made = ended.filter(({ code }) => code === 0).map(({ stdout }) => JSON.parse(stdout).id as string);
      expect(made).toHaveLength(10);
      for (const { stderr } of ended.filter(({ code }) => code !== 0)) expect(stderr).toMatch(/\b10\b/);
      expect((await run("tokens", "revoke", "specs/rekomi", String(made[0]))).code).toBe(0);
      expect((await create("room again")).code).toBe(0);
      expect((await create("no room")).code).toBe(1);
    },
    processTimeoutMs,
  );

  verifies(
    ["rekomi:token-owner-only", "rekomi:token-made-by-owner"],
    "asks who makes a token, keeps the name, and leaves it in the trail; no tool, argument or endpoint makes one",
    async () => {
      const { run, create } = newStore();
      const anonymous = await run("tokens", "create", "specs/rekomi", "--tenant", "acme", "--name", "x");
      expect(anonymous).toMatchObject({ code: 2, stderr: expect.stringContaining("--owner") });
      await create("x");
      expect((await run("tokens", "list", "specs/rekomi")).stdout).toContain("ada");
      const { entries } = JSON.parse(
        (await run("audit", "list", "specs/rekomi", "--json", "--tool", "tokens.create")).stdout,
      );
      expect(entries).toMatchObject([{ type: "admin", arguments: { name: "x", owner: "ada" } }]);
      const system = await startSystem();
      const { tools } = (await system.request("tools/list", {})).json.result;
      expect(
        tools.filter(({ name }: { name: string }) => /token|key/.test(name)).map(({ name }: { name: string }) => name),
      ).toEqual(["mint_embed_token"]);
      for (const method of ["POST", "PUT", "DELETE"]) {
        const answer = await fetch(new URL("/api/tokens", system.url), { method, headers: credential(system.owner) });
        expect(answer.status).toBe(404);
      }
    },
    processTimeoutMs,
  );

  verifies(
    [
      "rekomi:token-rotate",
      "rekomi:token-revoke",
      "rekomi:revoke-propagation",
      "rekomi:suspension",
      "rekomi:token-per-device",
      "rekomi:trouble-rotated",
    ],
    "ends a rotated, a revoked and a suspended token in a server that runs, with its next request, and no other token",
    async () => {
      const { env, run, create } = newStore();
      const upstream = await startRekomi({ port: 0, host: "127.0.0.1", relaySecrets: [{ secret: relaySecret }] });
      onTestFinished(() => upstream.close());
      const made = await Promise.all(["one", "two", "three"].map((name) => create(name, "--json")));
      const [one, two, three] = made.map(({ stdout }) => JSON.parse(stdout) as { id: string; token: string });
      if (one === undefined || two === undefined || three === undefined) throw new Error("three were made");
      const server = spawn(process.execPath, [cli, "serve", "specs/rekomi", "--port", "0"], {
        cwd: root,
        env: { ...process.env, ...env, REKOMI_API_URL: upstream.url },
        stdio: ["ignore", "ignore", "pipe"],
      });
      onTestFinished(() => void server.kill("SIGKILL"));
      const url = await servedAt(server.stderr);
      const wire = openWire({ url, key: one.token, credential });
      const statusOf = async (token: string) => (await wire.request("tools/list", {}, { key: token })).status;
      for (const { token } of [one, two, three]) expect(await statusOf(token)).toBe(200);

      const rotated = await run("tokens", "rotate", "specs/rekomi", one.id, "--json");
      const fresh = JSON.parse(rotated.stdout).token as string;
      expect(await statusOf(one.token)).toBe(401);
      expect(await statusOf(fresh)).toBe(200);
      await run("tokens", "revoke", "specs/rekomi", two.id);
      expect(await statusOf(two.token)).toBe(401);
      expect(await statusOf(three.token)).toBe(200);
      await run("tenants", "suspend", "specs/rekomi", "acme");
      expect(await statusOf(three.token)).toBe(401);
      await run("tenants", "resume", "specs/rekomi", "acme");
      expect(await statusOf(three.token)).toBe(200);
    },
    processTimeoutMs,
  );
});

describe("a token", () => {
  verifies(
    ["rekomi:token-only-credential", "rekomi:trouble-unauthorized", "rekomi:token-scope"],
    "is the one credential: without it, or with a wrong one, 401 and where to make a new one; with it, every tool",
    async () => {
      const system = await startSystem();
      for (const era of eras) {
        const wrong = await system.request("tools/list", {}, { era, key: `${system.owner.slice(0, -3)}AAA` });
        expect(wrong.status).toBe(401);
        expect(wrong.headers.get("www-authenticate")).toMatch(/^Bearer realm="rekomi", error="invalid_token"$/);
        expect(wrong.text).toContain("Settings, AI assistant");
        expect((await system.request("tools/list", {}, { era })).json.result.tools).toHaveLength(39);
      }
      const bare = await fetch(system.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      });
      expect(bare.status).toBe(401);
      const keyed = await system.post({}, { "x-api-key": system.owner, authorization: "" });
      expect(keyed.status).toBe(401);
      const caller = await system.house.gateway.authenticate(credential(system.owner));
      expect([...caller.scopes]).toEqual(["read_write"]);
    },
  );

  verifies("rekomi:on-behalf", "acts as its member in its organization: another's data is not there", async () => {
    const system = await startSystem();
    const member = await system.tokenFor({ role: "member" });
    expect((await system.call("get_org_profile", {}, { key: member })).inner.slug).toBe("acme");
    const refused = await system.call("approve_affiliate", { id: seedIds.ines }, { key: member });
    expect(refused.inner.error).toMatchObject({ code: "forbidden", status: 403 });
    const other = await system.tokenFor({ organization: "globex" });
    expect((await system.call("get_affiliate", { id: seedIds.mara }, { key: other })).inner.error.code).toBe(
      "not_found",
    );
  });
});

describe("the relay", () => {
  verifies(
    ["rekomi:forwards-token", "rekomi:co-signs", "rekomi:relay-text"],
    "sends the token unchanged, and a co-signature over the exact bytes of each request",
    async () => {
      const upstream = await startRekomi({ port: 0, host: "127.0.0.1", relaySecrets: [{ secret: relaySecret }] });
      onTestFinished(() => upstream.close());
      const proxy = await startRecordingProxy(upstream.url);
      const system = await startSystem({ upstreamUrl: proxy.url });
      upstream.registerToken({
        credential: { token: system.owner },
        organization: "acme",
        role: "owner",
        emailVerified: true,
        name: "relay",
      });
      await system.call("list_conversions", { since: "2026-01-01T00:00:00+01:00", status: "Paid", take: 3 });
      await system.call("record_lead", { affiliateSlug: "mara", email: "lead@example.com", name: "Zoë & Ko" });
      await system.call("revoke_affiliate_coupon", { couponId: seedIds.maraCoupon });
      expect(proxy.seen).toHaveLength(3);
      const nowSeconds = Math.floor(Date.now() / 1000);
      for (const { method, target, headers, body } of proxy.seen) {
        expect(headers.authorization).toBe(`Bearer ${system.owner}`);
        const header = headers["x-rekomi-mcp-identity"];
        expect(header).toMatch(/^t=\d{10},v1=[0-9a-f]{64}$/);
        expect(verify({ header, method, target, body, secrets: [{ secret: relaySecret }], nowSeconds })).toMatchObject({
          ok: true,
        });
        const changed = {
          header,
          method,
          target: `${target}&x=1`,
          body,
          secrets: [{ secret: relaySecret }],
          nowSeconds,
        };
        expect(verify(changed)).toEqual({ ok: false, reason: "mismatch" });
      }
    },
  );

  verifies(
    ["rekomi:direct-refused", "rekomi:direct-use-blocked", "rekomi:trouble-relay-required", "rekomi:backend-checks"],
    "is the only way: the API refuses the token alone, a stale or replayed signature, and checks role after both",
    async () => {
      const system = await startSystem();
      const target = "/api/v1/organization";
      const ask = async (headers: Record<string, string>) => {
        const answer = await fetch(`${system.upstream.url}${target}`, {
          headers: { ...credential(system.owner), ...headers },
        });
        return { status: answer.status, body: await answer.json() };
      };
      const direct = await ask({});
      expect(direct).toMatchObject({ status: 401, body: { error: { code: "mcp_relay_required" } } });
      const atSeconds = Math.floor(Date.now() / 1000);
      const signed = (at: number, secret = relaySecret) => ({
        "x-rekomi-mcp-identity": sign({ method: "GET", target, secret, atSeconds: at }),
      });
      expect(await ask(signed(atSeconds))).toMatchObject({ status: 200 });
      expect(await ask(signed(atSeconds))).toMatchObject({
        status: 401,
        body: { error: { code: "mcp_relay_invalid" } },
      });
      for (const wrong of [
        signed(atSeconds - 302),
        signed(atSeconds + 302),
        signed(atSeconds, "another secret that nobody here has"),
      ])
        expect(await ask(wrong)).toMatchObject({ status: 401, body: { error: { code: "mcp_relay_invalid" } } });
      const { errors } = (await import("@toolspec/generated/rekomi")).server;
      expect(errors.mcp_relay_required?.fix).toContain("https://mcp.rekomi.com/api/mcp");
    },
  );

  verifies(
    ["rekomi:relay-tampering", "rekomi:trouble-relay-required"],
    "protects what it forwards: the API refuses each change on the way, and the caller hears what to do",
    async () => {
      const upstream = await startRekomi({ port: 0, host: "127.0.0.1", relaySecrets: [{ secret: relaySecret }] });
      onTestFinished(() => upstream.close());
      const proxy = await startRecordingProxy(upstream.url);
      const system = await startSystem({ upstreamUrl: proxy.url });
      const member = { organization: "acme", role: "owner", emailVerified: true, name: "tampered" } as const;
      upstream.registerToken({ credential: { token: system.owner }, ...member });
      const list = () => system.call("list_conversions", { status: "Paid", take: 3 });
      const lead = () => system.call("record_lead", { affiliateSlug: "mara", email: "lead@example.com" });
      expect((await list()).inner.items).toEqual(expect.any(Array));
      const changes: readonly [() => ReturnType<typeof list>, NonNullable<typeof proxy.tamper>][] = [
        [
          list,
          (request) => ({
            ...request,
            target: request.target
              .split("?")
              .map((part) => part.split("&").reverse().join("&"))
              .join("?"),
          }),
        ],
        [list, (request) => ({ ...request, target: request.target.replace("take=3", "take=9") })],
        [list, (request) => ({ ...request, target: "/api/v1/organization" })],
        [lead, (request) => ({ ...request, method: "PUT" })],
        [lead, (request) => ({ ...request, body: Buffer.from(request.body.toString().replace("lead@", "head@")) })],
      ];
      const before = upstream.counts();
      for (const [call, tamper] of changes) {
        proxy.tamper = tamper;
        const refused = await call();
        expect(refused.inner.error).toMatchObject({ code: "upstream_unauthorized", upstreamCode: "mcp_relay_invalid" });
      }
      expect(upstream.counts()).toEqual(before);
      proxy.tamper = ({ headers: { "x-rekomi-mcp-identity": _signature, ...headers }, ...request }) => ({
        ...request,
        headers,
      });
      expect((await list()).inner.error).toMatchObject({
        upstreamCode: "mcp_relay_required",
        fix: expect.stringContaining("https://mcp.rekomi.com/api/mcp"),
      });
    },
  );

  verifies("rekomi:relay-window", "accepts 300 seconds either way and not one more", () => {
    const request = { method: "GET", target: "/api/v1/organization", secret: relaySecret };
    const header = sign({ ...request, atSeconds: 1_800_000_000 });
    const verdictAt = (nowSeconds: number) =>
      verify({ ...request, header, body: undefined, secrets: [request], nowSeconds }).ok;
    expect([-301, -300, 300, 301].map((seconds) => verdictAt(1_800_000_000 + seconds))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  verifies("rekomi:relay-constant-time", "compares whole digests, by the platform's constant-time comparison", () => {
    // No test can time this on a shared machine: that the one comparison is the platform's is read off the source.
    const source = readFileSync(join(root, "runtime/src/relay.ts"), "utf8");
    const verifying = source.slice(
      source.indexOf("export function verify("),
      source.indexOf("export interface ReplayCache"),
    );
    expect(verifying.match(/timingSafeEqual\(/g)).toHaveLength(1);
    const request = { method: "GET", target: "/api/v1/organization", secret: relaySecret };
    const header = sign({ ...request, atSeconds: 1_800_000_000 });
    for (const at of ["t=1800000000,v1=".length, header.length - 1]) {
      const wrong = `${header.slice(0, at)}${header[at] === "0" ? "1" : "0"}${header.slice(at + 1)}`;
      const verdict = verify({ ...request, header: wrong, secrets: [request], nowSeconds: 1_800_000_000 });
      expect(verdict).toEqual({ ok: false, reason: "mismatch" });
    }
  });

  verifies(
    "rekomi:trouble-relay-secret",
    "names a co-signature that the API does not accept as the operator's fault, and still lists tools",
    async () => {
      const system = await startSystem({ relaySecret: "a stale relay secret of the operator's" });
      expect((await system.request("tools/list", {})).json.result.tools).toHaveLength(39);
      const refused = await system.call("get_org_profile");
      expect(refused.inner.error).toMatchObject({ code: "upstream_unauthorized", status: 401, retryable: false });
      expect(refused.inner.error.message).toMatch(/operator/);
      expect(refused.text).toContain("another token will not help");
    },
  );

  it("signs with a key id, and the API knows two secrets while they are rotated", async () => {
    const secrets = [
      { id: "new", secret: "the new relay secret, 32 bytes or more" },
      { id: "old", secret: relaySecret },
    ];
    const upstream = await startRekomi({ port: 0, host: "127.0.0.1", relaySecrets: secrets });
    onTestFinished(() => upstream.close());
    for (const { id, secret } of secrets) {
      const target = "/api/v1/organization";
      const token = `rk_mcp_${"a".repeat(43)}`;
      upstream.registerToken({
        credential: { token },
        organization: "acme",
        role: "owner",
        emailVerified: true,
        name: id,
      });
      const header = sign({ method: "GET", target, secret, keyId: id, atSeconds: Math.floor(Date.now() / 1000) });
      const answer = await fetch(`${upstream.url}${target}`, {
        headers: { ...credential(token), "x-rekomi-mcp-identity": header },
      });
      expect(answer.status).toBe(200);
    }
  });
});

describe("tokens that the upstream validates", () => {
  it("need nothing here, and end with the upstream's word: at once for a call, and for a second at the door", async () => {
    const system = await startSystem({ validation: "delegated" });
    const { token, id } = await system.mint({ name: "delegated" });
    await system.house.store.tokens.revoke(id, Date.now());
    // Revoked here means nothing: only the upstream's word counts.
    expect((await system.call("get_org_profile", {}, { key: token })).inner.slug).toBe("acme");
    system.upstream.revokeToken({ token });
    const asked = () => system.upstream.requests().length;
    const before = asked();
    const refused = await system.call("get_org_profile", {}, { key: token });
    expect(refused.text).toMatch(/unauthorized/);
    expect(asked()).toBe(before + 1);
    expect((await system.request("tools/list", {}, { key: token })).status).toBe(401);
    expect((await system.call("get_org_profile", {}, { key: token })).status).toBe(401);
    expect(asked()).toBe(before + 1);
    system.upstream.registerToken({
      credential: { token },
      organization: "acme",
      role: "owner",
      emailVerified: true,
      name: "again",
    });
    const until = Date.now() + 5000;
    let status = 401;
    while (status !== 200 && Date.now() < until)
      status = (await system.request("tools/list", {}, { key: token })).status;
    expect(status).toBe(200);
  });

  it("are not held to be refused where the upstream did not accept the co-signature", async () => {
    const system = await startSystem({
      validation: "delegated",
      relaySecret: "a stale relay secret of the operator's",
    });
    const { token } = await system.mint();
    for (let call = 0; call < 2; call++) {
      const refused = await system.call("get_org_profile", {}, { key: token });
      expect(refused.inner.error.code).toBe("upstream_unauthorized");
    }
    expect((await system.request("tools/list", {}, { key: token })).status).toBe(200);
  });

  it("turns away at the door what cannot be a token", async () => {
    const system = await startSystem({ validation: "delegated" });
    for (const key of ["rk_mcp_short", "vf_ak_abcdefghijklmnopqrstuvwxyz0123456789", "x"])
      expect((await system.request("tools/list", {}, { key })).status).toBe(401);
    expect(system.upstream.requests()).toEqual([]);
  });
});

function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

/** The address that a served process logs. */
async function servedAt(stderr: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of stderr) {
    text += chunk;
    const [, url] = /"url":"([^"]+)"/.exec(text) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error(`ended before it served: ${text}`);
}
