import { html } from "hono/html";
import type { Hour } from "./tallies.ts";
import type { Html } from "./words.ts";

/** How calls end, as far as colours can tell them apart. */
export const callGroups = {
  good: { name: "Succeeded", fits: (outcome: string) => outcome === "ok" || outcome === "planned" },
  waits: {
    name: "Waits or asks",
    fits: (outcome: string) => outcome === "pending_approval" || outcome === "confirmation_required",
  },
  bad: {
    name: "Failed",
    fits: (outcome: string) =>
      /^(internal|outcome_unknown|.*_unavailable|upstream_(?!rejected$|rate_limited$).*)$/.test(outcome),
  },
  over: { name: "Refused", fits: () => true },
} as const satisfies Record<string, { readonly name: string; readonly fits: (outcome: string) => boolean }>;

/** The name of a group, and of its colour. */
export type CallGroup = keyof typeof callGroups;

const groupNames = Object.keys(callGroups) as CallGroup[];

/** In which group calls that ended so are counted. */
export function groupOf(outcome: string): CallGroup {
  return groupNames.find((group) => callGroups[group].fits(outcome)) ?? "over";
}

/** Hours with their calls by group. */
export function groupHours(hours: readonly Hour[]) {
  return hours.map(({ atMs, tallies }) => {
    const counts: Record<CallGroup, number> = { good: 0, waits: 0, bad: 0, over: 0 };
    for (const { outcome, calls } of tallies) counts[groupOf(outcome)] += calls;
    return { atMs, counts, total: Object.values(counts).reduce((sum, count) => sum + count, 0) };
  });
}

/** In units of the drawing. */
const size = { width: 720, height: 190, left: 60, bottom: 26, top: 14 } as const;

/** Bars of the last hours, each divided by outcome. The table says the same to who does not see it. */
export function chart(hours: readonly Hour[]): Html {
  const grouped = groupHours(hours);
  const most = niceAbove(Math.max(1, ...grouped.map(({ total }) => total)));
  const inner = { width: size.width - size.left, height: size.height - size.top - size.bottom };
  const step = inner.width / Math.max(1, grouped.length);
  const toY = (value: number) => round(size.top + inner.height * (1 - value / most));
  const lines = [0, most / 2, most].map(
    (value) =>
      html`<line x1="${size.left}" x2="${size.width}" y1="${toY(value)}" y2="${toY(value)}" class="grid"/><text x="${size.left - 6}" y="${toY(value) + 4}" text-anchor="end">${value}</text>`,
  );
  const bars = grouped.flatMap(({ counts }, index) => {
    let below = 0;
    return groupNames.flatMap((group) => {
      const value = counts[group];
      if (value === 0) return [];
      const [top, bottom] = [toY(below + value), toY(below)];
      below += value;
      const x = round(size.left + index * step + 2);
      return [
        html`<rect class="fill-${group}" x="${x}" y="${top}" width="${round(step - 4)}" height="${round(bottom - top)}"/>`,
      ];
    });
  });
  const names = grouped.flatMap(({ atMs }, index) =>
    index % 4 === 0
      ? [
          html`<text x="${round(size.left + index * step)}" y="${size.height - 6}">${new Date(atMs).toISOString().slice(11, 16)}</text>`,
        ]
      : [],
  );
  return html`<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-labelledby="chart-title"><title id="chart-title">${summary(grouped)}</title>${lines}${bars}${names}</svg>
<p class="row">${groupNames.map((group) => html`<span class="soft"><svg class="key" viewBox="0 0 12 12" aria-hidden="true"><rect class="fill-${group}" width="12" height="12"/></svg>${callGroups[group].name}</span>`)}</p>`;
}

function summary(grouped: ReturnType<typeof groupHours>): string {
  const sums = groupNames.map((group) => {
    const sum = grouped.reduce((total, { counts }) => total + counts[group], 0);
    return `${callGroups[group].name.toLowerCase()} ${sum}`;
  });
  return `Calls by the hour: ${sums.join(", ")}`;
}

/** The next of 2, 4, 10, 20, 40, 100 …: half of it is a whole number too. */
export function niceAbove(value: number): number {
  for (let unit = 1; ; unit *= 10) for (const factor of [2, 4, 10]) if (factor * unit >= value) return factor * unit;
}

/** Two digits are a fifth of a pixel. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
