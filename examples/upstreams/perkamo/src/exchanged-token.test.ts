import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { START_MS, startHarness } from "./testing/harness.ts";

const issuer = "https://login.perkamo.example";
const audience = "perkamo-api";
const now = START_MS / 1000;
const good: JWTPayload = {
  iss: issuer,
  aud: audience,
  sub: "ada",
  iat: now,
  exp: now + 300,
  scope: "mcp:read mcp:write",
  space: "acme-test",
  role: "owner",
};

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let others: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  keys = await generateKeyPair("RS256");
  others = await generateKeyPair("RS256");
});

const sign = (claims: JWTPayload, header: { kid?: string } = {}, { privateKey } = keys) =>
  new SignJWT(claims).setProtectedHeader({ alg: "RS256", typ: "at+jwt", kid: "one", ...header }).sign(privateKey);

/** Something that answers where the keys should be. Use with `await using`. */
async function serveKeys(listener?: RequestListener) {
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: "one", alg: "RS256", use: "sig" };
  const server = createServer(listener ?? ((_, response) => response.end(JSON.stringify({ keys: [jwk] }))));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

test("a token for this API acts in its Space, with its role and scopes", async () => {
  await using authorization = await serveKeys();
  await using api = await startHarness({ tokens: { issuer, audience, jwksUrl: authorization.jwksUrl } });
  const as = async (claims: JWTPayload) => api.with({ authorization: `Bearer ${await sign({ ...good, ...claims })}` });
  const token = { userId: "user_1003", purpose: "browser" };
  expect((await (await as({}))("GET", "/v1/program")).body.space).toBe("acme-test");
  expect((await (await as({ space: "acme-live" }))("GET", "/v1/program")).body.environment).toBe("live");
  expect((await (await as({}))("POST", "/v1/browser-tokens", token)).status).toBe(201);
  const viewer = await (await as({ role: "viewer" }))("POST", "/v1/browser-tokens", token);
  expect([viewer.status, viewer.body.error.code]).toEqual([403, "role_forbidden"]);
  const reader = await (await as({ scope: "mcp:read" }))("POST", "/v1/browser-tokens", token);
  expect([reader.status, reader.body.error.code]).toEqual([403, "insufficient_scope"]);
});

const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([claim]) => claim !== name));

test.each<[what: string, code: string, token: () => Promise<string> | string]>([
  ["the person's own token for the MCP server", "wrong_audience", () => sign({ ...good, aud: "https://api.x/mcp" })],
  ["a token without an audience", "wrong_audience", () => sign(without("aud"))],
  ["another issuer's token", "unauthenticated", () => sign({ ...good, iss: "https://evil.example" })],
  ["an expired token", "unauthenticated", () => sign({ ...good, exp: now - 6 })],
  ["a token that is not valid yet", "unauthenticated", () => sign({ ...good, nbf: now + 60 })],
  ["a token without an end", "unauthenticated", () => sign(without("exp"))],
  ["a token without a Space", "unauthenticated", () => sign(without("space"))],
  ["a token without a scope", "unauthenticated", () => sign(without("scope"))],
  ["a token without a subject", "unauthenticated", () => sign(without("sub"))],
  ["a token of an unknown key", "unauthenticated", () => sign(good, { kid: "two" }, others)],
  ["a token signed by another key", "unauthenticated", () => sign(good, {}, others)],
  ["a token without a signature", "unauthenticated", () => unsigned()],
  ["a token signed with the public key as a secret", "unauthenticated", () => confused()],
  ["a huge token", "unauthenticated", () => sign({ ...good, pad: "x".repeat(8000) })],
  ["what is no token", "unauthenticated", () => "nothing"],
])("refuses %s", async (_, code, token) => {
  await using authorization = await serveKeys();
  await using api = await startHarness({ tokens: { issuer, audience, jwksUrl: authorization.jwksUrl } });
  const reply = await api.with({ authorization: `Bearer ${await token()}` })("GET", "/v1/usage");
  expect([reply.status, reply.body.error.code]).toEqual([401, code]);
});

test("takes a new key once it is published, and looks for unknown ones once per second at most", async () => {
  // The keys are cached by the machine's clock.
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  let published = keys;
  let reads = 0;
  await using authorization = await serveKeys(async (_, response) => {
    reads++;
    const kid = published === keys ? "one" : "two";
    response.end(
      JSON.stringify({ keys: [{ ...(await exportJWK(published.publicKey)), kid, alg: "RS256", use: "sig" }] }),
    );
  });
  await using api = await startHarness({ tokens: { issuer, audience, jwksUrl: authorization.jwksUrl } });
  const statusOf = async (token: string) =>
    (await api.with({ authorization: `Bearer ${token}` })("GET", "/v1/usage")).status;
  const renewed = await sign(good, { kid: "two" }, others);
  expect([await statusOf(await sign(good)), reads]).toEqual([200, 1]);
  published = others;
  for (let n = 0; n < 5; n++) expect(await statusOf(renewed)).toBe(401);
  expect(reads).toBe(1);
  vi.setSystemTime(Date.now() + 1001);
  expect([await statusOf(renewed), reads]).toEqual([200, 2]);
});

test("says so when the keys cannot be read", async () => {
  await using authorization = await serveKeys((_, response) => response.writeHead(500).end());
  await using api = await startHarness({ tokens: { issuer, audience, jwksUrl: authorization.jwksUrl } });
  const response = await fetch(`${api.url}/v1/usage`, { headers: { authorization: `Bearer ${await sign(good)}` } });
  expect([response.status, await response.json()]).toMatchObject([503, { error: { code: "keys_unavailable" } }]);
});

function unsigned(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none", typ: "at+jwt" })}.${part(good)}.`;
}

async function confused(): Promise<string> {
  const secret = new TextEncoder().encode(await exportSPKI(keys.publicKey));
  return new SignJWT(good).setProtectedHeader({ alg: "HS256", typ: "at+jwt", kid: "one" }).sign(secret);
}
