import { styleText } from "node:util";
import { catalogue } from "./catalogue.ts";
import type { Example, Explanation } from "./explanation.ts";

/** One explanation for a person: what must hold, why, and the same thing wrong and right. */
export function explanationText({ rule, title, why, wrong, right }: Explanation, colour: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const shown = (head: string, example: Example | undefined) =>
    example === undefined ? [] : ["", head, ...linesOf(example)];
  const linesOf = (example: Example) =>
    Object.entries(example).flatMap(([file, text]) => [
      ...(file === "" ? [] : [paint("dim", `  # ${file}`)]),
      ...text
        .trimEnd()
        .split("\n")
        .map((line) => `  ${shortened(line)}`.trimEnd()),
    ]);
  return [
    `${paint("bold", rule)}: ${title}`,
    "",
    ...wrapped(why),
    ...shown(paint("red", "✗ wrong"), wrong),
    ...shown(paint("green", "✔ right"), right),
    "",
  ].join("\n");
}

/** Every rule with its line, by area. */
export function catalogueText(colour: boolean): string {
  const width = Math.max(...catalogue.flatMap(({ explanations }) => explanations.map(({ rule }) => rule.length)));
  const areas = catalogue.map(({ title, explanations }) => {
    const head = colour ? styleText("bold", title, { validateStream: false }) : title;
    return [head, ...explanations.map((one) => `  ${one.rule.padEnd(width)}  ${one.title}`), ""].join("\n");
  });
  return `${areas.join("\n")}\ntoolspec explain <rule> says why, and shows an example that is wrong and the same one right.\n`;
}

/** Columns of a line of prose. */
const proseMax = 100;

/** Columns of a line of an example: a list of fifty values is known after ten. */
const lineMax = 160;

function shortened(line: string): string {
  return line.length > lineMax ? `${line.slice(0, lineMax - 1)}…` : line;
}

function wrapped(text: string): readonly string[] {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + word.length >= proseMax) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}
