import { terminal } from "../approval-states.ts";
import type { Approvals } from "../codegen.ts";
import type { ApprovalEvent, ApprovalRecord } from "../ports.ts";

/**
 * What a webhook tells of a parked call: what has become of it, and where to ask for more.
 *
 * Neither arguments nor the upstream's reply, nor its error's text, which may quote either: whoever is told may ask with its own key.
 * Messages are not in order, so that a receiver keeps the one with the latest `timestamp`.
 */
export function toEvent(options: {
  /** After the server's own beginning of names: `executed`. */
  readonly name: string;
  readonly approval: ApprovalRecord;
  readonly approvals: Approvals;
  /** Unix time in milliseconds. */
  readonly nowMs: number;
}): ApprovalEvent {
  const { name, approval, approvals, nowMs } = options;
  return {
    type: `${approvals.events}.${name}`,
    timestamp: toIso(nowMs),
    data: {
      approval_id: approval.id,
      action_type: approval.tool,
      // That one of two operators has agreed is nobody's business but theirs.
      status: approval.status === "endorsed" ? "pending" : approval.status,
      terminal: terminal.has(approval.status),
      tenant: approval.tenant,
      created_at: toIso(approval.createdAtMs),
      expires_at: toIso(approval.expiresAtMs),
      poll_url: approvals.pollPath.replace("{id}", approval.id),
      ...(approval.decidedAtMs !== undefined && { decided_at: toIso(approval.decidedAtMs) }),
      ...(approval.reason !== undefined && { reason: approval.reason }),
      ...(approval.errorCode !== undefined && { error: { code: approval.errorCode } }),
    },
  };
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
