import { type Field, instant, isObject, oneOf, rule, text } from "@toolspec/example-http";

/** The form that ajv-formats takes for an address. */
const EMAIL =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

/** Characters of a note as HTML. */
const NOTE_MAX = 5000;

/** An email address, read as lower case. */
export function email(): Field<string> {
  const field = text({ max: 254, pattern: EMAIL, hint: "an email address" });
  return { read: (value, at, problems) => field.read(value, at, problems)?.toLowerCase() };
}

/** A currency that ISO 4217 has. */
export function currency(): Field<string> {
  return rule("must be a currency of ISO 4217, e.g. EUR", (value) =>
    typeof value === "string" && currencies.has(value) ? { value } : undefined,
  );
}

/** The id of anything; whether it is known is another question. */
export function key(): Field<string> {
  return text({ min: 1, max: 64 });
}

export function slug(): Field<string> {
  return text({ min: 1, max: 64, pattern: /^[A-Za-z0-9_-]+$/, hint: "letters, digits, - and _ only" });
}

/** The name of a person. */
export function personName(): Field<string> {
  return text({ min: 1, max: 120 });
}

/** HTML of a person, which is cleaned before it is kept. */
export function note(): Field<string> {
  return text({ max: NOTE_MAX });
}

/** A date-time, or a day for its first instant in UTC, as Unix milliseconds. */
export function instantOrDay(): Field<number> {
  const field = instant();
  return {
    read: (value, at, problems) =>
      field.read(
        typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00Z` : value,
        at,
        problems,
      ),
  };
}

export function commissionType(): Field<"Percentage" | "Fixed"> {
  return oneOf(["Percentage", "Fixed"]);
}

/** Texts by free names. */
export function textsByName(limits: { max: number; textMax: number }): Field<Readonly<Record<string, string>>> {
  const value = text({ max: limits.textMax });
  return {
    read(given, at, problems) {
      const entries = isObject(given) ? Object.entries(given) : undefined;
      if (!entries || entries.length > limits.max) {
        problems.push({ field: at, message: `must be an object of at most ${limits.max} entries` });
        return {};
      }
      return Object.fromEntries(entries.map(([name, each]) => [name, value.read(each, `${at}.${name}`, problems)]));
    },
  };
}
