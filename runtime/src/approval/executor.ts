import type { MoveName } from "../approval-states.ts";
import type { Outcome } from "../call.ts";
import type { GatewayError } from "../errors.ts";
import type { ApprovalEffects, ApprovalRecord, ApprovalStore, Clock, Logger, MoveChange } from "../ports.ts";

/** How often, and how long. */
export interface ExecutorLimits {
  /** Milliseconds between two looks for work that nobody told of: an approval by another process, or one that a crash left behind. */
  readonly sweepEveryMs: number;
  /** Milliseconds that a lease is longer than the upstream may take: for everything before and after the request. */
  readonly leaseMarginMs: number;
  /** Milliseconds of a lease at least. */
  readonly leaseLeastMs: number;
  /** Milliseconds before the second attempt, doubled before the third. */
  readonly pauseMs: number;
  /** The same for a call that could not even be looked at: what broke is seldom mended within seconds. */
  readonly brokenPauseMs: number;
}

const defaultLimits: ExecutorLimits = {
  sweepEveryMs: 1000,
  leaseMarginMs: 20_000,
  leaseLeastMs: 30_000,
  pauseMs: 2000,
  brokenPauseMs: 60_000,
};

/** Times that an approval is begun. A connection that is refused thrice is an upstream that is down. */
const attemptsMax = 3;

/** Approvals under way at a time, in one process. */
const concurrencyMax = 8;

/** Approvals that one look finds at most. More than can be begun, so that two processes seldom reach for the same. */
const foundMax = 4 * concurrencyMax;

/** Approvals that one look marks as expired. They share few commits; more follow with the next look, at once. */
const expiringMax = 100;

/** Milliseconds between tries to record how a request has ended, one after the other: a store that is busy is not for long. */
const recordPausesMs = [50, 250, 1000, 3000];

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
  /** For tests that cannot wait for half a minute. */
  readonly limits?: Partial<ExecutorLimits>;
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
  const limits = { ...defaultLimits, ...options.limits };
  const running = new Map<string, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> | undefined;
  /** Somebody told of work while a look was under way, which may have missed it. */
  let lookAgain = false;
  /** The last look found as many as there was room for. */
  let mayBeMore = false;
  let isClosed = false;

  const move = (approval: ApprovalRecord, name: MoveName, change: Partial<MoveChange> = {}, outcome?: Outcome) =>
    store.move(approval.id, name, { atMs: clock.now(), ...change }, (after) => effects(name, after, outcome));

  async function look(): Promise<void> {
    const overdue = await store.overdue(server, clock.now(), expiringMax);
    await Promise.all(overdue.map((approval) => move(approval, "expire")));
    lookAgain ||= overdue.length === expiringMax;
    const room = concurrencyMax - running.size;
    if (isClosed) return;
    mayBeMore = room <= 0;
    if (mayBeMore) return;
    // Those that are only being prepared are due still, and must not hide what comes after them.
    const due = await store.due(server, clock.now(), foundMax);
    const fresh = due.filter(({ id }) => !running.has(id));
    mayBeMore = due.length > room;
    for (const approval of anyOf(fresh, room)) {
      const run = execute(approval)
        .catch((error: unknown) => {
          // Not at once again: what broke is broken still.
          mayBeMore = false;
          logger.error("an approved call was left for later", { approval: approval.id, error });
        })
        .finally(() => {
          running.delete(approval.id);
          if (mayBeMore) nudge();
        });
      running.set(approval.id, run);
    }
  }

  async function execute(found: ApprovalRecord): Promise<void> {
    const work = await prepare(found).catch((error: unknown): Broken => ({ brokenBy: error }));
    if (isClosed) return;
    const leaseMs =
      "send" in work ? Math.max(limits.leaseLeastMs, work.timeoutMs + limits.leaseMarginMs) : limits.leaseLeastMs;
    const claim = found.status === "approved" ? "claim" : "reclaim";
    const lease = { startedMs: clock.monotonic(), untilMs: clock.now() + leaseMs, leaseMs };
    const mine = await move(found, claim, { set: { leaseUntilMs: lease.untilMs } });
    if (mine === undefined) return;
    // A process that something in the call itself brings down must not do so forever.
    const maySend =
      "send" in work && (mine.dispatchedAtMs === undefined || (work.isRepeatable && mine.attempts <= attemptsMax));
    if (maySend) await run(mine, work, lease);
    else if ("brokenBy" in work && mine.attempts < attemptsMax) await putOff(mine, work);
    else if (mine.dispatchedAtMs !== undefined) await finish(mine, "lose", lostBefore);
    else if ("brokenBy" in work) await finish(mine, "fail", brokenTooOften);
    else
      await finish(mine, "fail", {
        errorCode: (work as GatewayError).code,
        errorMessage: (work as GatewayError).message,
      });
  }

  /** Out of the way of all others: a few that break each time would otherwise be found first for ever. */
  async function putOff(mine: ApprovalRecord, { brokenBy }: Broken): Promise<void> {
    logger.error("an approved call cannot be looked at, and is put off", { approval: mine.id, error: brokenBy });
    const leaseUntilMs = clock.now() + limits.brokenPauseMs * 2 ** (mine.attempts - 1);
    // What was sent, or may have been, stays as it is: it must not expire.
    const name = mine.dispatchedAtMs === undefined ? "putBack" : "defer";
    await move(mine, name, { fence: mine.fence, set: { leaseUntilMs } });
  }

  async function run(mine: ApprovalRecord, work: Work, lease: Lease): Promise<void> {
    // A process that was stopped in between must not send what another one may have begun by now.
    if (!lasts(lease, work)) return;
    const set = { dispatchedAtMs: clock.now() };
    const marked = await store.move(
      mine.id,
      "dispatch",
      { atMs: clock.now(), fence: mine.fence, set },
      () => work.intent,
    );
    if (marked === undefined) return;
    if (!lasts(lease, work)) {
      // Of this attempt nothing was sent; of the one before, who knows.
      if (mine.dispatchedAtMs === undefined)
        await move(marked, "putBack", {
          fence: marked.fence,
          set: { leaseUntilMs: undefined, dispatchedAtMs: undefined },
        });
      return;
    }
    const outcome = await work.send();
    const ending = toEnding(
      outcome,
      { attempts: marked.attempts, wasSentBefore: mine.dispatchedAtMs !== undefined },
      work,
    );
    if (ending.move === "putBack" || ending.move === "defer") {
      const leaseUntilMs = clock.now() + limits.pauseMs * 2 ** (marked.attempts - 1);
      const unsent = ending.move === "putBack" && { dispatchedAtMs: undefined };
      await record(() => move(marked, ending.move, { fence: marked.fence, set: { leaseUntilMs, ...unsent } }, outcome));
      return;
    }
    await finish(marked, ending.move, ending.set, outcome);
  }

  /** There is time for a whole request before anybody else may take over, by their clocks and by our own. */
  function lasts({ startedMs, untilMs, leaseMs }: Lease, { timeoutMs }: Work): boolean {
    return Math.min(untilMs - clock.now(), leaseMs - (clock.monotonic() - startedMs)) >= timeoutMs;
  }

  /** What the upstream did is known here and nowhere else, so that a store that fails is tried again. */
  async function record<Result>(write: () => Promise<Result>): Promise<Result> {
    for (const pauseMs of recordPausesMs) {
      try {
        return await write();
      } catch (error) {
        logger.warn("how an approved call has ended cannot be written, and will be tried again", { error });
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    return write();
  }

  async function finish(
    mine: ApprovalRecord,
    name: MoveName,
    set: MoveChange["set"],
    outcome?: Outcome,
  ): Promise<void> {
    const finished = { ...set, finishedAtMs: clock.now(), leaseUntilMs: undefined };
    const done = await record(() => move(mine, name, { fence: mine.fence, set: finished }, outcome));
    logger.info("an approved call has ended", {
      approval: mine.id,
      tool: mine.tool,
      status: done?.status ?? "elsewhere",
    });
  }

  function sweep(): Promise<void> {
    sweeping ??= lookWhileAsked()
      .catch((error: unknown) => logger.warn("the queue of approvals cannot be read", { error }))
      .finally(() => (sweeping = undefined));
    return sweeping;
  }

  async function lookWhileAsked(): Promise<void> {
    do {
      lookAgain = false;
      await look();
    } while (lookAgain && !isClosed);
  }

  function nudge(): void {
    lookAgain = true;
    void sweep();
  }

  function schedule(): void {
    if (isClosed) return;
    // Replicas that were started together must not stay in step.
    timer = setTimeout(() => void sweep().finally(schedule), limits.sweepEveryMs * (0.8 + 0.4 * Math.random()));
    timer.unref();
  }
  schedule();

  return {
    nudge,
    async sweep() {
      await sweep();
      while (running.size > 0 || sweeping !== undefined) await Promise.all([sweeping, ...running.values()]);
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

const brokenTooOften = {
  errorCode: "internal",
  errorMessage: "It was not run: something on our side broke each time it was looked at. The log says what.",
};

/** It could not be found out whether, and with what, the call may run. */
interface Broken {
  readonly brokenBy: unknown;
}

/** So many of these, whichever. */
function anyOf<Item>(items: readonly Item[], many: number): readonly Item[] {
  const rest = [...items];
  return Array.from({ length: Math.min(many, rest.length) }, () => {
    const [one] = rest.splice(Math.floor(Math.random() * rest.length), 1);
    return one as Item;
  });
}

/** A lease as whoever took it sees it. */
interface Lease {
  /** Of the clock that only grows: before the lease was asked for. */
  readonly startedMs: number;
  /** Unix time: what others judge it by. */
  readonly untilMs: number;
  readonly leaseMs: number;
}

interface Ending {
  readonly move: "succeed" | "fail" | "lose" | "putBack" | "defer";
  readonly set?: NonNullable<MoveChange["set"]>;
}

/** What the end of the request means for the approval. */
function toEnding(
  outcome: Outcome,
  { attempts, wasSentBefore }: { readonly attempts: number; readonly wasSentBefore: boolean },
  { isRepeatable }: Work,
): Ending {
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
  // The upstream has done it and says so; only its words are not what the tool promises.
  if (error.code === "upstream_contract") return { move: "succeed", set };
  const mayTryAgain = attempts < attemptsMax;
  const wasUnsent = error.code === "upstream_unreachable";
  if (wasUnsent && !wasSentBefore) return mayTryAgain ? { move: "putBack" } : { move: "fail", set };
  // What follows an attempt whose answer was lost says nothing of that one, but for a success.
  if (!wasUnsent && !isUnknown(outcome)) return { move: wasSentBefore ? "lose" : "fail", set };
  return isRepeatable && mayTryAgain ? { move: "defer" } : { move: "lose", set };
}

/** The upstream may have done it: no answer, one that nobody could read, or a failure in the middle of its work. */
function isUnknown({ error, exchange }: Extract<Outcome, { kind: "failed" }>): boolean {
  if (error.code === "outcome_unknown" || error.code === "upstream_failed") return true;
  return error.code === "internal" && exchange !== undefined;
}
