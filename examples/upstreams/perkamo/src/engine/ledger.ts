import { ApiError, DAY_MS } from "@toolspec/example-http";
import type { Context } from "../context.ts";
import type { Item } from "../program/items.ts";

/** What can happen to a customer. `wallet_debited` and `perk_locked` come from redemptions and adjustments only. */
export type EffectType =
  | "wallet_credited"
  | "wallet_debited"
  | "achievement_completed"
  | "perk_unlocked"
  | "perk_locked"
  | "level_reached";

export type EffectSource = "rule" | "achievement" | "level" | "redemption" | "adjustment";

/** One thing that happened to a customer. Of a wallet: `amount` is signed units. */
export interface Effect {
  readonly type: EffectType;
  readonly source: EffectSource;
  /** Id of the rule, achievement, perk, level or reward; of the wallet where a person adjusted it. */
  readonly item: string;
  readonly wallet: string | null;
  readonly amount: number | null;
}

/** An effect as kept. */
export interface KeptEffect extends Effect {
  /** Place in the order of all effects. */
  readonly seq: number;
  /** When its cause occurred, in Unix milliseconds: from then on units age. */
  readonly earnedAtMs: number;
  /** When it was booked. */
  readonly atMs: number;
}

/** For whom and why effects are booked. */
export interface Booking {
  readonly userId: string;
  readonly transactionId: string;
  readonly occurredAtMs: number;
}

type At = Pick<Context, "database" | "space" | "nowMs">;

/** Book effects, in their order. */
export function book({ database, space, nowMs }: At, booking: Booking, effects: readonly Effect[]): void {
  for (const { type, source, item, wallet, amount } of effects) {
    database.run(
      `insert into effects (space, user_id, transaction_id, type, source, item, wallet, amount, earned_at, at)
       values (:space, :user, :transaction, :type, :source, :item, :wallet, :amount, :earned, :now)`,
      {
        space: space.id,
        user: booking.userId,
        transaction: booking.transactionId,
        type,
        source,
        item,
        wallet,
        amount,
        earned: booking.occurredAtMs,
        now: nowMs,
      },
    );
  }
}

/** All that ever happened to a customer, in order. */
export function effectsOf({ database, space }: Pick<At, "database" | "space">, userId: string): readonly KeptEffect[] {
  return database.all<KeptEffect>(
    `select seq, type, source, item, wallet, amount, earned_at as earnedAtMs, at as atMs from effects
     where space = :space and user_id = :user order by seq`,
    { space: space.id, user: userId },
  );
}

/** What a wallet holds. */
export interface Holdings {
  /** Units that can be spent now. */
  readonly balance: number;
  /** Units ever credited: spending and expiry do not lower it. */
  readonly lifetime: number;
}

/**
 * Compute what a wallet holds at a time: credits in lots that expire, each debit from the lots that expire first. The time is
 * Unix milliseconds.
 */
export function holdingsOf(
  effects: readonly KeptEffect[],
  { id, expiresAfterDays }: Pick<Item<"wallets">, "id" | "expiresAfterDays">,
  nowMs: number,
): Holdings {
  const life = expiresAfterDays === null ? Number.POSITIVE_INFINITY : expiresAfterDays * DAY_MS;
  const lots: { units: number; readonly expiresAtMs: number }[] = [];
  let lifetime = 0;
  for (const { wallet, amount, earnedAtMs, atMs } of effects) {
    if (wallet !== id || amount === null) continue;
    if (amount > 0) {
      lifetime += amount;
      lots.push({ units: amount, expiresAtMs: earnedAtMs + life });
    } else spend(lots, -amount, atMs);
  }
  const alive = lots.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
  return { balance: alive.reduce((sum, { units }) => sum + units, 0), lifetime };
}

/** The wallet holds too little. */
export function insufficient(wallet: string, balance: number, needed: number): ApiError {
  return new ApiError(409, "insufficient_balance", `The wallet ${wallet} holds ${balance}; this takes ${needed}.`, {
    meta: { wallet, balance, needed },
  });
}

function spend(lots: { units: number; readonly expiresAtMs: number }[], units: number, atMs: number): void {
  let open = units;
  const alive = lots.filter(({ expiresAtMs }) => expiresAtMs > atMs);
  // Infinity minus Infinity is no number, so lots without an end are compared, not subtracted.
  alive.sort((a, b) => (a.expiresAtMs < b.expiresAtMs ? -1 : a.expiresAtMs > b.expiresAtMs ? 1 : 0));
  for (const lot of alive) {
    const taken = Math.min(open, lot.units);
    lot.units -= taken;
    open -= taken;
  }
}
