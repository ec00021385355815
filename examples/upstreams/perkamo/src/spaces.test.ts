import { expect, test } from "vitest";
import { seedIds, seedSpaces } from "./seed/ids.ts";
import { startHarness } from "./testing/harness.ts";

const { acmeTest, acmeLive, globexTest } = seedSpaces;
const { mia, nora, points } = seedIds;

test("the same userId is another customer in each Space", async () => {
  await using api = await startHarness();
  const inAcme = (await api.as(acmeTest)("GET", `/v1/customers/${nora}`)).body;
  const inGlobex = (await api.as(globexTest)("GET", `/v1/customers/${nora}`)).body;
  expect([inAcme.email, inAcme.level]).toEqual(["nora.beck@acme.example", "gold"]);
  expect([inGlobex.email, inGlobex.level]).toEqual(["nora.beck@globex.example", "silver"]);
});

test("what is done in one Space changes nothing in another, the live one of the same tenant included", async () => {
  await using api = await startHarness();
  const look = async (space: string) => {
    const send = api.as(space);
    const targets = [`/v1/customers/${mia}`, "/v1/program", "/v1/usage", "/v1/customers?query=user_"];
    return Promise.all(targets.map(async (target) => (await send("GET", target)).body));
  };
  const before = await Promise.all([look(acmeLive), look(globexTest)]);
  const send = api.as(acmeTest);
  const steps: readonly [method: string, target: string, body: object][] = [
    ["PUT", `/v1/customers/${mia}`, { name: "Other", externalId: "other" }],
    ["PUT", "/v1/customers/user_9999", { name: "New" }],
    ["POST", "/v1/events", { userId: mia, event: "account.created", transactionId: "account-1-created" }],
    ["POST", `/v1/rewards/${seedIds.coffee}/redemptions`, { userId: mia, transactionId: "redeem-1-coffee" }],
    ["POST", "/v1/browser-tokens", { userId: mia, purpose: "browser" }],
    ["POST", "/v1/config/boosts/versions", { payload: { items: [] }, activate: true }],
    [
      "POST",
      `/v1/customers/${mia}/adjustments`,
      { wallets: [{ wallet: points, amount: 5 }], reason: "Test", transactionId: "adjust-1-mia" },
    ],
  ];
  for (const [method, target, body] of steps) expect((await send(method, target, body)).status).toBeLessThan(300);
  expect(await Promise.all([look(acmeLive), look(globexTest)])).toEqual(before);
});

test("a transactionId and an externalId belong to their Space alone", async () => {
  await using api = await startHarness();
  const event = { userId: mia, event: "account.created", transactionId: "account-2-created" };
  for (const space of [acmeTest, acmeLive, globexTest]) {
    expect((await api.as(space)("POST", "/v1/events", event)).body.status).toBe("processed");
    expect((await api.as(space)("PUT", "/v1/customers/one", { externalId: "same" })).status).toBe(201);
  }
});

test("a customer of another Space is as if unknown", async () => {
  await using api = await startHarness();
  await api.as(acmeTest)("PUT", "/v1/customers/only_acme", { name: "Only Acme" });
  const before = api.counts();
  const send = api.as(globexTest);
  for (const [method, target, body] of [
    ["GET", "/v1/customers/only_acme", undefined],
    ["POST", "/v1/events", { userId: "only_acme", event: "account.created", transactionId: "account-3-created" }],
    ["POST", "/v1/browser-tokens", { userId: "only_acme", purpose: "browser" }],
    ["POST", `/v1/rewards/${seedIds.coffee}/redemptions`, { userId: "only_acme", transactionId: "redeem-3-coffee" }],
  ] as const) {
    const reply = await send(method, target, body);
    expect([reply.status, reply.body.error.code]).toEqual([404, "customer_not_found"]);
  }
  expect((await send("GET", "/v1/customers?query=only_acme")).body.customers).toEqual([]);
  expect(api.counts()).toEqual(before);
});
