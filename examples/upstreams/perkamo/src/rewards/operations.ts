import { findCustomer } from "../customers/customer.ts";
import { once } from "../engine/transactions.ts";
import { itemId, transactionId, userId } from "../fields.ts";
import { type Operation, operation } from "../operation.ts";
import { balanceOf, redeem } from "./redeem.ts";

const redeemReward = operation({
  method: "POST",
  path: "/v1/rewards/{rewardId}/redemptions",
  access: "write",
  params: { rewardId: itemId() },
  body: { userId: userId(), transactionId: transactionId() },
  run(context, input) {
    const { rewardId, userId, transactionId } = input;
    const customer = findCustomer(context, userId);
    const { first, result } = once(context, { transactionId, kind: "redemption", content: input }, () =>
      redeem(context, { customer, rewardId, transactionId }),
    );
    const balance = balanceOf(context, userId, result.wallet);
    const status = first ? "redeemed" : "duplicate";
    return { status: first ? 201 : 200, body: { ...result, status, userId, transactionId, balance } };
  },
});

/** Every endpoint of rewards. */
export const rewardOperations: readonly Operation[] = [redeemReward];
