/**
 * Replace every occurrence of a secret, also as JSON would write it. For text of the upstream that goes to a caller.
 *
 * Returns the very same string when there is none, which is nearly always.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    clean = replaceAll(clean, secret);
    if (needsEscape.test(secret)) clean = replaceAll(clean, JSON.stringify(secret).slice(1, -1));
  }
  return clean;
}

const needsEscape = /["\\]/;

/** Characters of a secret that is looked for. A shorter one hides nothing, and would be found in ordinary words. */
const secretMinChars = 8;

function replaceAll(text: string, secret: string): string {
  return secret.length >= secretMinChars && text.includes(secret) ? text.replaceAll(secret, "[redacted]") : text;
}

/**
 * Make foreign text fit to stand in our own: one line, at most `maxChars`, nothing that steers a terminal, hides text from a
 * reader or turns its direction around.
 *
 * @see reliability.md §5, "Prompt injection through upstream text"
 */
export function toPlainLine(text: string, maxChars: number): string {
  const line = text
    .slice(0, maxChars * 2)
    .replace(/\s+/g, " ")
    .replace(steering, "")
    .trim();
  if (line.length <= maxChars) return line.toWellFormed();
  return `${line.slice(0, maxChars - 1).replace(/[\ud800-\udbff]$/, "")}…`.toWellFormed();
}

/** Control characters, zero-width characters, bidirectional controls, and the invisible "tag" characters. */
const steering =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\udb40[\udc00-\udc7f]/g;
