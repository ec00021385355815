/** Ids of the rules of `toolspec lint`, by name. They are stable: specs, ignore comments and CI logs name them. */
export const lintRuleIds = [
  "annotation-conflict",
  "array-bounds",
  "deep-input",
  "deprecated-operation",
  "deprecated-without-use",
  "description-length",
  "description-limits",
  "description-returns",
  "description-tautology",
  "destructive-auto",
  "destructive-hint",
  "dry-run-decision",
  "duplicate-description",
  "duplicate-title",
  "enum-order",
  "enum-size",
  "examples-missing",
  "free-form-object",
  "idempotency-decision",
  "input-composition",
  "input-description",
  "input-reference",
  "instructions-length",
  "instructions-missing",
  "internal-host",
  "list-bound",
  "look-comment",
  "model-instructions",
  "name-repeats-server",
  "name-verb",
  "number-bounds",
  "read-method",
  "read-name",
  "recursive-input",
  "secret-in-text",
  "sensitive-input",
  "server-name-length",
  "similar-names",
  "string-bounds",
  "tool-count",
  "too-many-inputs",
  "toolset-missing",
  "unknown-tool-mention",
  "untidy-text",
  "unused-scope",
  "vanished-operation",
  "write-scope",
] as const;

export type LintRuleId = (typeof lintRuleIds)[number];

/** How much a finding weighs: `error` fails the run, `warning` does not, unless --max-warnings says so. */
export const lintLevels = ["off", "warning", "error"] as const;

export type LintLevel = (typeof lintLevels)[number];

/** Sets of levels: for specs that a person curates, for those who want everything, for what import has just written. */
export const lintPresets = ["recommended", "strict", "imported"] as const;

export type LintPreset = (typeof lintPresets)[number];
