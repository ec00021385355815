/**
 * The one place where values become source text. Whatever a spec or a contract says reaches generated code through here.
 */
import { braces, type Doc, group, indent, line, list } from "./print.ts";

/**
 * Write a JSON value as a TypeScript literal that evaluates to the same value.
 *
 * Takes what `JSON.parse` gives: no `undefined`, no `NaN`. Long arrays and objects may break over lines.
 *
 * @throws Error for anything that JSON does not have: that is a bug of the caller, not of a spec.
 */
export function literal(value: unknown): Doc {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return stringLiteral(value);
  if (typeof value === "number") return numberLiteral(value);
  if (Array.isArray(value)) return list("[", value.map(literal), "]");
  if (typeof value === "object") {
    return braces(Object.entries(value).map(([name, member]) => property(name, member)));
  }
  throw new Error(`no literal for a ${typeof value}`);
}

/**
 * Write `name: value`, one member of an object. A text that is too long for the line goes to one of its own, but behind a
 * short name, where that would gain next to nothing: so Biome has it, and Prettier ("isObjectPropertyWithShortKey").
 */
export function property(name: string, value: unknown): Doc {
  const isShort = propertyName(name).length <= shortNameMaxChars;
  if (typeof value === "string" && !isShort)
    return [propertyName(name), ":", group(indent(line, stringLiteral(value)))];
  return [propertyName(name), ": ", literal(value)];
}

/** An indent and two characters more. */
const shortNameMaxChars = 4;

/** Write a string literal: double quotes, or single ones where that saves escapes. */
export function stringLiteral(value: string): string {
  const single = count(value, '"') > count(value, "'");
  const quoted = JSON.stringify(value).slice(1, -1);
  const body = single ? quoted.replaceAll('\\"', '"').replaceAll("'", "\\'") : quoted;
  const quote = single ? "'" : '"';
  return quote + body.replace(unsafeInSource, escapeUnits).replace(htmlOpeners, "\\u003c") + quote;
}

/** Write a value as JSON, laid out over lines; what a reader cannot see is escaped, as in the literals. */
export function jsonSource(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(unsafeInSource, escapeUnits);
}

/**
 * Write an object's key so that it becomes an own property: bare where it can be, quoted otherwise.
 *
 * `__proto__` is computed: as a plain key it would set the prototype (ECMA-262, "__proto__ Property Names in Object Initializers").
 */
export function propertyName(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : stringLiteral(name);
}

/**
 * Make text fit for the inside of a one-line doc comment.
 *
 * It cannot end the comment, reorder what a reader sees, or act as a directive to the compiler.
 */
export function comment(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/[\p{Cf}\p{Cs}]/gu, "")
    .replaceAll("*/", "* /")
    .replace(/@(?=ts-)/gi, "@ ")
    .replace(/ {2,}/g, " ")
    .trim();
}

/**
 * Write a pattern as a regular expression literal with the `u` flag. JSON Schema 2020-12, "Regular Expressions": Unicode.
 *
 * @throws SyntaxError when the pattern is not valid with the `u` flag; `checkSchema` refuses such patterns first.
 */
export function regexLiteral(pattern: string): string {
  // V8 prints `/` and line ends escaped, wherever they stand; what is left are characters that a reader cannot see.
  const source = new RegExp(pattern, "u").source
    .replace(unsafeInSource, escapeUnits)
    .replace(/[\p{Cc}\p{Cs}]/gu, escapeUnits);
  return `/${source}/u`;
}

/** Characters that are invisible, reorder text, or end a line for some readers: written as escapes. */
const unsafeInSource = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** `<!--` and `</script` keep a file harmless when somebody pastes it into a page. */
const htmlOpeners = /<(?=!--|\/script)/gi;

function escapeUnits(text: string): string {
  return Array.from({ length: text.length }, (_, index) => hexEscape(text.charCodeAt(index))).join("");
}

function hexEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}

/** Grouped by thousands from five digits on, as a person writes them: `10_000`. */
function numberLiteral(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`no literal for ${value}`);
  if (Object.is(value, -0)) return "-0";
  const digits = String(value);
  return /^-?\d{5,}$/.test(digits) ? digits.replace(/\B(?=(?:\d{3})+$)/g, "_") : digits;
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
