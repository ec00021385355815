import type { Hono } from "hono";
import { percentile } from "./figures.ts";
import { figuresPage, ranges, readRange } from "./figures-page.ts";
import { type ConsoleHouse, type Env, frameOf } from "./house.ts";
import { asked } from "./visit.ts";

/** Calls whose time is looked at: enough for a steady p95, and read within some milliseconds. */
const timingsMax = 5000;

/** Decisions whose time is looked at. */
const decisionsMax = 5000;

/** What happened lately, in figures. */
export function figureRoutes(app: Hono<Env>, { server, store, clock, ...others }: ConsoleHouse): void {
  app.get("/console/figures", async (c) => {
    const range = readRange(asked(c, "range"));
    const { parts, partMs } = ranges[range];
    const nowMs = clock.now();
    // Whole parts, so that a column does not change its meaning from one look to the next; the last one is under way.
    const untilMs = (Math.floor(nowMs / partMs) + 1) * partMs;
    const period = { server: server.name, sinceMs: untilMs - parts * partMs, untilMs };
    const decisions = await store.figures.decisions(period, decisionsMax);
    const waited = decisions.map(({ createdAtMs, decidedAtMs }) => decidedAtMs - createdAtMs);
    return c.html(
      figuresPage(frameOf(c, { server, ...others }), {
        range,
        period,
        calls: await store.figures.calls(period, parts),
        timings: await store.figures.timings(period, timingsMax),
        timingsMax,
        parked: await store.figures.parked(period),
        decisions,
        decisionP50: percentile(waited, 0.5),
        decisionP95: percentile(waited, 0.95),
        oldestWaitingMs: await store.figures.oldestWaiting(server.name, nowMs),
        nowMs,
      }),
    );
  });
}
