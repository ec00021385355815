import { relative } from "node:path";
import { styleText } from "node:util";
import { createTwoFilesPatch } from "diff";
import type { Diagnostic } from "./diagnostics.ts";
import { manifestBudgetTokens } from "./emit/manifest.ts";
import type { FileChange } from "./files.ts";
import { isSound, type Report, type ServerReport } from "./generate.ts";
import {
  compareDiagnostics,
  type DiagnosticsFormat,
  explainHint,
  formatDiagnostics,
  summarize,
} from "./spec/diagnostics-format.ts";
import { hasColours } from "./terminal.ts";

export interface ShowOptions {
  readonly format: DiagnosticsFormat;
  /** Whether the changes were made, or only found. */
  readonly kind: "written" | "stale";
}

/** In colour or plain, with paths relative to `cwd`. */
interface Look {
  readonly cwd: string;
  readonly colour: boolean;
}

/** Lines of one file's diff that are shown; a person reads the beginning and then runs `generate`. */
const diffMaxLines = 80;

/** Stale files whose diff is shown; the rest is counted. */
const diffMaxFiles = 20;

/** Edits after which the diff gives up: its time grows with their square, and nobody reads that many. */
const diffMaxEdits = 2_000;

/** Print a report: for people in pretty; in json and github everything is a diagnostic, stale files too. */
export function showReport(report: Report, { format, kind }: ShowOptions): void {
  const cwd = process.cwd();
  const sources = report.sources;
  if (format !== "pretty") {
    const found = kind === "stale" ? staleDiagnostics(report, cwd) : [];
    const unlocked = unlockedDiagnostics(report, kind);
    const all = [...report.diagnostics, ...obstacleDiagnostics(report, cwd), ...found, ...unlocked].sort(
      compareDiagnostics,
    );
    process.stdout.write(formatDiagnostics(all, { format, sources, color: false }));
    return;
  }
  const problems = lookOf(process.stderr, cwd);
  const shown = [...report.diagnostics, ...(kind === "stale" ? unlockedDiagnostics(report, kind) : [])];
  if (shown.length > 0) {
    const text = formatDiagnostics(shown, { format, sources, color: problems.colour });
    const hint = explainHint(shown, process.stderr);
    process.stderr.write(`${text}
${summarize(shown)}
${
  hint === undefined
    ? ""
    : `${hint}
`
}`);
  }
  for (const line of obstacleLines(report, problems)) process.stderr.write(`${line}\n`);
  if (!isSound(report)) return;
  const results = lookOf(process.stdout, cwd);
  const lines = kind === "stale" ? staleLines(report, results) : writtenLines(report, results);
  for (const line of lines) process.stdout.write(`${line}\n`);
}

function lookOf(stream: NodeJS.WriteStream, cwd: string): Look {
  return { cwd, colour: hasColours(stream) };
}

/** One line a server: `✔ vauchflow: 15 tools, 19 files (2 written, 0 removed), llms/mcp.txt 1,234 tokens, 210 ms`. */
function writtenLines(report: Report, look: Look): string[] {
  return report.servers.flatMap((server) => {
    const { written, removed } = countChanges(server.changes);
    const counts = `(${number(written)} written, ${number(removed)} removed)`;
    const facts =
      server.files === 0
        ? `no longer made from ${server.source} ${counts}`
        : `${summary(server)} ${counts}, llms/mcp.txt ${number(server.manifestTokens)} tokens, ${Math.round(server.durationMs)} ms`;
    return [
      `${paint("green", "✔", look)} ${server.name}: ${facts}`,
      ...unlockedLines(server, look),
      ...warnings(server, look),
    ];
  });
}

/** What `check` found: a diff of each stale file, and how to mend it. */
function staleLines(report: Report, look: Look): string[] {
  return report.servers.flatMap((server) => {
    if (server.changes.length === 0) {
      const isLocked = server.unlocked.length === 0;
      const drift = `but ${unlockedText(server)}`;
      const facts = `${summary(server)}, up to date${isLocked ? "" : `, ${drift}`}`;
      return [
        `${isLocked ? paint("green", "✔", look) : paint("red", "✖", look)} ${server.name}: ${facts}`,
        ...warnings(server, look),
      ];
    }
    const count = `${number(server.changes.length)} ${server.changes.length === 1 ? "file is" : "files are"} stale`;
    return [
      ...server.changes.slice(0, diffMaxFiles).flatMap((change) => diffLines(change, look)),
      ...server.changes.slice(diffMaxFiles).map((change) => `… ${relative(look.cwd, change.path)} differs too`),
      `${paint("red", "✖", look)} ${server.name}: ${count}: run \`toolspec generate\` and commit the result`,
      ...warnings(server, look),
    ];
  });
}

/** Why nothing was written, one line an obstacle. */
function obstacleLines(report: Report, look: Look): string[] {
  return report.servers.flatMap((server) =>
    server.obstacles.map(
      ({ path, problem, mend }) =>
        `${paint("red", "✖", look)} ${server.name}: ${relative(look.cwd, path)}: ${problem}. Nothing was written: ${mend}.`,
    ),
  );
}

/** `check` fails on what the lock does not have; `generate` only says so, and its work is done. */
function unlockedDiagnostics({ servers }: Report, kind: ShowOptions["kind"]): readonly Diagnostic[] {
  const all = servers.flatMap(({ unlocked }) => unlocked);
  return kind === "stale" ? all : all.map((one) => ({ ...one, severity: "warning" }));
}

function staleDiagnostics(report: Report, cwd: string): Diagnostic[] {
  return report.servers.flatMap((server) =>
    server.changes.map(({ path }) =>
      atStart(
        relative(cwd, path),
        "stale-file",
        "the file is not what the specs say",
        "run `toolspec generate` and commit the result",
      ),
    ),
  );
}

function obstacleDiagnostics(report: Report, cwd: string): Diagnostic[] {
  return report.servers.flatMap((server) =>
    server.obstacles.map(({ path, problem, mend }) => atStart(relative(cwd, path), "obstacle", problem, mend)),
  );
}

function atStart(file: string, rule: string, message: string, mend: string): Diagnostic {
  const start = { line: 1, column: 1 };
  return { rule, severity: "error", message, span: { file: file.replaceAll("\\", "/"), start, end: start }, mend };
}

function unlockedLines(server: ServerReport, look: Look): string[] {
  if (server.unlocked.length === 0) return [];
  const mend = `look with \`toolspec diff\`, accept with \`toolspec lock ${server.source}\``;
  return [`${paint("yellow", "▲", look)} ${unlockedText(server)}: ${mend}`];
}

function unlockedText({ unlocked }: ServerReport): string {
  return `${number(unlocked.length)} ${unlocked.length === 1 ? "definition is" : "definitions are"} not as toolspec.lock has ${unlocked.length === 1 ? "it" : "them"}`;
}

function summary(server: ServerReport): string {
  return `${number(server.tools)} ${server.tools === 1 ? "tool" : "tools"}, ${number(server.files)} files`;
}

function warnings(server: ServerReport, look: Look): string[] {
  const sign = paint("yellow", "▲", look);
  const foreign = server.foreign.map(
    (path) => `${sign} ${relative(look.cwd, path)} was not generated by toolspec: it stays`,
  );
  const excess = server.manifestTokens - manifestBudgetTokens;
  if (server.manifestBudgetTokens !== undefined) return foreign;
  if (excess <= 0) return foreign;
  return [
    ...foreign,
    `${sign} llms/mcp.txt is ${number(excess)} tokens above its budget of ${number(manifestBudgetTokens)}`,
  ];
}

function countChanges(changes: readonly FileChange[]): { readonly written: number; readonly removed: number } {
  const removed = changes.filter((change) => change.after === undefined).length;
  return { written: changes.length - removed, removed };
}

function diffLines({ path, before, after }: FileChange, look: Look): string[] {
  const name = relative(look.cwd, path);
  const from = before === undefined ? "/dev/null" : name;
  const to = after === undefined ? "/dev/null" : name;
  const patch = createTwoFilesPatch(from, to, before ?? "", after ?? "", "", "", {
    context: 3,
    maxEditLength: diffMaxEdits,
  });
  if (patch === undefined) return [`--- ${from}`, `+++ ${to}`, `… more than ${number(diffMaxEdits)} lines differ`];
  const lines = patch.trimEnd().split("\n").slice(1);
  const shown = lines.slice(0, diffMaxLines).map((line) => paintDiff(line.trimEnd(), look));
  return lines.length > shown.length
    ? [...shown, `… ${number(lines.length - shown.length)} more lines in ${name}`]
    : shown;
}

function paintDiff(line: string, look: Look): string {
  if (line.startsWith("+++") || line.startsWith("---")) return paint("bold", line, look);
  if (line.startsWith("@@")) return paint("cyan", line, look);
  if (line.startsWith("+")) return paint("green", line, look);
  return line.startsWith("-") ? paint("red", line, look) : line;
}

function paint(style: "bold" | "cyan" | "green" | "red" | "yellow", text: string, { colour }: Look): string {
  return colour ? styleText(style, text, { validateStream: false }) : text;
}

/** `1,234`, whatever the machine's language. */
function number(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
