import { lifetimeMinutes } from "./seal.ts";

/** Why an answer does not let a call run. */
export type RefusalReason =
  | "forged"
  | "expired"
  | "other_caller"
  | "other_tool"
  | "changed_arguments"
  | "unreadable"
  | "declined"
  | "cancelled"
  | "used";

/** A refused answer: the reason for programs, and what happened and how to go on for the caller. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly message: string;
  readonly fix: string;
}

const askAgain = "Call again without an answer: the person is shown a new form.";

const words: Readonly<Record<RefusalReason, readonly [happened: string, fix: string]>> = {
  forged: ["this server did not make the requestState that came with it, or it was altered on the way", askAgain],
  expired: [`the form was answered too late: it is good for ${lifetimeMinutes} minutes`, askAgain],
  other_caller: ["the form was shown on behalf of another caller", askAgain],
  other_tool: ["the form was for another tool, or for another version of this server", askAgain],
  changed_arguments: [
    "its arguments are not the ones that the person was shown",
    "Call again with the arguments that are meant, and without an answer: the person is shown them in a new form.",
  ],
  unreadable: ["the answer to the form is missing or is no answer to it", askAgain],
  declined: ["the person did not agree to it", "Do not try again unless the person asks for it."],
  cancelled: [
    "the person closed the form without an answer",
    "Ask the person whether to go on. If so, call again without an answer: a new form is shown.",
  ],
  used: [
    "the form was answered before, and an answer counts once",
    "Look first whether the call that it was given to has run. To run it once more, call again without an answer.",
  ],
};

/** Word the refusal of one tool's call. */
export function refusal(reason: RefusalReason, toolName: string): Refusal {
  const [happened, fix] = words[reason];
  return { reason, message: `${toolName} was not run: ${happened}.`, fix };
}
