import type { Drafts, ToolDraft } from "../ir/draft.ts";
import type { ServerDraft } from "../ir/server-draft.ts";
import type { ServerIr, ToolIr } from "../ir/tool.ts";
import type { Problem } from "../spec/problem.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import type { LintLevel, LintPreset, LintRuleId } from "./ids.ts";

/** A tool that has a file: what it is, and where that is said. */
export interface LintTool {
  readonly name: string;
  readonly ir: ToolIr;
  readonly draft: ToolDraft;
  readonly file: SpecFile;
}

/** What lint rules look at: one server in which the generator found no error. */
export interface LintWorld {
  readonly server: ServerDraft;
  readonly ir: ServerIr;
  readonly drafts: Drafts;
  /** In the order of the server; without those that no file is for. */
  readonly tools: readonly LintTool[];
}

/** Replace the characters from `start` to `end` (exclusive) of a file's text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One place where a lint rule does not hold. */
export interface LintFinding extends Omit<Problem, "rule" | "severity" | "meant"> {
  readonly file: SpecFile;
  /** Where it is, for what is no value of the file: a comment. From 1; `path` is not looked at then. */
  readonly line?: number;
  readonly column?: number;
  /** What mends it without changing any meaning; only where that is certain. */
  readonly edits?: readonly Edit[];
}

/** What makes tools good for models and safe for people: a matter of judgement, so each has levels and can be ignored with a reason. */
export interface LintRule {
  readonly id: LintRuleId;
  readonly levels: Readonly<Record<LintPreset, LintLevel>>;
  readonly check: (world: LintWorld) => readonly LintFinding[];
}

/** The same level in every preset. */
export function always(level: LintLevel): LintRule["levels"] {
  return { recommended: level, strict: level, imported: level };
}

/** Curated specs keep to it; what import writes cannot, before a person has been there. */
export const whenCurated: LintRule["levels"] = { recommended: "warning", strict: "warning", imported: "off" };

/** For those who want everything. */
export const whenStrict: LintRule["levels"] = { recommended: "off", strict: "warning", imported: "off" };
