import type { Diagnostic, Severity, Span } from "../diagnostics.ts";
import { visible } from "../spec/problem.ts";
import { readYaml } from "../spec/yaml.ts";
import type { Merged } from "./merge.ts";
import { type Kept, type KeptReason, mustMend } from "./merge-outcome.ts";

/** Where notes of a file point. */
export interface NotedFile {
  readonly file: string;
  /** `GET /v1/orders`. */
  readonly operation?: string;
}

/** What was not brought into a file, and what a person does about it: errors where no code can be generated before. */
export function diagnosticsOf(
  { text, kept }: Pick<Merged, "text" | "kept">,
  { file, operation }: NotedFile,
): Diagnostic[] {
  const at = readYaml(file, text).file;
  const start = { line: 1, column: 1 };
  return kept.map((one) => {
    const path = placeOf(at?.data, one.path);
    const span = at?.at(path, "key") ?? { file, start, end: start };
    const { message, mend } = words[one.reason](one, operation ?? "the upstream's document");
    return noteAt(span, mustMend(one) ? "error" : "warning", `merge-${ruleOf(one.reason)}`, message, mend);
  });
}

export function noteAt(span: Span, severity: Severity, rule: string, message: string, mend: string): Diagnostic {
  return { rule, severity, message: visible(message), span, mend: visible(mend) };
}

function ruleOf(reason: KeptReason): string {
  return reason === "new-input" || reason === "required-input" || reason === "gone-input" ? reason : "conflict";
}

type Words = (kept: Kept, operation: string) => { readonly message: string; readonly mend: string };

const words: Readonly<Record<KeptReason, Words>> = {
  "both-changed": ({ path, was, is }) => ({
    message: `${nameOf(path)}: you have changed it, and so has upstream: yours stays`,
    mend: `upstream said ${said(was)}, and says ${said(is)} now`,
  }),
  "both-added": ({ path, is }) => ({
    message: `${nameOf(path)}: you have written it, and upstream has it now too: yours stays`,
    mend: `upstream says ${said(is)}`,
  }),
  "you-removed": ({ path, was, is }) => ({
    message: `${nameOf(path)}: you have taken it out, and upstream has changed it: it stays out`,
    mend: `upstream said ${said(was)}, and says ${said(is)} now`,
  }),
  "gone-upstream": ({ path, was }) => ({
    message: `${nameOf(path)}: gone upstream; you have changed it, so it stays`,
    mend: `take it out, unless you need it; it was ${said(was)}`,
  }),
  "new-input": ({ path, is }, operation) => ({
    message: `${operation} takes ${path.at(-1)} now; the list of inputs is yours, so it was not added`,
    mend: `add it under inputs if models should have it: ${copied(is)}`,
  }),
  "required-input": ({ path, is }, operation) => ({
    message: `${operation} requires ${path.at(-1)} now, and no input sends it`,
    mend: `add it under inputs: ${copied(is)}`,
  }),
  "gone-input": ({ path }, operation) => ({
    message: `${operation} takes ${path.at(-1)} no more`,
    mend: "take it out of inputs",
  }),
  "no-blocks": ({ path, was, is }) => ({
    message: `${nameOf(path)}: changed upstream, and nothing can be put into this file without rewriting what you wrote`,
    mend: `change it by hand: upstream said ${said(was)}, and says ${said(is)} now`,
  }),
};

function nameOf(path: readonly string[]): string {
  return path.join(".");
}

/** Characters of YAML in a note: a description of a few sentences. */
const saidMax = 300;

/** What YAML of one key says, in one line. */
function said(yaml: string | undefined): string {
  if (yaml === undefined) return "nothing";
  const value = yaml.replace(/^\s*(?:#.*\n\s*)*[\w?-]+:\s*(?:[>|][+-]?\s)?/, "");
  const line = value.replaceAll(/\s+/g, " ").trim();
  return `“${line.length > saidMax ? `${line.slice(0, saidMax)}…` : line}”`;
}

/** YAML as a person may copy it, in one line. */
function copied(yaml: string | undefined): string {
  return (yaml ?? "").replaceAll(/\s+/g, " ").trim().slice(0, saidMax);
}

/** The path as the file has it: an input may have its `?`, or stand in a list. */
function placeOf(data: unknown, path: readonly string[]): readonly (string | number)[] {
  const [key = "", name] = path;
  const value = (data as Record<string, unknown> | undefined)?.[key];
  if (name === undefined || typeof value !== "object" || value === null) return [key];
  if (Array.isArray(value)) return value.includes(name) ? [key, value.indexOf(name)] : [key];
  return [name, `${name}?`].filter((one) => Object.hasOwn(value, one)).map((one) => [key, one])[0] ?? [key];
}
