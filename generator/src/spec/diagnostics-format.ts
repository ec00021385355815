import { styleText } from "node:util";
import type { Diagnostic } from "../diagnostics.ts";
import { codeFrame } from "./frame.ts";
import { toSarif } from "./sarif.ts";

export type DiagnosticsFormat = "pretty" | "json" | "github" | "sarif";

export interface FormatOptions {
  readonly format: DiagnosticsFormat;
  /** File texts by path, for code frames; a file that is not there gets none. */
  readonly sources: ReadonlyMap<string, string>;
  /** Escape sequences for a terminal; pretty only. */
  readonly color: boolean;
}

/** Diagnostics as text that ends with a new line, or as nothing where there are none (JSON: an empty list). */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], options: FormatOptions): string {
  switch (options.format) {
    case "json":
      return `${JSON.stringify(diagnostics.map(toJson), null, 2)}\n`;
    case "sarif":
      return `${JSON.stringify(toSarif(diagnostics), null, 2)}\n`;
    case "github":
      return diagnostics.map((diagnostic) => `${toGithub(diagnostic)}\n`).join("");
    case "pretty":
      return diagnostics.map((diagnostic) => `${toPretty(diagnostic, options)}\n`).join("\n");
  }
}

/** `✗ 1 error, 2 warnings`. */
export function summarize(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  const warnings = diagnostics.length - errors;
  return `${errors > 0 ? "✗" : "✔"} ${plural(errors, "error")}, ${plural(warnings, "warning")}`;
}

/** Once a run, where a person reads: how to learn more about the first problem. */
export function explainHint(
  diagnostics: readonly Diagnostic[],
  { isTTY }: { readonly isTTY?: boolean },
): string | undefined {
  const worst = diagnostics.find(({ severity }) => severity === "error") ?? diagnostics[0];
  return isTTY !== true || worst === undefined ? undefined : `more: toolspec explain ${worst.rule}`;
}

/** By file, place and rule: the same problems always come in the same order. */
export function compareDiagnostics(one: Diagnostic, other: Diagnostic): number {
  return (
    compare(one.span.file, other.span.file) ||
    one.span.start.line - other.span.start.line ||
    one.span.start.column - other.span.start.column ||
    compare(one.rule, other.rule) ||
    compare(one.message, other.message)
  );
}

function toPretty(diagnostic: Diagnostic, { sources, color }: FormatOptions): string {
  const { rule, severity, message, span, mend } = diagnostic;
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const head = `${placeOf(diagnostic)}  ${paint(severity === "error" ? "red" : "yellow", severity)} ${paint("dim", rule)}  ${message}`;
  const source = sources.get(span.file);
  if (source === undefined) return mend === undefined ? head : `${head}\n  ${mend}`;
  return `${head}\n${codeFrame(source, span, mend)}`;
}

/** A workflow command of GitHub Actions. */
function toGithub({ rule, severity, message, span, mend }: Diagnostic): string {
  const properties = [
    `file=${escapeProperty(span.file)}`,
    `line=${span.start.line}`,
    `col=${span.start.column}`,
    `endLine=${span.end.line}`,
    `endColumn=${span.end.column}`,
    `title=${escapeProperty(rule)}`,
  ];
  return `::${severity} ${properties.join(",")}::${escapeData(mend === undefined ? message : `${message}: ${mend}`)}`;
}

function toJson({ rule, severity, message, span, mend }: Diagnostic) {
  return { rule, severity, file: span.file, start: span.start, end: span.end, message, mend };
}

function placeOf({ span }: Diagnostic): string {
  return `${span.file}:${span.start.line}:${span.start.column}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
