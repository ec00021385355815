/** Trusted events: what they bring, that each counts once, and that nobody sends what is computed. */
import { seedIds } from "@toolspec/example-perkamo";
import { expect, it } from "vitest";
import { verifies } from "../requirements.ts";
import { ask, holdings, refusal } from "./ask.ts";
import { startSystem } from "./system.ts";

const order = { userId: seedIds.tom, event: "order.completed", context: { orderTotal: 20, currency: "EUR" } };
/** Before any boost began. */
const longAgo = "2025-03-04T10:00:00Z";

verifies(
  ["perkamo:emit_event-once", "perkamo:emit_event"],
  "counts an event once, however often it is sent, and refuses the id for anything else",
  async () => {
    const system = await startSystem();
    const before = await holdings(system, seedIds.tom);
    const sent = { ...order, transactionId: "order-77001-paid", occurredAt: longAgo };
    const first = await ask(system, "emit_event", sent);
    expect(first).toMatchObject({
      transactionId: "order-77001-paid",
      status: "processed",
      effects: expect.arrayContaining([
        { type: "wallet_credited", id: seedIds.orderRule, wallet: seedIds.points, amount: 20 },
      ]),
    });
    const after = await holdings(system, seedIds.tom);
    expect(after.balance).toBeGreaterThan(before.balance);
    for (let again = 0; again < 3; again++) {
      expect(await ask(system, "emit_event", sent)).toEqual({ ...first, status: "duplicate" });
    }
    expect(await holdings(system, seedIds.tom)).toEqual(after);
    const other = await refusal(system, "emit_event", { ...sent, context: { orderTotal: 9000, currency: "EUR" } });
    expect(other).toMatchObject({ code: "transaction_conflict", fix: expect.stringContaining("transactionId") });
    expect(await holdings(system, seedIds.tom)).toEqual(after);
  },
);

verifies(
  "perkamo:no-computed-state",
  "refuses point totals, tier names and reward state as context, by name, and says what to send instead",
  async () => {
    const system = await startSystem();
    const before = await holdings(system, seedIds.tom);
    for (const name of [
      "points",
      "pointsTotal",
      "points_balance",
      "Balance",
      "tier",
      "tier_name",
      "vipStatus",
      "reward-state",
    ]) {
      const context = { ...order.context, [name]: 1200 };
      const given = { ...order, transactionId: `computed-${name}`, context };
      const error = await refusal(system, "emit_event", given);
      expect(error).toMatchObject({
        code: "computed_state_in_context",
        fix: expect.stringContaining("send what happened"),
      });
      expect(error.message).toContain(name);
      const { results, rejected } = await ask(system, "batch_events", { events: [given] });
      expect(rejected).toBe(1);
      expect(results[0].error.code).toBe("computed_state_in_context");
    }
    expect(await holdings(system, seedIds.tom)).toEqual(before);
    const { tools } = (await system.request("tools/list", {})).json.result;
    for (const tool of ["emit_event", "batch_events"]) {
      expect(JSON.stringify(tools.find(({ name }: { name: string }) => name === tool))).toContain("Never point totals");
    }
  },
);

verifies(
  "perkamo:computes",
  "computes wallets, levels and unlocks from facts, rules and history: no tool sets them outright",
  async () => {
    const system = await startSystem();
    const userId = "computed_1";
    await ask(system, "identify_customer", { userId, name: "Computed" });
    expect(await ask(system, "get_customer", { userId })).toMatchObject({ level: "bronze", unlockedPerks: [] });
    const paid = (n: number, orderTotal: number) => ({
      ...order,
      userId,
      transactionId: `computed-order-${n}`,
      occurredAt: longAgo,
      context: { orderTotal, currency: "EUR" },
    });
    const first = await ask(system, "emit_event", paid(1, 99.9));
    // 99 by the rule, rounded down, and 50 for the first order.
    expect(first.effects.map(({ type, amount }: { type: string; amount: number }) => [type, amount])).toEqual([
      ["wallet_credited", 99],
      ["achievement_completed", null],
      ["wallet_credited", 50],
    ]);
    const second = await ask(system, "emit_event", paid(2, 351));
    expect(second.effects.map(({ type, id }: { type: string; id: string }) => `${type} ${id}`)).toEqual([
      `wallet_credited ${seedIds.orderRule}`,
      "level_reached silver",
      `perk_unlocked ${seedIds.freeShipping}`,
    ]);
    const customer = await ask(system, "get_customer", { userId });
    expect(customer).toMatchObject({
      level: "silver",
      unlockedPerks: [{ perk: seedIds.freeShipping, source: "level" }],
    });
    expect(await holdings(system, userId)).toMatchObject({ balance: 500, lifetime: 500 });
    for (const name of ["level", "wallets", "unlockedPerks", "balance"]) {
      const error = await refusal(system, "identify_customer", { userId, name: "Computed", [name]: "gold" });
      expect(error.code).toBe("invalid_argument");
    }
  },
);

it("credits by the rules that hold: conditions, and boosts of the instant at which it happened", async () => {
  const system = await startSystem();
  const amounts = async (given: object) => {
    const { effects } = await ask(system, "emit_event", { ...order, ...given });
    return effects
      .filter(({ type }: { type: string }) => type === "wallet_credited")
      .map(({ amount }: { amount: number }) => amount);
  };
  expect(await amounts({ transactionId: "boosted-order-1" })).toEqual([40]);
  expect(await amounts({ transactionId: "earlier-order-1", occurredAt: longAgo })).toEqual([20]);
  expect(await amounts({ transactionId: "dollar-order-1", context: { orderTotal: 20, currency: "USD" } })).toEqual([]);
  const ahead = new Date(Date.now() + 3_600_000).toISOString();
  const error = await refusal(system, "emit_event", { ...order, transactionId: "future-order-1", occurredAt: ahead });
  expect(error.code).toBe("occurred_in_future");
});

verifies(
  ["perkamo:batch_events", "perkamo:migration-replay"],
  "takes a hundred events each by itself; replayed with the same ids, all are duplicates",
  async () => {
    const system = await startSystem();
    const events = Array.from({ length: 100 }, (_, n) => ({
      ...order,
      transactionId: `smile-order-${n}`,
      occurredAt: longAgo,
    }));
    const first = await ask(system, "batch_events", { events });
    expect(first).toMatchObject({ processed: 100, duplicates: 0, rejected: 0 });
    const after = await holdings(system, seedIds.tom);
    const again = await ask(system, "batch_events", { events });
    expect(again).toMatchObject({ processed: 0, duplicates: 100, rejected: 0 });
    expect(again.results.map(({ transactionId }: { transactionId: string }) => transactionId)).toEqual(
      events.map(({ transactionId }) => transactionId),
    );
    expect(await holdings(system, seedIds.tom)).toEqual(after);
    // The same id by the other tool is the same event.
    expect(await ask(system, "emit_event", events[0])).toMatchObject({ status: "duplicate" });
    expect(system.upstream.requests().filter(({ path }) => path === "/v1/events/batch")).toHaveLength(2);
  },
);

verifies("perkamo:batch_events-limit", "refuses 101 events before anything is sent", async () => {
  const system = await startSystem();
  const events = Array.from({ length: 101 }, (_, n) => ({ ...order, transactionId: `too-many-${n}` }));
  const error = await refusal(system, "batch_events", { events });
  expect(error).toMatchObject({ code: "invalid_argument" });
  expect(error.message).toContain("100");
  expect(system.upstream.requests()).toEqual([]);
});

it("rejects the events of a batch one by one, and says why of each", async () => {
  const system = await startSystem();
  const events = [
    { ...order, transactionId: "mixed-order-1", occurredAt: longAgo },
    { ...order, transactionId: "mixed-order-2", userId: "user_9999" },
    { ...order, transactionId: "mixed-order-1", context: { orderTotal: 1 } },
    { ...order, transactionId: "mixed-order-3", occurredAt: longAgo },
  ];
  const { results, ...counts } = await ask(system, "batch_events", { events });
  expect(counts).toEqual({ processed: 2, duplicates: 0, rejected: 2 });
  expect(
    results.map(({ status, error }: { status: string; error: { code: string } | null }) => error?.code ?? status),
  ).toEqual(["processed", "customer_not_found", "transaction_conflict", "processed"]);
});
