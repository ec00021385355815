import { cut, visible } from "./visible.ts";

/** Characters of one text inside a list or an object that is too long to be shown whole, and of a name. */
const innerTextMaxChars = 80;

/** Characters up to which a list or an object stands on one line, as most events do. Beyond, each part of it has its own. */
const oneLineMaxChars = 200;

/** An argument as a person is shown it. */
interface ShownValue {
  readonly text: string;
  /** Whether nothing of it was left out. */
  readonly isWhole: boolean;
}

/**
 * Show one argument to a person: a text in quotes, a list with how many items it has, and what cannot be seen written out, so
 * that every line break is ours.
 *
 * Whole where it has at most `maxChars`. Else its texts are cut first, because a long one must not hide what stands behind it,
 * then the end, and it says so.
 */
export function showValue(value: unknown, maxChars: number): ShownValue {
  const whole = wholeText(value);
  if (whole.length <= maxChars) return { text: whole, isWhole: true };
  const note = `… (not all of it is shown: ${whole.length} characters)`;
  const short = typeof value === "string" ? whole : layOut(value, innerTextMaxChars);
  return {
    text: short.length <= maxChars ? `${short} ${note}` : `${short.slice(0, maxChars).toWellFormed()}${note}`,
    isWhole: false,
  };
}

/** Show one argument, however long it is. */
export function wholeText(value: unknown): string {
  return layOut(value, Number.POSITIVE_INFINITY);
}

/** Show a name as it is, or in quotes where it could be taken for something else. */
export function showName(name: string): string {
  return /^[\w.-]{1,64}$/.test(name) ? name : showText(name, innerTextMaxChars);
}

/** Parts on lines of their own are set in, so that no line looks like one of the form's. */
function layOut(value: unknown, textMaxChars: number, indent = "\n  "): string {
  const line = show(value, textMaxChars);
  if (typeof value !== "object" || value === null) return line;
  const count = Array.isArray(value) && value.length > 1 ? `${value.length} items:` : "";
  if (line.length <= oneLineMaxChars) return count === "" ? line : `${count} ${line}`;
  const deeper = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item, n) => `${n + 1}. ${layOut(item, textMaxChars, deeper)}`)
    : membersOf(value).map(([name, member]) => `${showName(name)}: ${layOut(member, textMaxChars, deeper)}`);
  return count + parts.map((part) => indent + part).join("");
}

/** Depth is bounded where JSON is decoded. */
function show(value: unknown, textMaxChars: number): string {
  if (typeof value === "string") return showText(value, textMaxChars);
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => show(item, textMaxChars)).join(", ")}]`;
  return `{${membersOf(value)
    .map(([name, member]) => `${showName(name)}: ${show(member, textMaxChars)}`)
    .join(", ")}}`;
}

function membersOf(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

/** Quoted as JSON quotes, so that a text cannot look like the end of itself. One that is written out may be longer than it was. */
function showText(text: string, maxChars: number): string {
  const quoted = visible(JSON.stringify(text.slice(0, maxChars).toWellFormed()));
  if (text.length <= maxChars && quoted.length <= maxChars * 2) return quoted;
  return `${cut(quoted, maxChars * 2)}… (${text.length} characters in all)`;
}
