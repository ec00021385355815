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
 * Characters that may still be written, below zero where they were not enough. Then nothing more is looked at: an argument can have a
 * megabyte, and all callers wait while it is shown.
 */
interface Room {
  left: number;
}

/**
 * Show one argument to a person: a text in quotes, a list with how many items it has, and what cannot be seen written out, so
 * that every line break is ours.
 *
 * Whole where it has at most `maxChars`. Else its texts are cut first, because a long one must not hide what stands behind it,
 * then the end, and it says so.
 */
export function showValue(value: unknown, maxChars: number): ShownValue {
  const room = { left: maxChars };
  const text = layOut(value, Number.POSITIVE_INFINITY, room);
  if (room.left >= 0) return { text, isWhole: true };
  if (typeof value === "string") return { text, isWhole: false };
  const short = layOut(value, innerTextMaxChars, { left: maxChars });
  return { text: `${short} … (not all of it is shown)`, isWhole: false };
}

/** Characters that showing an argument takes; where they are more than `maxChars`, some number above that. */
export function charsOf(value: unknown, maxChars: number): number {
  const room = { left: maxChars };
  layOut(value, Number.POSITIVE_INFINITY, room);
  return maxChars - room.left;
}

/** Show a name as it is, or in quotes where it could be taken for something else. */
export function showName(name: string): string {
  return /^[\w.-]{1,64}$/.test(name) ? name : showText(name, innerTextMaxChars);
}

/** Parts on lines of their own are set in, so that no line looks like one of the form's. */
function layOut(value: unknown, textMaxChars: number, room: Room, indent = "\n  "): string {
  if (typeof value !== "object" || value === null) return show(value, textMaxChars, room);
  const isList = Array.isArray(value);
  const count = isList && value.length > 1 ? `${value.length} items:` : "";
  const lineRoom = { left: oneLineMaxChars };
  const line = show(value, textMaxChars, lineRoom);
  if (lineRoom.left >= 0) return take(room, count === "" ? line : `${count} ${line}`);
  const parts = partsOf(value, room, (name, part) => {
    const head = take(room, `${indent}${isList ? `${Number(name) + 1}.` : `${showName(name)}:`} `);
    return head + layOut(part, textMaxChars, room, `${indent}  `);
  });
  return take(room, count) + parts.join("");
}

/** Everything on one line. Depth is bounded where JSON is decoded. */
function show(value: unknown, textMaxChars: number, room: Room): string {
  if (typeof value === "string") return take(room, showText(value, Math.min(textMaxChars, Math.max(0, room.left))));
  if (typeof value !== "object" || value === null) return take(room, String(value));
  const isList = Array.isArray(value);
  const parts = partsOf(value, room, (name, part) => {
    const head = isList ? "" : `${showName(name)}: `;
    take(room, `${head}, `);
    return head + show(part, textMaxChars, room);
  }).join(", ");
  return isList ? `[${parts}]` : `{${parts}}`;
}

/** Items by their index, or members by their name, until there is no room. */
function partsOf(value: object, room: Room, each: (name: string, part: unknown) => string): readonly string[] {
  const parts: string[] = [];
  for (const [name, part] of Object.entries(value)) {
    if (room.left < 0) break;
    if (part !== undefined) parts.push(each(name, part));
  }
  return parts;
}

function take(room: Room, text: string): string {
  room.left -= text.length;
  return text;
}

/** Quoted as JSON quotes, so that a text cannot look like the end of itself. One that is written out is longer than it was. */
function showText(text: string, maxChars: number): string {
  const quoted = visible(JSON.stringify(text.slice(0, maxChars).toWellFormed()));
  if (text.length <= maxChars && quoted.length <= maxChars) return quoted;
  return `${cut(quoted, maxChars)} (${text.length} characters in all)`;
}
