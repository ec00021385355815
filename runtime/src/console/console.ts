import { type Context, Hono } from "hono";
import { html } from "hono/html";
import { createOperatorSessions } from "../identity/operator-sessions.ts";
import { UnknownCursor } from "../store/row-cursor.ts";
import { assets } from "./assets.ts";
import { auditRoutes } from "./audit.ts";
import { decide } from "./decisions.ts";
import { cookiesOf, identify, isOurForm, ownOrigin, securityHeaders } from "./guard.ts";
import { type ConsoleHouse, type ConsoleOptions, type Env, frameOf } from "./house.ts";
import { leave } from "./leave.ts";
import { overviewRoutes } from "./overview.ts";
import { page } from "./page.ts";
import { pageRoutes } from "./pages.ts";
import { queuePage, queuePageSize, readQueueQuery, toFilter } from "./queue-page.ts";
import { requestPage } from "./request-page.ts";
import { signInRoutes } from "./sign-in.ts";
import { toolRoutes } from "./tools.ts";
import type { Html } from "./words.ts";

/** Answers every request below `/console`. `url` must carry the `Host` that was checked. Never rejects. */
export type Console = (request: Request, from: { readonly address: string }) => Promise<Response>;

const uuid = ":id{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}}";

/** Set the console of one server up. */
export function createConsole(options: ConsoleOptions): Console {
  const { server, store, clock, random, logger } = options;
  const sessions = createOperatorSessions({ server: server.name, store: store.operators, clock, random });
  const house: ConsoleHouse = { ...options, sessions, cookies: cookiesOf(server.name) };
  const app = new Hono<Env>();

  app.use("*", async (c, next) => {
    await next();
    for (const [name, value] of Object.entries({ "cache-control": "no-store", ...securityHeaders }))
      if (name !== "cache-control" || !c.res.headers.has(name)) c.res.headers.set(name, value);
  });
  app.onError((error, c) => {
    if (error instanceof UnknownCursor) return c.html(say("This is no page of a list", error.message), 400);
    logger.error("a page of the console could not be made", { error });
    return c.html(say("Something went wrong", "It is in the log. Nothing more is known here."), 500);
  });
  app.notFound((c) => c.html(say("Nothing is here", html`<a href="/console">All calls</a>`), 404));

  for (const { path, type, text } of Object.values(assets)) {
    const headers = { "content-type": type, "cache-control": "public, max-age=31536000, immutable" };
    app.get(path, (c) => c.body(text, 200, headers));
  }

  app.use("*", async (c, next) => {
    c.set("visitor", await identify(c.req.raw, house.cookies, sessions));
    if (c.req.method === "POST") {
      const problem = await takeForm(c);
      if (problem !== undefined) return c.html(say("That was not taken", problem), 403);
    } else if (c.req.method !== "GET" && c.req.method !== "HEAD") {
      return c.text("Method Not Allowed", 405, { allow: "GET, HEAD, POST" });
    }
    return await next();
  });

  signInRoutes(app, house);

  app.use("*", async (c, next) => {
    if (c.get("visitor").signedIn !== undefined) return await next();
    const { pathname, search } = new URL(c.req.url);
    const isLink = c.req.method !== "POST" && pathname !== "/console";
    return c.redirect(`/console/sign-in${isLink ? `?${new URLSearchParams({ next: pathname + search })}` : ""}`, 303);
  });

  app.get("/console", async (c) => {
    const query = readQueueQuery(new URL(c.req.url));
    const { approvals, next } = await store.approvals.page(toFilter(server.name, query), {
      limit: queuePageSize,
      ...(query.after !== "" && { after: query.after }),
    });
    const counts = await store.approvals.count({ server: server.name });
    const tools = server.tools.filter(({ access }) => access === "write").map(({ name }) => name);
    return c.html(queuePage(frameOf(c, house), { query, approvals, next, counts, tools, nowMs: clock.now() }));
  });

  app.on(["GET", "POST"], `/console/approvals/${uuid}`, async (c) => {
    const id = c.req.param("id");
    const approval = await store.approvals.find(id);
    if (approval === undefined || approval.server !== server.name) return c.notFound();
    const frame = frameOf(c, house);
    const { operator } = frame.signedIn;
    if (c.req.method === "POST" && c.get("form").get("do") === "dry_run")
      await leave(house, { action: "approvals.dry_run", tenant: approval.tenant, arguments: { id } }, operator.name);
    const decided =
      c.req.method === "POST"
        ? await decide(approval, c.get("form"), { approvals: options.approvals, operator })
        : undefined;
    if (decided?.kind === "done") return c.redirect(`/console/approvals/${id}`, 303);
    // What was refused may be refused because of what somebody else did meanwhile.
    const current = decided?.kind === "refused" ? ((await store.approvals.find(id)) ?? approval) : approval;
    const { approvers } = server.approvals;
    const tool = server.tools.find(({ name }) => name === approval.tool);
    const content = requestPage(frame, { approval: current, tool, approvers, decided, nowMs: clock.now() });
    const isWrong = decided?.kind === "editing" && decided.editing.checked === undefined;
    return c.html(content, decided?.kind === "refused" ? decided.status : isWrong ? 422 : 200);
  });

  overviewRoutes(app, house);
  toolRoutes(app, house);
  auditRoutes(app, house);
  pageRoutes(app, house);

  function say(title: string, main: Html | string): Html {
    return page({ serverTitle: server.title, signedIn: undefined, path: "" }, { title, main: html`<p>${main}</p>` });
  }

  return async (request, from) => await app.fetch(request, from);
}

/** Read a posted form, and believe it only if it comes from a page that was made for this browser. @returns what is wrong */
async function takeForm(c: Context<Env>): Promise<string | undefined> {
  if (ownOrigin(c.req.raw) === undefined) return "The form does not come from a page of this console.";
  const type = c.req.header("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") return "Forms are sent as application/x-www-form-urlencoded.";
  const form = new URLSearchParams(await c.req.text());
  c.set("form", form);
  if (isOurForm(form, c.get("visitor"))) return undefined;
  return "The form is not of this session: it has ended, or another one was begun. Go back, reload the page and try again.";
}
