import { html } from "hono/html";
import { reasonMaxChars, statusAt } from "../approval/desk.ts";
import { terminal, undecided } from "../approval-states.ts";
import type { Tool } from "../codegen.ts";
import type { ApprovalRecord } from "../ports.ts";
import { decisionForms } from "./decision-forms.ts";
import { type Decided, mayDecide, seenOf } from "./decisions.ts";
import { type Frame, liveState, notice, page } from "./page.ts";
import { argumentList, differenceTable, dryRunOutcome, requestText } from "./request-parts.ts";
import { badge, duration, type Html, moment, nothing, pretty, visible, whoAsked } from "./words.ts";

/** The page of one call: all that an operator needs to decide, and what became of it. */
export function requestPage(
  frame: Frame & { readonly signedIn: NonNullable<Frame["signedIn"]> },
  given: {
    readonly approval: ApprovalRecord;
    /** As it is now; undefined where the server does not have it any more. */
    readonly tool: Tool | undefined;
    readonly approvers: 1 | 2;
    readonly decided: Decided | undefined;
    readonly nowMs: number;
  },
): Html {
  const { approval, tool, approvers, decided, nowMs } = given;
  const { operator, formToken } = frame.signedIn;
  const status = statusAt(approval, nowMs);
  // Sensitive inputs must be seen by whoever decides about them, and by nobody else.
  const isVeiled = !mayDecide(operator) && (tool?.sensitive ?? []).some((name) => name in approval.input);
  const isOpen = undecided.includes(status) || status === "outcome_unknown";
  const key = [status, approval.endorsedBy ?? "", seenOf(approval)].join(" ");
  const main = html`${liveState}${decided?.kind === "refused" ? notice("bad", decided.message) : nothing}
<div id="state" data-live>${stateOf(approval, { nowMs, isVeiled })}</div>
<div${isOpen ? html` class="columns"` : nothing}>
<div>
${
  isVeiled
    ? veil
    : html`<section class="card"><h2>The request</h2>${requestText(approval.request)}</section>
<section class="card"><h2>Arguments</h2>${argumentList(approval.editedInput ?? approval.input, tool)}</section>`
}
${approval.editedInput === undefined || isVeiled ? nothing : html`<section class="card"><h2>Edited by an operator</h2>${differenceTable(approval.input, approval.editedInput)}</section>`}
${decided?.kind === "dry_run" ? html`<section class="card" id="dry-run"><h2>Dry run</h2>${dryRunOutcome(decided.outcome)}</section>` : nothing}
</div>
<div id="decision" data-live data-key="${key}">
${decisionForms({ approval, status, tool, approvers, operator, formToken, seen: seenOf(approval), decided, reasonMaxChars })}
</div>
<section class="card"><h2>About it</h2>${about(approval)}</section>
</div>
<p class="row"><a href="/console">All calls</a><a href="/console/audit?call=${approval.id}">Its audit entries</a></p>`;
  const isPassing = status === "approved" || status === "executing";
  return page(frame, { title: approval.title, main, isLive: true, isPassing });
}

const veil = html`<section class="card"><h2>Arguments</h2><p>They hold sensitive values, which only those who may decide are shown.</p></section>`;

function stateOf(
  approval: ApprovalRecord,
  { nowMs, isVeiled }: { readonly nowMs: number; readonly isVeiled: boolean },
): Html {
  const status = statusAt(approval, nowMs);
  const isWaiting = undecided.includes(status);
  return html`<p class="row">${badge(status)}<code>${approval.tool}</code>${isWaiting ? html`<span>${duration(approval.expiresAtMs - nowMs)} left</span>` : nothing}</p>
${isWaiting ? html`<p><strong>Why it waits:</strong> ${visible(approval.why)}.</p>` : nothing}
${status === "endorsed" ? html`<p>${visible(approval.endorsedBy ?? "")} has approved it. A second person must too.</p>` : nothing}
${approval.decidedBy === undefined ? nothing : html`<p>Decided by ${visible(approval.decidedBy)}${approval.decidedAtMs === undefined ? nothing : html`, ${moment(approval.decidedAtMs)}`}.${approval.endorsedBy === undefined ? nothing : html` First approved by ${visible(approval.endorsedBy)}.`}</p>`}
${approval.reason === undefined ? nothing : html`<p><strong>Reason:</strong> ${visible(approval.reason)}</p>`}
${terminal.has(status) ? outcomeOf(isVeiled ? { ...approval, result: undefined } : approval) : nothing}`;
}

function outcomeOf({ status, upstreamStatus, errorCode, errorMessage, result }: ApprovalRecord): Html {
  const answered = upstreamStatus === undefined ? nothing : html` The upstream answered with HTTP ${upstreamStatus}.`;
  if (status === "executed")
    return html`${notice("good", html`<p>It was executed.${answered}</p>`)}${result === undefined || result === "" ? nothing : html`<section class="card"><h2>What came back</h2><pre tabindex="0">${resultText(result)}</pre></section>`}`;
  if (errorCode === undefined) return nothing;
  return notice("bad", html`<p><code>${errorCode}</code> ${visible(errorMessage ?? "")}${answered}</p>`);
}

function resultText(result: string): string {
  try {
    return pretty(JSON.parse(result));
  } catch {
    return visible(result);
  }
}

function about(approval: ApprovalRecord): Html {
  return html`<dl>
<dt>Asked by</dt><dd>${whoAsked(approval)}</dd>
<dt>Account</dt><dd>${visible(approval.tenant)}</dd>
<dt>Its scopes</dt><dd>${approval.requester.scopes.length === 0 ? "none" : approval.requester.scopes.join(", ")}</dd>
<dt>Asked</dt><dd>${moment(approval.createdAtMs)}</dd>
<dt>Expires</dt><dd>${moment(approval.expiresAtMs)}</dd>
<dt>Why it waits</dt><dd>${visible(approval.why)}</dd>
<dt>Version</dt><dd>${approval.serverVersion}</dd>
<dt>Approval</dt><dd><code>${approval.id}</code></dd>
</dl>`;
}
