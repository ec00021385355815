/** One thing in a schema that a person must change. */
export interface SchemaProblem {
  /** JSON pointer (RFC 6901) from the schema that was checked to the offending value: `/properties/name/pattern`. */
  readonly pointer: string;
  /** Stable id, kebab-case. */
  readonly rule: string;
  /** What is wrong, in one line. */
  readonly message: string;
  /** How to mend it, as an instruction. */
  readonly mend: string;
}
