import { html } from "hono/html";
import { statusAt } from "../approval/desk.ts";
import type { ApprovalStatus } from "../approval-states.ts";
import type { ApprovalFilter, ApprovalRecord } from "../ports.ts";
import { type Frame, liveState, page } from "./page.ts";
import { badge, duration, type Html, nothing, short, visible, whoAsked } from "./words.ts";

/** Calls on one page: a phone scrolls through them, and a page is small enough to be fetched every two seconds. */
export const queuePageSize = 25;

/** Arguments that stand in the list; the call's own page has all. */
const argumentsShown = 4;

/** Which calls the list shows, by the names of its tabs. */
export const queueTabs = {
  waiting: { name: "Waiting", statuses: ["pending", "endorsed"] },
  running: { name: "Running", statuses: ["approved", "executing"] },
  unknown: { name: "Outcome unknown", statuses: ["outcome_unknown"] },
  executed: { name: "Executed", statuses: ["executed"] },
  failed: { name: "Failed", statuses: ["failed"] },
  rejected: { name: "Rejected", statuses: ["rejected"] },
  over: { name: "Expired or withdrawn", statuses: ["expired", "withdrawn"] },
} as const satisfies Record<string, { readonly name: string; readonly statuses: readonly ApprovalStatus[] }>;

/** The name of a tab in the page's address. */
export type QueueTab = keyof typeof queueTabs;

/** What the list is narrowed to, as its address says. */
export interface QueueQuery {
  readonly tab: QueueTab;
  readonly tool: string;
  readonly tenant: string;
  readonly after: string;
}

/** Read the address; whatever is not understood is left out. */
export function readQueueQuery(url: URL): QueueQuery {
  const given = (name: string) => url.searchParams.get(name)?.trim().slice(0, 200) ?? "";
  const tab = given("status");
  return {
    tab: Object.hasOwn(queueTabs, tab) ? (tab as QueueTab) : "waiting",
    tool: given("tool"),
    tenant: given("tenant"),
    after: given("after"),
  };
}

/** The same as the store is asked. */
export function toFilter(server: string, { tab, tool, tenant }: QueueQuery): ApprovalFilter {
  const { statuses } = queueTabs[tab];
  return { server, statuses, ...(tool !== "" && { tool }), ...(tenant !== "" && { tenant }) };
}

/** The list of calls. */
export function queuePage(
  frame: Frame,
  given: {
    readonly query: QueueQuery;
    readonly approvals: readonly ApprovalRecord[];
    readonly next: string | undefined;
    readonly counts: Readonly<Partial<Record<ApprovalStatus, number>>>;
    /** Names of tools that may wait. */
    readonly tools: readonly string[];
    readonly nowMs: number;
  },
): Html {
  const { query, approvals, next, counts, tools, nowMs } = given;
  const countOf = (tab: QueueTab) => queueTabs[tab].statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
  const waiting = countOf("waiting");
  const main = html`${liveState}
<div id="queue" data-live>
<p class="soft" role="status">${waiting === 0 ? "Nothing waits for a decision." : `${waiting} ${waiting === 1 ? "call waits" : "calls wait"} for a decision.`}</p>
<ul class="tabs">
${(Object.keys(queueTabs) as QueueTab[]).map((tab) => html`<li><a href="${toAddress({ ...query, tab, after: "" })}"${tab === query.tab ? html` aria-current="page"` : nothing}>${queueTabs[tab].name} ${countOf(tab)}</a></li>`)}
</ul>
</div>
<form class="card filters" method="get" action="/console">
<input type="hidden" name="status" value="${query.tab}">
<div><label for="tool">Tool</label><select id="tool" name="tool"><option value="">every tool</option>
${tools.map((tool) => html`<option${tool === query.tool ? html` selected` : nothing}>${tool}</option>`)}</select></div>
<div><label for="tenant">Account</label><input id="tenant" name="tenant" value="${query.tenant}" placeholder="every account" autocapitalize="none"></div>
<div><button>Show</button></div>
</form>
<div id="calls" data-live>
${approvals.length === 0 ? html`<p>No call is here.</p>` : html`<ul class="calls">${approvals.map((approval) => entry(approval, nowMs))}</ul>`}
<p class="row">${query.after === "" ? nothing : html`<a href="${toAddress({ ...query, after: "" })}">Newest</a>`}${next === undefined ? nothing : html`<a href="${toAddress({ ...query, after: next })}">Older</a>`}</p>
</div>`;
  return page(frame, { title: "Approvals", ...(waiting > 0 && { mark: `(${waiting})` }), main, isLive: true });
}

function entry(approval: ApprovalRecord, nowMs: number): Html {
  const status = statusAt(approval, nowMs);
  const isWaiting = status === "pending" || status === "endorsed";
  const given = Object.entries(approval.editedInput ?? approval.input);
  const more = given.length - argumentsShown;
  return html`<li>
<div class="row spread"><h2><a href="/console/approvals/${approval.id}">${approval.title}</a></h2>${badge(status)}</div>
<p>${given.slice(0, argumentsShown).map(([name, value]) => html`<code>${visible(name)} ${short(value)}</code> `)}${more > 0 ? html`<span class="soft">and ${more} more</span>` : nothing}</p>
<p class="soft">${whoAsked(approval)} of ${visible(approval.tenant)}, ${duration(nowMs - approval.createdAtMs)} ago${isWaiting ? html` · ${duration(approval.expiresAtMs - nowMs)} left` : nothing}</p>
<p class="soft">${visible(approval.why)}</p>
</li>`;
}

function toAddress({ tab, tool, tenant, after }: QueueQuery): string {
  const parameters = new URLSearchParams({
    status: tab,
    ...(tool !== "" && { tool }),
    ...(tenant !== "" && { tenant }),
    ...(after !== "" && { after }),
  });
  return `/console?${parameters}`;
}
