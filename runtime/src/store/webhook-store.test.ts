import { describe, expect, it } from "vitest";
import type { WebhookEndpoint } from "../ports.ts";
import { onEveryEngine } from "./fixture.ts";
import { endpoint, entry, parkCall, startMs, webhookClock } from "./webhook-fixture.ts";

const all = { server: "acme" };
const everything = { limit: 100, except: [] };

onEveryEngine("the store of webhooks", (engine) => {
  async function open() {
    const clock = webhookClock();
    return { store: await (await engine.empty()).open({ clock }), clock };
  }

  /** A store in which these endpoints are told of one call. */
  async function told(...endpoints: readonly WebhookEndpoint[]) {
    const { store, clock } = await open();
    for (const one of endpoints) await store.webhooks.add(one, 10, entry("webhooks.add"));
    const approval = await parkCall(store);
    const { deliveries } = await store.webhooks.page(all, { limit: 100 });
    return { ...store, clock, approval, deliveries };
  }

  describe("endpoints", () => {
    it("are kept as they were added, each with its entry", async () => {
      const { store } = await open();
      const [one, other] = [endpoint(), endpoint({ tenant: "globex", allowPrivate: true })];
      expect(await store.webhooks.add(one, 10, entry("add one"))).toBe(true);
      expect(await store.webhooks.add(other, 10, entry("add other"))).toBe(true);
      const found = await store.webhooks.find("acme", one.id);
      expect([found, found?.secret.reveal()]).toEqual([one, one.secret.reveal()]);
      expect(await store.webhooks.find("elsewhere", one.id)).toBeUndefined();
      expect(await store.webhooks.list("acme")).toEqual(expect.arrayContaining([one, other]));
      expect((await store.audit.entries()).map(({ tool }) => tool)).toEqual(["add one", "add other"]);
    });

    it("are so many a tenant, and so many for all, even if added at once", async () => {
      const { store } = await open();
      const added = await Promise.all(
        [undefined, undefined, undefined, "acme", "acme", "acme"].map((tenant) =>
          store.webhooks.add(endpoint({ tenant }), 2, entry("add")),
        ),
      );
      expect(added).toEqual([true, true, false, true, true, false]);
      expect(await store.audit.entries()).toHaveLength(4);
    });

    it("are removed with their secret and all that waits for them, once", async () => {
      const one = endpoint();
      const { webhooks, audit, deliveries } = await told(one);
      const which = { server: "acme", id: one.id, atMs: startMs };
      expect(await webhooks.remove({ ...which, server: "elsewhere" }, entry("no"))).toBe(false);
      expect(await webhooks.remove(which, entry("remove"))).toBe(true);
      expect(await webhooks.remove(which, entry("no"))).toBe(false);
      expect(await webhooks.list("acme")).toEqual([]);
      expect(await webhooks.due("acme", startMs, everything)).toEqual([]);
      const after = await webhooks.page(all, { limit: 1 });
      expect(after.deliveries).toEqual([{ ...deliveries[0], status: "dead", lastError: "the endpoint was removed" }]);
      expect(await webhooks.replay({ server: "acme", atMs: startMs }, () => entry("no"))).toBe(0);
      expect((await audit.entries()).map(({ tool }) => tool)).toEqual(["webhooks.add", "remove"]);
    });
  });

  describe("the outbox", () => {
    it("takes one message for each endpoint that is told of this tenant", async () => {
      const [ours, everybodys] = [endpoint({ tenant: "acme" }), endpoint()];
      const strangers = [endpoint({ tenant: "globex" }), endpoint({ server: "elsewhere" })];
      const { deliveries, approval } = await told(ours, everybodys, ...strangers);
      expect(new Set(deliveries.map(({ endpointId }) => endpointId))).toEqual(new Set([ours.id, everybodys.id]));
      expect(new Set(deliveries.map(({ id }) => id)).size).toBe(2);
      expect(deliveries[0]).toMatchObject({
        id: expect.stringMatching(/^msg_[0-9a-f-]{36}$/),
        type: "agent.action.pending",
        approvalId: approval.id,
        status: "waiting",
        dueAtMs: startMs,
        attempts: 0,
        payload: JSON.stringify({
          type: "agent.action.pending",
          timestamp: "2026-09-01T12:30:00.000Z",
          data: { approval_id: approval.id },
        }),
      });
    });

    it("keeps nothing of a change that was rolled back", async () => {
      const { approvals, webhooks, approval } = await told(endpoint());
      const broken = approvals.move(approval.id, "reject", { atMs: startMs }, () => ({
        // An entry that cannot be written ends the transaction after the outbox had its turn.
        entries: [{ ...entry("x"), arguments: undefined as never, callId: undefined as never }],
        events: [{ type: "agent.action.rejected", timestamp: "", data: {} }],
      }));
      await expect(broken).rejects.toThrow();
      expect((await approvals.find(approval.id))?.status).toBe("pending");
      const { deliveries } = await webhooks.page(all, { limit: 10 });
      expect(deliveries.map(({ type }) => type)).toEqual(["agent.action.pending"]);
    });

    it("passes by an endpoint that is disabled, until it is enabled", async () => {
      const one = endpoint({ disabledAtMs: startMs, disabledBecause: "gone" });
      const { webhooks, approvals, deliveries } = await told(one);
      expect(deliveries).toEqual([]);
      const which = { server: "acme", id: one.id };
      expect(await webhooks.enable(which, entry("enable"))).toBe(true);
      expect(await webhooks.enable(which, entry("enable"))).toBe(false);
      await parkCall({ approvals });
      expect((await webhooks.page(all, { limit: 10 })).deliveries).toHaveLength(1);
    });
  });

  describe("deliveries", () => {
    it("are claimed by one of several, and are due again when its time is over", async () => {
      const { webhooks, deliveries } = await told(endpoint());
      const [{ id } = { id: "" }] = deliveries;
      const lease = { nowMs: startMs, untilMs: startMs + 30_000 };
      const claims = await Promise.all(Array.from({ length: 5 }, () => webhooks.claim(id, lease)));
      const [first, ...others] = claims.filter((claim) => claim !== undefined);
      if (first === undefined) throw new Error("nobody has claimed it");
      expect(others).toEqual([]);
      expect(await webhooks.due("acme", startMs + 29_999, everything)).toEqual([]);
      expect(await webhooks.due("acme", startMs + 30_000, everything)).toHaveLength(1);
      // Whoever claimed first was stopped for longer than that, and is not believed any more.
      const again = await webhooks.claim(id, { nowMs: startMs + 30_000, untilMs: startMs + 60_000 });
      expect(again?.delivery).toMatchObject({ fence: 2, attempts: 2 });
      await webhooks.settle(first.delivery, { kind: "dead", atMs: startMs, status: 500, error: "late" });
      expect((await webhooks.page(all, { limit: 1 })).deliveries[0]?.status).toBe("waiting");
    });

    it("are claimed once by two servers on one database", async () => {
      const database = await engine.empty();
      const [one, other] = [await database.open(), await database.open()];
      await one.webhooks.add(endpoint(), 10, entry("add"));
      for (let index = 0; index < 20; index++) await parkCall(one);
      const due = await other.webhooks.due("acme", startMs, everything);
      const lease = { nowMs: startMs, untilMs: startMs + 30_000 };
      const claims = await Promise.all(
        due.flatMap(({ id }) => [one.webhooks.claim(id, lease), other.webhooks.claim(id, lease)]),
      );
      expect(claims.filter((claim) => claim !== undefined)).toHaveLength(20);
    });

    it("come oldest first, and not to the endpoints that are left out", async () => {
      const [slow, quick] = [endpoint(), endpoint()];
      const { webhooks, clock, approvals } = await told(slow, quick);
      clock.nowMs += 1000;
      await parkCall({ approvals });
      const due = await webhooks.due("acme", clock.nowMs, { limit: 3, except: [] });
      expect(due.map(({ createdAtMs }) => createdAtMs - startMs)).toEqual([0, 0, 1000]);
      const others = await webhooks.due("acme", clock.nowMs, { limit: 3, except: [slow.id] });
      expect(others.map(({ endpointId }) => endpointId)).toEqual([quick.id, quick.id]);
    });

    it("give an endpoint up with all that waits for it, and are replayed when it is enabled, under their ids", async () => {
      const one = endpoint();
      const { webhooks, approvals, deliveries } = await told(one);
      await parkCall({ approvals });
      const [{ id } = { id: "" }] = deliveries;
      const claimed = await webhooks.claim(id, { nowMs: startMs, untilMs: startMs + 1 });
      if (claimed === undefined) throw new Error("not claimed");
      const ending = { kind: "dead", atMs: startMs, status: 410, error: "HTTP 410", disable: "gone" } as const;
      await webhooks.settle(claimed.delivery, ending);
      expect(await webhooks.find("acme", one.id)).toMatchObject({ disabledBecause: "gone", failingSinceMs: startMs });
      expect(await webhooks.counts("acme")).toEqual(new Map([[one.id, { dead: 2 }]]));
      const replay = { server: "acme", atMs: startMs };
      expect(await webhooks.replay(replay, () => entry("no"))).toBe(0);
      await webhooks.enable({ server: "acme", id: one.id }, entry("enable"));
      expect(await webhooks.replay({ ...replay, endpointId: "another" }, () => entry("no"))).toBe(0);
      expect(await webhooks.replay(replay, (many) => entry(`replay ${many}`))).toBe(2);
      const due = await webhooks.due("acme", startMs, everything);
      expect(due.map((delivery) => delivery.id)).toContain(id);
      expect(due.map(({ attempts }) => attempts)).toEqual([0, 0]);
    });

    it("that were received are sent again only if they are named", async () => {
      const one = endpoint();
      const { webhooks, audit, deliveries } = await told(one);
      const [{ id } = { id: "" }] = deliveries;
      const claimed = await webhooks.claim(id, { nowMs: startMs, untilMs: startMs + 1 });
      if (claimed === undefined) throw new Error("not claimed");
      await webhooks.settle(claimed.delivery, { kind: "delivered", atMs: startMs, status: 200 });
      const replay = { server: "acme", atMs: startMs };
      expect(await webhooks.replay(replay, () => entry("no"))).toBe(0);
      expect(await webhooks.replay({ ...replay, id }, () => entry("replay"))).toBe(1);
      expect(await webhooks.replay({ ...replay, id }, () => entry("it waits already"))).toBe(0);
      expect((await audit.entries()).map(({ tool }) => tool)).toEqual(["webhooks.add", "replay"]);
    });

    it("are paged newest first, and filtered", async () => {
      const one = endpoint();
      const { webhooks, approvals, clock } = await told(one, endpoint());
      for (let index = 0; index < 12; index++) {
        clock.nowMs += index % 2;
        await parkCall({ approvals });
      }
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await webhooks.page(
          { ...all, endpointId: one.id },
          { limit: 5, ...(after !== undefined && { after }) },
        );
        seen.push(...page.deliveries.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      expect([seen.length, new Set(seen).size]).toEqual([13, 13]);
      expect((await webhooks.page({ ...all, status: "dead" }, { limit: 5 })).deliveries).toEqual([]);
    });

    it("are removed when they were settled long ago, and never while they wait", async () => {
      const { webhooks, deliveries, approvals } = await told(endpoint());
      await parkCall({ approvals });
      const [{ id } = { id: "" }] = deliveries;
      const claimed = await webhooks.claim(id, { nowMs: startMs, untilMs: startMs + 1 });
      if (claimed === undefined) throw new Error("not claimed");
      await webhooks.settle(claimed.delivery, { kind: "delivered", atMs: startMs, status: 200 });
      const before = (deliveredBeforeMs: number) => ({ deliveredBeforeMs, deadBeforeMs: deliveredBeforeMs, limit: 10 });
      expect(await webhooks.prune("acme", before(startMs))).toBe(0);
      expect(await webhooks.prune("acme", before(startMs + 1))).toBe(1);
      expect((await webhooks.page(all, { limit: 5 })).deliveries.map(({ status }) => status)).toEqual(["waiting"]);
    });
  });
});
