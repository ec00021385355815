/**
 * What parking a call costs of our own time, beside an empty queue and beside 100,000 calls that wait; and what an operator's first
 * look at such a queue costs. In one process, through the gateway: decision, plan, queue and audit trail, all durable.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { server } from "@toolspec/generated/vauchflow";
import { composeGateway, defaultSettings, type House, Secret } from "@toolspec/runtime";

const waitingMany = 100_000;
const warmupCalls = 50;
const calls = 300;
const pages = 30;
const pageRows = 50;

/** Calls of one caller that may wait are 50, so that every so many calls have a caller of their own. */
const callsPerCaller = 40;

/** Milliseconds that a call may take of our own time when it is parked, at p50. */
const targetMs = 2;

export async function benchApprovals(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "toolspec-bench-"));
  const file = join(folder, "bench.sqlite");
  const house = await composeGateway({
    server: {
      ...server,
      approvals: {
        expiresInMs: 86_400_000,
        pollPath: "/v1/agent-approvals/{id}",
        events: "agent.action",
        approvers: 1,
      },
    },
    settings: { ...defaultSettings, data: file, logLevel: "error", callsPerMinute: 1_000_000 },
    variables: {
      VAUCHFLOW_API_URL: "http://127.0.0.1:9",
      VAUCHFLOW_API_KEY: "bench-service-key",
      VAUCHFLOW_IDENTITY_SECRET: "bench-identity-secret-of-32-bytes-or-more",
    },
  });
  try {
    const commit = median(await commitAlone(join(folder, "alone.sqlite")));
    await parkMany(house, warmupCalls);
    const empty = await parkingCosts(house);
    fill(file);
    await parkMany(house, warmupCalls);
    const full = await parkingCosts(house);
    const statuses = ["pending", "endorsed"] as const;
    const page = median(
      await time(pages, () => house.store.approvals.page({ server: server.name, statuses }, { limit: pageRows })),
    );
    const ofTenant = median(
      await time(pages, () =>
        house.store.approvals.page({ server: server.name, tenant: "tenant-7", statuses }, { limit: pageRows }),
      ),
    );
    const count = median(await time(pages, () => house.store.approvals.count({ server: server.name })));
    console.log(`\nParking a call, one after the other, p50 of ${calls}; target at most ${targetMs} ms\n`);
    console.log("| | p50 ms | CPU ms a call |\n|---|--:|--:|");
    console.log(`| a durable commit of SQLite alone, as parking takes | ${commit.toFixed(2)} | |`);
    console.log(`| parked beside an empty queue | ${empty} |`);
    console.log(`| parked beside ${waitingMany.toLocaleString("en")} that wait | ${full} |`);
    console.log(`| first ${pageRows} of that queue | ${page.toFixed(2)} | |`);
    console.log(`| first ${pageRows} of one tenant's | ${ofTenant.toFixed(2)} | |`);
    console.log(`| how many stand where | ${count.toFixed(2)} | |`);
  } finally {
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the disk alone costs: one row, one commit, nothing of ours. @returns milliseconds of each. */
async function commitAlone(file: string): Promise<readonly number[]> {
  const database = new DatabaseSync(file);
  database.exec("pragma journal_mode = wal; pragma synchronous = full; create table rows (text text)");
  const insert = database.prepare("insert into rows values (?)");
  const taken = await time(calls, async () => insert.run("x".repeat(2000)));
  database.close();
  return taken;
}

/** Time that passed, and time that this process worked: on a machine with other work the first tells of the others too. */
async function parkingCosts(house: House): Promise<string> {
  const before = process.cpuUsage();
  const passed = median(await parkMany(house, calls));
  const { user, system } = process.cpuUsage(before);
  return `${passed.toFixed(2)} | ${((user + system) / 1000 / calls).toFixed(2)}`;
}

let parked = 0;

/** @returns milliseconds of each call. */
function parkMany({ gateway }: House, many: number): Promise<readonly number[]> {
  return time(many, async () => {
    const id = `bench-${Math.floor(parked / callsPerCaller)}`;
    parked += 1;
    const outcome = await gateway.call({
      id: randomUUID(),
      atMs: Date.now(),
      caller: {
        tenant: id,
        kind: "agent",
        id,
        name: "bench",
        scopes: new Set(Object.keys(server.scopes)),
        bypasses: new Set(),
        credential: new Secret(""),
      },
      era: "modern",
      client: { name: "bench", version: "1" },
      toolName: "create_webhook",
      arguments: { url: `https://hooks.example.com/${parked}`, events: ["voucher.redeemed"] },
      canAsk: false,
      signal: new AbortController().signal,
    });
    if (outcome.kind !== "parked")
      throw new Error(`the call was not parked: ${outcome.kind === "failed" ? outcome.error.message : outcome.kind}`);
  });
}

async function time(many: number, step: () => Promise<unknown>): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let index = 0; index < many; index++) {
    const startedMs = performance.now();
    await step();
    taken.push(performance.now() - startedMs);
  }
  return taken;
}

/** Copies of a parked call, of 500 tenants: through the gateway it would take minutes, and another connection may write too. */
function fill(file: string): void {
  const database = new DatabaseSync(file);
  const columns = database
    .prepare("select name from pragma_table_info('approvals')")
    .all()
    .map(({ name }) => String(name));
  const copied: Readonly<Record<string, string>> = {
    id: "'00000000-0000-4000-8000-' || printf('%012d', n)",
    digest: "'digest-' || n",
    tenant: "'tenant-' || (n % 500)",
    requester_id: "'key-' || (n % 5000)",
    created_at_ms: "created_at_ms + n",
  };
  database.exec(
    `with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${waitingMany})
     insert into approvals (${columns.join(", ")})
     select ${columns.map((column) => copied[column] ?? column).join(", ")}
     from numbers, (select * from approvals where status = 'pending' limit 1)`,
  );
  database.close();
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
