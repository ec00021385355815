import { DecisionError, type Desk, digestOf, type Edited, reasonMaxChars } from "../approval/desk.ts";
import type { Outcome } from "../call.ts";
import type { JsonObject } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import { checkJson } from "../limit/json.ts";
import type { ApprovalRecord, OperatorRecord } from "../ports.ts";

/** What the console needs of calls that wait. */
export interface Approvals {
  readonly desk: Pick<Desk, "approve" | "reject" | "settle">;
  edit(approval: ApprovalRecord, given: JsonObject): Promise<Edited>;
  dryRun(approval: ApprovalRecord): Promise<Outcome | undefined>;
}

/** Arguments that an operator is editing. */
export interface Editing {
  readonly text: string;
  /** What is wrong with them: where, and how to mend it. */
  readonly problems: readonly { readonly path: string; readonly message: string }[];
  /** What comes of them, where they are good. */
  readonly checked?: Edited;
}

/** What became of a form. */
export type Decided =
  | { readonly kind: "done" }
  | { readonly kind: "editing"; readonly editing: Editing }
  | { readonly kind: "dry_run"; readonly outcome: Outcome | undefined }
  | { readonly kind: "refused"; readonly status: 400 | 403 | 409; readonly message: string; readonly reason?: string };

/** What was shown to whoever decides: the form brings it back, so that nobody approves what they have not seen. */
export function seenOf({ request, input, editedInput }: ApprovalRecord): string {
  return digestOf([request, editedInput ?? input]);
}

/** Who may decide. */
export function mayDecide({ role }: Pick<OperatorRecord, "role">): boolean {
  return role === "approver" || role === "admin";
}

/** Do what a form of a call's page asks for. */
export async function decide(
  approval: ApprovalRecord,
  form: URLSearchParams,
  { approvals, operator }: { readonly approvals: Approvals; readonly operator: OperatorRecord },
): Promise<Decided> {
  if (!mayDecide(operator)) return refused(403, "Viewers cannot decide. Ask somebody who is an approver.");
  const reason = form.get("reason")?.trim() ?? "";
  if (reason.length > reasonMaxChars)
    return refused(400, `The reason has ${reason.length} characters; at most ${reasonMaxChars} are kept.`, reason);
  try {
    return await act(form.get("do") ?? "", { approval, form, reason, approvals, by: { name: operator.name } });
  } catch (error) {
    if (error instanceof DecisionError) return refused(409, error.message, reason);
    if (error instanceof GatewayError) return refused(409, error.message, reason);
    throw error;
  }
}

interface Act {
  readonly approval: ApprovalRecord;
  readonly form: URLSearchParams;
  readonly reason: string;
  readonly approvals: Approvals;
  readonly by: { readonly name: string };
}

async function act(what: string, { approval, form, reason, approvals, by }: Act): Promise<Decided> {
  const { desk } = approvals;
  const said = reason === "" ? {} : { reason };
  switch (what) {
    case "approve":
      if (form.get("seen") !== seenOf(approval)) return unseen;
      await desk.approve(approval.id, by, said);
      return { kind: "done" };
    case "check":
    case "approve_edited": {
      if (form.get("seen") !== seenOf(approval)) return unseen;
      const editing = await check(form.get("edited") ?? "", approval, approvals);
      if (what === "check" || editing.checked === undefined) return { kind: "editing", editing };
      await desk.approve(approval.id, by, { ...said, edited: editing.checked });
      return { kind: "done" };
    }
    case "reject":
      if (reason === "") return refused(400, "Say why: whoever asked is told, and can do better.");
      await desk.reject(approval.id, by, reason);
      return { kind: "done" };
    case "dry_run":
      return { kind: "dry_run", outcome: await approvals.dryRun(approval) };
    case "executed":
    case "failed":
    case "retry":
      if (reason === "") return refused(400, "Say how you know: the trail keeps it.");
      await desk.settle(approval.id, by, what, reason);
      return { kind: "done" };
    default:
      return refused(400, "That form is not one of ours.");
  }
}

const unseen = refused(409, "The call is not what you were shown: somebody has edited it meanwhile. Look again.");

function refused(status: 400 | 403 | 409, message: string, reason?: string): Extract<Decided, { kind: "refused" }> {
  return { kind: "refused", status, message, ...(reason !== undefined && { reason }) };
}

/** Browsers send lines with CR LF; JSON does not mind. */
async function check(text: string, approval: ApprovalRecord, approvals: Approvals): Promise<Editing> {
  const given = parse(text);
  if (given instanceof Error) return { text, problems: [{ path: "", message: given.message }] };
  try {
    return { text, problems: [], checked: await approvals.edit(approval, given) };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const { issues } = error.meta as { readonly issues?: Editing["problems"] };
    return { text, problems: issues ?? [{ path: "", message: error.message }] };
  }
}

function parse(text: string): JsonObject | Error {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return new Error(`This is no JSON: ${(error as Error).message}.`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return new Error('The arguments must be a JSON object such as {"count": 50}.');
  return checkJson(value) ?? (value as JsonObject);
}
