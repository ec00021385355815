import { mayEndIn } from "../ir/disposition.ts";
import type { Rule } from "../ir/draft.ts";
import { dispositionOf } from "../ir/lower-tool.ts";

/** A tool whose calls wait for an operator needs a place where they can. */
export const approvalsNeeded: Rule = ({ server, tools }) => {
  if (server === undefined || server.spec.approvals !== undefined || server.broken.has("approvals")) return [];
  return tools
    .filter(({ spec, access }) => access === "write" && mayEndIn(dispositionOf(spec), "approval"))
    .map(({ file }) => ({
      rule: "approvals-needed",
      file,
      path: ["disposition"],
      part: "key",
      message: `calls would wait for an operator, and ${server.file.path} says nothing of approvals`,
      mend: `add approvals: {} to ${server.file.path}, or write confirm instead`,
    }));
};
