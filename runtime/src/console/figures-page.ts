import { html } from "hono/html";
import type { ApprovalStatus } from "../approval-states.ts";
import type { CallCount, CallTiming, DecisionTiming, Period } from "../ports.ts";
import { columnChart } from "./column-chart.ts";
import { decisionWaits, endingGroups, errorsByCode, groupCalls, latencies } from "./figures.ts";
import { type Frame, page } from "./page.ts";
import { dataTable } from "./visit.ts";
import { duration, type Html, nothing, statusWords, visible } from "./words.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How far back is looked, and in how many columns. */
export const ranges = {
  hour: { name: "Hour", parts: 12, partMs: 5 * minute },
  day: { name: "Day", parts: 24, partMs: hour },
  week: { name: "Week", parts: 28, partMs: 6 * hour },
  month: { name: "30 days", parts: 30, partMs: day },
} as const;

/** The name of a range in the page's address. */
export type Range = keyof typeof ranges;

/** Tools whose times are drawn; the table has more. */
const toolsDrawn = 6;

/** Rows of the tables of tools and of errors. */
const rowsShown = 30;

/** Read the address; a day where it says nothing that is understood. */
export function readRange(text: string): Range {
  return Object.hasOwn(ranges, text) ? (text as Range) : "day";
}

/** What the page is made from. */
export interface Figures {
  readonly range: Range;
  readonly period: Period;
  readonly calls: readonly CallCount[];
  readonly timings: readonly CallTiming[];
  readonly timingsMax: number;
  readonly parked: Readonly<Partial<Record<ApprovalStatus, number>>>;
  readonly decisions: readonly DecisionTiming[];
  /** Milliseconds from asking to deciding. */
  readonly decisionP50: number;
  readonly decisionP95: number;
  readonly oldestWaitingMs: number | undefined;
  readonly nowMs: number;
}

/** Calls, times and decisions, each as a picture with its table. */
export function figuresPage(frame: Frame, figures: Figures): Html {
  const { range } = figures;
  const main = html`<ul class="tabs">${Object.entries(ranges).map(
    ([key, { name }]) =>
      html`<li><a href="/console/figures?range=${key}"${key === range ? html` aria-current="page"` : nothing}>${name}</a></li>`,
  )}</ul>
${callsOverTime(figures)}${times(figures)}${funnel(figures)}${decisionTimes(figures)}`;
  return page(frame, { title: "Figures", main });
}

function callsOverTime({ range, period, calls }: Figures): Html {
  const { parts, partMs } = ranges[range];
  const groups = groupCalls(calls, parts);
  const starts = Array.from({ length: parts }, (_, at) => timeOf(period.sinceMs + at * partMs, partMs));
  // Every label would not fit.
  const every = Math.ceil(parts / 6);
  const series = endingGroups.map(({ name, tone }) => ({ name, tone, values: groups.get(name) ?? [] }));
  const total = calls.reduce((sum, each) => sum + each.calls, 0);
  const errors = errorsByCode(calls);
  return html`<section class="card"><h2>Calls by how they ended</h2>
<p>${total === 0 ? "No call came." : `${total} ${total === 1 ? "call" : "calls"} since ${timeOf(period.sinceMs, hour)} UTC.`}</p>
${columnChart({
  title: `Calls by how they ended, ${parts} columns. The table below has the numbers.`,
  series,
  labels: starts.map((label, at) => (at % every === 0 ? label : "")),
  isStacked: true,
  show: whole,
})}
<details><summary>As a table</summary>${dataTable(
    "Calls from each time on (UTC)",
    ["From", ...endingGroups.map(({ name }) => name)],
    starts.map(
      (label, at) =>
        html`<tr><th scope="row">${label}</th>${series.map(({ values }) => html`<td class="number">${values[at] ?? 0}</td>`)}</tr>`,
    ),
    { isNumeric: true },
  )}</details>
${
  errors.length === 0
    ? nothing
    : html`<h3>Errors</h3>${dataTable(
        "Errors by code",
        ["Code", "Calls"],
        errors
          .slice(0, rowsShown)
          .map(
            ([code, many]) =>
              html`<tr><th scope="row"><a href="/console/audit?${new URLSearchParams({ outcome: code, type: "call" })}">${visible(code)}</a></th><td class="number">${many}</td></tr>`,
          ),
        { isNumeric: true },
      )}`
}
</section>`;
}

function times({ timings, timingsMax }: Figures): Html {
  const rows = latencies(timings);
  const drawn = rows.slice(0, toolsDrawn);
  const toMs = (value: number) => `${value >= 100 ? Math.round(value) : value.toFixed(1)} ms`;
  const which =
    timings.length === timingsMax
      ? `the newest ${timingsMax} calls`
      : `${timings.length} ${timings.length === 1 ? "call" : "calls"}`;
  return html`<section class="card"><h2>Time: the upstream's share and ours</h2>
${
  rows.length === 0
    ? html`<p>No call reached the upstream.</p>`
    : html`<p>Of ${which} that reached the upstream: half take at most p50, 95 of 100 at most p95.</p>
${columnChart({
  title: "p95 of the upstream's time and of our own, by tool. The table below has the numbers.",
  series: [
    { name: "upstream, p95", tone: "over", values: drawn.map(({ upstream }) => upstream.p95) },
    { name: "ours, p95", tone: "runs", values: drawn.map(({ own }) => own.p95) },
  ],
  labels: drawn.map((_, at) => String(at + 1)),
  isStacked: false,
  show: toMs,
})}
${dataTable(
  "Time by tool",
  ["Tool", "Calls", "Upstream p50", "Upstream p95", "Ours p50", "Ours p95"],
  rows
    .slice(0, rowsShown)
    .map(
      ({ tool, calls, upstream, own }, at) =>
        html`<tr><th scope="row">${at < toolsDrawn ? `${at + 1}. ` : ""}${visible(tool)}</th><td class="number">${calls}</td><td class="number">${toMs(upstream.p50)}</td><td class="number">${toMs(upstream.p95)}</td><td class="number">${toMs(own.p50)}</td><td class="number">${toMs(own.p95)}</td></tr>`,
    ),
  { isNumeric: true },
)}`
}
</section>`;
}

/** Ways out of the queue, and how far each has come. */
function funnel({ parked, oldestWaitingMs, nowMs }: Figures): Html {
  const count = (...statuses: readonly ApprovalStatus[]) =>
    statuses.reduce((sum, status) => sum + (parked[status] ?? 0), 0);
  const every = count(...(Object.keys(statusWords) as ApprovalStatus[]));
  const approved = count("approved", "executing", "executed", "failed", "outcome_unknown");
  const steps = [
    ["asked for", every],
    ["decided on", approved + count("rejected")],
    ["approved", approved],
    ["executed", count("executed")],
  ] as const;
  return html`<section class="card"><h2>Calls that waited</h2>
<p>${oldestWaitingMs === undefined ? "Nothing waits for a decision now." : html`The oldest that waits now has waited ${duration(nowMs - oldestWaitingMs)}. <a href="/console">See what waits</a>`}</p>
${
  every === 0
    ? html`<p>No call was parked in this time.</p>`
    : html`${columnChart({
        title: "How far calls that were parked have come. The table below has the numbers.",
        series: [{ name: "calls", tone: "runs", values: steps.map(([, many]) => many) }],
        labels: steps.map(([words]) => words),
        isStacked: true,
        show: whole,
      })}
${dataTable(
  "Where calls that were parked in this time stand",
  ["State", "Calls"],
  Object.entries(statusWords).map(
    ([status, { words }]) =>
      html`<tr><th scope="row">${words}</th><td class="number">${parked[status as ApprovalStatus] ?? 0}</td></tr>`,
  ),
  { isNumeric: true },
)}`
}
</section>`;
}

function decisionTimes({ decisions, decisionP50, decisionP95 }: Figures): Html {
  const waits = decisionWaits(decisions);
  return html`<section class="card"><h2>Time to a decision</h2>
${
  decisions.length === 0
    ? html`<p>Nothing was decided on in this time.</p>`
    : html`<p>Half within ${duration(decisionP50)}, 95 of 100 within ${duration(decisionP95)}.</p>
${columnChart({
  title: "How long decisions took. The table below has the numbers.",
  series: [{ name: "decisions", tone: "good", values: waits.map(([, many]) => many) }],
  labels: waits.map(([words]) => words),
  isStacked: true,
  show: whole,
})}
${dataTable(
  "How long decisions took",
  ["Waited", "Decisions"],
  waits.map(([words, many]) => html`<tr><th scope="row">${words}</th><td class="number">${many}</td></tr>`),
  { isNumeric: true },
)}`
}
</section>`;
}

function timeOf(atMs: number, partMs: number): string {
  const iso = new Date(atMs).toISOString();
  return partMs >= day ? iso.slice(5, 10) : partMs >= 6 * hour ? iso.slice(5, 13).replace("T", " ") : iso.slice(11, 16);
}

/** Half a call is no number of calls. */
function whole(value: number): string {
  return Number.isInteger(value) ? String(value) : "";
}
