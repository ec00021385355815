import { html } from "hono/html";
import type { ApprovalStatus } from "../approval-states.ts";
import type { SignedIn } from "../identity/operator-sessions.ts";
import type { TrailReport } from "../store/audit-verify.ts";
import type { StoredEntry } from "../store/entry-row.ts";
import { type Frame, liveState, notice, page } from "./page.ts";
import { duration, type Html, moment, nothing, pretty, statusWords, type Tone, visible } from "./words.ts";

/** Entries on one page. */
export const auditPageSize = 50;

/** Findings that stand on the page; the shell shows all. */
const findingsShown = 10;

/** What the trail is searched for, as the address says. Empty: everything. */
export interface AuditQuery {
  readonly tenant: string;
  readonly actor: string;
  readonly tool: string;
  readonly outcome: string;
  readonly type: string;
  readonly call: string;
  /** Days in UTC, the last one included. */
  readonly since: string;
  readonly until: string;
  readonly after: string;
}

/** What the last walk over the trail has found. */
export interface Verification {
  readonly atMs: number;
  readonly by: string;
  /** Absent where the trail could not be read to its end. */
  readonly report: TrailReport | undefined;
}

const types = ["call", "intent", "approval", "admin", "refusal"] as const;

/** The audit trail, newest first. */
export function auditPage(
  frame: Frame & { readonly signedIn: SignedIn },
  given: {
    readonly query: AuditQuery;
    readonly entries: readonly StoredEntry[];
    readonly next: string | undefined;
    readonly state: { readonly verification: Verification | undefined; readonly isRunning: boolean };
    readonly nowMs: number;
  },
): Html {
  const { query, entries, next, state, nowMs } = given;
  const main = html`${liveState}
<section class="card"><h2>Is it as it was written?</h2>
<div id="verification" data-live>${verificationText(state, nowMs)}</div>
<form method="post" action="/console/audit/verify"><input type="hidden" name="token" value="${frame.signedIn.formToken}">
<div class="row"><button>Verify now</button></div></form>
</section>
${searchForm(query)}
${entries.length === 0 ? html`<p>No entry fits.</p>` : html`<ul class="calls">${entries.map(entryItem)}</ul>`}
<p class="row">${query.after === "" ? nothing : html`<a href="${toAddress({ ...query, after: "" })}">Newest</a>`}${next === undefined ? nothing : html`<a href="${toAddress({ ...query, after: next })}">Older</a>`}</p>`;
  // Not looked at again but while something runs: a search may read much of the trail.
  return page(frame, { title: "Audit", main, isLive: state.isRunning, isPassing: state.isRunning });
}

function verificationText(
  { verification, isRunning }: { readonly verification: Verification | undefined; readonly isRunning: boolean },
  nowMs: number,
): Html {
  if (isRunning) return html`<p>Every entry is being hashed again with the one before.</p>`;
  if (verification === undefined)
    return html`<p>It was not verified since this server was started. Verifying reads the whole trail.</p>`;
  const { report, atMs, by } = verification;
  const when = html`${duration(nowMs - atMs)} ago, for ${visible(by)}`;
  if (report === undefined)
    return notice("bad", html`<p>The trail could not be read to its end, ${when}. It is in the log.</p>`);
  const { entries, unchained, pruned, found, findings } = report;
  if (found === 0)
    return notice(
      "good",
      html`<p>Verified ${when}: ${entries} entries, none edited, missing or added.${pruned > 0 ? ` ${pruned} were pruned, on record.` : ""}${unchained > 0 ? ` ${unchained} are older than the chain.` : ""}</p>`,
    );
  const more = found - Math.min(found, findingsShown);
  return notice(
    "bad",
    html`<p>Verified ${when}: ${found} of what was found is not as it was written.</p><ul>${findings.slice(0, findingsShown).map(({ message }) => html`<li>${visible(message)}</li>`)}</ul>${more > 0 ? html`<p>And ${more} more: <code>toolspec audit verify</code> shows them.</p>` : nothing}`,
  );
}

function searchForm(query: AuditQuery): Html {
  const field = (name: keyof AuditQuery, label: string, type = "text") =>
    html`<div><label for="${name}">${label}</label><input id="${name}" name="${name}" type="${type}" value="${query[name]}" autocapitalize="none" autocomplete="off" spellcheck="false"></div>`;
  return html`<form class="card filters" method="get" action="/console/audit">
${field("tenant", "Account")}${field("actor", "Who")}${field("tool", "Tool or action")}${field("outcome", "Outcome")}
<div><label for="type">Kind</label><select id="type" name="type"><option value="">every kind</option>${types.map((type) => html`<option${type === query.type ? html` selected` : nothing}>${type}</option>`)}</select></div>
${field("call", "Call or approval")}${field("since", "From", "date")}${field("until", "To", "date")}
<div><button>Search</button></div>
</form>`;
}

function entryItem(entry: StoredEntry): Html {
  const { upstreamMethod, upstreamTarget, upstreamStatus, upstreamMs, ownMs } = entry;
  const client = entry.clientName === undefined ? "" : `, ${entry.clientName} ${entry.clientVersion ?? ""}`.trimEnd();
  return html`<li>
<div class="row spread"><h2>${visible(entry.tool)}</h2><span class="row"><span class="badge over">${entry.type}</span><span class="badge ${toneOf(entry.outcome)}">${visible(entry.outcome)}</span></span></div>
<p class="soft">${moment(entry.atMs)} · ${visible(`${entry.callerName} (${entry.callerKind}${client})`)} of ${visible(entry.tenant)}</p>
${entry.why === undefined ? nothing : html`<p>${visible(entry.why)}</p>`}
<details id="entry-${entry.writer}-${entry.seq}"><summary>Everything</summary>
<dl>
<dt>Arguments</dt><dd><pre tabindex="0">${pretty(entry.arguments)}</pre></dd>
${upstreamMethod === undefined ? nothing : html`<dt>Upstream</dt><dd><code>${visible(`${upstreamMethod} ${upstreamTarget ?? ""}`)}</code>${upstreamStatus === undefined ? "" : ` HTTP ${upstreamStatus}`}${upstreamMs === undefined ? "" : `, ${Math.round(upstreamMs)} ms`}</dd>`}
${ownMs === undefined ? nothing : html`<dt>Our own time</dt><dd>${ownMs.toFixed(1)} ms</dd>`}
<dt>Decision</dt><dd>${entry.decision ?? "none"}${entry.dryRun ? ", dry run" : ""}</dd>
<dt>Call</dt><dd><a href="/console/audit?call=${entry.callId}"><code>${entry.callId}</code></a></dd>
${entry.type === "approval" ? html`<dt>Approval</dt><dd><a href="/console/approvals/${entry.callId}">its page</a></dd>` : nothing}
<dt>Place in the chain</dt><dd><code>${entry.writer} ${entry.seq}</code></dd>
<dt>Hash</dt><dd><code>${entry.hash ?? "older than the chain"}</code></dd>
</dl></details>
</li>`;
}

function toneOf(outcome: string): Tone {
  if (outcome === "ok" || outcome === "planned") return "good";
  if (outcome === "pending_approval" || outcome === "confirmation_required") return "waits";
  if (outcome === "intent" || outcome === "put_back") return "runs";
  return Object.hasOwn(statusWords, outcome) ? statusWords[outcome as ApprovalStatus].tone : "bad";
}

function toAddress(query: AuditQuery): string {
  const given = Object.entries(query).filter(([, value]) => value !== "");
  return `/console/audit?${new URLSearchParams(given as [string, string][])}`;
}
