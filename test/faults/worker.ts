/** One serving process, told as JSON what to do and where to die or stop. Killed from inside at a named point, so that it is exact. */
import { DecisionError } from "../../runtime/src/approval/desk.ts";
import type { ApprovalStore } from "../../runtime/src/ports.ts";
import { type FaultHouse, type HouseOptions, openHouse, type ToolName } from "./house.ts";

/** What a worker does. */
export type Job = Omit<HouseOptions, "wrapStore" | "beforeSend"> & {
  /** Approvals that are parked and approved first; none: only run what is there. */
  readonly park?: { readonly ids: readonly string[]; readonly toolName: ToolName };
  /** Approvals that are decided in a race with other workers, some of them with a no. */
  readonly race?: {
    readonly approve: readonly string[];
    readonly reject: readonly string[];
    readonly operator: string;
  };
  /** Where it dies by SIGKILL, or is stopped by SIGSTOP, once `many` approvals have come there. */
  readonly fault?: { readonly point: string; readonly kind: "SIGKILL" | "SIGSTOP"; readonly many: number };
};

/** What a worker says when it is done. */
export interface Done {
  readonly done: true;
  readonly won: number;
  readonly late: number;
}

const job = JSON.parse(process.argv[2] as string) as Job;
const { fault } = job;

let arrived = 0;
const { promise: everybodyIsThere, resolve: goOn } = Promise.withResolvers<void>();

/** Come to a point: wait there for the others, and die or be stopped together. */
async function reach(point: string): Promise<void> {
  if (fault?.point !== point) return;
  arrived += 1;
  if (arrived === fault.many) {
    if (fault.kind === "SIGSTOP") await new Promise((resolve) => process.send?.({ stopping: true }, resolve));
    process.kill(process.pid, fault.kind);
    goOn();
  }
  await everybodyIsThere;
}

/** In the middle of a transaction nobody can wait for anybody. */
function dieWithin(step: string): void {
  if (fault?.point === `${step}:within`) process.kill(process.pid, "SIGKILL");
}

const ends = new Set(["succeed", "fail", "lose", "putBack", "defer"]);

function wrapStore(store: ApprovalStore): ApprovalStore {
  return {
    ...store,
    async move(id, name, change, effects) {
      const step = ends.has(name) ? "end" : name;
      await reach(`${step}:before`);
      const after = await store.move(id, name, change, (moved) => {
        dieWithin(step);
        return effects(moved);
      });
      await reach(`${step}:after`);
      return after;
    },
  };
}

async function race({ house }: FaultHouse, { approve, reject, operator }: NonNullable<Job["race"]>) {
  const by = { name: operator };
  const decisions = [
    ...approve.map((id) => () => house.desk.approve(id, by)),
    ...reject.map((id) => () => house.desk.reject(id, by, "no")),
  ].sort(() => Math.random() - 0.5);
  let won = 0;
  let late = 0;
  const operators = Array.from({ length: 20 }, async () => {
    for (let decide = decisions.pop(); decide !== undefined; decide = decisions.pop()) {
      try {
        await decide();
        won += 1;
      } catch (error) {
        if (!(error instanceof DecisionError) || error.reason !== "too_late") throw error;
        late += 1;
      }
    }
  });
  await Promise.all(operators);
  return { won, late };
}

const opened = await openHouse({ ...job, wrapStore, beforeSend: () => reach("send:before") });
if (job.park !== undefined) {
  const { ids, toolName } = job.park;
  await Promise.all(ids.map((id, index) => opened.park(id, toolName, index)));
  await Promise.all(ids.map((id) => opened.house.desk.approve(id, { name: "ana" })));
}
const raced = job.race === undefined ? { won: 0, late: 0 } : await race(opened, job.race);
await opened.idle();
await opened.close();
process.send?.({ done: true, ...raced } satisfies Done, () => process.disconnect());
