import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { signIdentity, verifyIdentity, verifyServiceKey } from "./identity.ts";
import { seedSpaces } from "./seed/ids.ts";
import { headersFor, SERVICE_KEY, startHarness } from "./testing/harness.ts";

const NOW_SECONDS = 1_780_000_000;
const claims = {
  iss: "perkamo",
  sub: "ada",
  tenant: "acme-test",
  role: "owner",
  scopes: ["mcp:read"],
  iat: NOW_SECONDS,
  exp: NOW_SECONDS + 60,
  jti: "call_1",
};

/** A compact JWS with whatever header and payload, signed correctly. */
function jws(header: object, payload: unknown, secret = "secret"): string {
  const content = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
}

const hs256 = { alg: "HS256" };
const [header, payload, signature] = signIdentity(claims, "secret").split(".") as [string, string, string];

test.each([
  ["nothing", undefined],
  ["an empty text", ""],
  ["two parts", `${header}.${payload}`],
  ["four parts", `${header}.${payload}.${signature}.x`],
  ["another secret", signIdentity(claims, "other")],
  ["a changed payload", `${header}.${Buffer.from('{"tenant":"globex-test"}').toString("base64url")}.${signature}`],
  ["a cut signature", `${header}.${payload}.${signature.slice(0, -1)}`],
  ["the algorithm none", jws({ alg: "none" }, claims)],
  ["another algorithm", jws({ alg: "HS512" }, claims)],
  ["claims that are no object", jws(hs256, [claims])],
  ["no tenant", jws(hs256, { ...claims, tenant: undefined })],
  ["an empty tenant", jws(hs256, { ...claims, tenant: "" })],
  ["a role that is no text", jws(hs256, { ...claims, role: ["owner"] })],
  ["scopes that are no list", jws(hs256, { ...claims, scopes: "mcp:read" })],
  ["no expiry", jws(hs256, { ...claims, exp: undefined })],
  ["an expiry that has come", jws(hs256, { ...claims, exp: NOW_SECONDS })],
  ["an issue in the future", jws(hs256, { ...claims, iat: NOW_SECONDS + 31 })],
  ["a life of more than five minutes", jws(hs256, { ...claims, exp: NOW_SECONDS + 301 })],
])("refuses an identity with %s", (_, given) => {
  expect(() => verifyIdentity(given, "secret", NOW_SECONDS)).toThrow(expect.objectContaining({ status: 401 }));
});

test("reads the caller from a valid identity, with and without a role", () => {
  const caller = { subject: "ada", space: "acme-test", role: "owner", scopes: new Set(["mcp:read"]) };
  expect(verifyIdentity(signIdentity(claims, "secret"), "secret", NOW_SECONDS)).toEqual(caller);
  const { role: _, ...plain } = claims;
  expect(verifyIdentity(signIdentity(plain, "secret"), "secret", NOW_SECONDS).role).toBeUndefined();
});

test.each([undefined, "", "ke", "key2", "KEY"])("refuses the service key %j", (given) => {
  expect(() => verifyServiceKey(given, "key")).toThrow(expect.objectContaining({ status: 401 }));
});

test("an identity without the key, and the key without an identity, are refused", async () => {
  await using api = await startHarness();
  const { "x-perkamo-identity": identity } = headersFor();
  const wrong: readonly Record<string, string>[] = [
    { "x-perkamo-identity": identity },
    { "x-perkamo-service-key": SERVICE_KEY },
    { "x-perkamo-service-key": "other", "x-perkamo-identity": identity },
  ];
  for (const headers of wrong) {
    const reply = await api.with(headers)("GET", "/v1/usage");
    expect([reply.status, reply.body.error.code]).toEqual([401, "unauthenticated"]);
  }
});

test("an unknown Space is refused", async () => {
  await using api = await startHarness();
  const reply = await api.as("nowhere-test")("GET", "/v1/usage");
  expect([reply.status, reply.body.error.code]).toEqual([403, "unknown_space"]);
});

test("a token is refused where none are taken, and beside a key everywhere", async () => {
  await using api = await startHarness();
  expect((await api.with({ authorization: "Bearer a.b.c" })("GET", "/v1/usage")).status).toBe(401);
  const both = { ...headersFor(seedSpaces.acmeTest), authorization: "Bearer a.b.c" };
  const reply = await api.with(both)("GET", "/v1/usage");
  expect([reply.status, reply.body.error.message]).toEqual([401, expect.stringContaining("not both")]);
});

test("the log names headers and keeps no credential", async () => {
  await using api = await startHarness();
  await api.as(seedSpaces.acmeTest)("GET", "/v1/usage");
  const [logged] = api.requests();
  expect(logged).toMatchObject({ method: "GET", path: "/v1/usage", status: 200 });
  expect(logged?.headerNames).toContain("x-perkamo-identity");
  expect(JSON.stringify(logged)).not.toContain(SERVICE_KEY);
});
