import { describe, expect, it } from "vitest";
import type { ApprovalRecord } from "../ports.ts";
import { createDesk, toAnswer } from "./desk.ts";
import { caller, effectsOf, lifetimeMs, openQueue, startMs, toCall } from "./fixture.ts";

const why = "count 150 is above 100";
const preview = { definitionDigest: "d", request: { method: "POST", path: "/things" } };
const edited = { input: { count: 5 }, request: { method: "POST", path: "/things", body: "5" } };
const [ana, bo] = [{ name: "ana" }, { name: "bo" }];

async function openDesk(approvers: 1 | 2 = 1) {
  const { clock, store } = await openQueue();
  const approvals = { expiresInMs: lifetimeMs, pollPath: "/a/{id}", events: "agent.action", approvers };
  let nudges = 0;
  const desk = createDesk({
    server: { name: "acme", version: "1.0.0", approvals },
    store: store.approvals,
    effects: (move, after) => effectsOf(move, after),
    clock,
    onApproved: () => (nudges += 1),
  });
  const park = (input = { count: 150 }, by = caller) => desk.park(toCall(input, by), { why, preview });
  const outcomes = async () => (await store.audit.entries()).map(({ outcome }) => outcome);
  return { clock, store, desk, park, outcomes, nudges: () => nudges };
}

describe("parking", () => {
  it("gives an equal call the one that waits, and another one as soon as that has expired", async () => {
    const { clock, store, park, outcomes } = await openDesk();
    const first = await park();
    expect(await park()).toEqual(first);
    expect((await park({ count: 151 })).id).not.toBe(first.id);
    clock.atMs = startMs + lifetimeMs;
    const second = await park();
    expect(second.id).not.toBe(first.id);
    expect(second).toMatchObject({ status: "pending", expiresAtMs: startMs + 2 * lifetimeMs });
    expect((await store.approvals.find(first.id))?.status).toBe("expired");
    expect(await outcomes()).toEqual(["park", "park", "expire", "park"]);
  });

  it("leaves the entries of a call in the commit that parks it, and none of one that waits already", async () => {
    const { store, desk, outcomes } = await openDesk();
    const entriesOf = (approval: ApprovalRecord) => effectsOf("call", approval).entries;
    const before = store.audit.commits;
    await desk.park(toCall({ count: 150 }), { why, preview, entriesOf });
    expect([await outcomes(), store.audit.commits - before]).toEqual([["park", "call"], 1]);
    await desk.park(toCall({ count: 150 }), { why, preview, entriesOf });
    expect(await outcomes()).toEqual(["park", "call"]);
  });

  it("holds 50 calls of a caller, and counts none that has expired", async () => {
    const { clock, park } = await openDesk();
    for (let count = 0; count < 50; count++) await park({ count });
    await expect(park({ count: 50 })).rejects.toMatchObject({ code: "limit_exceeded", meta: { waiting: 50 } });
    clock.atMs = startMs + lifetimeMs;
    expect((await park({ count: 50 })).status).toBe("pending");
  });

  it("shows an approval to whoever asked, and to nobody else", async () => {
    const { desk, park } = await openDesk();
    const { id } = await park();
    expect((await desk.find(caller, id))?.id).toBe(id);
    for (const stranger of [{ id: "key_2" }, { tenant: "globex" }, { kind: "secret" }]) {
      expect(await desk.find({ ...caller, ...stranger }, id)).toBeUndefined();
      await expect(desk.withdraw({ ...caller, ...stranger }, id)).rejects.toMatchObject({ reason: "absent" });
    }
    expect(await desk.withdraw(caller, id)).toMatchObject({ status: "withdrawn" });
    await expect(desk.withdraw(caller, id)).rejects.toMatchObject({ reason: "too_late" });
  });
});

describe("deciding", () => {
  it("takes the first decision and tells later ones what was decided, and by whom", async () => {
    const { desk, park, nudges, outcomes } = await openDesk();
    const { id } = await park();
    const [approved, rejected] = await Promise.allSettled([desk.approve(id, ana), desk.reject(id, bo, "no")]);
    expect(approved).toMatchObject({ value: { status: "approved", decidedBy: "ana" } });
    expect(rejected).toMatchObject({
      reason: { reason: "too_late", message: expect.stringContaining("approved by ana") },
    });
    expect(nudges()).toBe(1);
    expect(await outcomes()).toEqual(["park", "approve"]);
    await expect(desk.approve("nothing", ana)).rejects.toMatchObject({ reason: "absent" });
  });

  it("is over when the time is, to the millisecond", async () => {
    const { clock, desk, park } = await openDesk();
    const { id } = await park();
    clock.atMs = startMs + lifetimeMs;
    await expect(desk.approve(id, ana)).rejects.toMatchObject({
      reason: "too_late",
      message: expect.stringContaining("is expired already"),
    });
    clock.atMs -= 1;
    expect(await desk.approve(id, ana)).toMatchObject({ status: "approved" });
  });

  it("keeps both arguments where an operator has edited them", async () => {
    const { desk, park } = await openDesk();
    const { id } = await park();
    expect(await desk.approve(id, ana, { edited, reason: "five will do" })).toMatchObject({
      input: { count: 150 },
      editedInput: { count: 5 },
      request: edited.request,
      reason: "five will do",
    });
  });

  it("takes two people where the server says so, and shows the agent neither", async () => {
    const { desk, park, nudges } = await openDesk(2);
    const { id } = await park();
    const endorsed = await desk.approve(id, ana);
    expect(endorsed).toMatchObject({ status: "endorsed", endorsedBy: "ana", decidedBy: undefined });
    expect(toAnswer(endorsed, startMs)).toMatchObject({ status: "pending", terminal: false });
    await expect(desk.approve(id, ana)).rejects.toMatchObject({ reason: "same_person" });
    await expect(desk.approve(id, bo, { edited })).rejects.toMatchObject({ reason: "same_person" });
    expect(nudges()).toBe(0);
    expect(await desk.approve(id, bo)).toMatchObject({ status: "approved", endorsedBy: "ana", decidedBy: "bo" });
  });

  it("lets nobody approve unseen what the first operator has edited since", async () => {
    const { desk, park } = await openDesk(2);
    const shown = await park();
    await desk.approve(shown.id, ana, { edited });
    await expect(desk.approve(shown.id, bo, { shown })).rejects.toMatchObject({ reason: "too_late" });
    const now = await desk.find(caller, shown.id);
    expect(await desk.approve(shown.id, bo, { shown: now as typeof shown })).toMatchObject({ status: "approved" });
  });

  it("is not for the person in whose name the agent acts", async () => {
    const { desk, park } = await openDesk();
    const { id } = await park({ count: 1 }, { ...caller, kind: "oauth", id: "ana" });
    await expect(desk.approve(id, ana)).rejects.toMatchObject({ reason: "self" });
    expect(await desk.approve(id, bo)).toMatchObject({ status: "approved" });
  });
});

describe("settling an unknown outcome", () => {
  async function lost() {
    const house = await openDesk();
    const { id } = await house.park();
    await house.desk.approve(id, ana);
    const { approvals } = house.store;
    const none = () => ({ entries: [], events: [] });
    await approvals.move(id, "claim", { atMs: startMs, set: { leaseUntilMs: startMs } }, none);
    const set = { errorCode: "outcome_unknown", errorMessage: "?", dispatchedAtMs: startMs, upstreamStatus: 502 };
    await approvals.move(id, "lose", { atMs: startMs, fence: 1, set }, none);
    return { ...house, id };
  }

  it.each(["executed", "failed"] as const)("says that it is %s, and not any more that nobody knows", async (how) => {
    const { desk, id } = await lost();
    const settled = await desk.settle(id, bo, how, "looked");
    expect(settled).toMatchObject({ status: how, decidedBy: "bo", reason: "looked", errorCode: undefined });
    expect(toAnswer(settled, startMs)).not.toHaveProperty("error");
    await expect(desk.settle(id, bo, "retry", "")).rejects.toMatchObject({ reason: "too_late" });
  });

  it("is not approved or rejected, but settled", async () => {
    const { desk, id } = await lost();
    const settle = { reason: "too_late", message: expect.stringContaining("settle it instead") };
    await expect(desk.approve(id, bo)).rejects.toMatchObject(settle);
    await expect(desk.reject(id, bo, "no")).rejects.toMatchObject(settle);
  });

  it("sends it again as if it had never been sent, with all the time and tries of a new one", async () => {
    const { clock, desk, id, nudges } = await lost();
    clock.atMs = startMs + 2 * lifetimeMs;
    expect(await desk.settle(id, bo, "retry", "not there")).toMatchObject({
      status: "approved",
      attempts: 0,
      fence: 1,
      dispatchedAtMs: undefined,
      upstreamStatus: undefined,
      expiresAtMs: startMs + 3 * lifetimeMs,
    });
    expect(nudges()).toBe(2);
  });
});

describe("an answer", () => {
  it("holds the upstream's reply to the last digit", async () => {
    const { park } = await openDesk();
    const text = '{"id":9007199254740993,"rate":1.10,"none":null}';
    const answer = toAnswer({ ...(await park()), status: "executed", result: text }, startMs);
    expect(JSON.stringify(answer)).toContain(`"result":${text}`);
    expect(answer).toMatchObject({ status: "executed", terminal: true });
  });

  it("says expired as soon as it is, but never of what was begun", async () => {
    const { park } = await openDesk();
    const parked = await park();
    const at = (status: typeof parked.status) => toAnswer({ ...parked, status }, startMs + lifetimeMs).status;
    expect((["pending", "endorsed", "approved", "executing", "rejected"] as const).map(at)).toEqual([
      "expired",
      "expired",
      "expired",
      "executing",
      "rejected",
    ]);
  });
});
