/**
 * Levels of nesting in a reply. Real ones have fewer than twenty; `JSON.parse` takes a million, but whoever writes the value
 * out again, or checks it against a schema, runs out of stack long before.
 */
const replyDepthMax = 256;

/** A parsed reply. */
export interface ExactJson {
  /** As `JSON.parse` gives it: for looking into. */
  readonly plain: unknown;
  /** The same, but numbers that a double cannot hold are `JSON.rawJSON` of their source: for writing out again. */
  readonly exact: unknown;
}

/**
 * Parse JSON so that no number changes when the value is written out again: 2^53 + 1 and 1e400 survive.
 *
 * @throws SyntaxError when the text is not JSON.
 * @throws RangeError when it is nested deeper than {@link replyDepthMax}.
 * @see https://github.com/tc39/proposal-json-parse-with-source
 */
export function parseExactly(text: string): ExactJson {
  const plain: unknown = JSON.parse(text);
  const { depth, hasLongNumber } = survey(text);
  if (depth > replyDepthMax) throw new RangeError("the reply is nested too deeply");
  return { plain, exact: hasLongNumber ? parseWithSource(text, keepNumber) : plain };
}

/** A double keeps 15 significant digits whatever they are; a shorter number without an exponent needs no second look. */
const safeNumberChars = 15;

/**
 * Look over valid JSON once, jumping over its strings, for what is rare: deep nesting, and numbers a double may not hold.
 * Walking the value with a reviver costs ten times as much, so that is done only when this says so.
 */
function survey(text: string): { readonly depth: number; readonly hasLongNumber: boolean } {
  let depth = 0;
  let deepest = 0;
  let numberChars = 0;
  let hasLongNumber = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at);
    } else if (code >= zero && code <= nine) {
      numberChars += 1;
      if (numberChars > safeNumberChars) hasLongNumber = true;
      continue;
    } else if (code === dot) {
      continue;
    } else if (code === openBracket || code === openBrace) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === closeBracket || code === closeBrace) {
      depth -= 1;
    } else if (numberChars > 0 && (code === lowerE || code === upperE)) {
      hasLongNumber = true;
    }
    numberChars = 0;
  }
  return { depth: deepest, hasLongNumber };
}

const [quote, backslash, dot, lowerE, upperE] = [0x22, 0x5c, 0x2e, 0x65, 0x45];
const [zero, nine, openBracket, closeBracket, openBrace, closeBrace] = [0x30, 0x39, 0x5b, 0x5d, 0x7b, 0x7d];

/** Index of the quote that ends the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === backslash) backslashes += 1;
  return backslashes % 2 === 1;
}

/** Node 22 and 24 have both; TypeScript 5.9 does not know them yet. */
type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;
const { rawJSON } = JSON as unknown as { rawJSON(source: string): unknown };

function keepNumber(this: unknown, _key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value !== "number" || source === undefined || isExact(source, value) ? value : rawJSON(source);
}

/** Say whether writing `value` out gives the number that `source` wrote, perhaps in another notation. */
function isExact(source: string, value: number): boolean {
  const written = String(value);
  return written === source || (Number.isFinite(value) && normalize(written) === normalize(source));
}

/** Significant digits and a power of ten: `20.00` and `2e1` both become `2e1`. */
function normalize(number: string): string {
  const [, sign, whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
