import type { ApprovalStatus } from "../approval-states.ts";
import type { Outcome, ParkedCall } from "../call.ts";
import { type ErrorCode, errorTable, GatewayError } from "../errors.ts";
import type { ApprovalRecord } from "../ports.ts";
import { statusAt } from "./desk.ts";
import { readReply } from "./reply-text.ts";

/** What a client that waits for the real end of its call is told at this instant. */
export function toParked(approval: ApprovalRecord, nowMs: number): ParkedCall {
  const { id, tool, createdAtMs, decidedAtMs, dispatchedAtMs, finishedAtMs, expiresAtMs } = approval;
  const status = statusAt(approval, nowMs);
  const marks = [
    createdAtMs,
    decidedAtMs,
    dispatchedAtMs,
    finishedAtMs,
    status === "expired" ? expiresAtMs : undefined,
  ];
  const outcome = toOutcome(approval, status);
  return {
    id,
    tool,
    status,
    createdAtMs,
    changedAtMs: Math.max(...marks.filter((mark) => mark !== undefined)),
    expiresAtMs,
    ...(outcome && { outcome }),
  };
}

/** The end of the call as it would have been, had it not waited. A refusal is an error like any other: a model has to read why. */
function toOutcome(approval: ApprovalRecord, status: ApprovalStatus): ParkedCall["outcome"] {
  switch (status) {
    case "executed":
      if (approval.result !== undefined) return succeeded(approval.result);
      // Done, with a reply that is not what the tool promises; nobody had to find that out.
      return approval.errorCode === undefined ? failed("outcome_unknown", lostReply) : ownFailure(approval, status);
    case "failed":
    case "outcome_unknown":
      return ownFailure(approval, status);
    case "rejected":
      return failed("approval_rejected", `An operator has rejected it, so it was not run.${saidWith(approval)}`);
    case "expired":
      return failed(
        "approval_expired",
        "No operator let it run in time, so it was not run. Ask for it again if need be.",
      );
    case "pending":
    case "endorsed":
    case "approved":
    case "executing":
    case "withdrawn":
      return undefined;
  }
}

const lostReply =
  "It was done, as an operator has found out, but the upstream's reply was lost. Do not ask for it again; read what it changed.";

/** One that was lost and then settled keeps what lost it: what the operator found counts. */
function ownFailure(
  approval: ApprovalRecord,
  status: "executed" | "failed" | "outcome_unknown",
): ParkedCall["outcome"] {
  const { errorCode = "outcome_unknown", errorMessage = "", upstreamStatus } = approval;
  if (status === "failed" && errorCode === "outcome_unknown")
    return failed("approval_rejected", `It was not done, as an operator has found out.${saidWith(approval)}`);
  // A newer release may have written a code that this one does not know.
  const code = Object.hasOwn(errorTable, errorCode) ? (errorCode as ErrorCode) : "internal";
  return failed(code, errorMessage, upstreamStatus === undefined ? {} : { status: upstreamStatus });
}

function saidWith({ reason }: ApprovalRecord): string {
  return reason === undefined ? "" : ` The reason: ${reason}`;
}

function failed(code: ErrorCode, message: string, meta = {}): Extract<Outcome, { kind: "failed" }> {
  return { kind: "failed", error: new GatewayError(code, message, { meta }) };
}

function succeeded(text: string): Extract<Outcome, { kind: "succeeded" }> {
  return { kind: "succeeded", text, value: readReply(text) };
}
