import { expect, test } from "vitest";
import { seedIds } from "../seed/ids.ts";
import { startHarness } from "../testing/harness.ts";

const approve = ["POST", `/api/v1/affiliates/${seedIds.ines}/approve`] as const;

test("a write leaves one entry with its actor, what was and what is; a refusal leaves none", async () => {
  await using api = await startHarness();
  const send = api.as("acme", { id: "tok_1" });
  await send("POST", `/api/v1/affiliates/${seedIds.zoe}/approve`);
  await send(...approve);
  const { body } = await send("GET", "/api/v1/audit-log?pageSize=1");
  expect([body.total, body.items[0]]).toEqual([
    2,
    {
      id: expect.stringMatching(/^aud_/),
      actorType: "mcp",
      actorId: "tok_1",
      action: "affiliate.approved",
      entityType: "affiliate",
      entityId: seedIds.ines,
      before: { status: "Pending" },
      after: { status: "Approved" },
      createdAt: "2026-05-20T12:00:00.000Z",
    },
  ]);
});

test("a direct key is another actor", async () => {
  await using api = await startHarness();
  await api.direct("acme")(...approve);
  expect((await api.as("acme")("GET", "/api/v1/audit-log")).body.items[0].actorType).toBe("api_key");
});

test("filters by action, kind and time, and counts pages from one", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  await send(...approve);
  api.clock.nowMs += 86_400_000;
  await send("POST", "/api/v1/leads", { affiliateSlug: "mara", email: "a@b.example" });
  const totalOf = async (query: string) => (await send("GET", `/api/v1/audit-log?${query}`)).body.total;
  expect(await totalOf("")).toBe(3);
  expect(await totalOf("action=affiliate.approved")).toBe(2);
  expect(await totalOf("entityType=lead")).toBe(1);
  expect(await totalOf("since=2026-05-20&until=2026-05-21")).toBe(1);
  const { body } = await send("GET", "/api/v1/audit-log?page=2&pageSize=2");
  expect([body.page, body.items.length]).toEqual([2, 1]);
  expect((await send("GET", "/api/v1/audit-log?page=0")).status).toBe(422);
});

test("holds no token", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  const { body } = await send("POST", `/api/v1/affiliates/${seedIds.mara}/embed-tokens`, {});
  const log = JSON.stringify((await send("GET", "/api/v1/audit-log")).body);
  expect(log).not.toContain(body.token);
});
