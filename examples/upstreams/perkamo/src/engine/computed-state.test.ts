import { expect, test } from "vitest";
import { findComputedState } from "./computed-state.ts";

test.each([
  [{ points: 5 }, ["points"]],
  [{ pointsTotal: 5, orderTotal: 9 }, ["pointsTotal"]],
  [{ Points_Total: 5 }, ["Points_Total"]],
  [{ "customer.tier": "gold" }, ["customer.tier"]],
  [{ customer: { profile: { isVIP: true } } }, ["customer.profile.isVIP"]],
  [{ lines: [{ sku: "a" }, { "reward-state": "used" }] }, ["lines[1].reward-state"]],
  [{ walletBalance: 1, level_name: "x", "VIP status": 1 }, ["walletBalance", "level_name", "VIP status"]],
  [{ totalPoints: 1, earnedPoints: 1, store_credit: 1 }, ["totalPoints", "earnedPoints", "store_credit"]],
  [{ balance: 1, level: 2, vip: true, rewardState: "x" }, ["balance", "level", "vip", "rewardState"]],
])("finds computed state in %j", (context, names) => {
  expect(findComputedState(context)).toEqual(names);
});

test.each([
  { orderTotal: 42.5, currency: "EUR", items: 3 },
  { pointOfSale: "shop-1", tiered: 1, leveled: false, rewarding: "no" },
  { note: "points: 5, tier: gold" },
])("takes the facts %j", (context) => {
  expect(findComputedState(context)).toEqual([]);
});
