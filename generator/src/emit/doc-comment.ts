import { comment } from "../literal.ts";
import { lineWidth } from "../print.ts";

/** A JSDoc comment of these paragraphs: on one line if all fit there. A paragraph with a tag has its own. Ends with a new line. */
export function docComment(paragraphs: readonly string[]): string {
  const texts = paragraphs.map((paragraph) => comment(paragraph));
  const all = texts.join(" ");
  const hasTag = texts.some((text) => text.startsWith("@"));
  if (!hasTag && all.length + "/**  */".length <= lineWidth) return `/** ${all} */\n`;
  const lines = texts.flatMap((text, index) => [...(index === 0 ? [] : [" *"]), ...wrap(text)]);
  return ["/**", ...lines, " */", ""].join("\n");
}

/** The first sentence of a description, its full stop included. */
export function firstSentence(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return sentenceEnd.exec(line)?.[0] ?? line;
}

/** A full stop before a capital, but not that of "e.g. SUMMER", "i.e." or an initial. */
const sentenceEnd = /^.*?(?<!\b[A-Za-z](?:\.[a-z])?)[.!?](?=\s+[^a-z\s]|$)/;

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.length - 1;
    const extended = `${lines[last]} ${word}`;
    if (last >= 0 && extended.length <= lineWidth) lines[last] = extended;
    else lines.push(` * ${word}`);
  }
  return lines;
}
