import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";
import { needsPostgres, runSql } from "../../../test/postgres/database.ts";
import type { AuditEntry } from "../ports.ts";
import { createAuditTrail } from "./audit-trail.ts";
import { createPostgres, onEveryEngine } from "./fixture.ts";
import { migrate } from "./migrations.ts";
import { createSqliteDialect } from "./sqlite-dialect.ts";
import { openSqliteFile } from "./sqlite-file.ts";
import type { Tables } from "./tables.ts";

const clock = { now: () => 0, monotonic: () => 0 };
const entry = (changes: Partial<AuditEntry> = {}): AuditEntry => ({
  type: "call",
  callId: "c-1",
  atMs: 1_700_000_000_000,
  server: "vauchflow",
  serverVersion: "1.0.0",
  actorType: "mcp",
  tenant: "acme",
  callerKind: "agent",
  callerId: "k-1",
  callerName: "Claude",
  clientName: "claude-code",
  clientVersion: "2.1",
  era: "modern",
  protocolVersion: "2026-07-28",
  tool: "redeem_voucher",
  arguments: { code: "SUMMER20", note: 'quotes " and \u0000 and 🎟' },
  decision: "run",
  why: "redeem_voucher is auto",
  dryRun: false,
  upstreamMethod: "POST",
  upstreamTarget: "/v1/vouchers/SUMMER20/redeem",
  upstreamStatus: 200,
  upstreamMs: 3.25,
  ownMs: 0.5,
  outcome: "ok",
  ...changes,
});

const absent = {
  clientName: undefined,
  clientVersion: undefined,
  protocolVersion: undefined,
  decision: undefined,
  why: undefined,
  upstreamMethod: undefined,
  upstreamTarget: undefined,
  upstreamStatus: undefined,
  upstreamMs: undefined,
  ownMs: undefined,
} satisfies Partial<AuditEntry>;

describe("the audit trail in a file", () => {
  async function openTrail(file = ":memory:") {
    const database = openSqliteFile(file);
    const db = new Kysely<Tables>({ dialect: createSqliteDialect(database, file) });
    await migrate(db, { clock, place: file });
    return { database, trail: createAuditTrail(db, "w-1", clock) };
  }

  it("rejects every entry of a batch when the disk is full, and keeps none of it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "toolspec-audit-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const { trail, database } = await openTrail(join(folder, "toolspec.db"));
    await trail.append(entry({ callId: "before" }));
    const pages = Number(database.prepare("pragma page_count").get()?.page_count);
    database.exec(`pragma max_page_count = ${pages}`);
    const large = { text: "x".repeat(50_000) };
    const batch = ["a", "b", "c"].map((callId) => trail.append(entry({ callId, arguments: large })));
    const ends = await Promise.allSettled(batch);
    expect(ends.map((end) => end.status === "rejected" && end.reason.reason)).toEqual(["full", "full", "full"]);
    expect((await trail.entries()).map(({ callId }) => callId)).toEqual(["before"]);
  });

  it("goes on without using a number twice when a commit succeeded and its answer was lost", async () => {
    const database = openSqliteFile(":memory:");
    const dialect = createSqliteDialect(database, ":memory:");
    let isLosing = false;
    const createDriver = () => {
      const driver = dialect.createDriver();
      const commit = driver.commitTransaction.bind(driver);
      driver.commitTransaction = async (connection) => {
        await commit(connection);
        if (isLosing) throw new Error("connection lost");
      };
      return driver;
    };
    const db = new Kysely<Tables>({ dialect: { ...dialect, createDriver } });
    await migrate(db, { clock, place: ":memory:" });
    const trail = createAuditTrail(db, "w-1", clock);
    await trail.append(entry());
    isLosing = true;
    await expect(trail.append(entry())).rejects.toThrow("connection lost");
    isLosing = false;
    await trail.append(entry());
    expect((await trail.entries()).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it("rejects when its database has gone", async () => {
    const { trail, database } = await openTrail();
    database.close();
    await expect(trail.append(entry())).rejects.toMatchObject({ name: "StoreError" });
  });
});

onEveryEngine("the audit trail", (engine) => {
  async function openTrail() {
    const database = await engine.empty();
    const { db, run } = await database.connect();
    return { database, db, run, trail: createAuditTrail(db, "w-1", clock) };
  }

  it("goes on without a gap in its numbers after a failed batch", async () => {
    const { trail, run } = await openTrail();
    await trail.append(entry());
    await run("create unique index stop on audit_entries (tenant)");
    await expect(trail.append(entry())).rejects.toMatchObject({ name: "StoreError" });
    await run("drop index stop");
    await Promise.all([trail.append(entry()), trail.append(entry())]);
    expect((await trail.entries()).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it("is readable by another process as soon as the append has resolved", async () => {
    const { trail, database } = await openTrail();
    await trail.append(entry({ callId: "durable" }));
    const other = await database.connect();
    expect(await other.db.selectFrom("audit_entries").select("call_id").execute()).toEqual([{ call_id: "durable" }]);
  });

  it("gives back what was put in, whether all is known or little", async () => {
    const { trail } = await openTrail();
    await trail.append(entry());
    await trail.append(entry({ ...absent, callId: "c-2", dryRun: true, type: "intent" }));
    expect(await trail.entries()).toEqual([
      { ...entry(), writer: "w-1", seq: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      {
        ...entry({ ...absent, callId: "c-2", dryRun: true, type: "intent" }),
        writer: "w-1",
        seq: 2,
        hash: expect.any(String),
      },
    ]);
  });

  it("numbers each writer's entries from 1, two writers to a database", async () => {
    const { trail: one, database } = await openTrail();
    const two = createAuditTrail((await database.connect()).db, "w-2", clock);
    await Promise.all([one.append(entry()), two.append(entry()), one.append(entry())]);
    const entries = await one.entries();
    expect(entries.map(({ writer, seq }) => `${writer} ${seq}`)).toEqual(["w-1 1", "w-1 2", "w-2 1"]);
  });

  it("finds entries by call, tenant and tool", async () => {
    const { trail } = await openTrail();
    await trail.append(entry({ callId: "a", tenant: "acme", tool: "x" }));
    await trail.append(entry({ callId: "b", tenant: "globex", tool: "x" }));
    await trail.append(entry({ callId: "c", tenant: "globex", tool: "y" }));
    const found = async (filter: Parameters<typeof trail.entries>[0]) =>
      (await trail.entries(filter)).map(({ callId }) => callId).join("");
    expect(await found({ callId: "b" })).toBe("b");
    expect(await found({ tenant: "globex" })).toBe("bc");
    expect(await found({ tenant: "globex", tool: "x" })).toBe("b");
    expect(await found({ limit: 2 })).toBe("ab");
    expect(await found({ callId: "' or 1=1 --" })).toBe("");
  });

  it("shares commits among 64 callers", async () => {
    const { trail } = await openTrail();
    const callers = Array.from({ length: 64 }, async () => {
      for (let count = 0; count < 10; count++) await trail.append(entry());
    });
    await Promise.all(callers);
    expect((await trail.entries()).length).toBe(640);
    expect(640 / trail.commits).toBeGreaterThan(40);
  });

  it("writes what waits when it is closed", async () => {
    const { trail, db } = await openTrail();
    const appended = trail.append(entry());
    await trail.close();
    await appended;
    expect(await db.selectFrom("audit_entries").select("seq").execute()).toEqual([{ seq: 1 }]);
  });
});

describe("the audit trail on PostgreSQL", () => {
  needsPostgres();

  it("has every entry once that it said it has, and no gap, when its connections are ended again and again", async () => {
    const { connect, url } = await createPostgres();
    const { db } = await connect();
    await migrate(db, { clock, place: "here" });
    const trail = createAuditTrail(db, "w-1", clock);
    const kept = new Set<string>();
    let isDone = false;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let call = 0; call < 60; call++) {
        const callId = `${writer}-${call}`;
        await trail.append(entry({ callId })).then(
          () => kept.add(callId),
          (error: unknown) => expect(error).toMatchObject({ name: "StoreError" }),
        );
      }
    });
    const ending = (async () => {
      for (let count = 0; count < 5 && !isDone; count++) {
        await runSql(
          url,
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid() and application_name = 'toolspec'`,
        );
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    })();
    await Promise.all(writers);
    isDone = true;
    await ending;
    const last = entry({ callId: "last" });
    await expect.poll(() => trail.append(last).then(() => "written", String)).toBe("written");
    const entries = await trail.entries();
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
    const found = entries.map(({ callId }) => callId);
    expect(new Set(found).size).toBe(found.length);
    expect([...kept].filter((callId) => !found.includes(callId))).toEqual([]);
    expect(await trail.verify()).toMatchObject({ findings: [] });
  });
});
