import { expect, it } from "vitest";
import type { AuditEntry } from "../ports.ts";
import type { Heads } from "./audit-chain.ts";
import { type AuditTrail, createAuditTrail } from "./audit-trail.ts";
import { type TrailReport, verifyTrail } from "./audit-verify.ts";
import { type Connected, onEveryEngine, type TestDatabase } from "./fixture.ts";
import { migrate, migrations } from "./migrations.ts";

const dayMs = 24 * 60 * 60 * 1000;

interface Opened extends Connected {
  readonly database: TestDatabase;
  readonly clock: { nowMs: number; now(): number; monotonic(): number };
  trail(writer: string): AuditTrail;
}

const entry = (changes: Partial<AuditEntry> = {}): AuditEntry => ({
  type: "call",
  callId: "c-1",
  atMs: 1000 * dayMs,
  server: "rekomi",
  serverVersion: "1.0.0",
  actorType: "mcp",
  tenant: "acme",
  callerKind: "token",
  callerId: "t-1",
  callerName: "laptop",
  clientName: "claude-code",
  clientVersion: "2.1",
  era: "modern",
  protocolVersion: "2026-07-28",
  tool: "approve_affiliate",
  arguments: { id: "aff_1" },
  decision: "run",
  why: "the tool runs without asking",
  dryRun: false,
  upstreamMethod: "POST",
  upstreamTarget: "/api/v1/affiliates/aff_1/approve",
  upstreamStatus: 200,
  upstreamMs: 3.25,
  ownMs: 0.5,
  outcome: "ok",
  ...changes,
});

onEveryEngine("verifyTrail", (engine) => {
  async function opening(database: TestDatabase): Promise<Opened> {
    const connected = await database.connect();
    const clock = { nowMs: 1000 * dayMs, now: () => clock.nowMs, monotonic: () => 0 };
    return { ...connected, database, clock, trail: (writer) => createAuditTrail(connected.db, writer, clock) };
  }
  const open = async () => opening(await engine.empty());

  /** Two processes that took turns: the first wrote and ended, the second began after it. */
  async function twoWriters(): Promise<Opened> {
    const opened = await open();
    const one = opened.trail("w-1");
    for (let call = 1; call <= 5; call++) await one.append(entry({ callId: `one-${call}` }));
    await one.close();
    const two = opened.trail("w-2");
    for (let call = 1; call <= 3; call++) await two.append(entry({ callId: `two-${call}` }));
    await two.close();
    return opened;
  }

  async function reportAfter(change: string, anchor?: Heads): Promise<TrailReport> {
    const { run, db } = await twoWriters();
    await run(change);
    return verifyTrail(db, anchor === undefined ? {} : { anchor });
  }

  it("finds nothing in a trail that nobody has touched", async () => {
    const { db } = await twoWriters();
    expect(await verifyTrail(db)).toMatchObject({ entries: 8, writers: 2, unchained: 0, found: 0, findings: [] });
  });

  const columns = Object.entries({
    type: "'admin'",
    call_id: "'other'",
    at_ms: "1",
    server: "'other'",
    server_version: "'2'",
    actor_type: "'admin'",
    tenant: "'other'",
    caller_kind: "'other'",
    caller_id: "'other'",
    caller_name: "'other'",
    client_name: "null",
    client_version: "'3'",
    era: "'legacy'",
    protocol_version: "null",
    tool: "'other'",
    arguments: "'{}'",
    decision: "null",
    why: "'other'",
    dry_run: "1",
    upstream_method: "'GET'",
    upstream_target: "'/'",
    upstream_status: "500",
    upstream_ms: "3.5",
    own_ms: "null",
    outcome: "'unknown_tool'",
    hash: `'${"0".repeat(64)}'`,
  });
  it.each(columns)("finds and names an entry whose %s was edited", async (column, value) => {
    const report = await reportAfter(`update audit_entries set ${column} = ${value} where writer = 'w-1' and seq = 3`);
    expect(report.findings[0]).toMatchObject({ kind: "edited", writer: "w-1", seq: 3 });
    expect(report.findings[0]?.message).toContain("entry 3 of writer w-1");
  });

  it.each([
    ["the first", "seq = 1", "entry 1 is missing before entry 2 of writer w-1"],
    ["one in the middle", "seq = 3", "entry 3 is missing before entry 4 of writer w-1"],
    ["several", "seq in (2, 3)", "entries 2 to 3 are missing before entry 4 of writer w-1"],
    ["the last", "seq = 5", "entry 5 is missing at the end of writer w-1"],
    ["all", "true", "all entries of writer w-1 are gone, up to 5"],
  ])("finds that %s was removed", async (_which, where, message) => {
    const report = await reportAfter(`delete from audit_entries where writer = 'w-1' and ${where}`);
    expect(report.findings.map((finding) => finding.message).join("\n")).toContain(message);
  });

  const swap =
    "update audit_entries set seq = 99 where writer = 'w-1' and seq = 2; update audit_entries set seq = 2 where writer = 'w-1' and seq = 3; update audit_entries set seq = 3 where seq = 99";
  const [heads, endless] =
    engine.name === "SQLite"
      ? ["json_group_object(writer, json_array(seq, hash))", "9e999"]
      : ["json_object_agg(writer, json_build_array(seq, hash))::text", "'infinity'"];
  const names = columns.map(([column]) => column).join(", ");
  it.each([
    ["two entries were swapped", swap],
    ["an entry was renumbered", "update audit_entries set seq = 9 where writer = 'w-1' and seq = 5"],
    [
      "an entry was added at the end",
      `insert into audit_entries (writer, seq, ${names}) select 'w-1', 6, ${names} from audit_entries where writer = 'w-1' and seq = 5`,
    ],
    [
      "a writer was made up",
      `insert into audit_entries (writer, seq, ${names}) select 'w-9', 1, ${names} from audit_entries where writer = 'w-1' and seq = 1`,
    ],
    [
      "an entry was given to another writer",
      "update audit_entries set writer = 'w-2', seq = 4 where writer = 'w-1' and seq = 5",
    ],
    ["a hash was taken away", "update audit_entries set hash = null where writer = 'w-1' and seq = 3"],
    ["every hash of a writer was taken away", "update audit_entries set hash = null where writer = 'w-1'"],
    [
      "a head was moved back with the entries",
      "delete from audit_entries where writer = 'w-1' and seq > 3; update audit_writers set seq = 3, hash = (select hash from audit_entries where writer = 'w-1' and seq = 3) where writer = 'w-1'",
    ],
    [
      "a writer was removed with its head",
      "delete from audit_entries where writer = 'w-1'; delete from audit_writers where writer = 'w-1'",
    ],
    [
      "a beginning was removed as if it had been pruned",
      "update audit_writers set pruned_seq = 2, pruned_hash = (select hash from audit_entries where writer = 'w-1' and seq = 2) where writer = 'w-1'; delete from audit_entries where writer = 'w-1' and seq <= 2",
    ],
    [
      "an entry without a hash was added",
      `insert into audit_entries (writer, seq, ${names}) select 'w-9', 1, ${names} from audit_entries where writer = 'w-1' and seq = 1; update audit_entries set hash = null where writer = 'w-9'`,
    ],
    [
      "everything was removed as if it had been pruned",
      `insert into audit_entries (writer, seq, ${names}) select 'w-9', 1, ${names} from audit_entries where writer = 'w-1' and seq = 1;
       update audit_entries set hash = null, type = 'admin', tool = 'audit.prune', arguments = '{"pruned":' || (select ${heads} from audit_writers) || '}' where writer = 'w-9';
       delete from audit_entries where hash is not null; update audit_writers set pruned_seq = seq, pruned_hash = hash`,
    ],
    ["every seal was removed", "delete from audit_seals"],
    ["a number was made endless", `update audit_entries set upstream_ms = ${endless} where writer = 'w-1' and seq = 3`],
    ["a seal was edited", "update audit_seals set heads = '{}' where number = 1"],
    ["a seal was removed", "delete from audit_seals where number = 1"],
  ])("finds that %s", async (_what, change) => {
    expect((await reportAfter(change)).found).toBeGreaterThan(0);
  });

  it("needs an anchor to miss the newest entries, and finds them with it", async () => {
    const { db, run, trail } = await twoWriters();
    const third = trail("w-3");
    await third.append(entry({ callId: "newest" }));
    const anchor = await third.heads();
    // What somebody with the database alone can do without leaving a trace: the whole of what came last, seal included.
    await run("delete from audit_entries where writer = 'w-3'; delete from audit_writers where writer = 'w-3'");
    await run("delete from audit_seals where number = (select max(number) from audit_seals)");
    expect((await verifyTrail(db)).found).toBe(0);
    expect((await verifyTrail(db, { anchor })).findings).toMatchObject([{ kind: "anchor", writer: "w-3", seq: 1 }]);
  });

  it("counts entries from before there was a chain, and takes them for what they are", async () => {
    const opened = await opening(await engine.create());
    await migrate(opened.db, { clock: opened.clock, place: "f", steps: migrations.slice(0, 3) });
    const old = { ...columnsOf(entry()), writer: "w-0" };
    for (const seq of [1, 2])
      await opened.db
        .insertInto("audit_entries")
        .values({ ...old, seq } as never)
        .execute();
    opened.clock.nowMs += 1;
    await migrate(opened.db, { clock: opened.clock, place: "f" });
    const trail = opened.trail("w-1");
    await trail.append(entry());
    await trail.close();
    expect(await verifyTrail(opened.db)).toMatchObject({ entries: 3, unchained: 2, found: 0 });
  });

  it("finds nothing in texts that are no Unicode, which a client may send", async () => {
    const { db, trail } = await open();
    const one = trail("w-1");
    await one.append(
      entry({
        clientName: "a\ud800b",
        tool: "\udc00",
        callerName: "\ud83c\udf9f \u0000",
        arguments: { "\ud800": "\udc00" },
      }),
    );
    await one.close();
    expect(await verifyTrail(db)).toMatchObject({ entries: 1, found: 0 });
  });

  it("seals once a minute while entries come", async () => {
    const { db, clock, trail } = await open();
    const one = trail("w-1");
    const seals = async () => (await db.selectFrom("audit_seals").selectAll().execute()).length;
    await one.append(entry());
    await one.append(entry());
    expect(await seals()).toBe(1);
    clock.nowMs += 60_000;
    await one.append(entry());
    expect(await seals()).toBe(2);
    await one.close();
    expect(await seals()).toBe(2);
  });

  it("stays whole when old entries are pruned, twice, and the pruning is on record", async () => {
    const { db, clock, trail } = await open();
    const one = trail("w-1");
    for (const day of [0, 1, 500]) await one.append(entry({ atMs: (500 + day) * dayMs, callId: `day-${day}` }));
    for (const beforeMs of [600 * dayMs, 999 * dayMs]) {
      clock.nowMs += 1;
      const plan = await one.planPruning(beforeMs);
      const done = {
        type: "admin",
        tool: "audit.prune",
        arguments: { pruned: plan.pruned },
        atMs: 1000 * dayMs,
      } as const;
      await one.append(entry(done));
      await one.prune(plan);
    }
    await one.close();
    expect((await one.entries()).map(({ seq }) => seq)).toEqual([3, 4, 5]);
    expect(await verifyTrail(db)).toMatchObject({ entries: 3, found: 0 });
  });

  it("stays whole when two prunings overlap, the shorter one last", async () => {
    const { db, trail } = await open();
    const one = trail("w-1");
    for (const day of [0, 1, 2, 500]) await one.append(entry({ atMs: (400 + day) * dayMs }));
    const plans = [await one.planPruning(402 * dayMs), await one.planPruning(401 * dayMs)];
    for (const { pruned } of plans)
      await one.append(entry({ type: "admin", tool: "audit.prune", arguments: { pruned } }));
    for (const plan of plans) await one.prune(plan);
    await one.close();
    expect(await verifyTrail(db)).toMatchObject({ found: 0, pruned: 2 });
  });

  it("stays whole at every moment while several write, seal each other and prune", async () => {
    const { db, database, clock } = await open();
    let nowMs = clock.nowMs;
    // Of one time runs so fast that it seals with each batch, of the other it stands still.
    const sealing = { now: () => (nowMs += 60_000) };
    const trails = await Promise.all(
      [sealing, sealing, clock].map(async (time, index) =>
        createAuditTrail((await database.connect()).db, `w-${index}`, time),
      ),
    );
    let isDone = false;
    const writing = trails.map(async (trail, index) => {
      for (let call = 0; call < 30; call++)
        await trail.append(entry({ callId: `${index}-${call}`, atMs: call * dayMs }));
      const plan = await trail.planPruning(index * dayMs);
      await trail.append(entry({ type: "admin", tool: "audit.prune", arguments: { pruned: plan.pruned } }));
      await trail.prune(plan);
      await trail.close();
    });
    const written = Promise.all(writing).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      expect((await verifyTrail(db)).findings).toEqual([]);
      // SQLite's answers take no turn of the event loop, and the writers need some.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await written;
    const report = await verifyTrail(db);
    expect(report).toMatchObject({ writers: 3, findings: [] });
    expect(report.entries + report.pruned).toBe(93);
    expect(report.seals).toBeGreaterThan(30);
  });

  it("keeps nobody from writing while it walks", async () => {
    const { db: reader, database } = await open();
    const other = await database.connect();
    const trail = createAuditTrail(other.db, "w-1", { now: () => 1000 * dayMs });
    await trail.append(entry());
    await reader
      .transaction()
      .setIsolationLevel("repeatable read")
      .setAccessMode("read only")
      .execute(async (transaction) => {
        await transaction.selectFrom("audit_entries").selectAll().execute();
        await trail.append(entry());
      });
    await trail.close();
    expect(await verifyTrail(reader)).toMatchObject({ entries: 2, found: 0 });
  });

  it("tells a hundred findings and the number of all", async () => {
    const { run, db, trail } = await open();
    const one = trail("w-1");
    await Promise.all(Array.from({ length: 300 }, (_, call) => one.append(entry({ callId: `c-${call}` }))));
    await one.close();
    await run("update audit_entries set outcome = 'ok?'");
    const report = await verifyTrail(db);
    expect(report.findings).toHaveLength(100);
    expect(report.found).toBeGreaterThanOrEqual(300);
  });
});

/** An entry as a program without the chain wrote it. */
function columnsOf(given: AuditEntry): Record<string, unknown> {
  return {
    type: given.type,
    call_id: given.callId,
    at_ms: given.atMs,
    server: given.server,
    server_version: given.serverVersion,
    actor_type: given.actorType,
    tenant: given.tenant,
    caller_kind: given.callerKind,
    caller_id: given.callerId,
    caller_name: given.callerName,
    era: given.era,
    tool: given.tool,
    arguments: JSON.stringify(given.arguments),
    dry_run: 0,
    outcome: given.outcome,
  };
}
