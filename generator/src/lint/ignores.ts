import type { Diagnostic } from "../diagnostics.ts";
import { lineIndex } from "../spec/line-index.ts";
import { didYouMean } from "../spec/near.ts";
import { shown } from "../spec/problem.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import { type Comment, commentsOf } from "./comments.ts";
import { lintRuleIds } from "./ids.ts";
import type { Edit } from "./rule.ts";

/** One `# toolspec-ignore rule: reason`. */
interface Ignore {
  readonly comment: Comment;
  readonly rules: readonly string[];
  readonly reason: string;
  /** Lines that it is about, from 1, both inclusive. */
  readonly first: number;
  readonly last: number;
}

const form = /^toolspec-ignore\b\s*([^:]*?)\s*(?::\s*(.*))?$/;

/**
 * All ignores of a file.
 *
 * At the end of a line it is about that line, alone on a line about the next; and about all that is indented below that line. Before the
 * first key it is about the whole file.
 */
function ignoresOf(text: string): readonly Ignore[] {
  if (!text.includes("toolspec-ignore")) return [];
  const lines = text.split("\n");
  const head = lines.findIndex((line) => !isIdle(line)) + 1;
  return commentsOf(text).flatMap((comment): Ignore[] => {
    const [whole, names = "", reason = ""] = form.exec(comment.text) ?? [];
    if (whole === undefined) return [];
    const rules = names.split(/[\s,]+/).filter((name) => name !== "");
    const isWhole = comment.alone && (head === 0 || comment.line < head);
    const first = isWhole ? 1 : comment.alone ? nextLine(lines, comment.line) : comment.line;
    const last = isWhole ? lines.length : blockEnd(lines, first);
    return [{ comment, rules, reason: reason.trim(), first, last }];
  });
}

/** Nothing but a comment, or nothing at all. */
function isIdle(line: string): boolean {
  return /^\s*(?:#|$)/.test(line);
}

function nextLine(lines: readonly string[], after: number): number {
  const index = lines.findIndex((line, at) => at >= after && !isIdle(line));
  return index < 0 ? lines.length : index + 1;
}

/** The last line that is indented below this one; items of a list may stand as far left as their key. */
function blockEnd(lines: readonly string[], first: number): number {
  const start = lines[first - 1] ?? "";
  const indent = indentOf(start);
  let last = first;
  for (let line = first + 1; line <= lines.length; line++) {
    const text = lines[line - 1] ?? "";
    if (isIdle(text)) continue;
    const isItem = indentOf(text) === indent && /^\s*- /.test(text) && !/^\s*- /.test(start);
    if (indentOf(text) <= indent && !isItem) break;
    last = line;
  }
  return last;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** What is left of a file's findings, and what is wrong with its ignores. `ran`: the rules whose ignores can be judged. */
export function applyIgnores(
  file: SpecFile,
  found: readonly Diagnostic[],
  ran: ReadonlySet<string>,
): { readonly kept: readonly Diagnostic[]; readonly about: readonly Diagnostic[]; readonly edits: readonly Edit[] } {
  const ignores = ignoresOf(file.text);
  const used = new Set<string>();
  const kept = found.filter(({ rule, span }) => {
    const index = ignores.findIndex(
      ({ rules, first, last }) => rules.includes(rule) && span.start.line >= first && span.start.line <= last,
    );
    if (index < 0) return true;
    used.add(`${index} ${rule}`);
    return false;
  });
  const edits: Edit[] = [];
  const about = ignores.flatMap((ignore, index) => {
    const unused = ignore.rules.filter((rule) => ran.has(rule) && !used.has(`${index} ${rule}`));
    if (unused.length > 0 && unused.length === ignore.rules.length) edits.push(removal(file.text, ignore.comment));
    return judge(file, ignore, unused);
  });
  return { kept, about, edits };
}

function judge(file: SpecFile, { comment, rules, reason }: Ignore, unused: readonly string[]): Diagnostic[] {
  const span = lineIndex(file.path, file.text).span(comment.offset, comment.offset + comment.text.length + 2);
  const known: readonly string[] = lintRuleIds;
  const unknown = rules.filter((rule) => !known.includes(rule));
  return [
    ...(rules.length === 0 || reason === ""
      ? [
          {
            rule: "ignore-reason",
            severity: "error" as const,
            message: rules.length === 0 ? "the comment does not say which rule" : "the comment does not say why",
            span,
            mend: `write # toolspec-ignore ${rules.join(", ") || "rule"}: the reason`,
          },
        ]
      : []),
    ...unknown.map((name) => ({
      rule: "ignore-unknown",
      severity: "error" as const,
      message: `${shown(name)} is no lint rule; what is an error when generating cannot be ignored`,
      span,
      mend: didYouMean(name, known) ?? "see toolspec explain",
    })),
    ...unused.map((name) => ({
      rule: "ignore-unused",
      severity: "warning" as const,
      message: `${name} finds nothing here that could be ignored`,
      span,
      mend: "remove the comment, or write it above the line that is meant",
    })),
  ];
}

/** The comment's line, or, behind a value, the comment and the blanks before it. */
function removal(text: string, { offset, alone }: Comment): Edit {
  const lineEnd = text.indexOf("\n", offset);
  const end = lineEnd < 0 ? text.length : lineEnd;
  if (alone) return { start: text.lastIndexOf("\n", offset - 1) + 1, end: Math.min(end + 1, text.length), text: "" };
  const before = text.slice(0, offset);
  // A CR belongs to the end of the line, not to the comment.
  return { start: before.trimEnd().length, end: text[end - 1] === "\r" ? end - 1 : end, text: "" };
}
