import { DAY_MS, toInstant } from "@toolspec/example-http";
import type { Program } from "../program/items.ts";
import { seedIds } from "./ids.ts";

/** The program of a coffee roaster, as it was set up; `nowMs` is what its boosts are relative to. */
export function coffeeProgram(nowMs: number): Program {
  const { points, storeCredit, freeShipping, earlyAccess, support } = seedIds;
  const day = (days: number) => toInstant(nowMs + days * DAY_MS);
  const fixed = { award: "fixed", field: null, active: true } as const;
  const order = "order.completed";
  const euros = { field: "currency", op: "eq", value: "EUR" } as const;
  return {
    wallets: [
      { id: points, name: "Beans", unit: "points", expiresAfterDays: null },
      { id: storeCredit, name: "Store credit", unit: "credits", expiresAfterDays: 365 },
    ],
    perks: [
      { id: freeShipping, name: "Free shipping", kind: "free_shipping" },
      { id: earlyAccess, name: "Early access to new roasts", kind: "early_access" },
      { id: support, name: "A barista on the phone", kind: "support" },
    ],
    rules: [
      {
        id: seedIds.orderRule,
        name: "One bean for each euro",
        event: order,
        wallet: points,
        award: "per_unit",
        amount: 1,
        field: "orderTotal",
        conditions: [euros],
        active: true,
      },
      {
        ...fixed,
        id: "welcome",
        name: "Welcome",
        event: "account.created",
        wallet: points,
        amount: 100,
        conditions: [],
      },
      {
        ...fixed,
        id: "review",
        name: "A review that helps",
        event: "review.published",
        wallet: points,
        amount: 25,
        conditions: [{ field: "words", op: "gte", value: 20 }],
      },
      {
        ...fixed,
        id: "referral",
        name: "A friend's first order",
        event: "referral.converted",
        wallet: storeCredit,
        amount: 5,
        conditions: [],
      },
    ],
    rewards: [
      reward(seedIds.coffee, "Free coffee", { kind: "product", cost: 150 }),
      reward(seedIds.tote, "Tote bag", { kind: "product", cost: 400, stock: 25, perCustomer: 1 }),
      reward(seedIds.giftCard, "Gift card of 10 EUR", { kind: "gift_card", wallet: storeCredit, cost: 10 }),
      reward(seedIds.mug, "Founders' mug", { kind: "product", cost: 300, stock: 0 }),
      reward(seedIds.tasting, "Tasting of 2024", { kind: "custom", cost: 500, active: false }),
    ],
    achievements: [
      { id: "first_order", name: "First order", event: order, count: 1, wallet: points, amount: 50, perk: null },
      { id: "regular", name: "Regular", event: order, count: 10, wallet: null, amount: null, perk: earlyAccess },
      { id: "critic", name: "Critic", event: "review.published", count: 3, wallet: points, amount: 100, perk: null },
    ],
    boosts: [
      { id: "spring", name: "Spring", wallet: points, multiplier: 1.5, startsAt: day(-60), endsAt: day(-46) },
      { id: seedIds.boost, name: "Double beans", wallet: points, multiplier: 2, startsAt: day(-2), endsAt: day(5) },
    ],
    levels: [
      { id: "bronze", name: "Bronze", wallet: points, threshold: 0, perks: [] },
      { id: "silver", name: "Silver", wallet: points, threshold: 500, perks: [freeShipping] },
      { id: "gold", name: "Gold", wallet: points, threshold: 2000, perks: [earlyAccess, support] },
    ],
  };
}

/** The same with words of its own and no boosts: another tenant's. */
export function quietProgram(nowMs: number): Program {
  const program = coffeeProgram(nowMs);
  const wallets = program.wallets.map((wallet) =>
    wallet.id === seedIds.points ? { ...wallet, name: "Gems" } : wallet,
  );
  return { ...program, wallets, boosts: [] };
}

type Reward = Program["rewards"][number];

function reward(id: string, name: string, fields: Partial<Reward> & Pick<Reward, "kind" | "cost">): Reward {
  return { wallet: seedIds.points, stock: null, perCustomer: null, active: true, ...fields, id, name };
}
