import { expect, test } from "vitest";
import { seedIds, seedSpaces } from "../seed/ids.ts";
import { START_MS, startHarness } from "../testing/harness.ts";

const { mia, points } = seedIds;
const event = { userId: mia, event: "order.completed", transactionId: "order-7001-paid" };
const facts = { orderTotal: 40, currency: "EUR" };

test("an event brings what the rules and the boost say, once", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const first = await send("POST", "/v1/events", { ...event, context: facts });
  const effects = [{ type: "wallet_credited", id: "order_points", wallet: points, amount: 80 }];
  expect([first.status, first.body]).toEqual([
    201,
    { transactionId: event.transactionId, status: "processed", effects },
  ]);
  const before = api.counts();
  // The members in another order are the same content.
  const context = { currency: "EUR", orderTotal: 40 };
  const again = await send("POST", "/v1/events", { context, ...event });
  expect([again.status, again.body]).toEqual([
    200,
    { transactionId: event.transactionId, status: "duplicate", effects },
  ]);
  expect(api.counts()).toEqual(before);
});

test("an id that stands for something else is a conflict, for every kind of write", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  await send("POST", "/v1/events", { ...event, context: facts });
  const before = api.counts();
  const { transactionId } = event;
  for (const [target, body] of [
    ["/v1/events", { ...event, context: { ...facts, orderTotal: 41 } }],
    ["/v1/events", { ...event, userId: seedIds.tom, context: facts }],
    ["/v1/events", { ...event, context: facts, occurredAt: "2026-05-20T12:00:00Z" }],
    [`/v1/rewards/${seedIds.coffee}/redemptions`, { userId: mia, transactionId }],
    [`/v1/customers/${mia}/adjustments`, { lockPerks: [seedIds.support], reason: "Test", transactionId }],
  ] as const) {
    const reply = await send("POST", target, body);
    expect([reply.status, reply.body.error.code]).toEqual([409, "transaction_conflict"]);
  }
  const batch = (await send("POST", "/v1/events/batch", { events: [{ ...event, context: {} }] })).body;
  expect(batch.results[0]).toMatchObject({ status: "rejected", error: { code: "transaction_conflict" } });
  expect(api.counts()).toEqual(before);
});

test("many at once with one id are processed once", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const single = Array.from({ length: 8 }, () => send("POST", "/v1/events", { ...event, context: facts }));
  const batched = Array.from({ length: 4 }, () =>
    send("POST", "/v1/events/batch", {
      events: [
        { ...event, context: facts },
        { ...event, context: facts },
      ],
    }),
  );
  const replies = [...(await Promise.all(single)), ...(await Promise.all(batched))].map(({ body }) => body);
  const statuses = replies.flatMap(
    ({ status, results }) => status ?? results.map((each: { status: string }) => each.status),
  );
  expect(statuses.filter((status) => status === "processed")).toHaveLength(1);
  expect(statuses.filter((status) => status === "duplicate")).toHaveLength(15);
  const { wallets } = (await send("GET", `/v1/customers/${mia}`)).body;
  expect(wallets[0]).toEqual({ wallet: points, balance: 329, lifetime: 329 });
});

test("refuses computed state, naming it, and keeps nothing", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const before = api.counts();
  const context = { ...facts, pointsTotal: 10, "customer.tier": "gold" };
  const reply = await send("POST", "/v1/events", { ...event, context });
  expect([reply.status, reply.body.error.code]).toEqual([422, "computed_state_in_context"]);
  expect(reply.body.error.meta.names).toEqual(["pointsTotal", "customer.tier"]);
  expect(api.counts()).toEqual(before);
  expect((await send("POST", "/v1/events", { ...event, context: facts })).status).toBe(201);
});

test("an event may be of the past and a little ahead, no more", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const at = (ms: number, n: number) => {
    const occurredAt = new Date(START_MS + ms).toISOString();
    return send("POST", "/v1/events", { ...event, transactionId: `order-80${n}-paid`, context: facts, occurredAt });
  };
  expect((await at(300_000, 1)).status).toBe(201);
  const reply = await at(300_001, 2);
  expect([reply.status, reply.body.error.code]).toEqual([422, "occurred_in_future"]);
  // Of before the boost: once, not twice the amount.
  expect((await at(-30 * 86_400_000, 3)).body.effects[0].amount).toBe(40);
});

test("one bad event of a batch does not stop the others", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const one = (n: number, more: object = {}) => ({
    ...event,
    transactionId: `order-900${n}-paid`,
    context: facts,
    ...more,
  });
  await send("POST", "/v1/events", one(1));
  const events = [
    one(1),
    one(2, { context: { tier: "gold" } }),
    one(3, { userId: "nobody" }),
    one(4, { occurredAt: "2027-01-01T00:00:00Z" }),
    one(5),
    one(5, { event: "order.returned" }),
    one(6, { context: { ...facts, orderTotal: 1e12 } }),
  ];
  const { body } = await send("POST", "/v1/events/batch", { events });
  const told = body.results.map(
    ({ status, error }: { status: string; error: { code: string } | null }) => error?.code ?? status,
  );
  expect(told).toEqual([
    "duplicate",
    "computed_state_in_context",
    "customer_not_found",
    "occurred_in_future",
    "processed",
    "transaction_conflict",
    "credit_too_large",
  ]);
  expect(body).toMatchObject({ processed: 1, duplicates: 1, rejected: 5 });
  const { wallets } = (await send("GET", `/v1/customers/${mia}`)).body;
  expect(wallets[0].balance).toBe(249 + 80 + 80);
});

test("a hundred events are a batch; none and a hundred and one are not, and nothing of them is kept", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ userId: mia, event: "page.viewed", transactionId: `page-viewed-${n}` }));
  const before = api.counts();
  for (const count of [0, 101]) {
    expect((await send("POST", "/v1/events/batch", { events: many(count) })).status).toBe(422);
  }
  expect(api.counts()).toEqual(before);
  expect((await send("POST", "/v1/events/batch", { events: many(100) })).body.processed).toBe(100);
});

test("names of any length stay within the bounds of an error", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const long = "x".repeat(100_000);
  const unknown = await send("POST", "/v1/events", { ...event, [long]: 1 });
  expect([unknown.status, unknown.body.error.code]).toEqual([422, "invalid_request"]);
  const context = { [`${long}.tier`]: 1 };
  expect((await send("POST", "/v1/events", { ...event, context })).body.error.code).toBe("computed_state_in_context");
  const { results } = (await send("POST", "/v1/events/batch", { events: [{ ...event, context }] })).body;
  expect(results[0].error.message).toHaveLength(1000);
});
