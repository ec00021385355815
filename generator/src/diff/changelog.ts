/** A block for CHANGELOG.md (Keep a Changelog 1.1.0), ready to paste. */
import type { Change } from "./change.ts";
import type { Section } from "./rules.ts";

const sections: readonly Section[] = ["Added", "Changed", "Deprecated", "Removed", "Security"];

/** Markdown that ends with a new line; empty where nothing changed. No date: who releases writes it. */
export function changelog(changes: readonly Change[]): string {
  if (changes.length === 0) return "";
  const reworded = changes.filter(({ category, section }) => category === "docs" && section === "Changed");
  const told = changes.filter((change) => !reworded.includes(change));
  const blocks = sections.flatMap((section): readonly string[] => {
    const lines = told.filter((change) => change.section === section).map(lineOf);
    if (section === "Changed" && reworded.length > 0) lines.push(rewordedLine(reworded));
    return lines.length === 0 ? [] : [`### ${section}\n\n${[...new Set(lines)].join("\n")}\n`];
  });
  return `## [Unreleased]\n\n${blocks.join("\n")}`;
}

function lineOf({ category, subject, message }: Change): string {
  const isNamed = subject === undefined || message.includes(subject);
  const sentence = isNamed ? capital(message) : `\`${subject}\`: ${message}`;
  return `- ${category === "wire" ? "**Breaking:** " : ""}${markdown(sentence)}.`;
}

/** One line: whoever reads a changelog wants to know that a description is better, not which of a hundred. */
function rewordedLine(changes: readonly Change[]): string {
  const subjects = [...new Set(changes.map(({ subject }) => subject).filter((subject) => subject !== undefined))];
  const listed = subjects.slice(0, subjectsMax).map((subject) => `\`${subject}\``);
  const more = subjects.length - listed.length;
  const names = [...listed, ...(more > 0 ? [`${more} more`] : [])].join(", ");
  return `- ${names === "" ? "Words of the server" : `Words of ${names}`}.`;
}

/** Names in the line of words. */
const subjectsMax = 12;

/** Text of a spec is text in Markdown too: no tag, and nobody is mentioned. */
export function markdown(text: string): string {
  return text
    .replaceAll("<", "&lt;")
    .replaceAll("|", "\\|")
    .replaceAll(/@(?=\w)/g, "@\u200b");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
