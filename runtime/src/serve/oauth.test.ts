import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { type AuthScheme, defineServer, defineTool, type OAuthAuth, type ServerDefinition } from "../codegen.ts";
import { composeGateway } from "../compose.ts";
import { defaultSettings } from "../config.ts";
import { audience, json, schemeOf, startIssuer, type TestIssuer } from "../identity/fixture.ts";
import { mintKey } from "../identity/mint.ts";
import { legacy, modern, rawExchange, type Seen, seen } from "./fixture.ts";
import { serveHttp } from "./http.ts";
import { scopeChallenge, unauthorizedChallenge } from "./oauth.ts";
import { serveStdio } from "./stdio.ts";

const wellKnown = "/.well-known/oauth-protected-resource";
const metadataAt = "https://api.perkamo.example/.well-known/oauth-protected-resource/mcp";
const keyAuth: AuthScheme = { kind: "apiKey", header: "X-API-Key", kinds: { live: { prefix: "pk_live_" } } };
const annotations = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };

const getProgram = defineTool<object>({
  name: "get_program",
  title: "Program",
  description: "Read the program.",
  access: "read",
  scope: "mcp:read",
  disposition: "auto",
  dryRun: "none",
  input: z.strictObject({}),
  handler: () => ({ method: "get", path: "/program" }),
});
const adjustCustomer = defineTool<object>({
  name: "adjust_customer",
  title: "Adjust",
  description: "Adjust a customer.",
  access: "write",
  scope: "mcp:write",
  disposition: "auto",
  dryRun: "none",
  input: z.strictObject({}),
  handler: () => ({ method: "post", path: "/adjustments" }),
});

let issuer: TestIssuer;
beforeEach(async () => {
  issuer = await startIssuer();
});
afterEach(() => issuer.close());

function definitionOf(upstreamUrl: string, auth: readonly AuthScheme[], changes: Partial<ServerDefinition>) {
  const plain = { inputSchema: { type: "object" }, annotations };
  return defineServer({
    toolspec: 1,
    name: "perkamo",
    title: "Perkamo",
    version: "1.0.0",
    description: "Loyalty.",
    website: "https://docs.perkamo.example/mcp",
    mcp: { path: "/mcp" },
    upstream: {
      url: upstreamUrl,
      credentials: { kind: "service", header: "X-Perkamo-Service-Key", secret: "upstream-secret" },
      timeoutMs: 1_000,
    },
    auth,
    scopes: { "mcp:read": "Read.", "mcp:write": "Write." },
    errors: {},
    manifest: new URL("./fixture.ts", import.meta.url),
    tools: [getProgram, adjustCustomer],
    advertised: { get_program: plain, adjust_customer: plain },
    ...changes,
  });
}

/** A whole house that takes the issuer's tokens, over HTTP, in front of an upstream that notes what it is sent. */
async function setUp(
  options: {
    readonly oauth?: Partial<OAuthAuth>;
    readonly others?: readonly AuthScheme[];
    readonly changes?: Partial<ServerDefinition>;
  } = {},
) {
  const received: IncomingHttpHeaders[] = [];
  const upstream = createServer((request, response) => {
    received.push(request.headers);
    json(response, { ok: true });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => upstream.once("listening", resolve));
  const upstreamUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const logged: string[] = [];
  const auth = [...(options.others ?? []), schemeOf(issuer.issuer, options.oauth)];
  const house = await composeGateway({
    server: definitionOf(upstreamUrl, auth, options.changes ?? {}),
    settings: { ...defaultSettings, data: ":memory:", logLevel: "debug" },
    variables: {},
    writeLog: (line) => logged.push(line),
  });
  const http = await serveHttp(house.gateway, { port: 0, drainTimeoutMs: 50, ...house.ports });
  onTestFinished(async () => {
    await http.close();
    await house.close();
    upstream.closeAllConnections();
    upstream.close();
  });
  const at = (path: string) => new URL(path, http.url).href;
  const post = async (
    path: string,
    [body, headers]: readonly [object, object],
    more: Readonly<Record<string, string>>,
  ) =>
    await seen(
      await fetch(at(path), {
        method: "POST",
        headers: { "content-type": "application/json", ...headers, ...more },
        body: JSON.stringify(body),
      }),
    );
  const get = async (path: string, init: RequestInit = {}) => await seen(await fetch(at(path), init));
  return { house, http, received, logged, at, post, get };
}

const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
const callOf = (name: string) => ({ name, arguments: {} });
const challengeOf = ({ headers }: Seen) => headers.get("www-authenticate");

describe("the metadata of a server that takes access tokens", () => {
  it("names the authorization server to whoever asks, and may be kept for an hour", async () => {
    const { get } = await setUp();
    const found = await get(`${wellKnown}/mcp`);
    expect([found.status, found.json]).toEqual([
      200,
      {
        resource: audience,
        authorization_servers: [issuer.issuer],
        scopes_supported: ["mcp:read", "mcp:write"],
        bearer_methods_supported: ["header"],
        resource_name: "Perkamo",
        resource_documentation: "https://docs.perkamo.example/mcp",
      },
    ]);
    expect(found.headers.get("cache-control")).toBe("public, max-age=3600");
    expect(found.headers.get("content-type")).toBe("application/json");
  });

  it("is the same with a slash, a query, or for the whole host", async () => {
    const { get, at } = await setUp();
    const { text } = await get(`${wellKnown}/mcp`);
    for (const path of [`${wellKnown}/mcp/`, wellKnown, `${wellKnown}/`, `${wellKnown}/mcp?x=1`])
      expect((await get(path)).text).toBe(text);
    const head = await fetch(at(`${wellKnown}/mcp`), { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  it("is read by web pages of every origin, as nothing else here is", async () => {
    const { get } = await setUp();
    const headers = { origin: "https://client.example" };
    const found = await get(`${wellKnown}/mcp`, { headers });
    expect([found.status, found.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
    for (const path of ["/mcp", "/llms/mcp.txt", "/healthz", "/.well-known/other"]) {
      const other = await get(path, { headers });
      expect([other.status, other.headers.has("access-control-allow-origin")]).toEqual([403, false]);
      expect((await get(path)).headers.has("access-control-allow-origin")).toBe(false);
    }
  });

  it("takes no other method, and no other host", async () => {
    const { get, http } = await setUp();
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      const refused = await get(`${wellKnown}/mcp`, { method });
      expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    }
    const reply = await rawExchange(
      http.port,
      `GET ${wellKnown}/mcp HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n`,
    );
    expect(reply).toContain("403 Forbidden");
  });

  it("is not at other well-known places", async () => {
    const { get } = await setUp();
    for (const path of [
      `${wellKnown}/other`,
      `${wellKnown}/mcp/x`,
      "/.well-known/oauth-authorization-server",
      "/.well-known/openid-configuration",
    ]) {
      const missing = await get(path);
      expect([missing.status, missing.json.error.code]).toEqual([404, "not_found"]);
    }
  });

  it("is found under the path that clients know where a proxy changes it", async () => {
    const { get, post } = await setUp({ oauth: { audience: "https://api.perkamo.example/public/mcp" } });
    expect((await get(`${wellKnown}/public/mcp`)).json.resource).toBe("https://api.perkamo.example/public/mcp");
    expect((await get(`${wellKnown}/mcp`)).status).toBe(200);
    expect(challengeOf(await post("/mcp", legacy("tools/list"), {}))).toContain(
      'resource_metadata="https://api.perkamo.example/.well-known/oauth-protected-resource/public/mcp"',
    );
  });

  it("does not exist for a server that takes none", async () => {
    const { get, post } = await setUp({ changes: { auth: [keyAuth] } });
    expect((await get(wellKnown)).status).toBe(404);
    expect((await get(`${wellKnown}/mcp`)).status).toBe(404);
    expect(challengeOf(await post("/mcp", legacy("tools/list"), {}))).toBe('Bearer realm="perkamo"');
  });
});

describe.each([
  ["modern", modern],
  ["legacy", legacy],
] as const)("a caller with an access token, in the %s era", (era, message) => {
  it("is sent to the authorization server when it brings none", async () => {
    const { post } = await setUp();
    const reply = await post("/mcp", message("tools/list"), {});
    expect([reply.status, reply.json.error.code]).toEqual([401, 401]);
    expect(challengeOf(reply)).toBe(
      `Bearer realm="perkamo", resource_metadata="${metadataAt}", scope="mcp:read mcp:write"`,
    );
  });

  it("is told that a token is not accepted, and not why", async () => {
    const { post, house, logged } = await setUp();
    const tokens = [
      await issuer.token({ aud: "https://other.example" }),
      await issuer.token({ exp: 1 }),
      await issuer.token({ iss: "https://evil.example" }),
      "no-token",
    ];
    const replies: Seen[] = [];
    for (const token of tokens) replies.push(await post("/mcp", message("tools/list"), bearer(token)));
    expect(new Set(replies.map((reply) => `${reply.status} ${reply.text} ${challengeOf(reply)}`)).size).toBe(1);
    expect(replies[0]?.status).toBe(401);
    expect(challengeOf(replies[0] as Seen)).toBe(
      `Bearer realm="perkamo", error="invalid_token", resource_metadata="${metadataAt}", scope="mcp:read mcp:write"`,
    );
    const entries = await house.store.audit.entries();
    const reasons = ["wrong_audience", "expired", "wrong_issuer", "oauth_malformed"];
    expect(entries.map(({ type, why, outcome }) => [type, why, outcome])).toEqual(
      reasons.map((why) => ["refusal", why, "unauthenticated"]),
    );
    for (const token of tokens) expect(logged.join("") + JSON.stringify(entries)).not.toContain(token);
  });

  it("brings it in the header alone", async () => {
    const { post } = await setUp();
    const token = await issuer.token();
    const inQuery = await post(`/mcp?access_token=${token}`, message("tools/list"), {
      cookie: `access_token=${token}`,
    });
    expect([inQuery.status, challengeOf(inQuery)?.includes("error=")]).toEqual([401, false]);
    const twice = await post("/mcp", message("tools/list"), { authorization: `Bearer ${token}, Bearer ${token}` });
    expect([twice.status, challengeOf(twice)?.includes('error="invalid_request"')]).toEqual([400, true]);
  });

  it("calls, and its token goes nowhere", async () => {
    const { post, received, logged, house } = await setUp();
    const token = await issuer.token();
    const reply = await post("/mcp", message("tools/call", callOf("adjust_customer")), bearer(token));
    expect([reply.status, reply.json.result.structuredContent]).toEqual([200, { ok: true }]);
    expect(challengeOf(reply)).toBeNull();
    expect(received).toHaveLength(1);
    const entries = await house.store.audit.entries();
    expect(entries.at(-1)).toMatchObject({ tenant: "acme-test", callerKind: "oauth", callerId: "ada", outcome: "ok" });
    const kept = JSON.stringify(received) + logged.join("") + JSON.stringify(entries);
    for (const part of token.split(".")) expect(kept).not.toContain(part);
  });

  it("is asked to step up when its grant is too small for a call that its role may make", async () => {
    const { post, received, house } = await setUp();
    const reading = bearer(await issuer.token({ scope: "mcp:read" }));
    const { tools } = (await post("/mcp", message("tools/list"), reading)).json.result;
    expect(tools.map(({ name }: { name: string }) => name)).toEqual(["get_program", "adjust_customer"]);
    const reply = await post("/mcp", message("tools/call", callOf("adjust_customer")), reading);
    expect(reply.status).toBe(403);
    expect(challengeOf(reply)).toBe(
      `Bearer error="insufficient_scope", scope="mcp:read mcp:write", resource_metadata="${metadataAt}"`,
    );
    expect(reply.json).toMatchObject({
      jsonrpc: "2.0",
      id: era === "modern" ? "m7" : 7,
      error: { code: 403, data: { code: "scope_required", error: { meta: { required: ["mcp:write"] } } } },
    });
    expect(received).toEqual([]);
    expect((await house.store.audit.entries()).at(-1)?.outcome).toBe("scope_required");
    const more = bearer(await issuer.token());
    expect((await post("/mcp", message("tools/call", callOf("adjust_customer")), more)).status).toBe(200);
    expect((await post("/mcp", message("tools/call", callOf("get_program")), reading)).status).toBe(200);
  });

  it("gets the number that server.yaml gives a missing scope", async () => {
    const { post } = await setUp({ changes: { errors: { scope_required: { rpc: -32004 } } } });
    const reading = bearer(await issuer.token({ scope: "mcp:read" }));
    const reply = await post("/mcp", message("tools/call", callOf("adjust_customer")), reading);
    expect([reply.status, reply.json.error.code]).toEqual([403, -32004]);
  });

  it("is not asked to log in again for what its role may not do", async () => {
    const { post, received } = await setUp();
    const viewer = bearer(await issuer.token({ role: "viewer" }));
    const { tools } = (await post("/mcp", message("tools/list"), viewer)).json.result;
    expect(tools.map(({ name }: { name: string }) => name)).toEqual(["get_program"]);
    const reply = await post("/mcp", message("tools/call", callOf("adjust_customer")), viewer);
    expect([reply.status, challengeOf(reply), reply.json.result.isError]).toEqual([200, null, true]);
    const { error } = JSON.parse(reply.json.result.content[0].text);
    expect(error).toMatchObject({ code: "role_forbidden", role: "viewer", roles: ["admin", "owner"] });
    expect(error.message).toContain("The role 'viewer' may not use adjust_customer. These may: admin, owner.");
    expect(received).toEqual([]);
  });

  it("with a role that nobody knows may use nothing", async () => {
    const { post, received } = await setUp();
    for (const role of ["root", undefined]) {
      const nobody = bearer(await issuer.token({ role }));
      expect((await post("/mcp", message("tools/list"), nobody)).json.result.tools).toEqual([]);
      for (const name of ["get_program", "adjust_customer"]) {
        const reply = await post("/mcp", message("tools/call", callOf(name)), nobody);
        expect(JSON.parse(reply.json.result.content[0].text).error.code).toBe("role_forbidden");
      }
    }
    expect(received).toEqual([]);
  });

  it("waits while its issuer cannot be asked, and is not sent to log in", async () => {
    const { post } = await setUp();
    issuer.answer(issuer.keysPath, (response) => json(response, {}, 500));
    const reply = await post("/mcp", message("tools/list"), bearer(await issuer.token()));
    expect([reply.status, reply.json.error.data.code]).toEqual([503, "auth_unavailable"]);
    expect([reply.headers.get("retry-after"), challengeOf(reply)]).toEqual(["5", null]);
  });
});

describe("a server that takes keys too", () => {
  async function withKey() {
    const served = await setUp({ oauth: { path: "/mcp/oauth" }, others: [keyAuth] });
    const { key, record } = mintKey({
      ...served.house.ports,
      server: { auth: [keyAuth], scopes: {} },
      kindName: "live",
      tenant: "acme",
      name: "backend",
      scopes: [],
    });
    await served.house.store.keys.insert(record);
    return { ...served, key: { "x-api-key": key.reveal() }, token: bearer(await issuer.token()) };
  }

  it("serves MCP at two paths, each for its own credentials", async () => {
    const { post, http, key, token } = await withKey();
    expect(new URL(http.url).pathname).toBe("/mcp");
    const statusOf = async (path: string, headers: Record<string, string>) =>
      (await post(path, legacy("tools/list"), headers)).status;
    expect(await statusOf("/mcp", key)).toBe(200);
    expect(await statusOf("/mcp/oauth", token)).toBe(200);
    expect(await statusOf("/mcp", token)).toBe(401);
    expect(await statusOf("/mcp/oauth", key)).toBe(401);
    expect(await statusOf("/mcp", { ...key, ...token })).toBe(400);
    expect(await statusOf("/mcp/oauth", { ...key, ...token })).toBe(400);
  });

  it("names the authorization server at the one path, and never at the other", async () => {
    const { post, get, key, token } = await withKey();
    const message = legacy("tools/list");
    const strange: readonly Record<string, string>[] = [{}, token, { "x-api-key": "wrong" }, { ...key, ...token }];
    for (const headers of strange) {
      expect(challengeOf(await post("/mcp", message, headers))).not.toContain("resource_metadata");
      expect(challengeOf(await post("/mcp", message, headers))).not.toContain("scope");
    }
    const known: readonly Record<string, string>[] = [{}, key, bearer("wrong")];
    for (const headers of known)
      expect(challengeOf(await post("/mcp/oauth", message, headers))).toContain("resource_metadata");
    expect((await get(`${wellKnown}/mcp/oauth`)).status).toBe(200);
    expect((await get(wellKnown)).status).toBe(404);
  });

  it("says at both paths what it is", async () => {
    const { get } = await withKey();
    const [one, other] = [await get("/mcp"), await get("/mcp/oauth")];
    expect([one.status, one.json.name, other.text]).toEqual([200, "perkamo", one.text]);
    expect((await get("/mcp/oauth", { headers: { accept: "text/event-stream" } })).status).toBe(405);
    expect((await get("/mcp/oauth", { method: "DELETE" })).status).toBe(405);
    expect((await get("/other")).json.error.message).toContain("MCP is served at /mcp and /mcp/oauth");
  });

  it("answers a key without scope as ever", async () => {
    const { post, key } = await withKey();
    const reply = await post("/mcp", legacy("tools/call", callOf("adjust_customer")), key);
    expect([reply.status, challengeOf(reply), reply.json.result.isError]).toEqual([200, null, true]);
  });
});

describe("a caller with an access token on stdio", () => {
  it("is told of a missing scope by a plain result", async () => {
    const { house } = await setUp();
    const headers = bearer(await issuer.token({ scope: "mcp:read" }));
    const caller = await house.gateway.authenticate(headers);
    const [input, output] = [new PassThrough(), new PassThrough()];
    const server = serveStdio(house.gateway, { ...house.ports, caller, input, output });
    input.end(`${JSON.stringify(legacy("tools/call", callOf("adjust_customer"))[0])}\n`);
    await server.closed;
    const { result } = JSON.parse(String(output.read()));
    expect(result.isError).toBe(true);
    expect(JSON.parse(result.content[0].text).error.code).toBe("scope_required");
  });
});

describe("a challenge", () => {
  const scheme = schemeOf("https://login.example");
  const error = (meta: object) => ({ meta }) as never;

  it("cannot be broken out of", () => {
    const name = 'a"b\\c\r\nx-evil: 1 é';
    const server = { name, scopes: { "mcp:read": "", 'a"b': "", "c d": "" } } as unknown as ServerDefinition;
    expect(unauthorizedChallenge(server, scheme, error({}))).toBe(
      `Bearer realm="a\\"b\\\\c??x-evil: 1 ?", resource_metadata="${metadataAt}", scope="mcp:read"`,
    );
  });

  it("asks for one of several scopes that would do, beside those at hand", () => {
    const caller = { scopes: new Set(["mcp:read"]) } as never;
    expect(scopeChallenge(scheme, caller, error({ required: ["b", "a"] }))).toContain('scope="mcp:read b"');
    expect(scopeChallenge(scheme, caller, error({ required: ["b", "a"], all: true }))).toContain(
      'scope="mcp:read b a"',
    );
  });
});
