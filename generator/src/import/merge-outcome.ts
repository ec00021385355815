import type { Edit } from "./splice.ts";

/** A block that the merge brought up to date. */
export interface BlockChange {
  /** `["scope"]`, `["inputs", "count"]`. */
  readonly path: readonly string[];
  /** `required`: upstream requires the input now, so it is optional no more. */
  readonly what: "added" | "changed" | "removed" | "required";
}

/** Something that changed upstream and was not brought in, because a person has written there. */
export interface Kept {
  readonly path: readonly string[];
  readonly reason: KeptReason;
  /** The YAML that import would have written before, and would write now. */
  readonly was?: string | undefined;
  readonly is?: string | undefined;
}

export type KeptReason =
  /** The person's text stays. */
  | "both-changed"
  /** The person wrote a key that upstream's change would add. */
  | "both-added"
  /** The person took the key out, and upstream changed it. */
  | "you-removed"
  /** Upstream has it no more, and the person has written there. */
  | "gone-upstream"
  /** Upstream takes it now; the list of inputs is the person's. */
  | "new-input"
  /** Upstream asks for it now, and no input sends it: no code can be generated. */
  | "required-input"
  /** Upstream takes it no more, and an input still names it: no code can be generated. */
  | "gone-input"
  /** The file is no map with a key a line, so nothing can be put into it. */
  | "no-blocks";

export interface Outcome {
  readonly edits: Edit[];
  readonly changes: BlockChange[];
  readonly kept: Kept[];
}

export function nothingYet(): Outcome {
  return { edits: [], changes: [], kept: [] };
}

/** Add what was found further below. */
export function append(outcome: Outcome, more: Outcome): void {
  outcome.edits.push(...more.edits);
  outcome.changes.push(...more.changes);
  outcome.kept.push(...more.kept);
}

/** Whether no code can be generated before a person has mended it. */
export function mustMend({ reason, path }: Kept): boolean {
  return reason === "required-input" || reason === "gone-input" || (reason === "both-changed" && path[0] === "request");
}
