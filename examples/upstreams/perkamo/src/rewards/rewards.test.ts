import { expect, test } from "vitest";
import { seedIds, seedSpaces } from "../seed/ids.ts";
import { type Send, startHarness } from "../testing/harness.ts";

const { nora, tom, mia, jonas, coffee, tote, mug, tasting, points } = seedIds;

const redeem = (send: Send, userId: string, rewardId: string, transactionId: string) =>
  send("POST", `/v1/rewards/${rewardId}/redemptions`, { userId, transactionId });

test("a reward is paid once for its transactionId, and shown with the customer", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const first = await redeem(send, mia, coffee, "redeem-mia-1");
  expect([first.status, first.body]).toMatchObject([
    201,
    { status: "redeemed", wallet: points, cost: 150, balance: 99 },
  ]);
  const before = api.counts();
  const again = await redeem(send, mia, coffee, "redeem-mia-1");
  expect([again.status, again.body]).toEqual([200, { ...first.body, status: "duplicate" }]);
  expect(api.counts()).toEqual(before);
  const { rewards, wallets } = (await send("GET", `/v1/customers/${mia}`)).body;
  expect(rewards).toMatchObject([{ redemptionId: first.body.redemptionId, rewardId: coffee, cost: 150 }]);
  expect(wallets[0]).toEqual({ wallet: points, balance: 99, lifetime: 249 });
});

test("many at once with one id are paid once; with different ids, as often as the wallet pays", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const same = await Promise.all(Array.from({ length: 8 }, () => redeem(send, tom, coffee, "redeem-tom-0")));
  expect(same.filter(({ status }) => status === 201)).toHaveLength(1);
  const others = await Promise.all(Array.from({ length: 8 }, (_, n) => redeem(send, tom, coffee, `redeem-tom-1${n}`)));
  // 617 points are four coffees.
  expect(others.filter(({ status }) => status === 201)).toHaveLength(3);
  const refused = others.filter(({ status }) => status === 409);
  expect(refused.map(({ body }) => body.error.code)).toEqual(Array(5).fill("insufficient_balance"));
});

test.each([
  ["an unknown reward", 404, "reward_not_found", nora, "nothing", undefined],
  ["an unknown customer", 404, "customer_not_found", "nobody", coffee, undefined],
  ["too small a balance", 409, "insufficient_balance", mia, tote, undefined],
  ["an inactive reward", 409, "reward_unavailable", nora, tasting, "inactive"],
  ["a reward out of stock", 409, "reward_unavailable", nora, mug, "out_of_stock"],
  ["a reward that the customer had", 409, "reward_unavailable", nora, tote, "used_up"],
])("refuses %s, and keeps nothing", async (_, status, code, userId, rewardId, reason) => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  await redeem(send, nora, tote, "redeem-nora-0");
  const before = api.counts();
  const reply = await redeem(send, userId, rewardId, "redeem-any-1");
  expect([reply.status, reply.body.error.code, reply.body.error.meta.reason]).toEqual([status, code, reason]);
  expect(api.counts()).toEqual(before);
});

test("a refusal may be tried again with the same id once it can be paid", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  // 200 points pay one coffee.
  await redeem(send, jonas, coffee, "redeem-jo-1");
  expect((await redeem(send, jonas, coffee, "redeem-jo-2")).status).toBe(409);
  const wallets = [{ wallet: points, amount: 200 }];
  await send("POST", `/v1/customers/${jonas}/adjustments`, { wallets, reason: "Test", transactionId: "adjust-jo-1" });
  expect((await redeem(send, jonas, coffee, "redeem-jo-2")).status).toBe(201);
});

test("stock goes down with each redemption, to nothing, and a new version fills it up", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const item = { id: "pin", name: "Pin", kind: "product", wallet: points, cost: 10, stock: 2 };
  const upload = () => send("POST", "/v1/config/rewards/versions", { payload: { items: [item] }, activate: true });
  const left = async () => (await send("GET", "/v1/program?sections=rewards")).body.modules.rewards.items[0].stock;
  await upload();
  for (const n of [1, 2]) expect((await redeem(send, nora, "pin", `redeem-pin-${n}`)).status).toBe(201);
  expect(await left()).toBe(0);
  expect((await redeem(send, nora, "pin", "redeem-pin-3")).body.error.meta.reason).toBe("out_of_stock");
  await upload();
  expect(await left()).toBe(2);
  expect((await redeem(send, nora, "pin", "redeem-pin-3")).status).toBe(201);
});
