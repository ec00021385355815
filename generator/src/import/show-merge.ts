import { relative, sep } from "node:path";
import { styleText } from "node:util";
import { createTwoFilesPatch } from "diff";
import { exit } from "../commands/command.ts";
import type { Diagnostic } from "../diagnostics.ts";
import type { FileChange, Obstacle } from "../files.ts";
import { formatDiagnostics, summarize } from "../spec/diagnostics-format.ts";
import { hasColours } from "../terminal.ts";
import type { FileMerge, FolderMerge } from "./merge-folder.ts";
import type { SourceResult } from "./source.ts";

export interface ShownMerge {
  readonly result: FolderMerge;
  readonly changes: readonly FileChange[];
  readonly obstacles: readonly Obstacle[];
  readonly cwd: string;
  readonly folder: string;
  readonly dryRun: boolean;
  readonly format: "pretty" | "json";
  readonly source: SourceResult;
}

/** Files that are there and cannot be read: nothing is merged before they can. */
export function showBroken(diagnostics: readonly Diagnostic[], format: "pretty" | "json"): number {
  if (format === "json") process.stdout.write(`${JSON.stringify({ written: [], problems: diagnostics })}\n`);
  else {
    const color = hasColours(process.stderr);
    process.stderr.write(
      `${formatDiagnostics(diagnostics, { format: "pretty", sources: new Map(), color })}\n${summarize(diagnostics)}\nNothing was written: a file that cannot be read cannot be merged.\n`,
    );
  }
  return exit.invalidSpecs;
}

/** What a merge brought in, and what it left to a person. */
export function showMerge(shown: ShownMerge): void {
  if (shown.format === "json") return void process.stdout.write(`${JSON.stringify(toJson(shown), null, 2)}\n`);
  const { obstacles, cwd } = shown;
  if (obstacles.length > 0) {
    const lines = obstacles.map(({ path, problem, mend }) => `${portable(cwd, path)}: ${problem}\n  ${mend}`);
    process.stderr.write(`${lines.join("\n")}\nNothing was written.\n`);
    return;
  }
  process.stdout.write(`${mergeLines(shown, hasColours(process.stdout)).join("\n")}\n`);
}

function toJson({ result, changes, obstacles, cwd, folder, dryRun, source }: ShownMerge) {
  return {
    folder: portable(cwd, folder),
    source: source.source,
    from: result.from,
    to: result.to,
    dryRun,
    written: dryRun || obstacles.length > 0 ? [] : changes.map(({ path }) => portable(cwd, path)),
    files: result.merged,
    stayRemoved: result.removed,
    obstacles: obstacles.map((one) => ({ ...one, path: portable(cwd, one.path) })),
    problems: [...source.diagnostics, ...result.notes],
  };
}

/** For people; with the diff of every specs file on a dry run. */
function mergeLines({ result, changes, cwd, folder, dryRun, source }: ShownMerge, colour: boolean): string[] {
  const { merged, notes, from, to, removed } = result;
  const paint = (style: "green" | "yellow" | "red" | "cyan", text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const name = portable(cwd, folder) || ".";
  if (changes.length === 0 && notes.length === 0)
    return [`${paint("green", "✔")} ${name}: nothing changed in ${source.source}${of(to)}`];
  const errors = notes.filter(({ severity }) => severity === "error").length;
  const warnings = notes.length - errors;
  const verdict = errors > 0 ? paint("red", "✗") : warnings > 0 ? paint("yellow", "▲") : paint("green", "✔");
  const versions = from === undefined || from === to ? of(to) : `, ${from} → ${to ?? "no version"}`;
  const facts = [
    plural(count(merged, "new"), "new tool"),
    plural(
      count(merged, "changed", (file) => file !== "server.yaml"),
      "tool",
      "changed",
    ),
    plural(count(merged, "vanished"), "tool", "whose operation is gone"),
    plural(count(merged, "back"), "tool", "whose operation is back"),
  ].filter((fact) => !fact.startsWith("0 "));
  return [
    ...(dryRun ? diffOf(changes, cwd, paint) : []),
    ...merged.map((file) => lineOf(file, paint)),
    ...notes.flatMap((note) => noteLines(note, paint)),
    ...(removed.length > 0 ? [`  Not brought back, because you have removed their tools: ${some(removed)}`] : []),
    `${verdict} ${name}: ${source.source} merged${versions}: ${facts.join(", ") || "no tool changed"}`,
    ...(errors > 0 ? [`  ${plural(errors, "place")} marked ✗ must be mended before code can be generated.`] : []),
    dryRun
      ? "Nothing was written."
      : `  Next: npx toolspec lint ${name}, npx toolspec generate ${name}, npx toolspec diff ${name}`,
  ];
}

function of(version: string | undefined): string {
  return version === undefined ? "" : `, version ${version}`;
}

function count(merged: readonly FileMerge[], wanted: FileMerge["what"], fits = (_file: string) => true): number {
  return merged.filter(({ what, file }) => what === wanted && fits(file)).length;
}

function plural(number: number, noun: string, rest = ""): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}${rest === "" ? "" : ` ${rest}`}`;
}

type Paint = (style: "green" | "yellow" | "red" | "cyan", text: string) => string;

function lineOf({ file, what, operation = "", changes, movedFrom }: FileMerge, paint: Paint): string {
  const blocks = changes.map(
    ({ path, what: done }) => `${path.join(".")} ${done === "required" ? "is required now" : done}`,
  );
  const moved = movedFrom === undefined ? [] : [`${movedFrom} is ${operation} now`];
  switch (what) {
    case "new":
      return `${paint("green", "+")} ${file}  new: ${operation}`;
    case "changed":
      return `${paint("cyan", "~")} ${file}  ${[...moved, ...blocks].join(", ")}`;
    case "back":
      return `${paint("cyan", "~")} ${file}  ${[`${operation} is back`, ...moved, ...blocks].join(", ")}`;
    case "vanished":
      return `${paint("yellow", "▲")} ${file}  ${operation} is gone from the document; the tool stays until you remove it`;
  }
}

function noteLines({ severity, span, message, mend }: Diagnostic, paint: Paint): string[] {
  const sign = severity === "error" ? paint("red", "✗") : paint("yellow", "▲");
  return [`${sign} ${span.file}:${span.start.line}  ${message}`, ...(mend === undefined ? [] : [`    ${mend}`])];
}

/** Names that a line lists. */
const someMax = 10;

function some(names: readonly string[]): string {
  const more = names.length - someMax;
  return `${names.slice(0, someMax).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

/** The contract's own diff is the upstream's release notes, thousands of lines long. */
function diffOf(changes: readonly FileChange[], cwd: string, paint: Paint): string[] {
  return changes.flatMap(({ path, before, after }) => {
    const name = portable(cwd, path);
    if (name.endsWith("openapi.json")) return [`~ ${name} would be rewritten`];
    const patch = createTwoFilesPatch(
      before === undefined ? "/dev/null" : name,
      name,
      before ?? "",
      after ?? "",
      "",
      "",
    );
    return patch
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.trimEnd())
      .map((line) =>
        /^\+(?!\+\+)/.test(line) ? paint("green", line) : /^-(?!--)/.test(line) ? paint("red", line) : line,
      );
  });
}

function portable(from: string, to: string): string {
  return relative(from, to).split(sep).join("/");
}
