/** What is wrong with a payload, or deserves a look, and where: `items[2].cost`; empty for the whole. */
export interface Finding {
  readonly path: string;
  readonly message: string;
}

/** Findings of one reply, and characters of their parts. */
const FINDINGS_MAX = 500;
const PATH_MAX = 200;
const MESSAGE_MAX = 500;

/** Findings as the contract bounds them. */
export function bounded(findings: readonly Finding[]): readonly Finding[] {
  return findings
    .slice(0, FINDINGS_MAX)
    .map(({ path, message }) => ({ path: path.slice(0, PATH_MAX), message: message.slice(0, MESSAGE_MAX) }));
}
