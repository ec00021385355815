import { cut, visible } from "./visible.ts";

/** Items of a list, and members of an object, that are shown. What follows is counted. */
const itemsMax = 5;

/** Levels that are shown. Real arguments have three or four. */
const depthMax = 4;

/** Characters of one text inside a list or an object, and of a name. */
const innerTextMaxChars = 80;

/**
 * Show one argument to a person, on one line: a text in quotes, a list with how many items it has, and what cannot be seen
 * written out. Where something was cut, it says so.
 *
 * About `maxChars` long, at most twice that and a note.
 */
export function showValue(value: unknown, maxChars: number): string {
  if (typeof value === "string") return showText(value, maxChars);
  const text = show(value, 1);
  const counted = Array.isArray(value) && value.length > 1 ? `${value.length} items: ` : "";
  return counted + (text.length <= maxChars ? text : `${cut(text, maxChars)} (not all of it is shown)`);
}

/** Show a name as it is, or in quotes where it could be taken for something else. */
export function showName(name: string): string {
  return /^[\w.-]{1,64}$/.test(name) ? name : showText(name, innerTextMaxChars);
}

function show(value: unknown, depth: number): string {
  if (typeof value === "string") return showText(value, innerTextMaxChars);
  if (typeof value !== "object" || value === null) return String(value);
  const isList = Array.isArray(value);
  if (depth > depthMax) return isList ? "[…]" : "{…}";
  if (isList) return `[${firstOf(value, (item) => show(item, depth + 1))}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${firstOf(members, ([name, member]) => `${showName(name)}: ${show(member, depth + 1)}`)}}`;
}

function firstOf<Item>(items: readonly Item[], each: (item: Item) => string): string {
  const shown = items.slice(0, itemsMax).map(each);
  const more = items.length - shown.length;
  return [...shown, ...(more > 0 ? [`… and ${more} more`] : [])].join(", ");
}

/** Quoted as JSON quotes, so that a text cannot look like the end of itself. One that is written out may be longer than it was. */
function showText(text: string, maxChars: number): string {
  const quoted = visible(JSON.stringify(text.slice(0, maxChars).toWellFormed()));
  if (text.length <= maxChars && quoted.length <= maxChars * 2) return quoted;
  return `${cut(quoted, maxChars * 2)}… (${text.length} characters in all)`;
}
