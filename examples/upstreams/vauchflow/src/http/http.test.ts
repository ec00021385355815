import type { Node } from "@toolspec/example-http/testing";
import { expect, test } from "vitest";
import { IDENTITY_SECRET, SERVICE_KEY, startHarness } from "../testing/harness.ts";

test.each([
  ["GET", "/", 404, "not_found"],
  ["GET", "/v1/campaigns/", 422, "invalid_request"],
  ["GET", "/v1/nothing", 404, "not_found"],
  ["PUT", "/v1/campaigns", 405, "method_not_allowed"],
  ["GET", "/v1/vouchers/%E0%A4%A", 400, "invalid_path"],
  ["GET", "/v1/vouchers/..%2Fcampaigns", 422, "invalid_request"],
  ["GET", "/v1/campaigns?limit=1&limit=2", 400, "invalid_query"],
  ["GET", "/v1/campaigns?limit=1e1", 422, "invalid_request"],
  ["GET", "/v1/campaigns?limit=", 422, "invalid_request"],
  ["GET", "/v1/analytics/overview?from=2026-02-30", 422, "invalid_request"],
  ["GET", "/v1/analytics/overview?from=2026-05-02&to=2026-05-01", 422, "invalid_request"],
  ["GET", "/v1/analytics/overview?from=2025-01-01&to=2026-05-01", 422, "invalid_request"],
])("answers %s %s with %i %s", async (method, target, status, code) => {
  await using api = await startHarness();
  const response = await fetch(api.url + target, { method, headers: api.headersFor("acme") });
  expect([response.status, (await read(response)).error.code]).toEqual([status, code]);
});

test("says which methods an endpoint has", async () => {
  await using api = await startHarness();
  const response = await fetch(`${api.url}/v1/campaigns`, { method: "PUT", headers: api.headersFor("acme") });
  expect(response.headers.get("allow")).toBe("GET, POST");
});

test("takes an escaped path value for what it stands for", async () => {
  await using api = await startHarness();
  expect((await api.as("acme")("GET", "/v1/vouchers/%53UMMER20")).status).toBe(200);
});

test.each([
  ["a list", "[]"],
  ["null", "null"],
  ["a number", "1"],
])("refuses %s as a body", async (_, body) => {
  await using api = await startHarness();
  const headers = { ...api.headersFor("acme"), "content-type": "application/json" };
  const response = await fetch(`${api.url}/v1/campaigns`, { method: "POST", headers, body });
  expect([response.status, (await read(response)).error.message]).toEqual([422, "body must be an object."]);
});

test("refuses text that is not UTF-8", async () => {
  await using api = await startHarness();
  const headers = { ...api.headersFor("acme"), "content-type": "application/json; charset=utf-8" };
  const body = Buffer.from('{"name":"\xff"}', "latin1");
  expect((await fetch(`${api.url}/v1/campaigns`, { method: "POST", headers, body })).status).toBe(400);
});

test("keeps a field called __proto__ from being anything but unknown", async () => {
  await using api = await startHarness();
  const headers = { ...api.headersFor("acme"), "content-type": "application/json" };
  const body = '{"name":"x","__proto__":{"status":"ACTIVE"}}';
  const response = await fetch(`${api.url}/v1/campaigns`, { method: "POST", headers, body });
  expect((await read(response)).error.message).toBe("body.__proto__ is not known here.");
});

test("remembers what was asked, and no credential", async () => {
  await using api = await startHarness();
  await api.as("acme")("POST", "/v1/customers?dry_run=true", { external_ref: "crm-1" });
  const [entry] = api.requests();
  expect(entry).toMatchObject({
    method: "POST",
    path: "/v1/customers?dry_run=true",
    body: { external_ref: "crm-1" },
    status: 200,
  });
  expect(entry?.headerNames).toEqual(expect.arrayContaining(["x-api-key", "x-vauchflow-identity"]));
  const text = JSON.stringify(api.requests());
  expect([SERVICE_KEY, IDENTITY_SECRET, "eyJ"].filter((secret) => text.includes(secret))).toEqual([]);
});

/** The body of a reply that may be no reply of the contract. */
function read(response: Response): Promise<Node> {
  return response.json();
}
