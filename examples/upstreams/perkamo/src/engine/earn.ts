import { ApiError } from "@toolspec/example-http";
import { CREDIT_MAX, type Item, type Program } from "../program/items.ts";
import type { Effect } from "./ledger.ts";

/** A fact that a rule can look at. */
export interface EarningEvent {
  readonly event: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly occurredAtMs: number;
}

/** Less than any fraction of a unit: 29 / 100 * 100 is 28.999999999999996 in binary, and 29 to a person. */
const ROUNDING = 1e-6;

/**
 * Compute what the rules credit for an event, boosts included, in the order of the rules.
 *
 * @throws ApiError 422 for an event that would credit more than any rule can mean.
 */
export function earn(program: Pick<Program, "rules" | "boosts">, event: EarningEvent): readonly Effect[] {
  return program.rules.flatMap((rule): Effect[] => {
    if (!rule.active || rule.event !== event.event || !rule.conditions.every((each) => holds(each, event.context))) {
      return [];
    }
    const amount = wholeUnits(baseOf(rule, event.context) * boostOf(program.boosts, rule.wallet, event.occurredAtMs));
    if (amount < 1) return [];
    if (amount > CREDIT_MAX) throw tooMuch(rule);
    return [{ type: "wallet_credited", source: "rule", item: rule.id, wallet: rule.wallet, amount }];
  });
}

function holds({ field, op, value }: Item<"rules">["conditions"][number], context: EarningEvent["context"]): boolean {
  const given = Object.hasOwn(context, field) ? context[field] : undefined;
  if (op === "eq") return given === value;
  if (typeof given === "number" && typeof value === "number") return op === "gte" ? given >= value : given <= value;
  if (typeof given === "string" && typeof value === "string") return op === "gte" ? given >= value : given <= value;
  return false;
}

/** Units before boosts; 0 where the field holds no number. A per_unit rule rounds down once, after the boosts. */
function baseOf({ award, amount, field }: Item<"rules">, context: EarningEvent["context"]): number {
  if (award === "fixed") return amount;
  const number = field !== null && Object.hasOwn(context, field) ? context[field] : undefined;
  return typeof number === "number" ? number * amount : 0;
}

/** Boosts that overlap multiply each other. */
function boostOf(boosts: Program["boosts"], wallet: string, atMs: number): number {
  const running = boosts.filter(
    (boost) =>
      boost.wallet === wallet &&
      Date.parse(boost.startsAt) <= atMs &&
      (boost.endsAt === null || atMs < Date.parse(boost.endsAt)),
  );
  return running.reduce((factor, { multiplier }) => factor * multiplier, 1);
}

function wholeUnits(amount: number): number {
  return Math.floor(amount + ROUNDING);
}

function tooMuch({ id, field }: Item<"rules">): ApiError {
  const message = `The rule ${id} would credit more than ${CREDIT_MAX} units. Look at ${field ?? "the boosts"}.`;
  return new ApiError(422, "credit_too_large", message, { meta: { rule: id } });
}
