import type { Diagnostic, Severity } from "../diagnostics.ts";
import type { Path } from "./positions.ts";
import type { SpecFile } from "./spec-file.ts";

/** A problem that still says where it is by its path in the file; `toDiagnostics` finds line and column. */
export interface Problem {
  readonly rule: string;
  readonly severity?: Severity;
  readonly path: Path;
  /** Point at the key or at the value of the last step. Default: value. */
  readonly part?: "key" | "value";
  readonly message: string;
  readonly mend?: string;
  /** Of an unknown key: the known one that was probably meant, so that nobody misses it too. */
  readonly meant?: string;
}

/** Problems shown per file. A person mends a few and runs again; a hostile file has as many as it has bytes. */
const problemsMax = 100;

/** Give problems of one file their positions. */
export function toDiagnostics(file: SpecFile, problems: readonly Problem[]): readonly Diagnostic[] {
  const locate = ({ rule, path, part, severity, message, mend }: Problem): Diagnostic => ({
    rule,
    severity: severity ?? "error",
    message: visible(message),
    span: file.at(path, part),
    ...(mend === undefined ? {} : { mend: visible(mend) }),
  });
  return limited(problems, locate, file);
}

/** Turn the first problems of a file into diagnostics, and count the rest. */
export function limited<T>(
  problems: readonly T[],
  locate: (problem: T) => Diagnostic,
  file: SpecFile,
): readonly Diagnostic[] {
  const diagnostics = problems.slice(0, problemsMax).map(locate);
  const hidden = problems.length - diagnostics.length;
  if (hidden === 0) return diagnostics;
  const message = `${hidden} more problems in this file are not shown`;
  const span = file.at([]);
  return [
    ...diagnostics,
    { rule: "too-many-problems", severity: severityOf(problems), message, span, mend: "mend the first and run again" },
  ];
}

/** Of what is not shown: a warning if all of it is. */
function severityOf<T>(problems: readonly T[]): Severity {
  const isError = (problem: T) => (problem as { severity?: Severity }).severity !== "warning";
  return problems.slice(problemsMax).some(isError) ? "error" : "warning";
}

/** `inputs.count.minimum`, as messages name a place. */
export function dotted(path: Path): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : step))
    .join(".")
    .replaceAll(".[", "[");
}

/** A value as a message may show it: short, one line, nothing invisible. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return visible(text.length > shownMax ? `${text.slice(0, shownMax)}…` : text);
}

/** Characters of a foreign value in a message. */
const shownMax = 60;

/** Text in which every control or invisible character is replaced, so that no file can write to a terminal. */
export function visible(text: string): string {
  return text.replace(/[^\P{C}\t]|[\p{Zl}\p{Zp}]/gu, "\u{fffd}");
}
