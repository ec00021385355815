/** What a person who reads a problem may want to know beyond it. */
export interface Explanation {
  /** Id of the rule, as problems name it; or an error code of the runtime. */
  readonly rule: string;
  /** What must hold, in one line. */
  readonly title: string;
  /** Why it matters, in one or two sentences; of an error code, what to do. */
  readonly why: string;
  /** Absent, like `right`, where it is an answer of a running server. */
  readonly wrong?: Example;
  readonly right?: Example;
}

/**
 * Texts by file, of which only what matters is shown. `server.yaml` holds keys that take the place of those of a server with the scopes
 * READ and WRITE; what is no file of a specs folder (a command, a comment) stands under the empty name.
 */
export type Example = Readonly<Record<string, string>>;

/** Several explanations that belong together. */
export interface Area {
  readonly title: string;
  readonly explanations: readonly Explanation[];
}

/** Lines of a file. */
export function text(...lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

/** One tool's file. */
export function tool(name: string, ...lines: readonly string[]): Example {
  return { [`tools/${name}.yaml`]: text(...lines) };
}

/** Keys of server.yaml. */
export function server(...lines: readonly string[]): Example {
  return { "server.yaml": text(...lines) };
}
