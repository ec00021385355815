import { DAY_MS, oneOf, optional, toDay, toInstant } from "@toolspec/example-http";
import type { Context } from "../context.ts";
import { toHome } from "../money.ts";
import { type Operation, operation } from "../operation.ts";
import { findOrganization } from "../organization/organization.ts";
import { COUNTED, figuresOf } from "./figures.ts";

const days = { "7d": 7, "30d": 30, "90d": 90 } as const;

const summary = operation({
  method: "GET",
  path: "/api/v1/dashboard/summary",
  query: { range: optional(oneOf(["7d", "30d", "90d", "ytd", "all"]), "30d") },
  run(context, { range }) {
    const fromMs = range === "all" ? 0 : startOf(range, context.nowMs);
    const body = {
      range,
      from: range === "all" ? null : toInstant(fromMs),
      to: toInstant(context.nowMs),
      ...figuresOf(context, { fromMs }),
      activeAffiliates: countActive(context, fromMs),
      pendingApprovals: countPending(context),
    };
    return { status: 200, body };
  },
});

const timeseries = operation({
  method: "GET",
  path: "/api/v1/dashboard/timeseries",
  query: {
    metric: oneOf(["revenue", "conversions", "leads", "clicks"]),
    range: optional(oneOf(["7d", "30d", "90d", "ytd"]), "30d"),
  },
  run(context, { metric, range }) {
    const fromMs = startOf(range, context.nowMs);
    const rows = context.database.all<DayRow>(sqlOf[metric], {
      organization: context.organization,
      from: fromMs,
      until: context.nowMs,
    });
    const count = Math.floor((context.nowMs - fromMs) / DAY_MS) + 1;
    const points = Array.from({ length: count }, (_, index) => {
      const ofDay = rows.filter(({ day }) => day === index);
      return { date: toDay(fromMs + index * DAY_MS), value: pointOf(context, metric, ofDay) };
    });
    const currency = metric === "revenue" ? findOrganization(context).home_currency : null;
    return { status: 200, body: { metric, range, currency, points } };
  },
});

export const dashboardOperations: readonly Operation[] = [summary, timeseries];

/** What a day of the series has, counted from the first. `currency` for revenue only. */
interface DayRow {
  readonly day: number;
  readonly n: number;
  readonly currency: string | null;
}

/** SQL: the day of a time, counted from the first. A number of JavaScript is a real one in SQLite, so it is cut. */
const dayOf = (column: string) => `cast((${column} - :from) / ${DAY_MS} as integer)`;

/** Each gives rows for the days that have any. */
const sqlOf = {
  revenue: `select ${dayOf("occurred_at")} as day, currency, sum(amount_cents) as n from conversions
    where organization = :organization and ${COUNTED} and occurred_at >= :from and occurred_at <= :until
    group by day, currency`,
  conversions: `select ${dayOf("occurred_at")} as day, null as currency, count(*) as n from conversions
    where organization = :organization and ${COUNTED} and occurred_at >= :from and occurred_at <= :until group by day`,
  leads: `select ${dayOf("created_at")} as day, null as currency, count(*) as n from leads
    where organization = :organization and created_at >= :from and created_at <= :until group by day`,
  clicks: `select ${dayOf("clicks.day")} as day, null as currency, sum(clicks) as n from clicks
    where organization = :organization and clicks.day >= :from and clicks.day <= :until group by clicks.day`,
} as const;

function pointOf(context: Context, metric: keyof typeof sqlOf, rows: readonly DayRow[]): number {
  if (metric !== "revenue") return rows.reduce((sum, { n }) => sum + n, 0);
  return toHome(
    context,
    rows.map(({ n, currency }) => ({ cents: n, currency: currency ?? "" })),
  );
}

/** The first instant of a period's first day, in UTC; today is its last day. */
function startOf(range: keyof typeof days | "ytd", nowMs: number): number {
  if (range === "ytd") return Date.UTC(new Date(nowMs).getUTCFullYear(), 0, 1);
  return nowMs - (nowMs % DAY_MS) - (days[range] - 1) * DAY_MS;
}

function countActive(context: Context, fromMs: number): number {
  const sql = `select count(*) as n from affiliates a where organization = :organization and status = 'Approved' and (
    exists (select 1 from conversions v where v.affiliate_id = a.id and v.occurred_at >= :from and ${COUNTED.replace("status", "v.status")})
    or exists (select 1 from clicks c where c.affiliate_id = a.id and c.day >= :from and c.clicks > 0))`;
  return context.database.get<{ n: number }>(sql, { organization: context.organization, from: fromMs })?.n ?? 0;
}

function countPending(context: Context): number {
  const sql = "select count(*) as n from affiliates where organization = :organization and status = 'Pending'";
  return context.database.get<{ n: number }>(sql, { organization: context.organization })?.n ?? 0;
}
