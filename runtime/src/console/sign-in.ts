import type { Hono } from "hono";
import { formTokenOf, type SignIn } from "../identity/operator-sessions.ts";
import { ownOrigin, toCookie } from "./guard.ts";
import type { ConsoleHouse, Env } from "./house.ts";
import { everyTenant, leave } from "./leave.ts";
import { signInPage } from "./sign-in-page.ts";

/** Signing in and out. */
export function signInRoutes(app: Hono<Env>, house: ConsoleHouse): void {
  const { server, store, sessions, cookies, logger } = house;

  const note = (action: string, user: string) => leave(house, { action, tenant: everyTenant, arguments: {} }, user);
  const isEmpty = async () => (await store.operators.list(server.name)).length === 0;

  app.get("/console/sign-in", async (c) => {
    const { signedIn, visitId } = c.get("visitor");
    const next = safeNext(c.req.query("next"));
    if (signedIn !== undefined) return c.redirect(next, 303);
    const id = visitId ?? sessions.newId();
    if (visitId === undefined) c.header("set-cookie", toCookie(cookies.visit, id, { isSecure: false }));
    return c.html(
      signInPage({ serverTitle: server.title }, { formToken: formTokenOf(id), next, isEmpty: await isEmpty() }),
    );
  });

  app.post("/console/sign-in", async (c) => {
    const { visitId = "" } = c.get("visitor");
    const form = c.get("form");
    const [name, password] = [form.get("name") ?? "", form.get("password") ?? ""];
    const next = safeNext(form.get("next"));
    const isSecure = ownOrigin(c.req.raw) === "https";
    const { address } = c.env;
    const done = await sessions.signIn({ name, password, address, isSecure });
    if (done.kind === "signed_in") {
      // The entry first: nobody decides anything without a trace of who it was.
      await note("console.sign_in", done.operator.name);
      c.header("set-cookie", toCookie(isSecure ? cookies.secure : cookies.plain, done.id, { isSecure }));
      return c.redirect(next, 303);
    }
    logger.warn("an operator's sign-in was refused", { reason: done.kind, address });
    if (done.kind === "wait") c.header("retry-after", String(done.seconds));
    return c.html(
      signInPage(
        { serverTitle: server.title },
        { formToken: formTokenOf(visitId), next, name: name.slice(0, 100), problem: explain(done), isEmpty: false },
      ),
      done.kind === "refused" ? 401 : done.kind === "wait" ? 429 : 503,
    );
  });

  app.post("/console/sign-out", async (c) => {
    const { sessionId, signedIn } = c.get("visitor");
    if (sessionId !== undefined && signedIn !== undefined) {
      const which = c.get("form").get("which") === "all" ? "all" : "this";
      await sessions.signOut(sessionId, which);
      await note(which === "all" ? "console.sign_out_everywhere" : "console.sign_out", signedIn.operator.name);
    }
    const isSecure = ownOrigin(c.req.raw) === "https";
    c.header("set-cookie", toCookie(isSecure ? cookies.secure : cookies.plain, "", { isSecure }));
    return c.redirect("/console/sign-in", 303);
  });
}

function explain(done: Exclude<SignIn, { kind: "signed_in" }>): string {
  switch (done.kind) {
    case "refused":
      return "Name or password is wrong.";
    case "wait":
      return `There were too many tries. Wait ${done.seconds} seconds, then try again.`;
    case "busy":
      return "Too many people sign in at this moment. Try again in a few seconds.";
  }
}

/** A path of the console, and nothing that a browser takes for another site. */
function safeNext(given: string | null | undefined): string {
  return given != null && /^\/console(?:[/?][\w./?=&%~+-]*)?$/.test(given) && !/\/\/|\.\./.test(given)
    ? given
    : "/console";
}
