import type { Exchange } from "../call.ts";
import type { ApprovalRecord, AuditEntry } from "../ports.ts";
import { redactArguments, redactTarget } from "./redact.ts";
import { withoutCall } from "./without-call.ts";

/** What has become of a parked call, and by whom. */
export interface ApprovalNews {
  readonly approval: ApprovalRecord;
  /** `approved`, `rejected`, `executed`, an error code, … */
  readonly outcome: string;
  /** The operator, or whoever asked; absent: this server by itself. */
  readonly by?: { readonly kind: "operator" | "caller"; readonly name: string };
  readonly why?: string;
  readonly exchange?: Exchange;
  /** Top-level inputs of the tool that must not reach the trail. */
  readonly sensitive: readonly string[];
  /** Unix time in milliseconds. */
  readonly nowMs: number;
}

/** The entry that a change of a parked call leaves. It carries the id of the call that was parked, as all entries about it do. */
export function approvalEntry({ approval, outcome, by, why, exchange, sensitive, nowMs }: ApprovalNews): AuditEntry {
  const { requester, editedInput } = approval;
  const isOperator = by?.kind === "operator";
  const given = editedInput ?? approval.input;
  return {
    ...withoutCall,
    type: "approval",
    callId: approval.id,
    atMs: nowMs,
    server: approval.server,
    serverVersion: approval.serverVersion,
    actorType: isOperator ? "admin" : "mcp",
    tenant: approval.tenant,
    callerKind: isOperator ? "operator" : requester.kind,
    callerId: isOperator ? by.name : requester.id,
    callerName: isOperator ? by.name : requester.name,
    era: approval.era,
    tool: approval.tool,
    arguments: redactArguments(given, { sensitive }),
    decision: "approval",
    why: why ?? approval.why,
    outcome,
    ...(exchange && {
      upstreamMethod: exchange.method,
      upstreamTarget: redactTarget(exchange.target, given, { sensitive }),
      upstreamStatus: exchange.status,
      upstreamMs: Math.round(exchange.durationMs * 1000) / 1000,
    }),
  };
}
