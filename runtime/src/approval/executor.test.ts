import { describe, expect, it, onTestFinished } from "vitest";
import type { Outcome } from "../call.ts";
import { type ErrorCode, GatewayError } from "../errors.ts";
import type { ApprovalRecord } from "../ports.ts";
import { StoreError } from "../store/store-error.ts";
import { createDesk } from "./desk.ts";
import { createExecutor, type Work } from "./executor.ts";
import { effectsOf, lifetimeMs, openQueue, startMs, toCall } from "./fixture.ts";

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const done: Outcome = { kind: "succeeded", text: '{"id":1}', value: { id: 1 } };
const failed = (code: ErrorCode, meta = {}): Outcome => ({
  kind: "failed",
  error: new GatewayError(code, `it ended in ${code}`, { meta }),
});
const leaseMs = 30_000;

interface Given {
  readonly isRepeatable?: boolean;
  /** What each sending ends in, in turn; the last for all that follow. */
  readonly outcomes?: readonly (Outcome | (() => Promise<Outcome>))[];
  readonly prepare?: (approval: ApprovalRecord) => Promise<Work | GatewayError>;
}

async function open({ isRepeatable = false, outcomes = [done], prepare }: Given = {}) {
  const { clock, store } = await openQueue();
  const sent: string[] = [];
  const toWork = async (approval: ApprovalRecord): Promise<Work> => ({
    timeoutMs: 10_000,
    isRepeatable,
    intent: effectsOf("intent", approval),
    async send() {
      const outcome = outcomes[Math.min(sent.length, outcomes.length - 1)] as Outcome | (() => Promise<Outcome>);
      sent.push(approval.id);
      return typeof outcome === "function" ? outcome() : outcome;
    },
  });
  const start = (over = store.approvals) => {
    const executor = createExecutor({
      server: "acme",
      store: over,
      prepare: prepare ?? toWork,
      effects: (move, after) => effectsOf(move, after),
      clock,
      logger: quiet,
      // Tests sweep themselves.
      limits: { sweepEveryMs: 1_000_000 },
    });
    onTestFinished(() => executor.close());
    return executor;
  };
  const approvals = { expiresInMs: lifetimeMs, pollPath: "/a/{id}", events: "agent.action", approvers: 1 } as const;
  const desk = createDesk({
    server: { name: "acme", version: "1.0.0", approvals },
    store: store.approvals,
    effects: (move, after) => effectsOf(move, after),
    clock,
  });
  const preview = { definitionDigest: "d", request: { method: "POST" } };
  let count = 0;
  async function approved(): Promise<string> {
    const { id } = await desk.park(toCall({ count: count++ }), { why: "", preview });
    await desk.approve(id, { name: "ana" });
    return id;
  }
  const find = async (id: string) => (await store.approvals.find(id)) as ApprovalRecord;
  const trail = async () => (await store.audit.entries()).map(({ outcome }) => outcome).slice(2);
  return { clock, store, sent, start, approved, find, trail };
}

/** What another process leaves behind that dies after these moves. */
async function dieAfter({ store }: Awaited<ReturnType<typeof open>>, id: string, moves: "claim" | "dispatch") {
  const none = () => ({ entries: [], events: [] });
  await store.approvals.move(id, "claim", { atMs: startMs, set: { leaseUntilMs: startMs + leaseMs } }, none);
  const set = { dispatchedAtMs: startMs };
  if (moves === "dispatch") await store.approvals.move(id, "dispatch", { atMs: startMs, fence: 1, set }, none);
}

describe("an approved call", () => {
  it("is sent once, after its intent, and ends with the upstream's reply", async () => {
    const house = await open();
    const id = await house.approved();
    const [one, other] = [house.start(), house.start()];
    await Promise.all([one.sweep(), other.sweep()]);
    expect(house.sent).toEqual([id]);
    expect(await house.find(id)).toMatchObject({ status: "executed", result: '{"id":1}', leaseUntilMs: undefined });
    expect(await house.trail()).toEqual(["claim", "intent", "succeed"]);
  });

  it("is run soon after a nudge, also one that comes during a look, and however many wait", async () => {
    const house = await open();
    const executor = house.start();
    executor.nudge();
    const ids: string[] = [];
    for (let index = 0; index < 30; index++) ids.push(await house.approved());
    executor.nudge();
    await expect.poll(() => house.sent.length, { timeout: 10_000 }).toBe(30);
    expect(new Set(house.sent)).toEqual(new Set(ids));
  });

  it("is not begun any more once the executor closes", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const house = await open({ prepare: () => promise.then(() => new GatewayError("credential_ended", "gone")) });
    const id = await house.approved();
    const executor = house.start();
    executor.nudge();
    const closed = executor.close();
    resolve();
    await closed;
    expect(await house.find(id)).toMatchObject({ status: "approved", attempts: 0 });
  });

  it("fails under its own name where it must not run any more", async () => {
    const house = await open({ prepare: async () => new GatewayError("credential_ended", "its key was revoked") });
    const id = await house.approved();
    await house.start().sweep();
    expect(await house.find(id)).toMatchObject({ status: "failed", errorCode: "credential_ended" });
    expect(house.sent).toEqual([]);
  });

  it("expires if nobody has begun it in time", async () => {
    const house = await open();
    const id = await house.approved();
    house.clock.atMs = startMs + lifetimeMs;
    await house.start().sweep();
    expect(await house.find(id)).toMatchObject({ status: "expired" });
    expect(house.sent).toEqual([]);
  });
});

describe("what the upstream made of it", () => {
  it.each([
    ["upstream_rejected", false, "failed", 1],
    ["upstream_rate_limited", false, "failed", 1],
    ["outcome_unknown", false, "outcome_unknown", 1],
    ["upstream_failed", false, "outcome_unknown", 1],
    ["upstream_contract", false, "executed", 1],
    ["upstream_unreachable", false, "failed", 3],
    ["outcome_unknown", true, "outcome_unknown", 3],
    ["upstream_failed", true, "outcome_unknown", 3],
    ["upstream_unreachable", true, "failed", 3],
  ] as const)("%s, repeatable %s: %s after %d attempts", async (code, isRepeatable, status, attempts) => {
    const house = await open({ isRepeatable, outcomes: [failed(code)] });
    const id = await house.approved();
    const executor = house.start();
    for (let round = 0; round < 5; round++) {
      await executor.sweep();
      house.clock.atMs += 10_000;
    }
    expect(await house.find(id)).toMatchObject({ status, attempts, errorCode: code });
    expect(house.sent).toHaveLength(attempts);
    expect((await house.trail()).filter((outcome) => outcome === "intent")).toHaveLength(attempts);
  });

  it("waits between attempts", async () => {
    const house = await open({ outcomes: [failed("upstream_unreachable"), done] });
    const id = await house.approved();
    const executor = house.start();
    await executor.sweep();
    expect(await house.find(id)).toMatchObject({ status: "approved", dispatchedAtMs: undefined });
    house.clock.atMs += 1999;
    await executor.sweep();
    expect(house.sent).toHaveLength(1);
    house.clock.atMs += 2;
    await executor.sweep();
    expect(await house.find(id)).toMatchObject({ status: "executed", attempts: 2 });
  });

  it("never says expired or not done of a call whose answer was lost and that would have been repeated", async () => {
    const house = await open({
      isRepeatable: true,
      outcomes: [failed("outcome_unknown"), failed("upstream_rejected")],
    });
    const id = await house.approved();
    const executor = house.start();
    await executor.sweep();
    house.clock.atMs = startMs + lifetimeMs;
    await executor.sweep();
    expect(await house.find(id)).toMatchObject({ status: "outcome_unknown" });
  });

  it("is recorded although the store fails for a moment", async () => {
    const house = await open();
    const id = await house.approved();
    let failures = 2;
    const { approvals } = house.store;
    const flaky: typeof approvals = {
      ...approvals,
      move: async (which, name, change, effects) => {
        if (name === "succeed" && failures-- > 0) throw new StoreError("busy", "the disk does not keep up");
        return approvals.move(which, name, change, effects);
      },
    };
    await house.start(flaky).sweep();
    expect(await house.find(id)).toMatchObject({ status: "executed" });
    expect(house.sent).toHaveLength(1);
  });
});

describe("approved calls that break whenever they are looked at", () => {
  const minuteMs = 60_000;

  it("are put off for longer each time, hide nothing behind them, and fail in the end", async () => {
    const broken = new Set<string>();
    const house = await open({
      prepare: async (approval) => {
        if (broken.has(approval.id)) throw new TypeError("it broke");
        return new GatewayError("credential_ended", "looked at");
      },
    });
    for (let index = 0; index < 40; index++) broken.add(await house.approved());
    const behind = await house.approved();
    const executor = house.start();
    for (let looks = 0; looks < 10; looks++) await executor.sweep();
    expect(await house.find(behind)).toMatchObject({ status: "failed", errorCode: "credential_ended" });
    const [one = ""] = broken;
    expect(await house.find(one)).toMatchObject({ status: "approved", attempts: 1, leaseUntilMs: startMs + minuteMs });
    for (const [afterMs, attempts] of [
      [minuteMs + 1, 2],
      [3 * minuteMs + 2, 3],
    ] as const) {
      house.clock.atMs = startMs + afterMs;
      for (let looks = 0; looks < 10; looks++) await executor.sweep();
      expect((await house.find(one)).attempts).toBe(attempts);
    }
    const ended = await Promise.all([...broken].map((id) => house.find(id)));
    expect(new Set(ended.map(({ status, errorCode }) => `${status} ${errorCode}`))).toEqual(
      new Set(["failed internal"]),
    );
    expect(house.sent).toEqual([]);
  });

  it("run when what broke was mended meanwhile, and are never said not to have happened after they were sent", async () => {
    let isBroken = true;
    const house = await open({
      prepare: async () => {
        if (isBroken) throw new TypeError("it broke");
        return new GatewayError("credential_ended", "looked at");
      },
    });
    const [unsent, sent] = [await house.approved(), await house.approved()];
    await dieAfter(house, sent, "dispatch");
    const executor = house.start();
    house.clock.atMs = startMs + leaseMs + 1;
    await executor.sweep();
    expect(await house.find(sent)).toMatchObject({ status: "executing", attempts: 2 });
    isBroken = false;
    house.clock.atMs += 2 * minuteMs + 1;
    await executor.sweep();
    expect(await house.find(unsent)).toMatchObject({ status: "failed", errorCode: "credential_ended" });
    expect(await house.find(sent)).toMatchObject({ status: "outcome_unknown" });
  });
});

describe("after a crash", () => {
  it("touches nothing before the lease is over", async () => {
    const house = await open();
    const id = await house.approved();
    await dieAfter(house, id, "claim");
    house.clock.atMs = startMs + leaseMs;
    await house.start().sweep();
    expect(await house.find(id)).toMatchObject({ status: "executing", fence: 1 });
  });

  it.each([
    ["claim", false, "executed", 1],
    ["claim", true, "executed", 1],
    ["dispatch", false, "outcome_unknown", 0],
    ["dispatch", true, "executed", 1],
  ] as const)("after %s, repeatable %s: %s, sent %d times more", async (moves, isRepeatable, status, times) => {
    const house = await open({ isRepeatable });
    const id = await house.approved();
    await dieAfter(house, id, moves);
    house.clock.atMs = startMs + leaseMs + 1;
    await house.start().sweep();
    expect(await house.find(id)).toMatchObject({ status, fence: 2, attempts: 2 });
    expect(house.sent).toHaveLength(times);
  });

  it("does not say that nothing happened where the key was revoked after it was sent", async () => {
    const house = await open({
      isRepeatable: true,
      prepare: async () => new GatewayError("credential_ended", "its key was revoked"),
    });
    const id = await house.approved();
    await dieAfter(house, id, "dispatch");
    house.clock.atMs = startMs + leaseMs + 1;
    await house.start().sweep();
    expect(await house.find(id)).toMatchObject({ status: "outcome_unknown" });
  });

  it("gives up on a repeatable call that brings down whoever sends it", async () => {
    const house = await open({ isRepeatable: true });
    const id = await house.approved();
    await dieAfter(house, id, "dispatch");
    const again = () => ({ entries: [], events: [] });
    for (let fence = 2; fence <= 3; fence++)
      await house.store.approvals.move(id, "reclaim", { atMs: startMs + leaseMs + 1 }, again);
    house.clock.atMs = startMs + leaseMs + 1;
    await house.start().sweep();
    expect(await house.find(id)).toMatchObject({ status: "outcome_unknown", attempts: 4 });
    expect(house.sent).toEqual([]);
  });
});

describe("a process that was stopped for longer than its lease", () => {
  it.each([
    ["claim", "executing", { dispatchedAtMs: undefined }],
    ["dispatch", "approved", { dispatchedAtMs: undefined, leaseUntilMs: undefined }],
  ] as const)("after %s sends nothing, and leaves it to others", async (stopAt, status, also) => {
    const house = await open();
    const id = await house.approved();
    const { approvals } = house.store;
    let stops = 1;
    const stopping: typeof approvals = {
      ...approvals,
      move: async (which, name, change, effects) => {
        const after = await approvals.move(which, name, change, effects);
        if (name === stopAt && stops-- > 0) house.clock.atMs += leaseMs + 1;
        return after;
      },
    };
    const executor = house.start(stopping);
    // One look alone, or it would take up again at once what it has just let go.
    executor.nudge();
    await expect.poll(() => stops).toBeLessThanOrEqual(0);
    await executor.close();
    expect(house.sent).toEqual([]);
    expect(await house.find(id)).toMatchObject({ status, ...also });
    await house.start().sweep();
    expect(await house.find(id)).toMatchObject({ status: "executed" });
    expect(house.sent).toEqual([id]);
  });

  it("changes nothing by its late answer", async () => {
    const house: Awaited<ReturnType<typeof open>> = await open({
      outcomes: [
        async () => {
          house.clock.atMs += leaseMs + 1;
          await house.start().sweep();
          return done;
        },
      ],
    });
    const id = await house.approved();
    await house.start().sweep();
    expect(await house.find(id)).toMatchObject({ status: "outcome_unknown", fence: 2, result: undefined });
    expect(house.sent).toHaveLength(1);
  });
});
