/**
 * What generated validators ask of a value where zod has no exact word for JSON Schema.
 *
 * Each function takes a schema's keyword and gives the predicate for `.refine`. All are pure, and linear in the value.
 */

/** The part of a zod schema that a check needs. */
export interface Accepting {
  safeParse(value: unknown): { readonly success: boolean };
}

type Predicate = (value: unknown) => boolean;
type Named<T> = Readonly<Record<string, T>>;

/** JSON's types; an array is no object. */
export type JsonType = "null" | "boolean" | "number" | "string" | "array" | "object";

/** Accepts what none of these types is: the other side of a keyword that only speaks about one type. */
export function otherThan(...types: readonly JsonType[]): Predicate {
  return (value) => !types.includes(jsonType(value));
}

/** Accepts objects, and neither arrays nor null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Accepts one JSON value: members in any order, numbers by value. */
export function equals(expected: unknown): Predicate {
  const text = canonical(expected);
  return (value) => canonical(value) === text;
}

/** Accepts what the schema accepts. `.refine` never alters a value, where `.and` would merge two results. */
export function matches(schema: Accepting): Predicate {
  return (value) => schema.safeParse(value).success;
}

/** Accepts what the schema refuses: JSON Schema's `not`. */
export function matchesNot(schema: Accepting): Predicate {
  return (value) => !schema.safeParse(value).success;
}

/** `if`, `then`, `else`. */
export function matchesWhen(condition: Accepting, then: Accepting, otherwise: Accepting): Predicate {
  return (value) => (condition.safeParse(value).success ? then : otherwise).safeParse(value).success;
}

/** Counts characters as JSON Schema does, in code points: an emoji is one, where `length` says two. Both ends included. */
export function hasLength(min: number, max: number = Number.POSITIVE_INFINITY): (value: string) => boolean {
  return (value) => {
    // Every character is one or two units, so most strings are decided without counting.
    if (value.length < min || value.length > max * 2) return false;
    if (value.length >= min * 2 && value.length <= max) return true;
    let count = 0;
    for (const _ of value) count++;
    return count >= min && count <= max;
  };
}

/** Accepts multiples by their decimal digits, as they were written: 19.99 is a multiple of 0.01, in binary it is not. */
export function multipleOf(divisor: number): (value: number) => boolean {
  const step = decimal(divisor);
  return (value) => {
    if (Number.isSafeInteger(value) && Number.isSafeInteger(divisor)) return value % divisor === 0;
    const { digits, exponent } = decimal(value);
    const scale = Math.min(exponent, step.exponent);
    return scaled(digits, exponent - scale) % scaled(step.digits, step.exponent - scale) === 0n;
  };
}

/** Accepts arrays without two equal items. */
export function uniqueItems(value: readonly unknown[]): boolean {
  return value.length < 2 || new Set(value.map(canonical)).size === value.length;
}

/** `contains`, `minContains`, `maxContains`: how many items match, both ends included. */
export function contains(
  schema: Accepting,
  min: number = 1,
  max: number = Number.POSITIVE_INFINITY,
): (value: readonly unknown[]) => boolean {
  return (value) => {
    const count = value.filter((item) => schema.safeParse(item).success).length;
    return count >= min && count <= max;
  };
}

/** `minProperties`, `maxProperties`: both ends included. */
export function hasProperties(min: number, max: number = Number.POSITIVE_INFINITY): (value: object) => boolean {
  return (value) => {
    const count = Object.keys(value).length;
    return count >= min && count <= max;
  };
}

/** `propertyNames`. */
export function propertyNames(schema: Accepting): (value: object) => boolean {
  return (value) => Object.keys(value).every((name) => schema.safeParse(name).success);
}

/** `dependentRequired`: where the first is present, the others are too. */
export function dependentRequired(needs: Named<readonly string[]>): (value: object) => boolean {
  const entries = Object.entries(needs);
  return (value) =>
    entries.every(
      ([name, others]) => !Object.hasOwn(value, name) || others.every((other) => Object.hasOwn(value, other)),
    );
}

/** `dependentSchemas`: where the property is present, the whole object matches. */
export function dependentSchemas(schemas: Named<Accepting>): (value: object) => boolean {
  const entries = Object.entries(schemas);
  return (value) => entries.every(([name, schema]) => !Object.hasOwn(value, name) || schema.safeParse(value).success);
}

/** The keywords of an object whose members zod's own objects cannot hold exactly. */
export interface Members {
  readonly properties?: Named<Accepting>;
  readonly required?: readonly string[];
  /** `patternProperties`: every pattern that a name matches counts. */
  readonly patterns?: readonly (readonly [RegExp, Accepting])[];
  /** `additionalProperties`: names that are neither declared nor matched by a pattern. */
  readonly rest?: Accepting;
}

/**
 * Accepts objects by their own members only.
 *
 * zod looks names up in the value, so that `constructor` is never absent, and it leaves `__proto__` out of what it returns.
 */
export function hasMembers(members: Members): Predicate {
  const { required = [], patterns = [], rest } = members;
  const declared = new Map(Object.entries(members.properties ?? {}));
  return (value) =>
    isObject(value) &&
    required.every((name) => Object.hasOwn(value, name)) &&
    Object.entries(value).every(([name, member]) => {
      const own = declared.get(name);
      const byPattern = patterns.filter(([pattern]) => pattern.test(name)).map(([, schema]) => schema);
      if (own === undefined && byPattern.length === 0) return rest?.safeParse(member).success ?? true;
      return (own?.safeParse(member).success ?? true) && byPattern.every((schema) => schema.safeParse(member).success);
    });
}

/** What the other keywords of a schema speak about; `given` holds what depends on the value. */
export interface Evaluated {
  readonly all?: boolean;
  readonly names?: readonly string[];
  readonly patterns?: readonly RegExp[];
  /** Items by position, from the front. */
  readonly first?: number;
  readonly containing?: readonly Accepting[];
  readonly given?: readonly (readonly [Predicate, Evaluated])[];
}

/** `unevaluatedItems`, `unevaluatedProperties`: what nothing else speaks about matches the schema in front. */
export function unevaluated(parts: {
  readonly items?: readonly [Accepting, Evaluated];
  readonly members?: readonly [Accepting, Evaluated];
}): Predicate {
  return (value) => {
    if (typeof value !== "object" || value === null) return true;
    const part = Array.isArray(value) ? parts.items : parts.members;
    if (part === undefined) return true;
    const [rest, evaluated] = part;
    const applying = applyingTo(value, evaluated);
    return Object.entries(value).every(
      ([name, member]) => applying.some((each) => speaksAbout(each, name, member)) || rest.safeParse(member).success,
    );
  };
}

function applyingTo(value: object, evaluated: Evaluated): readonly Evaluated[] {
  const given = evaluated.given ?? [];
  return [evaluated, ...given.flatMap(([condition, then]) => (condition(value) ? applyingTo(value, then) : []))];
}

/** The index of an item is its name. */
function speaksAbout(evaluated: Evaluated, name: string, member: unknown): boolean {
  return (
    evaluated.all === true ||
    evaluated.names?.includes(name) === true ||
    evaluated.patterns?.some((pattern) => pattern.test(name)) === true ||
    Number(name) < (evaluated.first ?? 0) ||
    evaluated.containing?.some((schema) => schema.safeParse(member).success) === true
  );
}

function jsonType(value: unknown): JsonType {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : (typeof value as JsonType);
}

/** One text for equal JSON values: members sorted by name, and wrapped so that no object looks like an array. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    isObject(member) ? { "": Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)) } : member,
  );
}

/** The shortest decimal that reads back as this number: `digits` × 10^`exponent`. */
function decimal(value: number): { readonly digits: bigint; readonly exponent: number } {
  const [mantissa = "0", exponent = "0"] = value.toExponential().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

/** A double has 324 decimal places at most, so this stays below 700 digits. */
function scaled(digits: bigint, places: number): bigint {
  return digits * 10n ** BigInt(places);
}
