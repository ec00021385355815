import type { Path } from "./positions.ts";

/** Offsets of one value, and of its key where it has one. Ends are exclusive. */
interface Entry {
  readonly key: readonly [number, number] | undefined;
  readonly value: readonly [number, number];
}

/**
 * Where the parts of a JSON text stand, found by scanning only the maps and lists on the way; each is scanned once.
 *
 * The text must have been parsed before: this looks for ends and checks nothing.
 */
export function jsonPositions(text: string): (path: Path, part: "key" | "value") => readonly [number, number] {
  const known = new Map<number, ReadonlyMap<string, Entry>>();
  const inside = (start: number): ReadonlyMap<string, Entry> => {
    const entries = known.get(start) ?? scan(text, start);
    known.set(start, entries);
    return entries;
  };
  return (path, part) => {
    const start = skipSpace(text, 0);
    let entry: Entry = { key: undefined, value: [start, start + 1] };
    for (const step of path) {
      const next = inside(entry.value[0]).get(String(step));
      // For a path that leads nowhere, the last key on the way.
      if (next === undefined) return entry.key ?? entry.value;
      entry = next;
    }
    return part === "key" ? (entry.key ?? entry.value) : entry.value;
  };
}

/** Members of a map by name, the last of two equal ones as the parser takes it; items of a list by index. */
function scan(text: string, start: number): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  const open = text[start];
  if (open !== "{" && open !== "[") return entries;
  let at = skipSpace(text, start + 1);
  for (let index = 0; at < text.length && text[at] !== "}" && text[at] !== "]"; index++) {
    let key: readonly [number, number] | undefined;
    if (open === "{") {
      key = [at, endOfString(text, at)];
      at = skipSpace(text, skipSpace(text, key[1]) + 1);
    }
    const end = endOfValue(text, at);
    entries.set(key === undefined ? String(index) : (JSON.parse(text.slice(...key)) as string), {
      key,
      value: [at, end],
    });
    at = skipSpace(text, end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return entries;
}

function endOfValue(text: string, start: number): number {
  if (text[start] === '"') return endOfString(text, start);
  if (text[start] !== "{" && text[start] !== "[") {
    const length = text.slice(start, start + scalarMax).search(/[\s,\]}]/);
    return length < 0 ? text.length : start + length;
  }
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char === quote) {
      at = endOfString(text, at);
      continue;
    }
    if (char === openBrace || char === openBracket) depth++;
    else if ((char === closeBrace || char === closeBracket) && --depth === 0) return at + 1;
    at++;
  }
  return at;
}

/** Characters of the longest number that a parser keeps apart, and more. */
const scalarMax = 1_000;

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === backslash) at++;
    else if (char === quote) return at + 1;
  }
  return text.length;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && spaces.has(text.charCodeAt(at))) at++;
  return at;
}

const spaces: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
