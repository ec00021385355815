import type { Diagnostic } from "../diagnostics.ts";
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
    const span = at?.at(placeOf(at.data, one.path), "key") ?? { file, start, end: start };
    const { rule, say } = words[one.reason];
    const severity = mustMend(one) ? "error" : "warning";
    return toNote({ rule, severity, span, ...say(one, operation ?? "the upstream's document") });
  });
}

/** A note that quotes what an upstream wrote. */
export function toNote({ message, mend, ...rest }: Diagnostic & { readonly mend: string }): Diagnostic {
  return { ...rest, message: visible(message), mend: visible(mend) };
}

interface Words {
  readonly rule: string;
  readonly say: (kept: Kept, operation: string) => { readonly message: string; readonly mend: string };
}

const words: Readonly<Record<KeptReason, Words>> = {
  "both-changed": {
    rule: "merge-conflict",
    say: ({ path, was, is }) => ({
      message: `${nameOf(path)}: you have changed it, and so has upstream: yours stays`,
      mend: `upstream said ${said(was)}, and says ${said(is)} now`,
    }),
  },
  "both-added": {
    rule: "merge-conflict",
    say: ({ path, is }) => ({
      message: `${nameOf(path)}: you have written it, and upstream has it now too: yours stays`,
      mend: `upstream says ${said(is)}`,
    }),
  },
  "you-removed": {
    rule: "merge-conflict",
    say: ({ path, was, is }) => ({
      message: `${nameOf(path)}: you have taken it out, and upstream has changed it: it stays out`,
      mend: `upstream said ${said(was)}, and says ${said(is)} now`,
    }),
  },
  "gone-upstream": {
    rule: "merge-conflict",
    say: ({ path, was }) => ({
      message: `${nameOf(path)}: gone upstream; you have changed it, so it stays`,
      mend: `take it out, unless you need it; it was ${said(was)}`,
    }),
  },
  "no-blocks": {
    rule: "merge-conflict",
    say: ({ path, was, is }) => ({
      message: `${nameOf(path)}: changed upstream, and nothing can be put into this file without rewriting what you wrote`,
      mend: `change it by hand: upstream said ${said(was)}, and says ${said(is)} now`,
    }),
  },
  "new-input": {
    rule: "merge-new-input",
    say: ({ path, is }, operation) => ({
      message: `${operation} takes ${path.at(-1)} now; the list of inputs is yours, so it was not added`,
      mend: `add it under inputs if models should have it: ${copied(is)}`,
    }),
  },
  "required-input": {
    rule: "merge-required-input",
    say: ({ path, is }, operation) => ({
      message: `${operation} requires ${path.at(-1)} now, and no input sends it`,
      mend: `add it under inputs: ${copied(is)}`,
    }),
  },
  "gone-input": {
    rule: "merge-gone-input",
    say: ({ path }, operation) => ({
      message: `${operation} takes ${path.at(-1)} no more`,
      mend: "take it out of inputs",
    }),
  },
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
