import { DAY_MS } from "@toolspec/example-http";
import fc from "fast-check";
import { expect, test } from "vitest";
import { findCustomer, saveCustomer } from "../customers/customer.ts";
import { toCustomer } from "../customers/view.ts";
import { openDatabase } from "../database.ts";
import { modules, type Program } from "../program/items.ts";
import { addVersion } from "../program/versions.ts";
import { redeem } from "../rewards/redeem.ts";
import { coffeeProgram } from "../seed/program.ts";
import { addSpace } from "../spaces.ts";
import { earn } from "./earn.ts";
import { effectsOf, holdingsOf, type KeptEffect } from "./ledger.ts";
import { processEvent } from "./process.ts";

const NOW_MS = Date.UTC(2026, 4, 20, 12);
const program = coffeeProgram(NOW_MS);

/** One customer of one Space with the coffee program, and a context whose time can be moved. */
function setUp(changes: Partial<Program> = {}) {
  const database = openDatabase();
  const space = { id: "s", environment: "test", plan: "Growth" } as const;
  addSpace(database, space);
  const caller = { subject: "ada", space: "s", role: "owner", scopes: new Set<string>() };
  const at = (days: number) => ({ database, space, caller, nowMs: NOW_MS + days * DAY_MS });
  for (const module of modules) {
    addVersion(at(0), { module, items: { ...program, ...changes }[module], activate: true, note: null });
  }
  const nothing = { external_id: null, email: null, name: null, traits: "{}" };
  saveCustomer(database, { ...nothing, space: "s", user_id: "u", created_at: NOW_MS, updated_at: NOW_MS });
  let n = 0;
  const send = (days: number, event: string, context: Readonly<Record<string, unknown>> = {}) => {
    const facts = { event, context, transactionId: `transaction-${n++}`, occurredAtMs: at(days).nowMs };
    return processEvent(at(days), findCustomer(at(days), "u"), facts);
  };
  const take = (days: number, rewardId: string) => {
    redeem(at(days), { customer: findCustomer(at(days), "u"), rewardId, transactionId: `transaction-${n++}` });
  };
  return { at, send, take, effects: () => effectsOf(at(0), "u") };
}

const step = fc.oneof(
  fc.record({ event: fc.constant("order.completed"), orderTotal: fc.double({ min: -10, max: 900, noNaN: true }) }),
  fc.record({ event: fc.constantFrom("account.created", "referral.converted", "unknown.event") }),
  fc.record({ event: fc.constant("review.published"), words: fc.integer({ min: 0, max: 60 }) }),
  fc.record({ reward: fc.constantFrom("free_coffee", "tote_bag", "gift_card_10", "founders_mug") }),
);

test("balances are the sum of all effects, whatever happens, and never below zero", () => {
  const changes = { wallets: program.wallets.map((wallet) => ({ ...wallet, expiresAfterDays: null })) };
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { at, send, take, effects } = setUp(changes);
      for (const each of steps) {
        if ("reward" in each) {
          try {
            take(1, each.reward);
          } catch (error) {
            expect(error).toMatchObject({ status: 409 });
          }
        } else send(1, each.event, { ...each, currency: "EUR" });
      }
      for (const wallet of changes.wallets) {
        const moved = effects().filter((effect) => effect.wallet === wallet.id);
        const sum = moved.reduce((total, { amount }) => total + (amount ?? 0), 0);
        const { balance, lifetime } = holdingsOf(effects(), wallet, at(1).nowMs);
        expect(balance).toBe(sum);
        expect(balance).toBeGreaterThanOrEqual(0);
        expect(lifetime).toBe(moved.reduce((total, { amount }) => total + Math.max(0, amount ?? 0), 0));
      }
    }),
    { numRuns: 40 },
  );
});

const kept = (n: number, amount: number, day: number): KeptEffect => ({
  ...{ seq: n, type: amount > 0 ? "wallet_credited" : "wallet_debited", source: "adjustment", item: "w", wallet: "w" },
  amount,
  earnedAtMs: day * DAY_MS,
  atMs: day * DAY_MS,
});

test("with expiry, a balance is what the last days brought at most, and a debit takes the oldest first", () => {
  const wallet = { id: "w", expiresAfterDays: 10 };
  const effects = [kept(1, 100, 0), kept(2, 50, 5), kept(3, -120, 6)];
  const on = (day: number) => holdingsOf(effects, wallet, day * DAY_MS).balance;
  expect([on(6), on(9.9), on(14.9), on(15)]).toEqual([30, 30, 30, 0]);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 100 }), fc.nat({ max: 30 }))), (credits) => {
      const story = credits.map(([amount, day], index) => kept(index, amount, day));
      const young = credits.filter(([, day]) => day > 30 - 10).reduce((sum, [amount]) => sum + amount, 0);
      expect(holdingsOf(story, wallet, 30 * DAY_MS).balance).toBe(young);
    }),
  );
});

const order = (context: Readonly<Record<string, unknown>>, days = -10) =>
  earn(program, { event: "order.completed", context, occurredAtMs: NOW_MS + days * DAY_MS });

test.each([
  [{ orderTotal: 42.5, currency: "EUR" }, 42],
  [{ orderTotal: 42.5, currency: "USD" }, undefined],
  [{ orderTotal: "42.5", currency: "EUR" }, undefined],
  [{ orderTotal: 0.99, currency: "EUR" }, undefined],
  [{ orderTotal: -5, currency: "EUR" }, undefined],
  [{ currency: "EUR" }, undefined],
])("an order with %j earns %j", (context, amount) => {
  expect(order(context)[0]?.amount).toBe(amount);
});

test("a boost counts from its start until its end, by the time of the event", () => {
  const earned = (days: number) => order({ orderTotal: 10.5, currency: "EUR" }, days)[0]?.amount;
  expect([earned(-2.01), earned(-2), earned(4.99), earned(5), earned(-50)]).toEqual([10, 21, 21, 10, 15]);
});

test("boosts that overlap multiply, and a decimal factor loses no unit", () => {
  const boost = {
    id: "a",
    name: "A",
    wallet: "points",
    multiplier: 1.1,
    startsAt: "2020-01-01T00:00:00Z",
    endsAt: null,
  };
  const boosts = [boost, { ...boost, id: "b", multiplier: 2 }];
  const event = { event: "order.completed", context: { orderTotal: 50, currency: "EUR" }, occurredAtMs: NOW_MS };
  expect(earn({ rules: program.rules, boosts }, event)[0]?.amount).toBe(110);
});

test("refuses an event that would credit more than any rule can mean", () => {
  expect(() => order({ orderTotal: 1e300, currency: "EUR" })).toThrow(expect.objectContaining({ status: 422 }));
});

test("an achievement is completed once, credits, and unlocks its perk", () => {
  const { at, send } = setUp();
  const orders = Array.from({ length: 11 }, () => send(10, "order.completed", { orderTotal: 5, currency: "EUR" }));
  const types = (index: number) => orders[index]?.map(({ type, item }) => `${type} ${item}`);
  expect(types(0)).toEqual([
    "wallet_credited order_points",
    "achievement_completed first_order",
    "wallet_credited first_order",
  ]);
  expect(types(9)).toEqual([
    "wallet_credited order_points",
    "achievement_completed regular",
    "perk_unlocked early_access",
  ]);
  expect(types(10)).toEqual(["wallet_credited order_points"]);
  const customer = toCustomer(at(11), findCustomer(at(11), "u"));
  expect(customer.unlockedPerks).toMatchObject([{ perk: "early_access", source: "achievement" }]);
});

test("a level is reached by what was ever credited, and kept when it is spent", () => {
  const { at, send, take } = setUp();
  const brought = send(10, "order.completed", { orderTotal: 480, currency: "EUR" });
  expect(brought.map(({ type, item }) => `${type} ${item}`).slice(-2)).toEqual([
    "level_reached silver",
    "perk_unlocked free_shipping",
  ]);
  take(11, "tote_bag");
  const customer = toCustomer(at(12), findCustomer(at(12), "u"));
  expect(customer).toMatchObject({ level: "silver", wallets: [{ wallet: "points", balance: 130, lifetime: 530 }, {}] });
});
