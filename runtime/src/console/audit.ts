import type { Hono } from "hono";
import type { EntryFilter, Position } from "../store/audit-query.ts";
import type { TrailReport } from "../store/audit-verify.ts";
import { UnknownCursor } from "../store/row-cursor.ts";
import { type AuditQuery, auditPage, auditPageSize, type Verification } from "./audit-page.ts";
import { type ConsoleHouse, type Env, frameOf } from "./house.ts";
import { everyTenant, leave } from "./leave.ts";

const dayMs = 24 * 60 * 60_000;

/** Days that are searched unless more are asked for: a search for something rare reads all entries of its time. */
const searchedDays = 30;

/** Reading the audit trail, and having it verified. */
export function auditRoutes(app: Hono<Env>, house: ConsoleHouse): void {
  const { server, store, clock, logger, verifyTrail } = house;
  let verification: Verification | undefined;
  let running: Promise<void> | undefined;

  /** One walk at a time, whoever asks: it reads the whole trail. */
  function verify(by: string): void {
    running ??= verifyTrail()
      .then(
        (report: TrailReport) => {
          verification = { atMs: clock.now(), by, report };
        },
        (error: unknown) => {
          logger.error("the trail could not be verified", { error });
          verification = { atMs: clock.now(), by, report: undefined };
        },
      )
      .finally(() => {
        running = undefined;
      });
  }

  app.get("/console/audit", async (c) => {
    const query = readQuery(new URL(c.req.url), clock.now());
    const after = toPosition(query.after);
    const found = await store.audit.page(toFilter(server.name, query), {
      order: "newest",
      ...(after !== undefined && { after }),
    });
    const next = found.next && `${found.next.atMs}.${found.next.writer}.${found.next.seq}`;
    const state = { verification, isRunning: running !== undefined };
    return c.html(auditPage(frameOf(c, house), { query, entries: found.entries, next, state, nowMs: clock.now() }));
  });

  app.post("/console/audit/verify", async (c) => {
    const { operator } = frameOf(c, house).signedIn;
    await leave(house, { action: "audit.verify", tenant: everyTenant, arguments: {} }, operator.name);
    verify(operator.name);
    return c.redirect("/console/audit", 303);
  });
}

function readQuery(url: URL, nowMs: number): AuditQuery {
  const given = (name: string) => url.searchParams.get(name)?.trim().slice(0, 200) ?? "";
  return {
    tenant: given("tenant"),
    actor: given("actor"),
    tool: given("tool"),
    outcome: given("outcome"),
    type: given("type"),
    call: given("call"),
    since: toDay(given("since")) || new Date(nowMs - searchedDays * dayMs).toISOString().slice(0, 10),
    until: toDay(given("until")),
    after: given("after"),
  };
}

function toFilter(server: string, query: AuditQuery): EntryFilter {
  const { tenant, actor, tool, outcome, type, call, since, until } = query;
  return {
    server,
    limit: auditPageSize,
    ...(tenant !== "" && { tenant }),
    ...(actor !== "" && { actor }),
    ...(tool !== "" && { tool }),
    ...(outcome !== "" && { outcome }),
    ...(type !== "" && { type }),
    ...(call !== "" && { callId: call }),
    sinceMs: Date.parse(since),
    // Whoever names a last day means all of it.
    ...(until !== "" && { untilMs: Date.parse(until) + dayMs }),
  };
}

/** A day as a date field gives it, in UTC; anything else is left out. */
function toDay(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : "";
}

/** @throws UnknownCursor */
function toPosition(text: string): Position | undefined {
  if (text === "") return undefined;
  const match = /^(\d{1,15})\.([0-9a-f-]{36})\.(\d{1,15})$/.exec(text);
  if (match === null) throw new UnknownCursor();
  return { atMs: Number(match[1]), writer: match[2] as string, seq: Number(match[3]) };
}
