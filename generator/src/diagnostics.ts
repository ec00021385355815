/** A place in a file. Lines and columns start at 1; columns count UTF-16 code units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A range in a file; `end` is exclusive. `file` is relative to the working directory, with forward slashes. */
export interface Span {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

export type Severity = "error" | "warning";

/** One problem that a person can mend: what is wrong, where, and how to mend it. */
export interface Diagnostic {
  /** Stable id of the rule, kebab-case, e.g. `unknown-key`. */
  readonly rule: string;
  readonly severity: Severity;
  /** What is wrong, in one line, with the offending value: `"strng" is no type`. */
  readonly message: string;
  readonly span: Span;
  /** How to mend it, as an instruction: `did you mean "string"?`. */
  readonly mend?: string;
  /** Of a misspelt key: the one that was meant, where that is clear and it is not there yet; `lint --fix` writes it. */
  readonly meant?: string;
}
