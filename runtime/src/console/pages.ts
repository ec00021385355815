import type { Hono } from "hono";
import { accessRoutes } from "./access-routes.ts";
import { figureRoutes } from "./figures-routes.ts";
import type { ConsoleHouse, Env } from "./house.ts";
import { tryRoutes } from "./try-routes.ts";
import { webhookRoutes } from "./webhook-routes.ts";

/** Pages that stand beside the queue, the tools and the trail. */
export function pageRoutes(app: Hono<Env>, house: ConsoleHouse): void {
  for (const routes of [figureRoutes, tryRoutes, accessRoutes, webhookRoutes]) routes(app, house);
}
