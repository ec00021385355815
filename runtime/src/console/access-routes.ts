import type { Context, Hono } from "hono";
import { GatewayError } from "../errors.ts";
import { apiKeySchemes, oauthSchemes } from "../identity/key-format.ts";
import { mintKey } from "../identity/mint.ts";
import { checkText } from "../identity/mint-checks.ts";
import { localScheme, mintToken } from "../identity/mint-token.ts";
import { accessPage, credentialsShown, type Made } from "./access-page.ts";
import { type ConsoleHouse, type Env, frameOf } from "./house.ts";
import { leave } from "./leave.ts";
import { address, asked, mayChange, refuseChange, sent } from "./visit.ts";

/** What is not done, in a sentence for whoever asked for it. */
class Refused extends Error {}

/** Keys, tokens and accounts: to be seen by everybody, to be changed by admins. */
export function accessRoutes(app: Hono<Env>, house: ConsoleHouse): void {
  const { server, store, clock, random } = house;

  app.get("/console/access", async (c) => c.html(await show(c, {})));

  app.post("/console/access", async (c) => {
    const { operator } = frameOf(c, house).signedIn;
    if (!mayChange(operator)) return refuseChange(c, house);
    try {
      const made = await act(c, operator.name);
      // A new value is in this one answer and nowhere else: no address leads to it.
      if (made !== undefined) return c.html(await show(c, { made }));
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof GatewayError)) throw error;
      return c.html(await show(c, { problem: error.message }), 422);
    }
    return c.redirect(address("/console/access", { tenant: asked(c, "tenant") }), 303);
  });

  async function show(c: Context<Env>, done: { readonly made?: Made; readonly problem?: string }) {
    const tenant = asked(c, "tenant");
    const which = { limit: credentialsShown, ...(tenant !== "" && { tenant }) };
    return accessPage(frameOf(c, house), {
      server,
      tenant,
      keys: await store.keys.newest(which),
      tokens: await store.tokens.newest(which),
      suspensions: await store.tenants.list(),
      nowMs: clock.now(),
      made: done.made,
      problem: done.problem,
    });
  }

  function act(c: Context<Env>, by: string): Promise<Made | undefined> {
    switch (sent(c, "do")) {
      case "make_key":
        return makeKey(c, by);
      case "make_token":
        return makeToken(c, by);
      case "revoke_key":
        return revoke("key", sent(c, "id"), by);
      case "revoke_token":
        return revoke("token", sent(c, "id"), by);
      case "suspend":
        return suspend(c, by);
      case "resume":
        return resume(sent(c, "of"), by);
      default:
        throw new Refused("That form is not one of ours.");
    }
  }

  async function makeKey(c: Context<Env>, by: string): Promise<Made> {
    const [name, tenant, kindName] = [sent(c, "name"), sent(c, "of"), sent(c, "kind")];
    const kind = apiKeySchemes(server.auth)
      .map(({ kinds }) => kinds[kindName])
      .find((found) => found !== undefined);
    if (kind?.refused === true) throw new Refused(`Keys of kind ${kindName} are turned away here, so none is made.`);
    // The form offers scopes for every kind; one that has none takes none.
    const scopes = kind?.scoped === true ? c.get("form").getAll("scope") : [];
    if (kind?.scoped === true && scopes.length === 0 && Object.keys(server.scopes).length > 0)
      throw new Refused(`A key of kind ${kindName} could do nothing without a scope. Choose at least one.`);
    const { key, record } = mintKey({ server, kindName, tenant, name, scopes, ttlDays: daysOf(c), clock, random });
    await store.keys.insert(record);
    const made = { id: record.id, name, kind: kindName, scopes: record.scopes };
    await leave(house, { action: "keys.create", tenant, arguments: made }, by);
    return { noun: "key", name, value: key.reveal() };
  }

  async function makeToken(c: Context<Env>, by: string): Promise<Made> {
    const [name, tenant, owner] = [sent(c, "name"), sent(c, "of"), sent(c, "owner")];
    const { token, record } = mintToken({ server, tenant, name, owner, ttlDays: daysOf(c), clock, random });
    const { maxActivePerTenant: maxActive } = localScheme(server);
    if (!(await store.tokens.insert(record, { maxActive })))
      throw new Refused(`${tenant} has ${maxActive} active tokens, the most that are allowed. Revoke one first.`);
    await leave(house, { action: "tokens.create", tenant, arguments: { id: record.id, name, owner } }, by);
    return { noun: "token", name, value: token.reveal() };
  }

  async function revoke(noun: "key" | "token", id: string, by: string): Promise<undefined> {
    const shelf = noun === "key" ? store.keys : store.tokens;
    const found = await shelf.find(id);
    if (found === undefined) throw new Refused(`There is no such ${noun}.`);
    // One that somebody else has revoked meanwhile is as it was wanted.
    if (!(await shelf.revoke(id, clock.now()))) return undefined;
    const { tenant, name } = found;
    await leave(house, { action: `${noun}s.revoke`, tenant, arguments: { id, name } }, by);
    return undefined;
  }

  async function suspend(c: Context<Env>, by: string): Promise<undefined> {
    const [tenant, reason] = [sent(c, "of"), sent(c, "reason")];
    checkText("account's name", tenant);
    if (reason !== "") checkText("reason", reason);
    const which = { tenant, limit: 1 };
    const isKnown =
      oauthSchemes(server.auth).length > 0 ||
      (await store.keys.newest(which)).length + (await store.tokens.newest(which)).length > 0;
    if (!isKnown) throw new Refused("No key and no token is of this account. Check its name.");
    if (await store.tenants.suspend({ tenant, suspendedAtMs: clock.now(), reason }))
      await leave(house, { action: "tenants.suspend", tenant, arguments: { reason } }, by);
    return undefined;
  }

  async function resume(tenant: string, by: string): Promise<undefined> {
    if (await store.tenants.resume(tenant)) await leave(house, { action: "tenants.resume", tenant, arguments: {} }, by);
    return undefined;
  }
}

function daysOf(c: Context<Env>): number | undefined {
  const text = sent(c, "days");
  if (text === "") return undefined;
  if (!/^\d{1,6}$/.test(text)) throw new Refused("Days are a whole number, or are left out.");
  return Number(text);
}
