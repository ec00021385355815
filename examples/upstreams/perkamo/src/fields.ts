import { type Field, rule, text } from "@toolspec/example-http";

/** The form that ajv-formats takes for an address. */
const EMAIL =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;

/** Entries of traits or of an event's context, and characters of one text in them. */
export const FACTS_MAX = { max: 50, textMax: 500 };

/** An email address, read as lower case. */
export function email(): Field<string> {
  const field = text({ max: 254, pattern: EMAIL, hint: "an email address" });
  return { read: (value, at, problems) => field.read(value, at, problems)?.toLowerCase() };
}

/** A customer's id in the vendor's own system. */
export function userId(): Field<string> {
  return text({
    min: 1,
    max: 128,
    pattern: /^[A-Za-z0-9][A-Za-z0-9._:@-]*$/,
    hint: "letters, digits and . _ : @ - only",
  });
}

/** The stable name of one fact. */
export function transactionId(): Field<string> {
  return text({ min: 8, max: 128, pattern: /^[A-Za-z0-9._:-]+$/, hint: "letters, digits and . _ : - only" });
}

/** The id of a configured item. */
export function itemId(): Field<string> {
  return text({
    min: 1,
    max: 64,
    pattern: /^[a-z][a-z0-9_-]*$/,
    hint: "small letters, digits, _ and -, a letter first",
  });
}

/** What happened, as rules name it. */
export function eventName(): Field<string> {
  return text({
    min: 1,
    max: 64,
    pattern: /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/,
    hint: "small letters, digits, _ and dots, e.g. order.completed",
  });
}

/** The name of a person or a thing. */
export function name(): Field<string> {
  return text({ min: 1, max: 120 });
}

/** Different words of a list, separated by commas, as a query has them. */
export function commaList<const Word extends string>(words: readonly Word[]): Field<readonly Word[]> {
  return rule(`must be different words of ${words.join(", ")}, separated by commas`, (value) => {
    if (typeof value !== "string") return undefined;
    const given = value.split(",");
    const known = words.filter((word) => given.includes(word));
    return known.length === given.length ? { value: known } : undefined;
  });
}
