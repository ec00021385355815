/** One thing that `doctor` has looked at. */
export interface Check {
  /** Stable, kebab-case: `upstream`, `variables`. */
  readonly check: string;
  readonly state: "ok" | "warning" | "problem";
  /** Nobody answered, rather than something being wrong. */
  readonly unreachable?: boolean;
  /** In one line, without a full stop; names, never values. */
  readonly message: string;
  readonly mend?: string;
}

export function ok(check: string, message: string): Check {
  return { check, state: "ok", message };
}

export function warning(check: string, message: string, mend: string): Check {
  return { check, state: "warning", message, mend };
}

export function fault(check: string, message: string, mend: string): Check {
  return { check, state: "problem", message, mend };
}
