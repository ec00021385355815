import { once } from "node:events";
import { request } from "node:http";
import { DAY_MS } from "@toolspec/example-http";
import { expect, test } from "vitest";
import { startVauchflow } from "./start.ts";
import { START_MS, startHarness } from "./testing/harness.ts";

test("names the address that is taken", async () => {
  await using api = await startHarness();
  const port = Number(new URL(api.url).port);
  await expect(startVauchflow({ port, serviceKey: "k", identitySecret: "s" })).rejects.toThrow(`127.0.0.1:${port}`);
});

test("finishes what runs before it closes, and accepts no more", async () => {
  await using api = await startHarness();
  const headers = { ...api.headersFor("acme"), "content-type": "application/json", expect: "100-continue" };
  const running = request(`${api.url}/v1/customers?dry_run=true`, { method: "POST", headers });
  running.flushHeaders();
  await once(running, "continue");
  running.write('{"external_ref":');
  const closed = api.close();
  running.end('"crm-1"}');
  const [response] = await once(running, "response");
  expect([response.statusCode, response.headers.connection]).toEqual([200, "close"]);
  response.resume();
  await closed;
  await expect(fetch(api.url)).rejects.toThrow();
});

test("closes twice without harm", async () => {
  const api = await startHarness();
  await api.close();
  await api.close();
});

test("takes an identity of today where only the time of campaigns is moved", async () => {
  await using api = await startHarness({ clock: { now: () => START_MS + 90 * DAY_MS } });
  const { status, body } = await api.as("acme")("POST", "/v1/customers", { external_ref: "crm-1" });
  expect([status, body.createdAt]).toEqual([201, "2026-08-18T12:00:00.000Z"]);
});
