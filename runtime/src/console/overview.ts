import type { Hono } from "hono";
import { type ConsoleHouse, type Env, frameOf } from "./house.ts";
import { overviewPage } from "./overview-page.ts";
import { createTallies } from "./tallies.ts";

/** What the last day was like. */
export function overviewRoutes(app: Hono<Env>, house: ConsoleHouse): void {
  const tally = createTallies(house);
  app.get("/console/overview", async (c) => {
    const hours = await tally();
    const counts = await house.store.approvals.count({ server: house.server.name });
    return c.html(overviewPage(frameOf(c, house), { hours, counts }));
  });
}
