import type { Context } from "../context.ts";
import type { CustomerRow } from "../customers/customer.ts";
import type { Program } from "../program/items.ts";
import { activeProgram } from "../program/versions.ts";
import { apply } from "./apply.ts";
import { type EarningEvent, earn } from "./earn.ts";
import { type Effect, effectsOf } from "./ledger.ts";

/** One trusted fact about a customer. */
export interface TrustedEvent extends EarningEvent {
  readonly transactionId: string;
}

/**
 * Run the program in force over an event and keep both: wallets by rules and boosts, then achievements, then levels.
 *
 * @returns what it brought, in that order.
 */
export function processEvent(context: Context, customer: CustomerRow, event: TrustedEvent): readonly Effect[] {
  const { database, space, nowMs } = context;
  const program = activeProgram(context);
  database.run("insert into events values (:space, :transaction, :user, :event, :context, :occurred, :now)", {
    space: space.id,
    transaction: event.transactionId,
    user: customer.user_id,
    event: event.event,
    context: JSON.stringify(event.context),
    occurred: event.occurredAtMs,
    now: nowMs,
  });
  const effects = [...earn(program, event), ...achieve(context, program, customer.user_id, event.event)];
  return apply(context, program, customer, { ...event, effects });
}

/** How often a customer had an event. */
export function countEvents(
  { database, space }: Pick<Context, "database" | "space">,
  userId: string,
  event: string,
): number {
  const sql = "select count(*) as n from events where space = :space and user_id = :user and event = :event";
  return database.get<{ n: number }>(sql, { space: space.id, user: userId, event })?.n ?? 0;
}

/** Achievements that the event completes, each once in a customer's life. */
function achieve(context: Context, program: Program, userId: string, event: string): readonly Effect[] {
  const candidates = program.achievements.filter((each) => each.event === event);
  if (candidates.length === 0) return [];
  const count = countEvents(context, userId, event);
  const reached = candidates.filter((each) => count >= each.count);
  if (reached.length === 0) return [];
  const effects = effectsOf(context, userId);
  const isDone = (id: string) => effects.some(({ type, item }) => type === "achievement_completed" && item === id);
  return reached
    .filter(({ id }) => !isDone(id))
    .flatMap(({ id, wallet, amount, perk }): Effect[] => {
      const source = "achievement";
      const nothing = { wallet: null, amount: null };
      return [
        { type: "achievement_completed", source, item: id, ...nothing },
        ...(wallet === null ? [] : [{ type: "wallet_credited", source, item: id, wallet, amount } as const]),
        ...(perk === null ? [] : [{ type: "perk_unlocked", source, item: perk, ...nothing } as const]),
      ];
    });
}
