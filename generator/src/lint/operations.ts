import { isObject, type ObjectValue } from "../openapi/contract.ts";
import { partAt } from "../openapi/resolve.ts";
import type { LintTool, LintWorld } from "./rule.ts";

/** What the contract says of a tool's operation, if it has one. */
export function operationOf({ drafts }: LintWorld, { draft }: LintTool): ObjectValue | undefined {
  if (drafts.contract === undefined || draft.operation === undefined) return undefined;
  const value = partAt(drafts.contract.document, draft.operation.at)?.value;
  return isObject(value) ? value : undefined;
}
