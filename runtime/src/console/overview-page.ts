import { html } from "hono/html";
import type { ApprovalStatus } from "../approval-states.ts";
import { type CallGroup, callGroups, chart, groupHours } from "./chart.ts";
import { type Frame, liveState, page } from "./page.ts";
import { type QueueTab, queueTabs } from "./queue-page.ts";
import type { Hour } from "./tallies.ts";
import type { Html } from "./words.ts";

/** Calls of the last day by the hour and by outcome, where their time went, and where the parked ones stand. */
export function overviewPage(
  frame: Frame,
  given: {
    readonly hours: readonly Hour[];
    readonly counts: Readonly<Partial<Record<ApprovalStatus, number>>>;
  },
): Html {
  const { hours, counts } = given;
  const tallies = hours.flatMap((hour) => hour.tallies);
  const sum = (of: (tally: (typeof tallies)[number]) => number) =>
    tallies.reduce((total, tally) => total + of(tally), 0);
  const calls = sum((tally) => tally.calls);
  const sent = sum((tally) => tally.sent);
  const average = (ms: number, count: number) => (count === 0 ? "none" : `${(ms / count).toFixed(1)} ms`);
  const main = html`${liveState}
<div id="overview" data-live>
<section class="card"><h2>Calls in the last 24 hours: ${calls}</h2>
${chart(hours)}
<details id="calls-table"><summary>The same as a table</summary>${hourTable(hours)}</details>
</section>
<div class="pair">
<section class="card"><h2>Where their time went</h2>
<dl><dt>Ours</dt><dd>${average(
    sum((tally) => tally.ownMs),
    calls,
  )} a call on average</dd>
<dt>The upstream's</dt><dd>${average(
    sum((tally) => tally.upstreamMs),
    sent,
  )} a call that was sent (${sent})</dd></dl></section>
<section class="card"><h2>How they ended</h2>${outcomeTable(hours)}</section>
<section class="card"><h2>Calls that waited for an operator</h2>
<table><caption>Since the first one, by where they stand now</caption>
<thead><tr><th scope="col">State</th><th scope="col" class="number">Calls</th></tr></thead>
<tbody>${(Object.keys(queueTabs) as QueueTab[]).map((tab) => {
    const { name, statuses } = queueTabs[tab];
    const count = statuses.reduce((total, status) => total + (counts[status] ?? 0), 0);
    return html`<tr><th scope="row"><a href="/console?status=${tab}">${name}</a></th><td class="number">${count}</td></tr>`;
  })}</tbody></table></section>
</div>
</div>`;
  return page(frame, { title: "Overview", main, isLive: true });
}

function hourTable(hours: readonly Hour[]): Html {
  const groups = Object.keys(callGroups) as CallGroup[];
  const rows = groupHours(hours);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Calls by the hour"><table class="numbers">
<thead><tr><th scope="col">Hour (UTC)</th>${groups.map((group) => html`<th scope="col" class="number">${callGroups[group].name}</th>`)}</tr></thead>
<tbody>${rows.map(({ atMs, counts }) => html`<tr><th scope="row">${hourName(atMs)}</th>${groups.map((group) => html`<td class="number">${counts[group]}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** `2026-09-01 12:00` */
function hourName(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
}

function outcomeTable(hours: readonly Hour[]): Html {
  const counts = new Map<string, number>();
  for (const { outcome, calls } of hours.flatMap(({ tallies }) => tallies))
    counts.set(outcome, (counts.get(outcome) ?? 0) + calls);
  const rows = [...counts].sort(([, one], [, other]) => other - one);
  if (rows.length === 0) return html`<p>No call came.</p>`;
  return html`<table><thead><tr><th scope="col">Outcome</th><th scope="col" class="number">Calls</th></tr></thead>
<tbody>${rows.map(([outcome, count]) => html`<tr><th scope="row"><a href="/console/audit?type=call&amp;outcome=${outcome}"><code>${outcome}</code></a></th><td class="number">${count}</td></tr>`)}</tbody></table>`;
}
