import { html } from "hono/html";
import type { Html } from "./words.ts";

/** Sizes in the chart's own units; the page scales it. */
const width = 640;
const height = 200;
const left = 60;
const bottom = 24;
const top = 8;

/** One colour of a chart, and what it stands for. */
export interface Series {
  readonly name: string;
  /** A class of the style sheet, which knows light and dark. */
  readonly tone: string;
  /** One value for each column, none below zero. */
  readonly values: readonly number[];
}

/** Columns, each of its series one upon the other, or side by side. */
export interface Columns {
  /** What it shows, for who cannot see it: the table beside it has the numbers. */
  readonly title: string;
  readonly series: readonly Series[];
  /** Under each column; an empty text leaves it out. */
  readonly labels: readonly string[];
  readonly isStacked: boolean;
  /** How a value on the axis is written. */
  readonly show: (value: number) => string;
}

/** Draw columns as one picture that needs no script. */
export function columnChart({ title, series, labels, isStacked, show }: Columns): Html {
  const totals = labels.map((_, at) => {
    const values = series.map(({ values }) => values[at] ?? 0);
    return isStacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(0, ...values);
  });
  const most = niceCeiling(Math.max(...totals, 0));
  const inner = height - bottom - top;
  const yOf = (value: number) => round(top + inner - (value / most) * inner);
  const step = (width - left) / Math.max(1, labels.length);
  const ticks = [0, most / 2, most];
  return html`<div class="chart" tabindex="0" role="region" aria-label="Chart: ${title}"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
${ticks.map((tick) => html`<line x1="${left}" x2="${width}" y1="${yOf(tick)}" y2="${yOf(tick)}"/><text x="${left - 6}" y="${yOf(tick) + 4}" text-anchor="end">${show(tick)}</text>`)}
${labels.map((label, at) => html`${bars(series, { at, step, isStacked, yOf })}${label === "" ? "" : html`<text x="${round(left + step * (at + 0.5))}" y="${height - 8}" text-anchor="middle">${label}</text>`}`)}
</svg></div>
<p class="row">${series.map(({ name, tone }) => html`<span><svg class="key" viewBox="0 0 12 12" aria-hidden="true"><rect class="tone-${tone}" width="12" height="12"/></svg>${name}</span>`)}</p>`;
}

function bars(
  series: readonly Series[],
  place: {
    readonly at: number;
    readonly step: number;
    readonly isStacked: boolean;
    readonly yOf: (value: number) => number;
  },
): Html {
  const { at, step, isStacked, yOf } = place;
  const gap = Math.min(6, step * 0.2);
  const room = step - gap;
  const wide = isStacked ? room : room / series.length;
  let below = 0;
  return html`${series.map(({ tone, values }, index) => {
    const value = values[at] ?? 0;
    const [from, to] = isStacked ? [below, below + value] : [0, value];
    below = to;
    if (value === 0) return "";
    const x = round(left + step * at + gap / 2 + (isStacked ? 0 : wide * index));
    // What is there is seen, however little it is.
    const tall = Math.max(1, yOf(from) - yOf(to));
    return html`<rect class="tone-${tone}" x="${x}" y="${round(yOf(from) - tall)}" width="${round(wide)}" height="${round(tall)}"/>`;
  })}`;
}

/** The next 1, 2 or 5 with zeros, so that the axis has numbers that people read. */
export function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((each) => each * power >= value) ?? 10;
  return step * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
