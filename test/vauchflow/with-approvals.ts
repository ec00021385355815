/** Vauchflow with its queue of approvals. A registrations.ts too, so that commands can be run on it. */
import { server as vauchflow } from "@toolspec/generated/vauchflow";
import { type Approvals, defineServer, defineTool } from "@toolspec/runtime/codegen";
import * as z from "zod";

const getApproval = defineTool<{ approval_id: string }>({
  name: "get_approval",
  title: "See what became of an action",
  description: "Say what became of an action that waits, or waited, for an operator.",
  access: "read",
  disposition: "auto",
  dryRun: "none",
  input: z.strictObject({ approval_id: z.uuid() }),
  handler: (input) => ({ approval: input.approval_id }),
});

export const approvals: Approvals = {
  expiresInMs: 24 * 60 * 60 * 1000,
  pollPath: "/v1/agent-approvals/{id}",
  events: "agent.action",
  approvers: 1,
};

export const server = defineServer({
  ...vauchflow,
  approvals,
  tools: [...vauchflow.tools, getApproval],
  advertised: {
    ...vauchflow.advertised,
    get_approval: {
      inputSchema: {
        type: "object",
        properties: { approval_id: { type: "string", format: "uuid" } },
        required: ["approval_id"],
        additionalProperties: false,
      },
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
  },
});
