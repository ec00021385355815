import { DAY_MS, oneOf, optional, toDay } from "@toolspec/example-http";
import type { Context } from "../context.ts";
import { type Operation, operation } from "../operation.ts";

type Metric = "customers" | "events" | "redemptions" | "browser_tokens" | "config_versions";

/** What each plan allows in a month; null is without limit. */
const limits: Readonly<Record<string, Readonly<Record<Metric, number | null>>>> = {
  Starter: { customers: 1_000, events: 10_000, redemptions: 1_000, browser_tokens: 5_000, config_versions: 20 },
  Growth: { customers: 50_000, events: 500_000, redemptions: null, browser_tokens: 250_000, config_versions: 200 },
  Enterprise: { customers: null, events: null, redemptions: null, browser_tokens: null, config_versions: null },
};

/** SQL of each figure between two instants. Events count in the month in which they came, customers as of now. */
const queries: Readonly<Record<Metric, string>> = {
  customers: "select count(*) as n from customers where space = :space and :until > :from",
  events: "select count(*) as n from events where space = :space and received_at >= :from and received_at < :until",
  redemptions: "select count(*) as n from redemptions where space = :space and at >= :from and at < :until",
  browser_tokens: `select count(*) as n from browser_tokens
    where space = :space and created_at >= :from and created_at < :until`,
  config_versions: `select count(*) as n from config_versions
    where space = :space and uploaded_at >= :from and uploaded_at < :until`,
};

const getUsage = operation({
  method: "GET",
  path: "/v1/usage",
  access: "read",
  query: { period: optional(oneOf(["current", "previous"]), "current") },
  run(context, { period }) {
    const [from, until] = monthOf(context.nowMs, period === "current" ? 0 : -1);
    const { plan } = context.space;
    const metrics = (Object.keys(queries) as Metric[]).map((name) => {
      return { name, used: count(context, name, from, until), limit: limits[plan]?.[name] ?? null };
    });
    return { status: 200, body: { period, from: toDay(from), to: toDay(until - DAY_MS), plan, metrics } };
  },
});

/** Every endpoint of usage. */
export const usageOperations: readonly Operation[] = [getUsage];

/** First instant of a month and of the next, UTC, counted from the one that runs. */
function monthOf(nowMs: number, offset: number): readonly [from: number, until: number] {
  const now = new Date(nowMs);
  const start = (months: number) => Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1);
  return [start(offset), start(offset + 1)];
}

function count({ database, space }: Context, metric: Metric, from: number, until: number): number {
  return database.get<{ n: number }>(queries[metric], { space: space.id, from, until })?.n ?? 0;
}
