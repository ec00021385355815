import { randomBytes, randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import type { TokenAuth } from "../codegen.ts";
import { onEveryEngine } from "../store/fixture.ts";
import type { Store } from "../store/open.ts";
import { createAuthenticator } from "./authenticator.ts";
import { mintToken, renewToken } from "./mint-token.ts";

const auth: TokenAuth = {
  kind: "token",
  prefix: "rk_mcp_",
  validation: "local",
  grants: ["read_write"],
  maxActivePerTenant: 10,
  ttlDays: { default: 30, max: 90 },
};
const server = { auth: [auth], scopes: {} };
const clock = { now: Date.now, monotonic: () => performance.now() };
const random = { uuid: () => randomUUID(), bytes: (length: number) => randomBytes(length) };
const silent = () => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };

/** Milliseconds within which every replica has heard; the promise to customers is ten seconds. */
const heardWithinMs = 1000;

onEveryEngine("two servers on one store", (engine) => {
  const { record, token } = mintToken({ server, tenant: "acme", name: "laptop", owner: "ada", clock, random });
  const headers = { authorization: `Bearer ${token.reveal()}` };

  it.each<[string, (store: Store) => Promise<unknown>]>([
    ["revoked", ({ tokens }) => tokens.revoke(record.id, Date.now())],
    ["rotated", ({ tokens }) => tokens.rotate(record.id, renewToken({ server, clock, random }).value)],
    ["suspended", ({ tenants }) => tenants.suspend({ tenant: "acme", suspendedAtMs: Date.now(), reason: "unpaid" })],
  ])("both refuse a token within a second that was %s at one of them", async (_what, change) => {
    const database = await engine.empty();
    const stores = [await database.open({ clock }), await database.open({ clock })];
    const [one, other] = stores.map((store) => createAuthenticator({ server, store, clock, logger }));
    await stores[0]?.tokens.insert(record);
    expect(await one?.authenticate(headers)).toMatchObject({ tenant: "acme" });
    expect(await other?.authenticate(headers)).toMatchObject({ tenant: "acme" });
    const changedAtMs = performance.now();
    await change(stores[0] as Store);
    await expect(one?.authenticate(headers)).rejects.toMatchObject({ name: "GatewayError" });
    const refused = () =>
      other?.authenticate(headers).then(
        () => "taken",
        () => "refused",
      );
    await expect.poll(refused, { interval: 5, timeout: 2 * heardWithinMs }).toBe("refused");
    expect(performance.now() - changedAtMs).toBeLessThan(heardWithinMs);
    await Promise.all([one?.close(), other?.close()]);
  });
});
