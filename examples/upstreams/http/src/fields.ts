import type { Problem } from "./api-error.ts";

/** How one value from outside becomes a value of ours. */
export interface Field<T> {
  /** `value` is `undefined` where the field is absent. What is not valid goes to `problems`; the result is then of no use. */
  read(value: unknown, at: string, problems: Problem[]): T;
  /** A path or query value, which is always text, as the JSON value that it stands for. Without it, the text itself. */
  fromText?(text: string): unknown;
}

/** A field of whatever type: only `Values` gives the type back. */
// biome-ignore lint/suspicious/noExplicitAny: a record of fields of different types has no narrower common type.
export type Fields = Readonly<Record<string, Field<any>>>;

/** What a set of fields reads as. */
export type Values<F extends Fields> = { readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never };

/** Read an object field by field; names that are not declared are problems too. */
export function readFields<F extends Fields>(fields: F, source: object, at: string, problems: Problem[]): Values<F> {
  for (const name of Object.keys(source)) {
    if (!Object.hasOwn(fields, name)) problems.push({ field: `${at}.${name}`, message: "is not known here" });
  }
  const given = new Map(Object.entries(source));
  const read = Object.entries(fields).map(([name, field]) => [
    name,
    field.read(given.get(name), `${at}.${name}`, problems),
  ]);
  return Object.fromEntries(read) as Values<F>;
}

/** A field that may be absent. */
export function optional<T>(field: Field<T>): Field<T | undefined>;
export function optional<T>(field: Field<T>, fallback: T): Field<T>;
export function optional<T>(field: Field<T>, fallback?: T): Field<T | undefined> {
  return {
    ...field,
    read: (value, at, problems) => (value === undefined ? fallback : field.read(value, at, problems)),
  };
}

/** A field that may be null. */
export function nullable<T>(field: Field<T>): Field<T | null> {
  return { ...field, read: (value, at, problems) => (value === null ? null : field.read(value, at, problems)) };
}

/** Text of so many code points. `hint` says in words what `pattern` asks for. */
export function text(limits: { min?: number; max: number; pattern?: RegExp; hint?: string }): Field<string> {
  const { min = 0, max, pattern, hint } = limits;
  return rule("must be text", (value) => {
    if (typeof value !== "string" || !value.isWellFormed()) return undefined;
    const length = [...value].length;
    if (length < min || length > max) return `must have ${min} to ${max} characters, has ${length}`;
    return pattern && !pattern.test(value) ? `must be ${hint}` : { value };
  });
}

/** One of some words. */
export function oneOf<const Word extends string>(words: readonly Word[]): Field<Word> {
  return rule(`must be one of ${words.join(", ")}`, (value) => {
    const word = words.find((candidate) => candidate === value);
    return word === undefined ? undefined : { value: word };
  });
}

/** A number between `min` (included unless `above`) and `max` (included). */
export function number(limits: { min: number; above?: boolean; max: number; integer?: boolean }): Field<number> {
  const { min, above = false, max, integer = false } = limits;
  const kind = integer ? "must be an integer" : "must be a number";
  const readable = rule(kind, (value) => {
    if (typeof value !== "number" || (integer && !Number.isInteger(value))) return undefined;
    if (value < min || (above && value === min)) return `must be ${above ? "above" : "at least"} ${min}, got ${value}`;
    return value > max ? `must be at most ${max}, got ${value}` : { value };
  });
  return { ...readable, fromText: (digits) => (/^-?\d{1,15}$/.test(digits) ? Number(digits) : digits) };
}

export function integer(limits: { min: number; max: number }): Field<number> {
  return number({ ...limits, integer: true });
}

export function flag(): Field<boolean> {
  const field = rule("must be true or false", (value) => (typeof value === "boolean" ? { value } : undefined));
  return { ...field, fromText: (word) => (word === "true" ? true : word === "false" ? false : word) };
}

/** A UUID, read as lower case. */
export function uuid(): Field<string> {
  return rule("must be a UUID", (value) =>
    typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
      ? { value: value.toLowerCase() }
      : undefined,
  );
}

/** Values of one kind, different ones unless `repeats`. */
export function listOf<T>(
  item: Field<T>,
  limits: { min?: number; max: number; repeats?: boolean },
): Field<readonly T[]> {
  const { min = 0, max, repeats = false } = limits;
  return {
    read(value, at, problems) {
      if (!Array.isArray(value)) return fail(problems, at, "must be a list");
      if (value.length < min || value.length > max) {
        return fail(problems, at, `must have ${min} to ${max} entries, has ${value.length}`);
      }
      if (!repeats && new Set(value).size < value.length) return fail(problems, at, "must not repeat an entry");
      return value.map((entry, index) => item.read(entry, `${at}[${index}]`, problems));
    },
  };
}

/** An object of declared fields. */
export function objectOf<F extends Fields>(fields: F): Field<Values<F>> {
  return {
    read: (value, at, problems) =>
      isObject(value) ? readFields(fields, value, at, problems) : fail(problems, at, "must be an object"),
  };
}

/** Scalars by free names. */
export function scalarsByName(limits: { max: number; textMax: number }): Field<Readonly<Record<string, unknown>>> {
  return {
    read(value, at, problems) {
      if (!isObject(value)) return fail(problems, at, "must be an object");
      const entries = Object.entries(value);
      if (entries.length > limits.max) return fail(problems, at, `must have at most ${limits.max} entries`);
      for (const [name, fact] of entries) {
        const scalar = fact === null || ["string", "number", "boolean"].includes(typeof fact);
        if (!scalar) fail(problems, `${at}.${name}`, "must be text, a number, true, false or null");
        if (typeof fact === "string" && [...fact].length > limits.textMax) {
          fail(problems, `${at}.${name}`, `must have at most ${limits.textMax} characters`);
        }
      }
      return Object.fromEntries(entries);
    },
  };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field from a check that answers with the value, with what is wrong, or with nothing for "not even the kind". */
export function rule<T>(kind: string, check: (value: unknown) => { value: T } | string | undefined): Field<T> {
  return {
    read(value, at, problems) {
      if (value === undefined) return fail(problems, at, "is missing");
      const result = check(value);
      if (typeof result === "object") return result.value;
      return fail(problems, at, result ?? kind);
    },
  };
}

function fail(problems: Problem[], field: string, message: string): never {
  problems.push({ field, message });
  // Not a value of the field's type: the request is refused before anybody looks at it.
  return undefined as never;
}
