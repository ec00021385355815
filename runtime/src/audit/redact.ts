import type { Secret } from "../call.ts";
import type { JsonObject } from "../codegen.ts";

/** Characters of one string. Enough to recognise a text; a batch of documents does not belong into the trail. */
const stringMaxChars = 1000;

/** Entries of one array or object: a bulk call is recognised by its first ones. */
const itemsMax = 100;

/** Values in all, so that an entry stays below some 100 kB whatever was sent. */
const valuesMax = 1000;

/** Levels of nesting. Real arguments have three or four. */
const depthMax = 10;

/** What stands in the place of a sensitive input. */
const sensitiveText = "[sensitive]";

const secretText = "[secret]";

/** What must not be seen. */
export interface Redaction {
  /** Names of the tool's sensitive top-level inputs. */
  readonly sensitive?: readonly string[];
  /** Credentials that are replaced wherever they occur, e.g. where a model has put its own key into an argument. */
  readonly secrets?: readonly Secret[];
}

/**
 * Arguments as they may be kept: sensitive inputs and credentials replaced, long values cut with a note.
 *
 * Never fails, whatever the arguments are.
 */
export function redactArguments(given: JsonObject, redaction: Redaction): JsonObject {
  const hidden = new Set((redaction.sensitive ?? []).map(normalize));
  const state: State = { secrets: knownSecrets(redaction.secrets), valuesLeft: valuesMax };
  const kept = Object.keys(given).slice(0, itemsMax);
  const redacted = kept.map((name) => {
    // A sensitive input under a mistyped name is refused later, and is no less sensitive.
    const value = hidden.size > 0 && hidden.has(normalize(name)) ? sensitiveText : redactValue(given[name], 1, state);
    return [redactText(name, state), value] as const;
  });
  return fromEntries(redacted, Object.keys(given).length - kept.length);
}

/** Whether kept arguments are as they were given: nothing was replaced, nothing was cut. */
export function isWhole(kept: unknown): boolean {
  if (typeof kept === "string")
    return kept !== sensitiveText && !kept.includes(secretText) && !/\[cut, [^\]]*\]$/.test(kept);
  return typeof kept !== "object" || kept === null || Object.values(kept).every(isWhole);
}

/** Replace the values of sensitive inputs in a request target, in which they stand percent-encoded. */
export function redactTarget(target: string, given: JsonObject, redaction: Redaction): string {
  const state: State = { secrets: knownSecrets(redaction.secrets), valuesLeft: valuesMax };
  const values = (redaction.sensitive ?? []).flatMap((name) => scalarsOf(given[name]));
  const parts = target.split(/([/?&=;,])/);
  return parts
    .map((part) => (values.some((value) => occursIn(part, value)) ? sensitiveText : redactText(part, state)))
    .join("");
}

interface State {
  readonly secrets: readonly string[];
  valuesLeft: number;
}

/** Shorter "secrets" are placeholders; replacing every "a" helps nobody. */
const secretMinChars = 8;

function knownSecrets(secrets: readonly Secret[] = []): readonly string[] {
  return secrets.map((secret) => secret.reveal()).filter((value) => value.length >= secretMinChars);
}

function normalize(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

function redactValue(value: unknown, depth: number, state: State): unknown {
  if (typeof value === "string") return redactText(value, state);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= depthMax || state.valuesLeft <= 0) return Array.isArray(value) ? "[cut, an array]" : "[cut, an object]";
  if (Array.isArray(value)) {
    const items = takeFirst(value, state).map((item) => redactValue(item, depth + 1, state));
    return items.length === value.length ? items : [...items, cutNote(value.length - items.length, "items")];
  }
  const names = Object.keys(value);
  const kept = takeFirst(names, state);
  const members = kept.map((name) => {
    return [redactText(name, state), redactValue((value as JsonObject)[name], depth + 1, state)] as const;
  });
  return fromEntries(members, names.length - kept.length);
}

function takeFirst<Item>(items: readonly Item[], state: State): readonly Item[] {
  const taken = items.slice(0, Math.min(itemsMax, state.valuesLeft));
  state.valuesLeft -= taken.length;
  return taken;
}

function redactText(text: string, state: State): string {
  let shown = text;
  for (const secret of state.secrets) shown = shown.replaceAll(secret, secretText);
  if (shown.length <= stringMaxChars) return shown;
  // A cut in the middle of a surrogate pair would leave half a character.
  return `${shown.slice(0, stringMaxChars).toWellFormed()}… ${cutNote(text.length - stringMaxChars, "characters")}`;
}

function cutNote(count: number, what: string): string {
  return `[cut, ${count} more ${what}]`;
}

/** `Object.fromEntries` defines members, so that a key `__proto__` stays a key. */
function fromEntries(members: readonly (readonly [string, unknown])[], missing: number): JsonObject {
  return Object.fromEntries(missing === 0 ? members : [...members, ["…", cutNote(missing, "members")]]);
}

function scalarsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(scalarsOf) : [];
}

/** Short values must be the whole part, or the "1" of a sensitive number would blank every path with a 1 in it. */
const partMinChars = 4;

function occursIn(part: string, value: string): boolean {
  const text = decode(part);
  // A value that holds a separator was split; what is left of it is recognised by being a part of the value.
  return text === value || (value.length >= partMinChars && (text.includes(value) || isPieceOf(text, value)));
}

function isPieceOf(text: string, value: string): boolean {
  return text.length >= partMinChars && value.includes(text);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll("+", " "));
  } catch {
    return part;
  }
}
