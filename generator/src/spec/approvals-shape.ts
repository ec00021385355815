import * as z from "zod";
import { isWait, waitWords } from "./duration.ts";
import { form } from "./forms.ts";

/** One `{id}`, a whole step of the path, and at least one other step, so that no other page is meant. */
const pollPath = /^(?=.*\/[A-Za-z0-9._~-])(\/[A-Za-z0-9._~-]+)*\/\{id\}(\/[A-Za-z0-9._~-]+)*$/;

/** Calls that wait for an operator. */
export const approvals = form(
  "{} or { expiresIn: 24h, pollPath: /agent-approvals/{id} }",
  "Let calls wait for an operator: those of tools with disposition approval, and those that a tenant's policy says so of.",
  z.strictObject({
    expiresIn: form(waitWords, "How long a call may wait. Default: 24h.", z.string().refine(isWait)).optional(),
    pollPath: form(
      "a path with one {id}, like /v1/agent-approvals/{id}",
      "Where a caller asks what became of its call. Default: /agent-approvals/{id}.",
      z.string().max(200).regex(pollPath),
    ).optional(),
    webhooks: form(
      "lower-case words with dots, like agent.action",
      "Beginning of the names of webhook events. Default: agent.action.",
      z
        .string()
        .max(60)
        .regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/),
    ).optional(),
    approvers: form(
      "1 or 2",
      "Persons who must agree to a call. Default: 1.",
      z.union([z.literal(1), z.literal(2)]),
    ).optional(),
  }),
);
