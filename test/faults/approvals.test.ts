import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { needsPostgres, newDatabase } from "../postgres/database.ts";
import { crashRound, runsPerRound, startWorker } from "./crashes.ts";
import { openHouse, type ToolName } from "./house.ts";
import { type CountingUpstream, startCountingUpstream } from "./upstream.ts";
import type { Done, Job } from "./worker.ts";

async function openPlace() {
  const folder = mkdtempSync(join(tmpdir(), "toolspec-faults-"));
  const upstream = await startCountingUpstream();
  onTestFinished(() => {
    upstream.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { data: join(folder, "store.db"), upstream };
}

async function messageOf(worker: ChildProcess): Promise<unknown> {
  return (await once(worker, "message"))[0];
}

function start(job: Job) {
  const worker = startWorker(job);
  onTestFinished(() => void worker.kill("SIGKILL"));
  return worker;
}

it("loses nothing and repeats nothing when processes die between a yes and its last entry", {
  timeout: 300_000,
}, async () => {
  const place = await openPlace();
  expect(runsPerRound).toBeGreaterThan(200);
  expect(await crashRound(place)).toEqual([]);
  const { store, close } = await openHouse({ ...place, serverName: "after", upstreamUrl: place.upstream.url });
  expect((await store.audit.verify()).findings).toEqual([]);
  await close();
});

/** Approve 1,000 calls, and let 100 be contested, in a race of two processes that also run them; then count. */
async function race(data: string, upstream: CountingUpstream): Promise<void> {
  const given = { data, serverName: "race", upstreamUrl: upstream.url };
  const { store, park, close } = await openHouse({ ...given, limits: { sweepEveryMs: 1_000_000 } });
  onTestFinished(close);
  const [wanted, contested] = [1000, 100].map((many) => Array.from({ length: many }, () => randomUUID())) as [
    string[],
    string[],
  ];
  await Promise.all([...wanted, ...contested].map((id, index) => park(id, "make_once", index)));

  const startedMs = performance.now();
  const workers = [
    start({ ...given, race: { approve: [...wanted, ...contested], reject: [], operator: "ana" } }),
    start({ ...given, race: { approve: wanted, reject: contested, operator: "bo" } }),
  ];
  const done = (await Promise.all(workers.map(messageOf))) as Done[];
  const elapsedMs = performance.now() - startedMs;

  expect(done.map(({ won, late }) => won + late)).toEqual([1100, 1100]);
  expect(done.reduce((sum, { won }) => sum + won, 0)).toBe(1100);
  const counts = await store.approvals.count({ server: "race" });
  expect((counts.executed ?? 0) + (counts.rejected ?? 0)).toBe(1100);
  for (const id of [...wanted, ...contested]) {
    const status = (await store.approvals.find(id))?.status;
    expect([status, upstream.requests.get(id) ?? 0]).toEqual(status === "rejected" ? ["rejected", 0] : ["executed", 1]);
  }
  for (const id of wanted) expect(upstream.requests.get(id)).toBe(1);
  expect((await store.audit.verify()).findings).toEqual([]);
  expect(elapsedMs).toBeLessThan(60_000);
}

const raceTimeout = { timeout: 120_000 };

describe("two processes that decide and run 1,000 approvals", () => {
  needsPostgres();

  it("run each once on one SQLite file", raceTimeout, async () => {
    const { data, upstream } = await openPlace();
    await race(data, upstream);
  });

  it("run each once on PostgreSQL", raceTimeout, async () => {
    const { upstream } = await openPlace();
    await race(await newDatabase(), upstream);
  });
});

/** What must be true after a process was stopped for longer than its lease while another one cleared up. */
const stops: readonly (readonly [point: string, toolName: ToolName, status: string, requests: number])[] = [
  ["claim:after", "make_once", "executed", 1],
  ["dispatch:after", "make_once", "outcome_unknown", 0],
  ["dispatch:after", "make_again", "executed", 1],
  ["send:before", "make_once", "outcome_unknown", 1],
  ["upstream", "make_once", "outcome_unknown", 1],
  ["upstream", "make_again", "executed", 2],
];

it("sends nothing twice that must not be when a process is stopped for longer than its lease", {
  timeout: 120_000,
}, async () => {
  const seen = await Promise.all(
    stops.map(async ([point, toolName]) => [point, toolName, ...(await stopAndGoOn(point, toolName))]),
  );
  expect(seen).toEqual(stops);
});

/** Stop a process at a point, let another one clear up, and let the first go on. @returns the state, and requests, of all its approvals. */
async function stopAndGoOn(point: string, toolName: ToolName): Promise<readonly [string, number]> {
  const folder = mkdtempSync(join(tmpdir(), "toolspec-faults-"));
  const upstream = await startCountingUpstream();
  const many = 4;
  const ids = Array.from({ length: many }, () => randomUUID());
  const shared = {
    data: join(folder, "store.db"),
    serverName: "stopped",
    upstreamUrl: `${upstream.url}/held`,
    timeoutMs: 2000,
    limits: { leaseLeastMs: 8000, leaseMarginMs: 6000 },
  };
  const isHeld = point === "upstream";
  const fault = { point, kind: "SIGSTOP", many } as const;
  const worker = startWorker({ ...shared, park: { ids, toolName }, ...(!isHeld && { fault }) });
  try {
    const said = messageOf(worker);
    if (isHeld) {
      await new Promise<void>((resolve) => upstream.hold("held", many, resolve));
      worker.kill("SIGSTOP");
    } else expect(await said).toEqual({ stopping: true });
    while (!isStopped(worker.pid as number)) await new Promise((resolve) => setTimeout(resolve, 20));
    const other = await openHouse(shared);
    try {
      await other.idle();
      const finished = isHeld ? said : messageOf(worker);
      worker.kill("SIGCONT");
      expect(await finished).toMatchObject({ done: true });
      const found = await Promise.all(ids.map((id) => other.store.approvals.find(id)));
      expect((await other.store.audit.verify()).findings).toEqual([]);
      expect(new Set(found.map((approval) => approval?.fence))).toEqual(new Set([2]));
      const [status, ...statuses] = new Set(found.map((approval) => approval?.status));
      const [requests, ...counts] = new Set(ids.map((id) => upstream.requests.get(id) ?? 0));
      expect([...statuses, ...counts]).toEqual([]);
      return [String(status), Number(requests)];
    } finally {
      await other.close();
    }
  } finally {
    worker.kill("SIGKILL");
    upstream.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function isStopped(pid: number): boolean {
  return /\) T /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}
