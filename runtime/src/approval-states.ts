/**
 * The life of an approval, as data: every state, and every move from one to the next with the condition under which it is made.
 *
 * The store makes a move with one conditional update, so that of several who try, one wins. Nothing else changes a state.
 */

/** Where a parked call stands. */
export type ApprovalStatus =
  /** Waits for an operator. */
  | "pending"
  /** One of two operators has approved. */
  | "endorsed"
  /** May run, and has not begun. */
  | "approved"
  /** Somebody holds the lease and works on it. */
  | "executing"
  | "executed"
  /** It was not done, and `errorCode` says why. */
  | "failed"
  /** It was sent and its answer was lost; only a person can find out what became of it. */
  | "outcome_unknown"
  | "rejected"
  | "expired"
  /** Taken back by whoever asked. */
  | "withdrawn";

/** One move. `when` names what must hold beside the state: all of them stand in the update's condition. */
export interface Move {
  readonly from: readonly ApprovalStatus[];
  readonly to: ApprovalStatus;
  readonly when?: "unexpired" | "expired" | "lease_over" | "holds_lease";
  /** The webhook event that it causes, after `agent.action.`. */
  readonly tells?: string;
}

/** Every move there is. */
export const moves = {
  approve: { from: ["pending"], to: "approved", when: "unexpired", tells: "approved" },
  /** The first of two. */
  endorse: { from: ["pending"], to: "endorsed", when: "unexpired" },
  /** The second of two; not the same person. */
  second: { from: ["endorsed"], to: "approved", when: "unexpired", tells: "approved" },
  reject: { from: ["pending", "endorsed"], to: "rejected", when: "unexpired", tells: "rejected" },
  withdraw: { from: ["pending", "endorsed"], to: "withdrawn", when: "unexpired" },
  /** Also an approved one that nobody began in time: what a person allowed yesterday may be wrong today. */
  expire: { from: ["pending", "endorsed", "approved"], to: "expired", when: "expired", tells: "expired" },
  /** Takes the lease: the fence grows, and whoever held it before can change nothing any more. */
  claim: { from: ["approved"], to: "executing", when: "unexpired" },
  /** After a crash of whoever held the lease. */
  reclaim: { from: ["executing"], to: "executing", when: "lease_over" },
  /** Committed before the first byte is sent: without this mark nothing was. */
  dispatch: { from: ["executing"], to: "executing", when: "holds_lease" },
  /** Provably nothing was sent, and it may be tried again. */
  putBack: { from: ["executing"], to: "approved", when: "holds_lease" },
  /**
   * Its answer was lost, and the upstream tells repetitions: begun again when the short rest of the lease is over. Not put back,
   * because what may have happened must not expire.
   */
  defer: { from: ["executing"], to: "executing", when: "holds_lease" },
  succeed: { from: ["executing"], to: "executed", when: "holds_lease", tells: "executed" },
  fail: { from: ["executing"], to: "failed", when: "holds_lease", tells: "failed" },
  lose: { from: ["executing"], to: "outcome_unknown", when: "holds_lease", tells: "failed" },
  /** An operator has looked: it had not happened and may be sent again. */
  retry: { from: ["outcome_unknown"], to: "approved" },
  /** An operator has looked: it had happened. */
  settleExecuted: { from: ["outcome_unknown"], to: "executed", tells: "executed" },
  /** An operator has looked: it had not happened, and is not wanted any more. */
  settleFailed: { from: ["outcome_unknown"], to: "failed", tells: "failed" },
} as const satisfies Record<string, Move>;

/** The name of a move. */
export type MoveName = keyof typeof moves;

/** Nothing changes any more, but for a person who settles an unknown outcome. */
export const terminal: ReadonlySet<ApprovalStatus> = new Set([
  "executed",
  "failed",
  "outcome_unknown",
  "rejected",
  "expired",
  "withdrawn",
]);

/** Waits for a decision of a person. */
export const undecided: readonly ApprovalStatus[] = ["pending", "endorsed"];
