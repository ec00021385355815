/** How a client that knows the address alone finds the login, and what of a login gets past this server: nothing. */
import { describe, expect, it } from "vitest";
import { startRecordingProxy } from "../recording-proxy.ts";
import { verifies } from "../requirements.ts";
import { eras } from "../wire.ts";
import { calls, confirmed } from "./calls.ts";
import { allTools, identitySecret, readOnly, type System, serviceKey, startSystem } from "./system.ts";

/** What a client does with a challenge: take its parameters apart. */
function parametersOf(challenge: string | null): Readonly<Record<string, string>> {
  const found = [...(challenge ?? "").matchAll(/(\w+)="([^"]*)"/g)];
  return Object.fromEntries(found.map(([, name = "", value = ""]) => [name, value]));
}

const askAs = (system: System, headers: Record<string, string>) =>
  system.post(
    { jsonrpc: "2.0", id: 1, method: "tools/list", params: {} },
    { "mcp-protocol-version": "2025-11-25", ...headers },
  );

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the wire holds
const readJson = async (url: string): Promise<any> => (await fetch(url)).json();

verifies(
  ["perkamo:discovery", "perkamo:no-key", "perkamo:claude-code", "perkamo:codex-add"],
  "leads from the bare address to a login with registration and PKCE, without a key or a header",
  async () => {
    const system = await startSystem();
    const refused = await askAs(system, { authorization: "" });
    expect(refused.status).toBe(401);
    const challenge = refused.headers.get("www-authenticate");
    expect(challenge).toMatch(/^Bearer /);
    // Nothing was wrong with a credential, for there was none (RFC 6750, section 3.1).
    expect(challenge).not.toContain("error=");
    const { resource_metadata: address = "", scope = "" } = parametersOf(challenge);
    expect(scope.split(" ")).toContain("mcp:read");
    const { origin } = new URL(system.url);
    expect(address).toBe(`${origin}/.well-known/oauth-protected-resource/mcp`);
    const metadata = await readJson(address);
    expect(metadata).toMatchObject({
      resource: system.url,
      authorization_servers: [system.login.issuer],
      bearer_methods_supported: ["header"],
    });
    expect(metadata.scopes_supported.toSorted()).toEqual(["mcp:read", "mcp:write"]);
    const login = await readJson(`${system.login.issuer}/.well-known/oauth-authorization-server`);
    expect(login).toMatchObject({ issuer: system.login.issuer, code_challenge_methods_supported: ["S256"] });
    expect(login.registration_endpoint).toContain(system.login.issuer);
    expect(login.grant_types_supported).toContain("refresh_token");
  },
);

it("serves the metadata at the root too, for clients that look nowhere else, and to browsers of any origin", async () => {
  const system = await startSystem();
  const root = await fetch(`${new URL(system.url).origin}/.well-known/oauth-protected-resource`);
  expect(root.status).toBe(200);
  expect(root.headers.get("content-type")).toMatch(/^application\/json/);
  expect(root.headers.get("access-control-allow-origin")).toBe("*");
  expect(await root.json()).toMatchObject({ resource: system.url });
});

describe("a token is refused, with a challenge that leads to the login,", () => {
  it.each([
    ["nonsense", () => "nonsense"],
    ["of another audience", async ({ login }: System) => login.accessToken({ ...ada, resource: other })],
    ["with a signature that is not its own", async ({ owner }: System) => `${owner.slice(0, -8)}AAAAAAAA`],
    ["without a signature", async ({ owner }: System) => unsigned(owner)],
  ] as const)("%s", async (_, make) => {
    const system = await startSystem({ alsoFor: other });
    const reply = await askAs(system, { authorization: `Bearer ${await make(system)}` });
    expect(reply.status).toBe(401);
    const challenge = parametersOf(reply.headers.get("www-authenticate"));
    expect(challenge).toMatchObject({ error: "invalid_token" });
    expect(challenge.resource_metadata).toContain("/.well-known/oauth-protected-resource/mcp");
    expect(system.upstream.requests()).toEqual([]);
  });

  verifies("perkamo:short-lived", "expired, however good it was a moment ago", async () => {
    const system = await startSystem();
    const claims = claimsOf(system.owner);
    // Five minutes at most, so that a session that may change things ends by itself.
    expect(claims.exp - claims.iat).toBeLessThanOrEqual(300);
    // Beyond the clock skew that is forgiven.
    const expired = await system.tokenFor({ ttlSeconds: -10 });
    const reply = await askAs(system, { authorization: `Bearer ${expired}` });
    expect(reply.status).toBe(401);
    expect(parametersOf(reply.headers.get("www-authenticate"))).toMatchObject({ error: "invalid_token" });
  });

  it("in the query, in a cookie, in another header, or beside another one", async () => {
    const system = await startSystem();
    const { owner, url } = system;
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} });
    const json = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const attempts: readonly (readonly [string, Record<string, string>, expected: number])[] = [
      [`${url}?access_token=${owner}`, {}, 401],
      [url, { cookie: `access_token=${owner}` }, 401],
      [url, { "x-api-key": owner }, 401],
      [url, { authorization: `Basic ${Buffer.from(`ada:${owner}`).toString("base64")}` }, 401],
      // RFC 6750, section 3.1: more than one token is a malformed request.
      [url, { authorization: `Bearer ${owner}, Bearer ${owner}` }, 400],
    ];
    for (const [address, headers, expected] of attempts) {
      const { status } = await fetch(address, { method: "POST", body, headers: { ...json, ...headers } });
      expect(status, JSON.stringify(Object.keys(headers))).toBe(expected);
    }
  });
});

verifies(
  "perkamo:own-account",
  "sends the upstream the person, Space, role and scopes of the token, signed, and never the token",
  async () => {
    let proxy: Awaited<ReturnType<typeof startRecordingProxy>> | undefined;
    const system = await startSystem({
      before: async (url) => {
        proxy = await startRecordingProxy(url);
        return proxy.url;
      },
    });
    const people = [
      [system.owner, { sub: "ada", tenant: "acme-test", role: "owner", scopes: ["mcp:read", "mcp:write"] }],
      [await system.tokenFor({ account: "bo", space: "acme-live" }), { sub: "bo", tenant: "acme-live", role: "admin" }],
      [
        await system.tokenFor({ account: "vera", scopes: readOnly }),
        { sub: "vera", role: "viewer", scopes: ["mcp:read"] },
      ],
    ] as const;
    for (const [key, person] of people) {
      const from = proxy?.seen.length ?? 0;
      for (const tool of allTools) await system.call(tool, confirmed(tool, calls[tool]?.ok ?? {}), { key });
      const sent = proxy?.seen.slice(from) ?? [];
      expect(sent).toHaveLength(person.role === "viewer" ? 6 : 13);
      for (const request of sent) {
        const whole = JSON.stringify([request.target, request.headers]) + request.body.toString("utf8");
        expect(whole).not.toContain(key);
        expect(whole).not.toContain(key.split(".").at(-1));
        expect(request.headers.authorization).toBeUndefined();
        expect(request.headers["x-perkamo-service-key"]).toBe(serviceKey);
        const identity = claimsOf(String(request.headers["x-perkamo-identity"]));
        expect(identity).toMatchObject({ iss: "perkamo", ...person });
        expect(identity.exp - identity.iat).toBeLessThanOrEqual(300);
      }
    }
    const entries = await system.house.store.audit.entries({});
    const told = system.logged.join("\n") + JSON.stringify(entries);
    for (const secret of [...people.map(([key]) => key), serviceKey, identitySecret])
      expect(told).not.toContain(secret);
    const callers = entries.map(({ callerKind, callerId, tenant }) => `${callerKind} ${callerId} ${tenant}`);
    expect([...new Set(callers)].sort()).toEqual(["oauth ada acme-test", "oauth bo acme-live", "oauth vera acme-test"]);
  },
);

describe.each(eras)("over %s", (era) => {
  verifies(
    ["perkamo:endpoint", "perkamo:remote-url"],
    "serves MCP over HTTP at /mcp, and nothing asks for a session",
    async () => {
      const system = await startSystem();
      expect(new URL(system.url).pathname).toBe("/mcp");
      const reply = await system.request("tools/list", {}, { era });
      expect(reply.headers.get("mcp-session-id")).toBeNull();
      expect(reply.json.result.tools.map(({ name }: { name: string }) => name)).toEqual(allTools);
    },
  );
});

/** An address that tokens may be asked for, and that is not ours. */
const other = "http://127.0.0.1:9/mcp";
const ada = { account: "ada", space: "acme-test", scopes: ["mcp:read", "mcp:write"] };

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever stands in a token
function claimsOf(token: string): any {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
}

function unsigned(token: string): string {
  const header = Buffer.from(JSON.stringify({ alg: "none", typ: "at+jwt" })).toString("base64url");
  return `${header}.${token.split(".")[1]}.`;
}
