import { html } from "hono/html";
import { type ApprovalStatus, undecided } from "../approval-states.ts";
import type { Tool } from "../codegen.ts";
import type { ApprovalRecord, OperatorRecord } from "../ports.ts";
import { type Decided, type Editing, mayDecide } from "./decisions.ts";
import { differenceTable, requestText } from "./request-parts.ts";
import { type Html, nothing, pretty, visible } from "./words.ts";

/** What the forms are made from. */
export interface DecisionContext {
  readonly approval: ApprovalRecord;
  readonly status: ApprovalStatus;
  readonly tool: Tool | undefined;
  readonly approvers: 1 | 2;
  readonly operator: OperatorRecord;
  readonly formToken: string;
  readonly seen: string;
  /** What became of the form that was sent last. */
  readonly decided: Decided | undefined;
  readonly reasonMaxChars: number;
}

/** What an operator can do with a call as it stands. */
export function decisionForms(context: DecisionContext): Html {
  const { approval, status, operator } = context;
  if (status === "outcome_unknown") return mayDecide(operator) ? settleForm(context) : viewersOnly;
  if (!undecided.includes(status)) return nothing;
  if (!mayDecide(operator)) return viewersOnly;
  const isFirst = status === "endorsed" && approval.endorsedBy === operator.name;
  const editing = context.decided?.kind === "editing" ? context.decided.editing : undefined;
  return html`${editing?.checked === undefined ? nothing : checkedForm(context, editing)}
${isFirst ? html`<section class="card"><h2>Decision</h2><p>You have approved it. A second person must too.</p></section>` : approveForm(context)}
${status === "endorsed" ? nothing : editForm(context, editing)}
${rejectForm(context)}`;
}

const viewersOnly = html`<section class="card"><h2>Decision</h2><p>You may look at it. Approvers decide.</p></section>`;

function open({ approval, formToken, seen }: DecisionContext): Html {
  return html`<form method="post" action="/console/approvals/${approval.id}">
<input type="hidden" name="token" value="${formToken}"><input type="hidden" name="seen" value="${seen}">`;
}

function approveForm(context: DecisionContext): Html {
  const { status, approvers, tool, reasonMaxChars, decided } = context;
  const isEdited = decided?.kind === "editing" && decided.editing.checked !== undefined;
  const verb = isEdited ? "Approve as asked for" : "Approve";
  const name = approvers === 2 && status === "pending" ? `${verb}, as the first of two` : verb;
  return html`<section class="card"><h2>Decision</h2>
${open(context)}
<label for="note">Note (optional)</label>
<input id="note" name="reason" maxlength="${reasonMaxChars}" autocomplete="off">
<div class="row"><button${isEdited ? nothing : html` class="primary"`} name="do" value="approve">${name}</button>
${tool?.dryRun === "forward" ? html`<button name="do" value="dry_run">Dry run</button>` : nothing}</div>
</form></section>`;
}

function rejectForm(context: DecisionContext): Html {
  const { decided, reasonMaxChars } = context;
  const reason = decided?.kind === "refused" ? (decided.reason ?? "") : "";
  return html`<section class="card"><h2>Reject</h2>
${open(context)}
<label for="reason">Reason, told to whoever asked</label>
<textarea class="words" id="reason" name="reason" rows="2" maxlength="${reasonMaxChars}" required>${reason}</textarea>
<div class="row"><button class="danger" name="do" value="reject">Reject</button></div>
</form></section>`;
}

function editForm(context: DecisionContext, editing: Editing | undefined): Html {
  const { approval } = context;
  const problems = editing?.problems ?? [];
  const text = editing?.text ?? pretty(approval.editedInput ?? approval.input);
  const described = problems.length === 0 ? nothing : html` aria-invalid="true" aria-describedby="problems"`;
  return html`<section class="card"><details${editing === undefined ? nothing : html` open`}><summary>Edit the arguments</summary>
${open(context)}
<label for="edited">Arguments as JSON</label>
<textarea id="edited" name="edited" rows="12" spellcheck="false" autocapitalize="none"${described}>
${text}</textarea>
${problems.length === 0 ? nothing : html`<div id="problems" class="notice bad" role="alert"><ul>${problems.map(({ path, message }) => html`<li>${path === "" ? nothing : html`<code>${visible(path)}</code> `}${visible(message)}</li>`)}</ul></div>`}
<div class="row"><button name="do" value="check">Check and compare</button></div>
</form></details></section>`;
}

/** Good arguments, compared with what was asked for, and the request that comes of them: now they can be approved. */
function checkedForm(context: DecisionContext, { text, checked }: Editing): Html {
  const { approval, approvers, reasonMaxChars } = context;
  if (checked === undefined) return nothing;
  return html`<section class="card" id="compare"><h2>As edited</h2>
${differenceTable(approval.input, checked.input)}
<h3>Will call</h3>
${requestText(checked.request)}
${open(context)}
<textarea name="edited" hidden aria-label="Arguments as edited">
${text}</textarea>
<label for="edit-note">Note (optional)</label>
<input id="edit-note" name="reason" maxlength="${reasonMaxChars}" autocomplete="off">
<div class="row"><button class="primary" name="do" value="approve_edited">${approvers === 2 ? "Approve as edited, as the first of two" : "Approve as edited"}</button></div>
</form></section>`;
}

function settleForm(context: DecisionContext): Html {
  return html`<section class="card"><h2>What became of it?</h2>
<p>It was sent, and its answer was lost. Look in the upstream system, then say what you found.</p>
${open(context)}
<label for="reason">How you know</label>
<textarea class="words" id="reason" name="reason" rows="2" maxlength="${context.reasonMaxChars}" required></textarea>
<div class="row"><button name="do" value="executed">It has happened</button>
<button name="do" value="failed">It has not, and is not wanted</button>
<button class="danger" name="do" value="retry">It has not: send it again</button></div>
</form></section>`;
}
