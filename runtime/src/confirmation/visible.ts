/**
 * Characters that a person cannot see, or that change how others are read: controls, line and paragraph separators, marks of
 * direction, joiners, soft hyphens, fillers, tags, private use.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Write every such character out, `\u{202e}`, so that a text is what it looks like, and on one line. */
export function visible(text: string): string {
  return text.replaceAll(unseen, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Cut a text that is too long, never within a character. */
export function cut(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars).toWellFormed()}…`;
}
