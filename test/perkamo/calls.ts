/** Each of the 13 tools with arguments that succeed on the demo data, and at least one way in which it is refused. */
import { allWrites } from "./system.ts";

/** A call that must be refused, and how. */
export interface RefusedCall {
  readonly given: Readonly<Record<string, unknown>>;
  /** `error.code` of the result: the upstream's own, or ours. */
  readonly code: string;
  /** Names that the answer must mention. */
  readonly names?: readonly string[];
}

export interface ToolCalls {
  /** Without `confirm`: the tests add it to writes. */
  readonly ok: Readonly<Record<string, unknown>>;
  readonly refused: readonly RefusedCall[];
}

const extra: RefusedCall = { given: { surprise: 1 }, code: "invalid_argument", names: ["surprise"] };
const customer = "user_1001";
const nobody = "user_9999";
const order = {
  userId: customer,
  event: "order.completed",
  transactionId: "order-10042-paid",
  context: { orderTotal: 42.5, currency: "EUR" },
};
const wallets = { items: [{ id: "points", name: "Points", unit: "points", expiresAfterDays: 365 }] };
const perks = {
  items: [
    { id: "free_shipping", name: "Free shipping", kind: "free_shipping" },
    { id: "early_access", name: "Early access", kind: "early_access" },
    { id: "priority_support", name: "Priority support", kind: "support" },
  ],
};
const adjustment = {
  userId: customer,
  wallets: [{ wallet: "points", amount: 40 }],
  reason: "Points of order 10042 were lost in an outage.",
  transactionId: "fix-order-10042",
};
const redemption = { rewardId: "free_coffee", userId: customer, transactionId: "redeem-1001-2026-11" };

/** A transactionId that is shorter than any fact's name. */
const shortId = (given: Readonly<Record<string, unknown>>): RefusedCall => ({
  given: { ...given, transactionId: "1234567" },
  code: "invalid_argument",
  names: ["transactionId", "8"],
});

export const calls: Readonly<Record<string, ToolCalls>> = {
  get_program: {
    ok: { sections: ["rules", "wallets"] },
    refused: [
      { given: { sections: ["coupons"] }, code: "invalid_argument", names: ["sections", "rules"] },
      { given: { sections: [] }, code: "invalid_argument", names: ["sections"] },
      extra,
    ],
  },
  get_usage: {
    ok: { period: "previous" },
    refused: [{ given: { period: "year" }, code: "invalid_argument", names: ["previous"] }, extra],
  },
  get_customer: {
    ok: { userId: customer },
    refused: [
      { given: { userId: nobody }, code: "customer_not_found", names: ["search_customers"] },
      { given: { userId: "../program" }, code: "invalid_argument", names: ["userId"] },
      { given: {}, code: "invalid_argument", names: ["userId"] },
    ],
  },
  search_customers: {
    ok: { query: "user_", field: "userId", limit: 2 },
    refused: [
      { given: { query: "user_", limit: 101 }, code: "invalid_argument", names: ["limit", "100"] },
      { given: { query: "user_", limit: 0 }, code: "invalid_argument", names: ["limit"] },
      { given: { query: "a" }, code: "invalid_argument", names: ["query", "2"] },
      { given: { query: "user_", field: "phone" }, code: "invalid_argument", names: ["externalId"] },
      { given: { query: "user_", cursor: "nonsense" }, code: "invalid_request", names: ["cursor"] },
    ],
  },
  validate_config_module: {
    ok: { module: "wallets", payload: wallets },
    refused: [
      { given: { module: "coupons", payload: wallets }, code: "invalid_argument", names: ["module", "levels"] },
      { given: { module: "wallets" }, code: "invalid_argument", names: ["payload"] },
      { given: { module: "wallets", payload: [] }, code: "invalid_argument", names: ["payload"] },
    ],
  },
  plan_migration: {
    ok: { source: "smile_io", summary: { customers: 12_000, pointCurrencies: [{ name: "Beans" }], tiers: ["Gold"] } },
    refused: [
      { given: { source: "stamp_card", summary: {} }, code: "invalid_argument", names: ["source", "custom"] },
      { given: { source: "yotpo", summary: { rows: [] } }, code: "invalid_argument", names: ["rows"] },
      { given: { source: "yotpo" }, code: "invalid_argument", names: ["summary"] },
    ],
  },
  identify_customer: {
    ok: { userId: customer, traits: { country: "DE", newsletter: true } },
    refused: [
      { given: { userId: customer, email: "no address" }, code: "invalid_argument", names: ["email"] },
      { given: { userId: customer, traits: { nested: {} } }, code: "invalid_argument", names: ["traits"] },
      { given: { userId: customer, balance: 100 }, code: "invalid_argument", names: ["balance"] },
    ],
  },
  emit_event: {
    ok: order,
    refused: [
      { given: { ...order, userId: nobody }, code: "customer_not_found" },
      {
        given: { ...order, context: { pointsTotal: 1200 } },
        code: "computed_state_in_context",
        names: ["pointsTotal"],
      },
      { given: { ...order, event: "Order Completed" }, code: "invalid_argument", names: ["event"] },
      { given: { ...order, occurredAt: "yesterday" }, code: "invalid_argument", names: ["occurredAt"] },
      shortId(order),
      { given: { userId: customer, event: order.event }, code: "invalid_argument", names: ["transactionId"] },
    ],
  },
  batch_events: {
    ok: { events: [order, { ...order, transactionId: "order-10043-paid" }] },
    refused: [
      { given: { events: [] }, code: "invalid_argument", names: ["events"] },
      {
        given: { events: Array.from({ length: 101 }, (_, at) => ({ ...order, transactionId: `replay-order-${at}` })) },
        code: "invalid_argument",
        names: ["events", "100"],
      },
      { given: { events: [{ ...order, points: 5 }] }, code: "invalid_argument", names: ["points"] },
    ],
  },
  redeem_reward: {
    ok: redemption,
    refused: [
      { given: { ...redemption, rewardId: "free_car" }, code: "reward_not_found" },
      { given: { ...redemption, userId: nobody }, code: "customer_not_found" },
      { given: { ...redemption, rewardId: "Free Coffee" }, code: "invalid_argument", names: ["rewardId"] },
      shortId(redemption),
    ],
  },
  create_browser_token: {
    ok: { userId: customer, purpose: "browser", ttlSeconds: 300 },
    refused: [
      { given: { userId: nobody, purpose: "browser" }, code: "customer_not_found" },
      { given: { userId: customer, purpose: "admin" }, code: "invalid_argument", names: ["purpose", "stream"] },
      {
        given: { userId: customer, purpose: "stream", ttlSeconds: 3601 },
        code: "invalid_argument",
        names: ["ttlSeconds", "3600"],
      },
      {
        given: { userId: customer, purpose: "stream", ttlSeconds: 59 },
        code: "invalid_argument",
        names: ["ttlSeconds", "60"],
      },
    ],
  },
  upload_config_module: {
    ok: { module: "perks", payload: perks, note: "Early access for the winter sale" },
    refused: [
      {
        given: { module: "rewards", payload: { items: [{ id: "free_coffee", name: "Free coffee" }] } },
        code: "config_invalid",
        names: ["validate_config_module"],
      },
      { given: { module: "coupons", payload: perks }, code: "invalid_argument", names: ["module"] },
      { given: { module: "perks", payload: perks, activate: "yes" }, code: "invalid_argument", names: ["activate"] },
    ],
  },
  adjust_customer: {
    ok: adjustment,
    refused: [
      {
        given: { ...adjustment, wallets: [{ wallet: "points", amount: -900_000 }] },
        code: "insufficient_balance",
      },
      { given: { ...adjustment, wallets: [{ wallet: "gems", amount: 1 }] }, code: "wallet_not_found" },
      { given: { ...adjustment, unlockPerks: ["flying_carpet"] }, code: "perk_not_found" },
      { given: { ...adjustment, userId: nobody }, code: "customer_not_found" },
      {
        given: { userId: customer, reason: "No reason", transactionId: "fix-nothing-1" },
        code: "invalid_argument",
        names: ["wallets", "unlockPerks", "lockPerks"],
      },
      {
        given: { userId: customer, wallets: adjustment.wallets, transactionId: "fix-nothing-1" },
        code: "invalid_argument",
        names: ["reason"],
      },
      shortId(adjustment),
    ],
  },
};

/** The arguments of a call with the person's yes, where the tool asks for one. */
export function confirmed(tool: string, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return allWrites.includes(tool) ? { ...given, confirm: true } : { ...given };
}
