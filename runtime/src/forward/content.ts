import type { Outcome } from "../call.ts";
import type { ContentCollection, ContentRequest, JsonObject } from "../codegen.ts";
import { GatewayError } from "../errors.ts";

/** Keys that a refusal names at most. As many as a model reads without losing the thread; most collections are smaller. */
const namedKeysMax = 50;

/** Characters of an unknown key that are repeated: a caller's megabyte is not sent back to it. */
const shownKeyMaxChars = 64;

/**
 * Answer from local content, where nothing is sent: a list as `{ items, total }` with the fields it asks for, or one entry.
 *
 * A key that no entry has is answered with the collection's fallback. Keys and fields are own members only: `constructor` is
 * a key like any other.
 *
 * @throws GatewayError `invalid_argument` for an unknown key where there is no fallback, with the keys that are near.
 */
export function answerFromContent(request: ContentRequest): Extract<Outcome, { kind: "succeeded" }> {
  const value = "list" in request ? listEntries(request.list, request.fields) : findEntry(request.get, request.key);
  return { kind: "succeeded", text: JSON.stringify(value), value };
}

function listEntries({ entries }: ContentCollection, fields: readonly string[]): JsonObject {
  const items = entries.map((entry) => {
    const present = fields.filter((field) => Object.hasOwn(entry, field));
    return Object.fromEntries(present.map((field) => [field, entry[field]]));
  });
  return { items, total: items.length };
}

function findEntry(collection: ContentCollection, key: string): JsonObject {
  const entry = collection.entries.find((candidate) => keyOf(candidate, collection) === key);
  const answer = entry ?? collection.fallback;
  if (answer !== undefined) return answer;
  const message = `is not known${nameKeys(collection, key)}`;
  throw new GatewayError("invalid_argument", `${collection.key} ${JSON.stringify(shorten(key))} ${message}`, {
    meta: { issues: [{ path: collection.key, message }] },
  });
}

function keyOf(entry: JsonObject, { key }: ContentCollection): unknown {
  return Object.hasOwn(entry, key) ? entry[key] : undefined;
}

/** All keys of a small collection; of a large one those that begin alike. */
function nameKeys(collection: ContentCollection, given: string): string {
  const keys = collection.entries.map((entry) => String(keyOf(entry, collection)));
  const start = given.slice(0, 1).toLowerCase();
  const named = keys.length <= namedKeysMax ? keys : keys.filter((key) => key.toLowerCase().startsWith(start));
  if (named.length === 0) return "; list the entries to see what there is";
  const rest = named.length > namedKeysMax ? " and more" : "";
  return `; ${keys.length <= namedKeysMax ? "there are" : "near it are"} ${named.slice(0, namedKeysMax).join(", ")}${rest}`;
}

function shorten(key: string): string {
  return key.length <= shownKeyMaxChars ? key : `${key.slice(0, shownKeyMaxChars).toWellFormed()}…`;
}
