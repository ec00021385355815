/** kill -9 at every step between a yes and its last audit entry, and what must hold when the next process has cleared up. */
import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import type { ApprovalStatus } from "../../runtime/src/approval-states.ts";
import { openHouse, type ToolName, toolNames } from "./house.ts";
import type { CountingUpstream } from "./upstream.ts";
import type { Job } from "./worker.ts";

/** As many as an executor runs at a time: all of them come to the point before the process dies. */
const batchSize = 8;

/** Processes at a time, on one file. */
const workersMax = 2;

/** Longer than any lease: a house whose clock is so far ahead finds that of a dead process over. */
const longerThanLeaseMs = 60_000;

/** What the store must say at the end, and how many requests the upstream must have counted. */
interface Truth {
  readonly status: readonly ApprovalStatus[];
  readonly requests: readonly number[];
}

const ranOnce: Truth = { status: ["executed"], requests: [1] };
const nobodyKnows = (...requests: number[]): Truth => ({ status: ["outcome_unknown"], requests });
const repeated: Truth = { status: ["executed"], requests: [2] };

interface Scenario {
  /** Where the first process dies, and, if two do, the second one, which finds what the first has left. */
  readonly points: readonly string[];
  readonly truth: Readonly<Record<ToolName, Truth>>;
}

const both = (truth: Truth) => ({ make_once: truth, make_again: truth });

const scenarios: readonly Scenario[] = [
  ...["approve:before", "approve:within", "approve:after", "claim:before", "claim:within", "claim:after"].map(
    (point) => ({ points: [point], truth: both(ranOnce) }),
  ),
  { points: ["dispatch:before"], truth: both(ranOnce) },
  { points: ["dispatch:within"], truth: both(ranOnce) },
  // Nothing was sent, but who comes next cannot know.
  { points: ["dispatch:after"], truth: { make_once: nobodyKnows(0), make_again: ranOnce } },
  { points: ["send:before"], truth: { make_once: nobodyKnows(0), make_again: ranOnce } },
  { points: ["upstream"], truth: { make_once: nobodyKnows(1), make_again: repeated } },
  { points: ["end:before"], truth: { make_once: nobodyKnows(1), make_again: repeated } },
  {
    // The first to end brings down the others wherever they are.
    points: ["end:within"],
    truth: {
      make_once: { status: ["executed", "outcome_unknown"], requests: [0, 1] },
      make_again: { status: ["executed"], requests: [1, 2] },
    },
  },
  { points: ["end:after"], truth: both(ranOnce) },
  { points: ["claim:after", "reclaim:after"], truth: both(ranOnce) },
  { points: ["dispatch:after", "reclaim:after"], truth: { make_once: nobodyKnows(0), make_again: ranOnce } },
  {
    points: ["upstream", "end:before"],
    truth: { make_once: nobodyKnows(1), make_again: { ...repeated, requests: [3] } },
  },
];

/** Approvals that one round interrupts. */
export const runsPerRound = scenarios.length * toolNames.length * batchSize;

/** Start a worker; it is killed with the parent's `SIGKILL` at the latest when the test ends it. */
export function startWorker(job: Job): ChildProcess {
  return fork(join(import.meta.dirname, "worker.ts"), [JSON.stringify(job)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

interface Batch {
  readonly serverName: string;
  readonly toolName: ToolName;
  readonly scenario: Scenario;
  readonly ids: readonly string[];
}

/** One round over all points with both tools. @returns what is not as it must be, in words. */
export async function crashRound(options: {
  readonly data: string;
  readonly upstream: CountingUpstream;
}): Promise<readonly string[]> {
  const batches = scenarios.flatMap((scenario) =>
    toolNames.map((toolName): Batch => {
      const serverName = `${scenario.points.join("-").replaceAll(":", "-")}-${toolName}-${randomUUID().slice(0, 8)}`;
      return { serverName, toolName, scenario, ids: Array.from({ length: batchSize }, () => randomUUID()) };
    }),
  );
  const waiting = [...batches];
  const wrong: string[] = [];
  await Promise.all(
    Array.from({ length: workersMax }, async () => {
      for (let batch = waiting.pop(); batch !== undefined; batch = waiting.pop())
        wrong.push(...(await crash(batch, options)), ...(await clearUp(batch, options)));
    }),
  );
  return wrong;
}

/** Let one process after the other die at its point. */
async function crash(
  { serverName, toolName, scenario, ids }: Batch,
  { data, upstream }: { readonly data: string; readonly upstream: CountingUpstream },
): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const [index, point] of scenario.points.entries()) {
    const upstreamUrl = `${upstream.url}/${serverName}`;
    const aheadMs = index * longerThanLeaseMs;
    const park = index === 0 ? { park: { ids, toolName } } : {};
    const fault = { point, kind: "SIGKILL", many: batchSize } as const;
    const worker = startWorker({ data, serverName, upstreamUrl, aheadMs, ...park, fault });
    if (point === "upstream") upstream.hold(serverName, batchSize, () => void worker.kill("SIGKILL"));
    const [, signal] = (await once(worker, "exit")) as [number | null, string | null];
    if (signal !== "SIGKILL") wrong.push(`${serverName}: the process did not die at ${point}`);
  }
  return wrong;
}

/** Do as the next process does, long after: then look at the store, the trail and the upstream's count. */
async function clearUp(
  { serverName, toolName, scenario, ids }: Batch,
  { data, upstream }: { readonly data: string; readonly upstream: CountingUpstream },
): Promise<readonly string[]> {
  const aheadMs = scenario.points.length * longerThanLeaseMs;
  const { house, store, close, idle } = await openHouse({
    data,
    serverName,
    upstreamUrl: `${upstream.url}/${serverName}`,
    aheadMs,
  });
  const wrong: string[] = [];
  try {
    for (const id of ids) {
      // A yes that was never committed was never given: the operator gives it again.
      if ((await store.approvals.find(id))?.status === "pending") await house.desk.approve(id, { name: "bo" });
    }
    house.executor.nudge();
    await idle();
    const { status, requests } = scenario.truth[toolName];
    for (const id of ids) {
      const found = await store.approvals.find(id);
      const count = upstream.requests.get(id) ?? 0;
      const say = (what: string) => wrong.push(`${serverName} ${id}: ${what}`);
      if (found === undefined) say("is lost");
      else if (!status.includes(found.status)) say(`is ${found.status}`);
      if (!requests.includes(count)) say(`was sent ${count} times`);
      if (found?.status === "executed" && count === 0) say("is said to be executed, and never was");
      const intents = (await store.audit.entries({ callId: id })).filter(({ type }) => type === "intent").length;
      if (intents < count) say(`was sent ${count} times with ${intents} intents`);
    }
  } finally {
    await close();
  }
  return wrong;
}
