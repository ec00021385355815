import { randomUUID } from "node:crypto";
import { ApiError, toInstant } from "@toolspec/example-http";
import { type Context, notFound } from "../context.ts";
import type { CustomerRow } from "../customers/customer.ts";
import { apply } from "../engine/apply.ts";
import { effectsOf, holdingsOf, insufficient } from "../engine/ledger.ts";
import { record } from "../history.ts";
import type { Item } from "../program/items.ts";
import { activeModule, activeProgram } from "../program/versions.ts";
import { countRedemptions, insertRedemption } from "./redemption.ts";
import { remainingStock } from "./stock.ts";

/**
 * Pay a reward from the customer's wallet and hand it out.
 *
 * @throws ApiError 404 for an unknown reward, 409 for one that is not to be had or not to be paid.
 */
export function redeem(
  context: Context,
  { customer, rewardId, transactionId }: { customer: CustomerRow; rewardId: string; transactionId: string },
) {
  const { version, items } = activeModule(context, "rewards");
  const reward = items.find(({ id }) => id === rewardId);
  if (!reward) throw notFound("reward", rewardId);
  requireAvailable(context, customer, reward, version);
  const { wallet, cost } = reward;
  const { user_id } = customer;
  const balance = balanceOf(context, user_id, wallet);
  if (balance < cost) throw insufficient(wallet, balance, cost);
  const id = randomUUID();
  insertRedemption(context, {
    id,
    space: context.space.id,
    user_id,
    reward: rewardId,
    rewards_version: version,
    transaction_id: transactionId,
    wallet,
    cost,
    at: context.nowMs,
  });
  apply(context, activeProgram(context), customer, {
    transactionId,
    occurredAtMs: context.nowMs,
    effects: [{ type: "wallet_debited", source: "redemption", item: rewardId, wallet, amount: -cost }],
  });
  record(context, "reward.redeemed", user_id, { rewardId, transactionId, wallet, cost });
  return { redemptionId: id, rewardId, wallet, cost, redeemedAt: toInstant(context.nowMs) };
}

/** @throws ApiError 409 `reward_unavailable`. */
function requireAvailable(context: Context, customer: CustomerRow, reward: Item<"rewards">, version: number): void {
  const { id, active, perCustomer } = reward;
  const refuse = (why: string, reason: string) =>
    new ApiError(409, "reward_unavailable", `The reward ${id} ${why}.`, { meta: { reason } });
  if (!active) throw refuse("is inactive", "inactive");
  if (remainingStock(context, reward, version) === 0) throw refuse("is out of stock", "out_of_stock");
  if (perCustomer !== null && countRedemptions(context, customer.user_id, id) >= perCustomer) {
    throw refuse(`may be redeemed ${perCustomer} times by one customer, and has been`, "used_up");
  }
}

/** Units of a wallet now; 0 for one that the program has no more. */
export function balanceOf(context: Context, userId: string, walletId: string): number {
  const wallet = activeModule(context, "wallets").items.find(({ id }) => id === walletId);
  return wallet ? holdingsOf(effectsOf(context, userId), wallet, context.nowMs).balance : 0;
}
