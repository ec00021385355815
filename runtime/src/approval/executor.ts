import type { MoveName } from "../approval-states.ts";
import type { Outcome } from "../call.ts";
import type { GatewayError } from "../errors.ts";
import type { ApprovalEffects, ApprovalRecord, ApprovalStore, Clock, Logger, MoveChange } from "../ports.ts";

/** Milliseconds between two looks for work that nobody told of: an approval by another process, or one that a crash left behind. */
const sweepEveryMs = 1000;

/** Milliseconds that a lease is longer than the upstream may take: for everything before and after the request. */
const leaseMarginMs = 20_000;

/** Milliseconds of a lease at least. */
const leaseLeastMs = 30_000;

/** Times that an approval is begun. A connection that is refused thrice is an upstream that is down. */
const attemptsMax = 3;

/** Milliseconds before the second attempt, doubled before the third. */
const pauseMs = 2000;

/** Approvals under way at a time, in one process. */
const concurrencyMax = 8;

/** What a parked call is when it is run: made again from its record, and still allowed. */
export interface Work {
  /** Milliseconds that the upstream may take. */
  readonly timeoutMs: number;
  /** The upstream may get it more than once: it tells repetitions by a key, or they change nothing. */
  readonly isRepeatable: boolean;
  /** What goes into the trail before the first byte. */
  readonly intent: ApprovalEffects;
  send(): Promise<Outcome>;
}

/** What the executor asks of the house. */
export interface ExecutorOptions {
  readonly server: string;
  readonly store: Pick<ApprovalStore, "move" | "due" | "overdue">;
  /** Look at everything again: caller, scope, tool, arguments. An error: it must not run, and why. */
  readonly prepare: (approval: ApprovalRecord) => Promise<Work | GatewayError>;
  /** Entries and events of a move, from what the approval is after it. */
  readonly effects: (move: MoveName, after: ApprovalRecord, outcome?: Outcome) => ApprovalEffects;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Runs what operators have approved. */
export interface Executor {
  /** There may be work: look at once. */
  nudge(): void;
  /** One look for work, and its end. For tests, and for a shell without a server. */
  sweep(): Promise<void>;
  /** Begin nothing more, and let what runs end. */
  close(): Promise<void>;
}

/**
 * Run approved calls, each by the one process that wins its lease.
 *
 * A crash loses nothing: whoever comes next finds the approval and, by the mark that is set before the first byte, knows
 * whether anything may have been sent. If so it is sent again only where the upstream tells repetitions; otherwise a person
 * has to find out. A process that was stopped for longer than its lease finds its fence outgrown and changes nothing.
 *
 * @see reliability.md §6.3 to §6.5
 */
export function createExecutor(options: ExecutorOptions): Executor {
  const { server, store, prepare, effects, clock, logger } = options;
  const running = new Map<string, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> | undefined;
  let isClosed = false;

  const move = (approval: ApprovalRecord, name: MoveName, change: Partial<MoveChange> = {}, outcome?: Outcome) =>
    store.move(approval.id, name, { atMs: clock.now(), ...change }, (after) => effects(name, after, outcome));

  async function look(): Promise<void> {
    for (const approval of await store.overdue(server, clock.now(), concurrencyMax)) await move(approval, "expire");
    const room = concurrencyMax - running.size;
    if (room <= 0 || isClosed) return;
    for (const approval of await store.due(server, clock.now(), room)) {
      if (running.has(approval.id)) continue;
      const run = execute(approval)
        .catch((error: unknown) =>
          logger.error("an approved call was left for later", { approval: approval.id, error }),
        )
        .finally(() => running.delete(approval.id));
      running.set(approval.id, run);
    }
  }

  async function execute(found: ApprovalRecord): Promise<void> {
    const work = await prepare(found);
    const leaseMs = "send" in work ? Math.max(leaseLeastMs, work.timeoutMs + leaseMarginMs) : leaseLeastMs;
    const claim = found.status === "approved" ? "claim" : "reclaim";
    const mine = await move(found, claim, { set: { leaseUntilMs: clock.now() + leaseMs } });
    if (mine === undefined) return;
    if (mine.dispatchedAtMs !== undefined && !("send" in work && work.isRepeatable)) {
      await finish(mine, "lose", lostBefore);
      return;
    }
    if (!("send" in work)) {
      await finish(mine, "fail", { errorCode: work.code, errorMessage: work.message });
      return;
    }
    await run(mine, work, leaseMs);
  }

  async function run(mine: ApprovalRecord, work: Work, leaseMs: number): Promise<void> {
    const startedMs = clock.monotonic();
    const set = { dispatchedAtMs: clock.now() };
    const marked = await store.move(
      mine.id,
      "dispatch",
      { atMs: clock.now(), fence: mine.fence, set },
      () => work.intent,
    );
    if (marked === undefined) return;
    // A process that was stopped in between must not send what another one may have begun by now.
    if (clock.monotonic() - startedMs > leaseMs - work.timeoutMs) return;
    const outcome = await work.send();
    const ending = toEnding(outcome, marked, work);
    const finishedAtMs = clock.now();
    if (ending.move === "putBack") {
      const leaseUntilMs = finishedAtMs + pauseMs * 2 ** (marked.attempts - 1);
      const change = { fence: marked.fence, set: { leaseUntilMs, dispatchedAtMs: undefined } };
      await move(marked, "putBack", change, outcome);
      return;
    }
    await finish(marked, ending.move, ending.set, outcome);
  }

  async function finish(
    mine: ApprovalRecord,
    name: MoveName,
    set: MoveChange["set"],
    outcome?: Outcome,
  ): Promise<void> {
    const finished = { ...set, finishedAtMs: clock.now(), leaseUntilMs: undefined };
    const done = await move(mine, name, { fence: mine.fence, set: finished }, outcome);
    logger.info("an approved call has ended", {
      approval: mine.id,
      tool: mine.tool,
      status: done?.status ?? "elsewhere",
    });
  }

  function sweep(): Promise<void> {
    sweeping ??= look()
      .catch((error: unknown) => logger.warn("the queue of approvals cannot be read", { error }))
      .finally(() => (sweeping = undefined));
    return sweeping;
  }

  function schedule(): void {
    if (isClosed) return;
    // Replicas that were started together must not stay in step.
    timer = setTimeout(() => void sweep().finally(schedule), sweepEveryMs * (0.8 + 0.4 * Math.random()));
    timer.unref();
  }
  schedule();

  return {
    nudge: () => void sweep(),
    async sweep() {
      await sweep();
      await Promise.all(running.values());
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await sweeping;
      await Promise.all(running.values());
    },
  };
}

const lostBefore = {
  errorCode: "outcome_unknown",
  errorMessage:
    "It was being sent when the server ended, and nobody can tell from here whether it happened. Look at the upstream, then settle it.",
};

interface Ending {
  readonly move: "succeed" | "fail" | "lose" | "putBack";
  readonly set?: NonNullable<MoveChange["set"]>;
}

/** What the end of the request means for the approval. */
function toEnding(outcome: Outcome, { attempts }: ApprovalRecord, { isRepeatable }: Work): Ending {
  if (outcome.kind === "succeeded") {
    const upstreamStatus = outcome.exchange?.status;
    return { move: "succeed", set: { result: outcome.text, ...(upstreamStatus !== undefined && { upstreamStatus }) } };
  }
  if (outcome.kind !== "failed") throw new Error(`an approved call cannot end as ${outcome.kind}`);
  const { error, exchange } = outcome;
  const set = {
    errorCode: error.code,
    errorMessage: error.message,
    ...(exchange?.status !== undefined && { upstreamStatus: exchange.status }),
  };
  const mayTryAgain = attempts < attemptsMax;
  if (error.code === "upstream_unreachable" && mayTryAgain) return { move: "putBack" };
  if (error.code !== "outcome_unknown") return { move: "fail", set };
  return isRepeatable && mayTryAgain ? { move: "putBack" } : { move: "lose", set };
}
