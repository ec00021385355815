import { expect, test } from "vitest";
import { startHarness } from "../testing/harness.ts";

test("returns the customer of a known external_ref unchanged", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  const first = await send("POST", "/v1/customers", { external_ref: "crm-1", name: "Mira" });
  const second = await send("POST", "/v1/customers", { external_ref: "crm-1", name: "Somebody else" });
  expect([first.status, second.status, second.body]).toEqual([201, 200, first.body]);
  expect(api.counts()).toMatchObject({ customers: 5, events: 1 });
});

test("creates one customer for many who ask at once", async () => {
  await using api = await startHarness();
  const asked = Array.from({ length: 20 }, () => api.as("acme")("POST", "/v1/customers", { external_ref: "crm-1" }));
  const ids = (await Promise.all(asked)).map(({ body }) => body.id);
  expect([new Set(ids).size, api.counts().customers]).toEqual([1, 5]);
});

test("replaces tags, merges metadata and removes a fact by null", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  await send("PATCH", "/v1/customers/cust_abc123", { metadata: { tier: "gold", points: 10 } });
  const { body } = await send("PATCH", "/v1/customers/cust_abc123", {
    tags: ["new"],
    metadata: { tier: null, vip: true },
  });
  expect(body).toMatchObject({ tags: ["new"], metadata: { points: 10, vip: true } });
  expect(body.metadata).not.toHaveProperty("tier");
});

test("refuses a change of nothing", async () => {
  await using api = await startHarness();
  const reply = await api.as("acme")("PATCH", "/v1/customers/cust_abc123", {});
  expect([reply.status, reply.body.error.message]).toEqual([422, "body must hold one of metadata, tags."]);
});
