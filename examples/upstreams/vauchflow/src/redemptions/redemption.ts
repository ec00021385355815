import { toInstant } from "@toolspec/example-http";
import type { Context } from "../context.ts";
import { toAmount } from "../money.ts";
import { notFound } from "../not-found.ts";

/** Calendar months that can still be read: older partitions are archived. */
const WINDOW_MONTHS = 2;

/** A redemption as stored. `remaining` is how often the voucher could be redeemed right after it. */
export interface RedemptionRow {
  readonly id: string;
  readonly tenant: string;
  readonly code: string;
  readonly customer_id: string;
  readonly campaign_id: string | null;
  readonly idempotency_key: string;
  readonly order_cents: number | null;
  readonly discount_cents: number | null;
  readonly remaining: number | null;
  readonly redeemed_at: number;
}

/** @throws ApiError 404 when the caller's tenant has no such redemption within the last two months. */
export function findRedemption(context: Context, id: string): RedemptionRow {
  const row = context.database.get<RedemptionRow>(
    "select * from redemptions where tenant = :tenant and id = :id and redeemed_at >= :since",
    { tenant: context.tenant, id, since: windowStart(context.nowMs) },
  );
  if (!row) throw notFound(`redemption ${id} of the last ${WINDOW_MONTHS} months`);
  return row;
}

/** The redemption that the same triple made before, however long ago. */
export function findByTriple(
  context: Context,
  triple: { code: string; customerId: string; idempotencyKey: string },
): RedemptionRow | undefined {
  return context.database.get<RedemptionRow>(
    `select * from redemptions where tenant = :tenant and code = :code and customer_id = :customerId
       and idempotency_key = :idempotencyKey`,
    { tenant: context.tenant, ...triple },
  );
}

/**
 * Record a redemption and count it on its voucher.
 *
 * @returns false, with nothing done, when the voucher has none left.
 */
export function recordRedemption(context: Context, row: RedemptionRow): boolean {
  const counted = context.database.run(
    `update vouchers set redemptions = redemptions + 1 where tenant = :tenant and code = :code
       and (max_redemptions is null or redemptions < max_redemptions)`,
    { tenant: row.tenant, code: row.code },
  );
  if (counted === 0) return false;
  context.database.run(
    `insert into redemptions values (:id, :tenant, :code, :customer_id, :campaign_id, :idempotency_key, :order_cents,
       :discount_cents, :remaining, :redeemed_at)`,
    { ...row },
  );
  return true;
}

export function toRedemption(row: RedemptionRow): Readonly<Record<string, unknown>> {
  return {
    id: row.id,
    code: row.code,
    customerId: row.customer_id,
    campaignId: row.campaign_id,
    idempotencyKey: row.idempotency_key,
    orderValue: toAmount(row.order_cents),
    discountAmount: toAmount(row.discount_cents),
    remainingRedemptions: row.remaining,
    redeemedAt: toInstant(row.redeemed_at),
  };
}

/** Two calendar months before now. The 30th of April is reached from the 30th of June, the 28th of February from the 30th of April. */
function windowStart(nowMs: number): number {
  const now = new Date(nowMs);
  const start = new Date(nowMs);
  start.setUTCDate(1);
  start.setUTCMonth(now.getUTCMonth() - WINDOW_MONTHS);
  const lastDay = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 0)).getUTCDate();
  start.setUTCDate(Math.min(now.getUTCDate(), lastDay));
  return start.getTime();
}
