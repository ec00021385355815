/** Which of two scopes, or dispositions, lets more through. */
import type { DispositionIr, ScopeIr } from "../ir/tool.ts";

/** Both, where some calls are let through that were not, and the other way round. */
export interface Shift {
  readonly loosened: boolean;
  readonly tightened: boolean;
}

/** A scope as alternatives, of each of which all are needed: none at all is one alternative without a name. */
function alternativesOf(scope: ScopeIr | undefined): readonly (readonly string[])[] {
  if (scope === undefined) return [[]];
  if (typeof scope === "string") return [[scope]];
  const { anyOf, allOf } = scope as { readonly anyOf?: readonly string[]; readonly allOf?: readonly string[] };
  return anyOf === undefined ? [allOf ?? []] : anyOf.map((name) => [name]);
}

export function compareScopes(before: ScopeIr | undefined, after: ScopeIr | undefined): Shift {
  const [was, is] = [alternativesOf(before), alternativesOf(after)];
  const letsIn = (alternatives: readonly (readonly string[])[], held: readonly string[]) =>
    alternatives.some((needed) => needed.every((name) => held.includes(name)));
  return {
    tightened: was.some((held) => !letsIn(is, held)),
    loosened: is.some((held) => !letsIn(was, held)),
  };
}

export function scopeText(scope: ScopeIr | undefined): string {
  if (scope === undefined) return "none";
  if (typeof scope === "string") return scope;
  return alternativesOf(scope)
    .map((names) => names.join(" and "))
    .join(" or ");
}

const levels = { auto: 0, confirm: 1, approval: 2 } as const;

export function compareDispositions(before: DispositionIr, after: DispositionIr): Shift {
  if (JSON.stringify(before) === JSON.stringify(after)) return { loosened: false, tightened: false };
  const [was, is] = [partsOf(before), partsOf(after)];
  // Which calls a condition means cannot be told.
  if (was === undefined || is === undefined) return { loosened: true, tightened: true };
  if (was.of !== undefined && is.of !== undefined && was.of !== is.of) return { loosened: true, tightened: true };
  const upTo = (parts: Parts) => parts.upTo ?? Number.POSITIVE_INFINITY;
  const bounds = [Number.NEGATIVE_INFINITY, upTo(was), upTo(is)].sort((one, other) => one - other);
  // Between two bounds the level is the same, so that one value of each stretch says it; the last stretch is what is above all.
  const stretches = [...bounds.slice(1), undefined];
  const level = (parts: Parts, value: number | undefined) =>
    value !== undefined && value <= upTo(parts) ? parts.within : parts.beyond;
  const moves = stretches.map((value) => level(is, value) - level(was, value));
  return { loosened: moves.some((move) => move < 0), tightened: moves.some((move) => move > 0) };
}

interface Parts {
  readonly within: number;
  readonly beyond: number;
  readonly upTo: number | undefined;
  readonly of: string | undefined;
}

function partsOf(disposition: DispositionIr): Parts | undefined {
  if (typeof disposition === "string") {
    const level = levels[disposition];
    return { within: level, beyond: level, upTo: undefined, of: undefined };
  }
  if (!("upTo" in disposition)) return undefined;
  return { within: levels.auto, beyond: levels[disposition.beyond], upTo: disposition.upTo, of: disposition.of };
}

export function dispositionText(disposition: DispositionIr): string {
  if (typeof disposition === "string") return disposition;
  if ("upTo" in disposition) return `auto up to ${disposition.upTo} of ${disposition.of}, else ${disposition.beyond}`;
  return disposition
    .map((rule) => ("when" in rule ? `${rule.then} when ${rule.when}` : `else ${rule.otherwise}`))
    .join(", ");
}
