import { expect, test } from "vitest";
import { seedIds, seedSpaces } from "../seed/ids.ts";
import { type Send, startHarness } from "../testing/harness.ts";

const { nora, tom, mia, jonas, points, storeCredit, support, freeShipping, earlyAccess } = seedIds;

const idsOf = async (send: Send, query: string) =>
  (await send("GET", `/v1/customers?${query}`)).body.customers.map(({ userId }: { userId: string }) => userId);

test.each([
  ["query=NORA", [nora]],
  ["query=BECK&field=name", [nora]],
  ["query=beck&field=email", []],
  ["query=Nora.B&field=email", [nora]],
  ["query=LEGACY-100&field=externalId", [nora, tom, mia, jonas]],
  ["query=USER_1003&field=userId", [mia]],
  ["query=1003", []],
  ["query=%25a", []],
])("finds by %s", async (query, expected) => {
  await using api = await startHarness();
  expect(await idsOf(api.as(seedSpaces.acmeTest), query)).toEqual(expected);
});

test("pages show each customer once, in order, also while new ones arrive", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const all = await idsOf(send, "query=user_&limit=100");
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const { body } = await send("GET", `/v1/customers?query=user_&limit=6${cursor && `&cursor=${cursor}`}`);
    seen.push(...body.customers.map(({ userId }: { userId: string }) => userId));
    cursor = body.nextCursor;
    await send("PUT", `/v1/customers/user_0${seen.length}`, { name: "Before" });
  }
  expect(seen).toEqual(all);
});

test.each(["x", "eyJ", "W10", "Li4vLi4", "a".repeat(513)])("refuses the cursor %s", async (cursor) => {
  await using api = await startHarness();
  const reply = await api.as(seedSpaces.acmeTest)("GET", `/v1/customers?query=user&cursor=${cursor}`);
  expect([reply.status, reply.body.error.meta.problems[0].field]).toEqual([422, "query.cursor"]);
});

test("a customer is created, changed in part, and its traits are merged", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const put = (body: object) => send("PUT", "/v1/customers/lea", body);
  const facts = { email: "Lea@Example.com", externalId: "x-1", traits: { country: "FR", vegan: true } };
  expect((await put(facts)).status).toBe(201);
  api.clock.nowMs += 60_000;
  const changed = await put({ name: "Lea Roy", traits: { country: null, age: 30 } });
  expect([changed.status, changed.body]).toMatchObject([200, { email: "lea@example.com", name: "Lea Roy" }]);
  expect(changed.body.traits).toEqual({ vegan: true, age: 30 });
  expect(Date.parse(changed.body.updatedAt) - Date.parse(changed.body.createdAt)).toBe(60_000);
  expect(changed.body.wallets).toEqual([
    { wallet: points, balance: 0, lifetime: 0 },
    { wallet: storeCredit, balance: 0, lifetime: 0 },
  ]);
  expect((await put({ externalId: "x-1" })).status).toBe(200);
  expect((await send("PUT", "/v1/customers/leo", { externalId: "x-1" })).body.error.code).toBe("external_id_taken");
});

test("refuses a customer without facts, and more traits than are kept", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  expect((await send("PUT", "/v1/customers/lea", {})).status).toBe(422);
  const many = (prefix: string) => Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`${prefix}${n}`, n]));
  expect((await send("PUT", "/v1/customers/lea", { traits: many("a") })).status).toBe(201);
  const reply = await send("PUT", "/v1/customers/lea", { traits: many("b") });
  expect([reply.status, reply.body.error.meta.problems[0].field]).toEqual([422, "body.traits"]);
});

const adjust = (send: Send, userId: string, transactionId: string, body: object) =>
  send("POST", `/v1/customers/${userId}/adjustments`, { reason: "A test", transactionId, ...body });

test("an adjustment changes wallets and perks, once, with its reason in the history", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest, { sub: "bo" });
  const wanted = {
    wallets: [
      { wallet: points, amount: 300 },
      { wallet: storeCredit, amount: 7 },
    ],
    unlockPerks: [support],
  };
  const { status, body } = await adjust(send, mia, "adjust-m-1", wanted);
  expect([status, body.status, body.adjustedBy]).toEqual([201, "applied", "bo"]);
  expect(body.customer.wallets.map(({ balance }: { balance: number }) => balance)).toEqual([549, 7]);
  expect(body.customer).toMatchObject({
    level: "silver",
    unlockedPerks: [
      { perk: freeShipping, source: "level" },
      { perk: support, source: "adjustment" },
    ],
  });
  const before = api.counts();
  const again = await adjust(send, mia, "adjust-m-1", wanted);
  expect([again.status, again.body.status, again.body.adjustedAt]).toEqual([200, "duplicate", body.adjustedAt]);
  expect(api.counts()).toEqual(before);
  const entry = api.history(seedSpaces.acmeTest).at(-1);
  expect(entry).toMatchObject({ actor: "bo", action: "customer.adjusted", subject: mia, detail: { reason: "A test" } });
});

test("a locked perk is gone whatever unlocked it, until it is unlocked again", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const perksOf = (body: { customer: { unlockedPerks: { perk: string }[] } }) =>
    body.customer.unlockedPerks.map(({ perk }) => perk);
  const locked = await adjust(send, nora, "lock-nora-1", { lockPerks: [freeShipping, earlyAccess] });
  expect(perksOf(locked.body)).toEqual([support]);
  const unlocked = await adjust(send, nora, "unlock-nora", { unlockPerks: [freeShipping] });
  expect(perksOf(unlocked.body)).toEqual([freeShipping, support]);
});

test.each([
  ["a balance below zero", 409, "insufficient_balance", { wallets: [{ wallet: points, amount: -250 }] }],
  [
    "an unknown wallet",
    404,
    "wallet_not_found",
    {
      wallets: [
        { wallet: points, amount: 5 },
        { wallet: "gold", amount: 5 },
      ],
    },
  ],
  ["an unknown perk", 404, "perk_not_found", { wallets: [{ wallet: points, amount: 5 }], unlockPerks: ["lounge"] }],
  ["nothing to do", 422, "invalid_request", {}],
  ["an amount of 0", 422, "invalid_request", { wallets: [{ wallet: points, amount: 0 }] }],
  [
    "a wallet twice",
    422,
    "invalid_request",
    {
      wallets: [
        { wallet: points, amount: 1 },
        { wallet: points, amount: 1 },
      ],
    },
  ],
  ["a perk both ways", 422, "invalid_request", { unlockPerks: [support], lockPerks: [support] }],
  ["a reason too short", 422, "invalid_request", { lockPerks: [support], reason: "no" }],
])("refuses an adjustment with %s, and does nothing of it", async (_, status, code, body) => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const before = api.counts();
  const reply = await adjust(send, mia, "adjust-m-2", body);
  expect([reply.status, reply.body.error.code]).toEqual([status, code]);
  expect(api.counts()).toEqual(before);
});

test("takes a wallet down to zero exactly", async () => {
  await using api = await startHarness();
  const { body } = await adjust(api.as(seedSpaces.acmeTest), mia, "adjust-m-3", {
    wallets: [{ wallet: points, amount: -249 }],
  });
  expect(body.customer.wallets[0]).toEqual({ wallet: points, balance: 0, lifetime: 249 });
});
