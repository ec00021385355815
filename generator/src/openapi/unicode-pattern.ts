/** Escapes, classes, bounds, and braces that are none. */
const token = /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\{\d+(?:,\d*)?\}|[{}]/g;

/**
 * A pattern as a regular expression with the `u` flag, as JSON Schema 2020-12 and every validator want it: `\:` becomes `:`, and a
 * brace that bounds nothing is escaped. That is how engines read it without the flag (ECMA-262, Annex B.1.2).
 *
 * Nothing where it is no regular expression either way.
 */
export function unicodePattern(pattern: string): string | undefined {
  if (isUnicode(pattern)) return pattern;
  const rewritten = pattern.replace(token, (part) => {
    if (part === "{" || part === "}") return `\\${part}`;
    return part.startsWith("[") ? inClass(part) : unescaped(part, outside);
  });
  return isUnicode(rewritten) ? rewritten : undefined;
}

/** `[\w-.]` is not a range. */
function inClass(written: string): string {
  return written.replace(/\\[\s\S]/g, (part) => unescaped(part, inside)).replace(/(\\[wWdDsS])-(?!\])/g, "$1\\-");
}

/** Signs that mean something, so that an escape takes that away; what is a letter or a digit means something escaped. */
const outside = /[A-Za-z0-9^$\\.*+?()[\]{}|/]/;
const inside = /[A-Za-z0-9^$\\.*+?()[\]{}|/-]/;

function unescaped(written: string, kept: RegExp): string {
  const sign = written.slice(1);
  return kept.test(sign) ? written : sign;
}

function isUnicode(pattern: string): boolean {
  try {
    new RegExp(pattern, "u");
    return true;
  } catch {
    return false;
  }
}
