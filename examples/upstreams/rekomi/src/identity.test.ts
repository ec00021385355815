import { expect, test } from "vitest";
import { type Harness, RELAY_SECRET, START_MS, signRelay, startHarness } from "./testing/harness.ts";

const path = "/api/v1/leads?x=1";
const body = '{"affiliateSlug":"mara","email":"a@b.example"}';
const now = START_MS / 1000;
const signed = { method: "POST", path, body };

/** Send the request above with whatever headers, and read status and code. */
async function codeOf(api: Harness, headers: Record<string, string>): Promise<[number, string]> {
  const all = { "content-type": "application/json", ...headers };
  const response = await fetch(api.url + path, { method: "POST", headers: all, body });
  const reply = (await response.json()) as { error: { code: string } };
  return [response.status, reply.error.code];
}

/** The headers of a good request; it is refused for its query only. */
function good(api: Harness): Record<string, string> {
  return { ...api.headersFor("acme", signed), "x-rekomi-mcp-identity": signRelay(signed, now) };
}

const beyond = [422, "invalid_request"];

test("a connection token without the relay is refused, known or not", async () => {
  await using api = await startHarness();
  const { authorization = "" } = good(api);
  expect(await codeOf(api, { authorization })).toEqual([401, "mcp_relay_required"]);
  expect(await codeOf(api, { authorization: "Bearer rk_mcp_unknown" })).toEqual([401, "mcp_relay_required"]);
});

test.each([
  ["of another body", signRelay({ ...signed, body: `${body} ` }, now)],
  ["of another method", signRelay({ ...signed, method: "PUT" }, now)],
  ["of another path", signRelay({ ...signed, path: "/api/v1/leads?x=2" }, now)],
  ["of another secret", signRelay(signed, now, `${RELAY_SECRET}!`)],
  ["that is too old", signRelay(signed, now - 301)],
  ["of the future", signRelay(signed, now + 301)],
  ["in upper case", signRelay(signed, now).replace(/v1=.*/, (hex) => hex.toUpperCase().replace("V1", "v1"))],
  ["cut short", signRelay(signed, now).slice(0, -1)],
  ["that is empty", ""],
  ["with a second time", `${signRelay(signed, now)},t=${now}`],
])("refuses a signature %s", async (_, identity) => {
  await using api = await startHarness();
  const headers = { ...good(api), "x-rekomi-mcp-identity": identity };
  expect(await codeOf(api, headers)).toEqual([401, "mcp_relay_invalid"]);
});

test("refuses a request that is sent again", async () => {
  await using api = await startHarness();
  const headers = good(api);
  expect(await codeOf(api, headers)).toEqual(beyond);
  expect(await codeOf(api, headers)).toEqual([401, "mcp_relay_invalid"]);
});

test("takes either of two secrets while one replaces the other", async () => {
  const relaySecrets = [
    { id: "new", secret: "a-new-secret-of-the-relay-32-bytes" },
    { id: "old", secret: RELAY_SECRET },
  ];
  await using api = await startHarness({ relaySecrets });
  const named = `${signRelay(signed, now, relaySecrets[0]?.secret)},kid=new`;
  expect(await codeOf(api, { ...good(api), "x-rekomi-mcp-identity": named })).toEqual(beyond);
  expect(await codeOf(api, good(api))).toEqual(beyond);
  const misnamed = `${signRelay(signed, now - 1)},kid=new`;
  expect(await codeOf(api, { ...good(api), "x-rekomi-mcp-identity": misnamed })).toEqual([401, "mcp_relay_invalid"]);
});

test.each([
  ["none", {}],
  ["another scheme", { authorization: "Basic abc" }],
  ["an unknown key", { authorization: "Bearer rk_live_unknown" }],
])("refuses %s as credentials", async (_, headers: Record<string, string>) => {
  await using api = await startHarness();
  expect(await codeOf(api, headers)).toEqual([401, "unauthorized"]);
});

test("a token that is unknown or revoked is refused, relayed or not", async () => {
  await using api = await startHarness();
  const headers = { ...good(api), authorization: "Bearer rk_mcp_gone" };
  expect(await codeOf(api, headers)).toEqual([401, "unauthorized"]);
  const fields = { organization: "acme", role: "owner", emailVerified: true, name: "gone" } as const;
  api.registerToken({ ...fields, credential: { token: "rk_mcp_gone" } });
  const sign = (t: number) => ({ ...headers, "x-rekomi-mcp-identity": signRelay(signed, t) });
  expect(await codeOf(api, sign(now - 1))).toEqual(beyond);
  api.revokeToken({ token: "rk_mcp_gone" });
  expect(await codeOf(api, sign(now - 2))).toEqual([401, "unauthorized"]);
});

test("a suspended organization is refused until it is resumed", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  api.suspend("acme");
  const refused = await send("GET", "/api/v1/organization");
  expect([refused.status, refused.body.error.code]).toEqual([403, "account_suspended"]);
  api.resume("acme");
  expect((await send("GET", "/api/v1/organization")).status).toBe(200);
});

test("remembers what was asked, and no credential", async () => {
  await using api = await startHarness();
  await api.as("acme")("POST", "/api/v1/leads", { affiliateSlug: "mara", email: "a@b.example" });
  const [entry] = api.requests();
  expect(entry).toMatchObject({ method: "POST", path: "/api/v1/leads", status: 201 });
  expect(entry?.headerNames).toEqual(expect.arrayContaining(["authorization", "x-rekomi-mcp-identity"]));
  expect(JSON.stringify(api.requests())).not.toMatch(/rk_mcp_|v1=/);
});
