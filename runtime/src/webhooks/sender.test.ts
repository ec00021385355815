import { describe, expect, it, onTestFinished } from "vitest";
import type { WebhookEndpoint } from "../ports.ts";
import { endpoint, entry, openWebhookStore, parkCall, startMs } from "../store/webhook-fixture.ts";
import type { Message, Posted } from "./post.ts";
import { createWebhookSender } from "./sender.ts";

const hour = 60 * 60_000;

/** A sender over a real store, with receivers of the test's own: each message is answered with what `answer` says. */
async function setUp(
  endpoints: readonly WebhookEndpoint[],
  answer: (message: Message) => Posted | Promise<Posted> = () => ({ status: 200 }),
) {
  const { store, clock } = await openWebhookStore();
  for (const one of endpoints) await store.webhooks.add(one, 10, entry("add"));
  const sent: Message[] = [];
  const logged: string[] = [];
  const log = (message: string) => logged.push(message);
  const sender = createWebhookSender({
    server: "acme",
    store: store.webhooks,
    clock,
    logger: { debug: log, info: log, warn: log, error: log },
    post: async (message) => {
      sent.push(message);
      return answer(message);
    },
  });
  onTestFinished(async () => {
    await sender.close();
    await store.close();
  });
  const only = async () => {
    const { deliveries } = await store.webhooks.page({ server: "acme" }, { limit: 2 });
    const [delivery, ...others] = deliveries;
    if (delivery === undefined || others.length > 0) throw new Error("not one delivery");
    return delivery;
  };
  return { store, clock, sent, logged, sender, only };
}

describe("the sender", () => {
  it("sends what waits, once, and notes it", async () => {
    const { store, sent, sender, only } = await setUp([endpoint()]);
    await parkCall(store);
    await sender.sweep();
    await sender.sweep();
    expect(sent).toEqual([
      {
        url: "https://hooks.example/in",
        allowPrivate: false,
        headers: {
          "webhook-id": (await only()).id,
          "webhook-timestamp": String(startMs / 1000),
          "webhook-signature": expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
        },
        body: (await only()).payload,
      },
    ]);
    expect(await only()).toMatchObject({ status: "delivered", attempts: 1, lastStatus: 200, lastError: undefined });
  });

  it("tries again by the schedule, under the same id with a new time, until it gives up", async () => {
    const { store, clock, sent, sender, only, logged } = await setUp([endpoint()], () => ({
      status: 500,
      error: "HTTP 500",
    }));
    await parkCall(store);
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 10; attempt++) {
      await sender.sweep();
      expect(sent).toHaveLength(attempt);
      const { dueAtMs, status } = await only();
      if (status !== "waiting") break;
      pauses.push(dueAtMs - clock.nowMs);
      clock.nowMs = dueAtMs - 1;
      await sender.sweep();
      expect(sent).toHaveLength(attempt);
      clock.nowMs = dueAtMs;
    }
    const expected = [5000, 300_000, hour / 2, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
    expect(pauses).toHaveLength(expected.length);
    for (const [index, pause] of pauses.entries()) {
      expect(pause).toBeGreaterThanOrEqual((expected[index] ?? 0) * 0.8);
      expect(pause).toBeLessThanOrEqual((expected[index] ?? 0) * 1.2);
    }
    expect(await only()).toMatchObject({ status: "dead", attempts: 10, lastStatus: 500, lastError: "HTTP 500" });
    expect(new Set(sent.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(new Set(sent.map(({ headers }) => headers["webhook-timestamp"])).size).toBe(10);
    expect(new Set(sent.map(({ headers }) => headers["webhook-signature"])).size).toBe(10);
    expect(logged).toContain("a webhook was given up: see `toolspec webhooks replay`");
    expect(await store.webhooks.replay({ server: "acme", atMs: clock.nowMs }, () => entry("replay"))).toBe(1);
    await sender.sweep();
    expect(sent.at(-1)?.headers["webhook-id"]).toBe((await only()).id);
    expect(await only()).toMatchObject({ status: "waiting", attempts: 1 });
  });

  it("waits as long as a receiver asks", async () => {
    const { store, clock, sender, only } = await setUp([endpoint()], () => ({
      status: 429,
      error: "HTTP 429",
      retryAfter: "3600",
    }));
    await parkCall(store);
    await sender.sweep();
    expect((await only()).dueAtMs).toBe(clock.nowMs + hour);
  });

  it("disables an endpoint that is gone, and sends it nothing more", async () => {
    const one = endpoint();
    const { store, sent, sender, only } = await setUp([one], () => ({ status: 410, error: "HTTP 410" }));
    await parkCall(store);
    await sender.sweep();
    expect(await only()).toMatchObject({ status: "dead", lastStatus: 410 });
    expect(await store.webhooks.find("acme", one.id)).toMatchObject({
      disabledAtMs: startMs,
      disabledBecause: "it answered 410: gone, and not to be sent to any more",
    });
    await parkCall(store);
    await sender.sweep();
    expect(sent).toHaveLength(1);
  });

  it("disables an endpoint at which everything has failed for five days, and not one that has recovered", async () => {
    let isDown = true;
    const one = endpoint();
    const { store, clock, sender } = await setUp([one], () => (isDown ? { error: "ECONNREFUSED" } : { status: 200 }));
    const health = () => store.webhooks.find("acme", one.id);
    await parkCall(store);
    await sender.sweep();
    expect((await health())?.failingSinceMs).toBe(startMs);
    isDown = false;
    clock.nowMs += 100 * hour;
    await sender.sweep();
    expect((await health())?.failingSinceMs).toBeUndefined();
    isDown = true;
    await parkCall(store);
    await sender.sweep();
    clock.nowMs += 119 * hour;
    await sender.sweep();
    expect((await health())?.disabledAtMs).toBeUndefined();
    clock.nowMs += 24 * hour;
    await sender.sweep();
    expect(await health()).toMatchObject({ disabledBecause: "every attempt of five days has failed" });
  });

  it("lets an endpoint that hangs keep nobody else waiting", async () => {
    const [slow, quick] = [endpoint({ url: "https://slow.example/" }), endpoint({ url: "https://quick.example/" })];
    const { promise: until, resolve: release } = Promise.withResolvers<Posted>();
    const { store, sent, sender } = await setUp([slow, quick], ({ url }) =>
      url === slow.url ? until : { status: 200 },
    );
    for (let index = 0; index < 40; index++) await parkCall(store);
    const done = sender.sweep();
    await expect.poll(async () => (await store.webhooks.counts("acme")).get(quick.id)).toEqual({ delivered: 40 });
    expect(sent.filter(({ url }) => url === slow.url)).toHaveLength(4);
    release({ status: 200 });
    await done;
    expect((await store.webhooks.counts("acme")).get(slow.id)).toEqual({ delivered: 40 });
  });

  it("sends again what a process that died was sending, under the same id", async () => {
    const { store, clock, sent, sender, only } = await setUp([endpoint()]);
    await parkCall(store);
    const { id } = await only();
    await store.webhooks.claim(id, { nowMs: startMs, untilMs: startMs + 30_000 });
    await sender.sweep();
    expect(sent).toEqual([]);
    clock.nowMs += 30_000;
    await sender.sweep();
    expect(sent.map(({ headers }) => headers["webhook-id"])).toEqual([id]);
  });

  it("leaves everything for later while the store cannot be written, without spinning", async () => {
    const { store, sent, logged } = await setUp([endpoint()]);
    await parkCall(store);
    let claims = 0;
    const sender = createWebhookSender({
      server: "acme",
      store: {
        ...store.webhooks,
        claim: () => {
          claims += 1;
          return Promise.reject(new Error("disk full"));
        },
      },
      clock: { now: () => startMs },
      logger: { debug: () => {}, info: () => {}, warn: (message) => logged.push(message), error: () => {} },
    });
    onTestFinished(() => sender.close());
    await sender.sweep();
    expect([claims, sent.length]).toEqual([1, 0]);
    expect(logged).toContain("a webhook was left for later");
  });

  it("removes what was delivered long ago", async () => {
    const { store, clock, sender, only } = await setUp([endpoint()]);
    await parkCall(store);
    await sender.sweep();
    clock.nowMs += 6 * 24 * hour;
    await sender.sweep();
    expect((await only()).status).toBe("delivered");
    clock.nowMs += 2 * 24 * hour;
    await sender.sweep();
    expect(await store.webhooks.counts("acme")).toEqual(new Map());
  });

  it("looks for work by itself, and begins nothing after it was closed", async () => {
    const { store, sent, sender } = await setUp([endpoint()]);
    await parkCall(store);
    await expect.poll(() => sent.length, { timeout: 10_000 }).toBe(1);
    await sender.close();
    await parkCall(store);
    await sender.sweep();
    expect(sent).toHaveLength(1);
  });
});
