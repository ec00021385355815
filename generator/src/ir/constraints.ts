import type { ConstraintSpec } from "../spec/tool-shape.ts";
import type { ConstraintIr, JsonSchema, ScalarIr } from "./tool.ts";

/** A constraint as generated code states it, with the words that a caller is told. */
export function toConstraint(spec: ConstraintSpec): ConstraintIr {
  const { exactlyOneOf, atLeastOneOf, atMostOneOf, when, require, forbid } = spec;
  if (exactlyOneOf !== undefined)
    return { exactlyOneOf, message: `exactly one of ${joined(exactlyOneOf, "and")} must be given` };
  if (atLeastOneOf !== undefined)
    return { atLeastOneOf, message: `at least one of ${joined(atLeastOneOf, "and")} must be given` };
  if (atMostOneOf !== undefined)
    return { atMostOneOf, message: `at most one of ${joined(atMostOneOf, "and")} may be given` };
  if (when === undefined) throw new Error("a constraint without a kind has errors and cannot be lowered");
  const then = spec.then === undefined ? undefined : listsOf(spec.then);
  const consequences = [
    ...(require === undefined ? [] : [`${joined(require, "and")} must be given`]),
    ...(forbid === undefined ? [] : [`${joined(forbid, "and")} must be left out`]),
    ...Object.entries(then ?? {}).map(([name, values]) => `${name} must be ${joined(values.map(plain), "or")}`),
  ];
  return {
    when,
    ...(require !== undefined && { require }),
    ...(forbid !== undefined && { forbid }),
    ...(then !== undefined && { then }),
    message: `when ${conditionWords(when)}, ${joined(consequences, "and")}`,
  };
}

/** Names of the inputs that a constraint is about, and where each stands below it. */
export function inputsOf(spec: ConstraintSpec): readonly NamedInput[] {
  const listed = (["exactlyOneOf", "atLeastOneOf", "atMostOneOf", "require", "forbid"] as const).flatMap((key) =>
    (spec[key] ?? []).map((name, index): NamedInput => ({ name, path: [key, index] })),
  );
  const conditions: readonly NamedInput[] =
    typeof spec.when === "string"
      ? [{ name: spec.when, path: ["when"] }]
      : Object.keys(spec.when ?? {}).map((name) => ({ name, path: ["when", name] }));
  return [...listed, ...conditions, ...Object.keys(spec.then ?? {}).map((name) => ({ name, path: ["then", name] }))];
}

export interface NamedInput {
  readonly name: string;
  readonly path: readonly (string | number)[];
}

/** Whether these arguments keep a constraint. Defaults must be filled in before. */
export function keeps(constraint: ConstraintIr, given: Readonly<Record<string, unknown>>): boolean {
  const has = (name: string) => given[name] !== undefined;
  const countOf = (names: readonly string[]) => names.filter(has).length;
  if ("exactlyOneOf" in constraint) return countOf(constraint.exactlyOneOf) === 1;
  if ("atLeastOneOf" in constraint) return countOf(constraint.atLeastOneOf) >= 1;
  if ("atMostOneOf" in constraint) return countOf(constraint.atMostOneOf) <= 1;
  const { when, require = [], forbid = [], then = {} } = constraint;
  const isOneOf = (name: string, values: ScalarIr | readonly ScalarIr[]) =>
    [values].flat().some((value) => value === given[name]);
  const applies =
    typeof when === "string" ? has(when) : Object.entries(when).every(([name, values]) => isOneOf(name, values));
  if (!applies) return true;
  return (
    require.every(has) &&
    !forbid.some(has) &&
    Object.entries(then).every(([name, values]) => !has(name) || isOneOf(name, values))
  );
}

/** The arguments of a call as a tool sees them: defaults filled in. */
export function withDefaults(
  inputs: readonly { readonly name: string; readonly schema: JsonSchema }[],
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const defaults = inputs.flatMap(({ name, schema }) =>
    typeof schema === "object" && Object.hasOwn(schema, "default") ? [[name, schema.default] as const] : [],
  );
  return { ...Object.fromEntries(defaults), ...given };
}

function listsOf(values: NonNullable<ConstraintSpec["then"]>): Readonly<Record<string, readonly ScalarIr[]>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value].flat()]));
}

function conditionWords(when: NonNullable<ConstraintSpec["when"]>): string {
  if (typeof when === "string") return `${when} is given`;
  const words = Object.entries(when).map(([name, values]) => `${name} is ${joined([values].flat().map(plain), "or")}`);
  return joined(words, "and");
}

/** `a, b and c`. */
function joined(words: readonly string[], last: "and" | "or"): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

function plain(value: ScalarIr): string {
  return typeof value === "string" && value !== "" ? value : JSON.stringify(value);
}
