import type { Constraint, JsonObject, Scalar } from "../codegen.ts";
import type { Problem } from "./problems.ts";

/** What the rules look at. */
export interface Given {
  /** Arguments with defaults filled in. */
  readonly input: JsonObject;
  /** Inputs whose values the validator refused: whether they are given still counts, what they hold does not. */
  readonly refused?: ReadonlySet<string>;
}

/**
 * Find the rules over several inputs that do not hold: all of them, each once, in the order of the spec.
 *
 * An input is given when it is an own member and not undefined; `null` is a value like any other.
 *
 * @see spec-language.md, "constraints"
 */
export function breaches(constraints: readonly Constraint[], given: Given): readonly Problem[] {
  return constraints.flatMap((constraint) => {
    const inputs = concernedBy(constraint, given);
    const [path] = inputs;
    return path === undefined ? [] : [{ path, inputs, message: constraint.message }];
  });
}

/** The inputs that break a rule, or that it misses; none when it holds. */
function concernedBy(constraint: Constraint, given: Given): readonly string[] {
  if ("exactlyOneOf" in constraint) return count(constraint.exactlyOneOf, given) === 1 ? [] : constraint.exactlyOneOf;
  if ("atLeastOneOf" in constraint) return count(constraint.atLeastOneOf, given) >= 1 ? [] : constraint.atLeastOneOf;
  if ("atMostOneOf" in constraint) {
    const { atMostOneOf } = constraint;
    return count(atMostOneOf, given) <= 1 ? [] : atMostOneOf.filter((name) => isGiven(name, given));
  }
  const { when, require = [], forbid = [], then = {} } = constraint;
  if (!holds(when, given)) return [];
  const broken = [
    ...require.filter((name) => !isGiven(name, given)),
    ...forbid.filter((name) => isGiven(name, given)),
    ...Object.entries(then).flatMap(([name, allowed]) => (mayHold(name, allowed, given) ? [] : [name])),
  ];
  const causes = typeof when === "string" ? [when] : Object.keys(when);
  return broken.length === 0 ? [] : [...new Set([...broken, ...causes])];
}

function holds(when: string | Readonly<Record<string, Scalar | readonly Scalar[]>>, given: Given): boolean {
  if (typeof when === "string") return isGiven(when, given);
  return Object.entries(when).every(([name, values]) => {
    const allowed: readonly unknown[] = Array.isArray(values) ? values : [values];
    return isSound(name, given) && allowed.includes(given.input[name]);
  });
}

/** An input that is not there, or was refused already, breaks no rule about its value. */
function mayHold(name: string, allowed: readonly unknown[], given: Given): boolean {
  return !isSound(name, given) || allowed.includes(given.input[name]);
}

function isSound(name: string, given: Given): boolean {
  return isGiven(name, given) && given.refused?.has(name) !== true;
}

function count(names: readonly string[], given: Given): number {
  return names.filter((name) => isGiven(name, given)).length;
}

function isGiven(name: string, { input }: Given): boolean {
  return Object.hasOwn(input, name) && input[name] !== undefined;
}
