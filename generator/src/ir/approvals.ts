import { parseWait } from "../spec/duration.ts";
import type { ServerSpec } from "../spec/server-shape.ts";
import type { ApprovalsIr, JsonSchema, ToolIr } from "./tool.ts";

/** The generated tool by which an agent asks what became of a call of its own; no spec may have its name. */
export const approvalTool = "get_approval";

/** The input of {@link approvalTool}. */
const approvalIdInput = "approval_id";

/** A day: whoever decides has slept once. */
const expiresInDefaultMs = 86_400_000;

/** Names of tools that a server with this server.yaml has beside those of its files. */
export function generatedTools({ approvals }: Partial<ServerSpec>): readonly string[] {
  return approvals === undefined ? [] : [approvalTool];
}

/** Where a caller asks for one of its approvals, where server.yaml does not say. */
export function pollPathOf({ pollPath }: NonNullable<ServerSpec["approvals"]>): string {
  return pollPath ?? "/agent-approvals/{id}";
}

/** `approvals:` of server.yaml, with every default filled in. */
export function approvalsOf({ approvals }: ServerSpec): ApprovalsIr | undefined {
  if (approvals === undefined) return undefined;
  return {
    expiresInMs: parseWait(approvals.expiresIn ?? "") ?? expiresInDefaultMs,
    pollPath: pollPathOf(approvals),
    events: approvals.webhooks ?? "agent.action",
    approvers: approvals.approvers ?? 1,
  };
}

/** Says what became of a parked call. `source` is the file that asks for it: the server.yaml. */
export function approvalToolIr(source: string): ToolIr {
  return {
    name: approvalTool,
    title: "Get approval",
    description:
      "Read what became of a call of yours that waits for an operator. When a tool answers with status pending_approval, do not call it " +
      "again: tell the user, then call this with its approval_id, about once a minute, until terminal is true. result is then the tool's " +
      "own answer, error says why there is none, and reason is what the operator said.",
    access: "read",
    scope: undefined,
    disposition: "auto",
    dryRun: "none",
    idempotent: true,
    request: undefined,
    content: undefined,
    approvalOf: approvalIdInput,
    pagination: undefined,
    constraints: [],
    inputs: [
      {
        name: approvalIdInput,
        required: true,
        schema: { type: "string", format: "uuid", description: "UUID from the answer to your own call." },
        place: "content",
        as: [approvalIdInput],
        sensitive: false,
      },
    ],
    output: approvalOutput,
    contract: "observe",
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    timeoutMs: undefined,
    plan: undefined,
    tags: [],
    deprecated: undefined,
    examples: [],
    notes: undefined,
    source,
  };
}

const instant = (description: string): JsonSchema => ({ type: "string", format: "date-time", description });

/** What the runtime tells a caller of its own approval. */
const approvalOutput: JsonSchema = {
  type: "object",
  properties: {
    status: {
      type: "string",
      enum: [
        "pending",
        "approved",
        "executing",
        "executed",
        "failed",
        "outcome_unknown",
        "rejected",
        "expired",
        "withdrawn",
      ],
      description: "Where the call stands.",
    },
    terminal: { type: "boolean", description: "Nothing will change any more: stop asking." },
    approval_id: { type: "string", format: "uuid", description: "As it was asked for." },
    action_type: { type: "string", description: "The tool that was called." },
    created_at: instant("When it was called."),
    expires_at: instant("When the call is over if nobody has decided."),
    decided_at: instant("When an operator decided, or the call was taken back."),
    reason: { type: "string", description: "What the operator said." },
    edited_arguments: { type: "object", description: "The arguments it runs with, where the operator changed them." },
    result: { description: "The tool's own answer, once executed." },
    error: {
      type: "object",
      properties: { code: { type: "string" }, message: { type: "string" } },
      required: ["code", "message"],
      description: "Why the call was not done, or why nobody knows whether it was.",
    },
  },
  required: ["status", "terminal", "approval_id", "action_type", "created_at", "expires_at"],
};
