import { ApiError, number, optional, text, uuid } from "@toolspec/example-http";
import { newId, publish } from "../context.ts";
import { customerId, findCustomer } from "../customers/customer.ts";
import { type Operation, operation } from "../http/operation.ts";
import { toCents } from "../money.ts";
import { assess, type Verdict } from "../vouchers/assess.ts";
import { code, findVoucher, remainingOf } from "../vouchers/voucher.ts";
import { findByTriple, findRedemption, type RedemptionRow, recordRedemption, toRedemption } from "./redemption.ts";

const redeem = operation({
  method: "POST",
  path: "/v1/redemptions",
  dryRun: true,
  body: {
    code,
    customer_id: customerId,
    idempotency_key: text({
      min: 1,
      max: 128,
      pattern: /^[A-Za-z0-9_.:-]+$/,
      hint: "letters, digits and _ . : -",
    }),
    order_value: optional(number({ min: 0, max: 10_000_000 })),
  },
  run(context, input) {
    const orderCents = input.order_value === undefined ? null : toCents(input.order_value);
    const triple = { code: input.code, customerId: input.customer_id, idempotencyKey: input.idempotency_key };
    const earlier = findByTriple(context, triple);
    if (earlier) return { status: 200, body: toRedemption(requireSameOrder(earlier, orderCents)) };

    const voucher = findVoucher(context, input.code);
    findCustomer(context, input.customer_id);
    const order = { customerId: input.customer_id, cents: orderCents ?? undefined };
    const { refusal, discountCents } = assess(context, voucher, order);
    if (refusal) throw refused(refusal);

    const remaining = remainingOf(voucher);
    const row: RedemptionRow = {
      id: newId(context),
      tenant: context.tenant,
      code: voucher.code,
      customer_id: input.customer_id,
      campaign_id: voucher.campaign_id,
      idempotency_key: input.idempotency_key,
      order_cents: orderCents,
      discount_cents: discountCents,
      remaining: remaining === null ? null : remaining - 1,
      redeemed_at: context.nowMs,
    };
    if (!recordRedemption(context, row)) {
      throw refused({ reason: "REDEMPTION_LIMIT_REACHED", message: "The voucher has been redeemed in the meantime." });
    }
    publish(context, "voucher.redeemed", row.id);
    return { status: context.dryRun ? 200 : 201, body: toRedemption(row) };
  },
});

const getRedemption = operation({
  method: "GET",
  path: "/v1/redemptions/{redemption_id}",
  params: { redemption_id: uuid() },
  run: (context, input) => ({ status: 200, body: toRedemption(findRedemption(context, input.redemption_id)) }),
});

export const redemptionOperations: readonly Operation[] = [redeem, getRedemption];

/** @throws ApiError 409 when the key that names an earlier redemption comes with another order. */
function requireSameOrder(earlier: RedemptionRow, orderCents: number | null): RedemptionRow {
  if (earlier.order_cents === orderCents) return earlier;
  const message = "This idempotency_key was used for another order_value. Use a new key for a new order.";
  throw new ApiError(409, "idempotency_key_reused", message);
}

/** What the caller can mend by other arguments is 422; what lies with the voucher is 409. */
function refused({ reason, message }: NonNullable<Verdict["refusal"]>): ApiError {
  return new ApiError(reason.startsWith("ORDER_") ? 422 : 409, reason.toLowerCase(), message, { meta: { reason } });
}
