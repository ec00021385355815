import type { CallCount, CallTiming, DecisionTiming } from "../ports.ts";

/** How calls end, in an operator's words. Everything else is an error. */
const endings = {
  ok: "ok",
  planned: "dry run",
  pending_approval: "waits",
  asked: "asked",
} as const;

/** The groups of a chart, in the order in which they stand upon each other. */
export const endingGroups = [
  { name: "ok", tone: "good" },
  { name: "dry run", tone: "over" },
  { name: "waits", tone: "waits" },
  { name: "asked", tone: "runs" },
  { name: "error", tone: "bad" },
] as const;

/** Calls by group, one number for each part of the period. */
export function groupCalls(counts: readonly CallCount[], parts: number): ReadonlyMap<string, readonly number[]> {
  const groups = new Map(endingGroups.map(({ name }) => [name as string, new Array<number>(parts).fill(0)]));
  for (const { part, outcome, calls } of counts) {
    const values = groups.get(Object.hasOwn(endings, outcome) ? endings[outcome as keyof typeof endings] : "error");
    if (values !== undefined && part >= 0 && part < parts) values[part] = (values[part] ?? 0) + calls;
  }
  return groups;
}

/** Error codes, most frequent first. */
export function errorsByCode(counts: readonly CallCount[]): readonly (readonly [code: string, calls: number])[] {
  const codes = new Map<string, number>();
  for (const { outcome, calls } of counts)
    if (!Object.hasOwn(endings, outcome)) codes.set(outcome, (codes.get(outcome) ?? 0) + calls);
  return [...codes].toSorted(([, one], [, other]) => other - one);
}

/** The value that so large a share of the values does not exceed; 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** How long calls of one tool took, in milliseconds: half of them at most p50, nearly all at most p95. */
export interface Latency {
  readonly tool: string;
  readonly calls: number;
  readonly upstream: { readonly p50: number; readonly p95: number };
  readonly own: { readonly p50: number; readonly p95: number };
}

/** By tool, most used first; with several tools, all together come before them. */
export function latencies(timings: readonly CallTiming[]): readonly Latency[] {
  const byTool = [...Map.groupBy(timings, ({ tool }) => tool)].toSorted(
    ([, one], [, other]) => other.length - one.length,
  );
  const all: readonly (readonly [string, readonly CallTiming[]])[] =
    byTool.length > 1 ? [["every tool", timings], ...byTool] : byTool;
  return all.map(([tool, of]) => ({
    tool,
    calls: of.length,
    upstream: bothOf(of.map(({ upstreamMs }) => upstreamMs)),
    own: bothOf(of.map(({ ownMs }) => ownMs)),
  }));
}

function bothOf(values: readonly number[]) {
  return { p50: percentile(values, 0.5), p95: percentile(values, 0.95) };
}

const minute = 60_000;
const hour = 60 * minute;

/** Until when a decision counts as how quick, in milliseconds. */
const waits = [
  ["under 1 min", minute],
  ["1 to 5 min", 5 * minute],
  ["5 to 60 min", hour],
  ["1 to 8 h", 8 * hour],
  ["8 to 24 h", 24 * hour],
  ["longer", Number.POSITIVE_INFINITY],
] as const;

/** How many decisions took how long. */
export function decisionWaits(
  timings: readonly DecisionTiming[],
): readonly (readonly [words: string, decisions: number])[] {
  const counts = new Array<number>(waits.length).fill(0);
  for (const { createdAtMs, decidedAtMs } of timings) {
    const at = waits.findIndex(([, most]) => decidedAtMs - createdAtMs < most);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return waits.map(([words], at) => [words, counts[at] ?? 0]);
}
