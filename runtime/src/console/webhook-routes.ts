import type { Context, Hono } from "hono";
import { adminEntry } from "../audit/admin-entry.ts";
import type { JsonObject } from "../codegen.ts";
import { endpointsMax } from "../commands/webhooks-command.ts";
import { GatewayError } from "../errors.ts";
import { checkText } from "../identity/mint-checks.ts";
import type { WebhookEndpoint } from "../ports.ts";
import { post } from "../webhooks/post.ts";
import { toMessage } from "../webhooks/sender.ts";
import { formatSecret, secretBytes } from "../webhooks/signature.ts";
import { TargetError, toTarget } from "../webhooks/target.ts";
import { type ConsoleHouse, type Env, frameOf } from "./house.ts";
import { everyTenant, leave } from "./leave.ts";
import { address, asked, mayChange, refuseChange, sent } from "./visit.ts";
import { deliveriesShown, readStatus, webhooksPage } from "./webhook-page.ts";

/** What the answer to a form is: a page that says so, or the page as it is now. */
interface Done {
  readonly secret?: string;
  readonly said?: { readonly tone: "good" | "bad"; readonly words: string };
}

/** What is not done, in a sentence for whoever asked for it. */
class Refused extends Error {}

/** Webhooks: to be seen by everybody, to be changed by admins. */
export function webhookRoutes(app: Hono<Env>, house: ConsoleHouse): void {
  const { server, store, clock, random } = house;

  app.get("/console/webhooks", async (c) => c.html(await show(c, {})));

  app.post("/console/webhooks", async (c) => {
    const { operator } = frameOf(c, house).signedIn;
    if (!mayChange(operator)) return refuseChange(c, house);
    try {
      const done = await act(c, operator.name);
      if (done !== undefined) return c.html(await show(c, done));
    } catch (error) {
      const isAsked = error instanceof Refused || error instanceof TargetError || error instanceof GatewayError;
      if (!isAsked) throw error;
      return c.html(await show(c, { said: { tone: "bad", words: error.message } }), 422);
    }
    const { status, endpoint, after } = queryOf(c);
    return c.redirect(address("/console/webhooks", { status, endpoint, after }), 303);
  });

  const queryOf = (c: Context<Env>) => ({
    status: readStatus(asked(c, "status")),
    endpoint: asked(c, "endpoint"),
    after: asked(c, "after"),
  });

  async function show(c: Context<Env>, { secret, said }: Done) {
    const query = queryOf(c);
    const { status, endpoint: endpointId, after } = query;
    const filter = { server: server.name, ...(status !== "" && { status }), ...(endpointId !== "" && { endpointId }) };
    const limits = { limit: deliveriesShown, ...(after !== "" && { after }) };
    const { deliveries, next } = await store.webhooks.page(filter, limits);
    return webhooksPage(frameOf(c, house), {
      endpoints: await store.webhooks.list(server.name),
      counts: await store.webhooks.counts(server.name),
      deliveries,
      next,
      query,
      secret,
      said,
    });
  }

  async function act(c: Context<Env>, by: string): Promise<Done | undefined> {
    const id = sent(c, "id");
    switch (sent(c, "do")) {
      case "add":
        return await add(c, by);
      case "test":
        return await test(await find(id), by);
      case "enable":
        await store.webhooks.enable({ server: server.name, id }, entryAbout("enable", await find(id), by));
        return undefined;
      case "remove":
        await store.webhooks.remove(
          { server: server.name, id, atMs: clock.now() },
          entryAbout("remove", await find(id), by),
        );
        return undefined;
      case "replay_dead":
        return await replay({ endpointId: id }, { endpoint: id }, by);
      case "replay":
        return await replay({ id }, { id }, by);
      default:
        throw new Refused("That form is not one of ours.");
    }
  }

  async function add(c: Context<Env>, by: string): Promise<Done> {
    const url = (c.get("form").get("url") ?? "").trim();
    const allowPrivate = sent(c, "private") === "yes";
    const tenant = sent(c, "of") === "" ? undefined : sent(c, "of");
    if (tenant !== undefined) checkText("account's name", tenant);
    const { origin } = toTarget(url, { allowPrivate });
    const endpoint: WebhookEndpoint = {
      id: random.uuid(),
      server: server.name,
      tenant,
      url,
      secret: formatSecret(random.bytes(secretBytes)),
      allowPrivate,
      createdAtMs: clock.now(),
      createdBy: by,
      failingSinceMs: undefined,
      disabledAtMs: undefined,
      disabledBecause: undefined,
    };
    // Path and query often hold a token of the receiver's, so that the trail names the origin alone.
    const made = { id: endpoint.id, origin, allow_private: allowPrivate };
    if (!(await store.webhooks.add(endpoint, endpointsMax, entryOf("add", tenant, made, by))))
      throw new Refused(`There are ${endpointsMax} such endpoints already. Remove one first.`);
    return { secret: endpoint.secret.reveal() };
  }

  async function test(endpoint: WebhookEndpoint, by: string): Promise<Done> {
    const atMs = clock.now();
    const event = { type: "webhook.test", timestamp: new Date(atMs).toISOString(), data: { endpoint_id: endpoint.id } };
    const message = { id: `msg_${random.uuid()}`, payload: JSON.stringify(event) };
    const { status, error } = await post(toMessage(endpoint, message, atMs));
    const outcome = { id: endpoint.id, status: status ?? null, error: error ?? null };
    await leave(house, { action: "webhooks.test", tenant: endpoint.tenant ?? everyTenant, arguments: outcome }, by);
    return error === undefined
      ? { said: { tone: "good", words: `The test was received: HTTP ${status}.` } }
      : { said: { tone: "bad", words: `The test was not received: ${error}.` } };
  }

  async function replay(
    which: { readonly id?: string; readonly endpointId?: string },
    given: JsonObject,
    by: string,
  ): Promise<undefined> {
    const many = await store.webhooks.replay({ server: server.name, atMs: clock.now(), ...which }, (messages) =>
      entryOf("replay", undefined, { ...given, messages }, by),
    );
    if (many === 0) throw new Refused("Nothing is sent again: it waits already, or its endpoint is disabled or gone.");
    return undefined;
  }

  async function find(id: string): Promise<WebhookEndpoint> {
    const found = await store.webhooks.find(server.name, id);
    if (found === undefined) throw new Refused("There is no such endpoint any more.");
    return found;
  }

  function entryAbout(what: string, { id, tenant }: WebhookEndpoint, by: string) {
    return entryOf(what, tenant, { id }, by);
  }

  function entryOf(what: string, tenant: string | undefined, done: JsonObject, by: string) {
    const action = { action: `webhooks.${what}`, tenant: tenant ?? everyTenant, arguments: done };
    return adminEntry({ done: action, server, user: by, id: random.uuid(), nowMs: clock.now() });
  }
}
