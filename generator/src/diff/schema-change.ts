/** What one difference between two schemas means for the values that fit them. */
import { canonical } from "../lock/canonical.ts";

/**
 * `narrower`: a value that fitted may fit no more. `wider`: a value that did not fit may fit now. `both`: either may be.
 * `unknown`: cannot be told, so it counts as both. `words`: no value is judged differently. `filled`: another value is filled in.
 */
export type Effect = "narrower" | "wider" | "both" | "unknown" | "words" | "filled";

export interface SchemaChange {
  /** The value that is meant, from the schema's root: `["items", "[]", "price"]`. */
  readonly at: readonly string[];
  /** The keyword that differs; `$value` where all of the schema came or went. */
  readonly keyword: string;
  readonly effect: Effect;
  readonly before: unknown;
  readonly after: unknown;
}

export function narrows({ effect }: Pick<SchemaChange, "effect">): boolean {
  return effect === "narrower" || effect === "both" || effect === "unknown";
}

export function widens({ effect }: Pick<SchemaChange, "effect">): boolean {
  return effect === "wider" || effect === "both" || effect === "unknown";
}

/** What a difference of a part means where the whole refuses what the part accepts (`not`). */
export function turned(effect: Effect): Effect {
  if (effect === "narrower") return "wider";
  return effect === "wider" ? "narrower" : effect;
}

/** The effect of what may be taken from and added to a set of accepted values. */
export function effectOf(change: { readonly loses: boolean; readonly gains: boolean }): Effect | undefined {
  if (change.loses) return change.gains ? "both" : "narrower";
  return change.gains ? "wider" : undefined;
}

export function isSame(one: unknown, other: unknown): boolean {
  return one === other || canonical(one) === canonical(other);
}
