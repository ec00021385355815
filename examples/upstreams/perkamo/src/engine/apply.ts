import type { Context } from "../context.ts";
import { type CustomerRow, touch } from "../customers/customer.ts";
import type { Program } from "../program/items.ts";
import { type Booking, book, type Effect, effectsOf } from "./ledger.ts";
import { reachedLevels, type Story, unlockedPerks } from "./standing.ts";

/**
 * Book effects for a customer, and the levels and perks that come of them.
 *
 * @returns all that was booked, in order.
 */
export function apply(
  context: Context,
  program: Program,
  customer: CustomerRow,
  booking: Omit<Booking, "userId"> & { readonly effects: readonly Effect[] },
): readonly Effect[] {
  const { user_id: userId, created_at: createdAtMs } = customer;
  const before = { createdAtMs, effects: effectsOf(context, userId) };
  book(context, { ...booking, userId }, booking.effects);
  const risen = rise(program, before, { createdAtMs, effects: effectsOf(context, userId) });
  book(context, { ...booking, userId }, risen);
  touch(context, userId);
  return [...booking.effects, ...risen];
}

/** Levels that are reached now and were not before, and the perks that come with them. */
function rise(program: Program, before: Story, after: Story): readonly Effect[] {
  const known = new Set(reachedLevels(program.levels, before).map(({ level }) => level.id));
  const levels = reachedLevels(program.levels, after).filter(({ level }) => !known.has(level.id));
  const had = new Set(unlockedPerks(program, before).map(({ perk }) => perk));
  const perks = unlockedPerks(program, after).filter(({ perk, source }) => source === "level" && !had.has(perk));
  const nothing = { source: "level", wallet: null, amount: null } as const;
  return [
    ...levels.map(({ level }): Effect => ({ type: "level_reached", item: level.id, ...nothing })),
    ...perks.map(({ perk }): Effect => ({ type: "perk_unlocked", item: perk, ...nothing })),
  ];
}
