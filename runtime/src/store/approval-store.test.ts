import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { type MoveName, moves, terminal } from "../approval-states.ts";
import type { ApprovalRecord, AuditEntry, MoveChange } from "../ports.ts";
import { systemClock, systemRandom } from "../system.ts";
import { onEveryEngine } from "./fixture.ts";
import { openStore } from "./open.ts";

const nowMs = 1_700_000_000_000;
const room = { perCaller: 50, perTenant: 500, effects: () => ({ entries: [], events: [] }) };

function approval(changes: Partial<ApprovalRecord> = {}): ApprovalRecord {
  const id = systemRandom.uuid();
  return {
    id,
    server: "acme",
    serverVersion: "1.0.0",
    tenant: "acme",
    requester: { kind: "agent", id: "key_1", name: "ci", scopes: ["WRITE"] },
    client: undefined,
    era: "modern",
    tool: "make_thing",
    title: "Make",
    definitionDigest: "d",
    digest: id,
    input: { count: 150, nested: { deep: ["ü", null] } },
    editedInput: undefined,
    request: { method: "POST", path: "/things" },
    why: "count 150 is above 100",
    status: "pending",
    createdAtMs: nowMs,
    expiresAtMs: nowMs + 1000,
    endorsedBy: undefined,
    decidedBy: undefined,
    decidedAtMs: undefined,
    reason: undefined,
    fence: 0,
    leaseUntilMs: undefined,
    attempts: 0,
    dispatchedAtMs: undefined,
    finishedAtMs: undefined,
    upstreamStatus: undefined,
    result: undefined,
    errorCode: undefined,
    errorMessage: undefined,
    ...changes,
  };
}

const entry = (after: ApprovalRecord, outcome: string): AuditEntry => ({
  type: "approval",
  callId: after.id,
  atMs: nowMs,
  server: "acme",
  serverVersion: "1.0.0",
  actorType: "admin",
  tenant: after.tenant,
  callerKind: "operator",
  callerId: "ana",
  callerName: "ana",
  clientName: undefined,
  clientVersion: undefined,
  era: undefined,
  protocolVersion: undefined,
  tool: after.tool,
  arguments: {},
  decision: undefined,
  why: undefined,
  dryRun: false,
  upstreamMethod: undefined,
  upstreamTarget: undefined,
  upstreamStatus: undefined,
  upstreamMs: undefined,
  ownMs: undefined,
  outcome,
});

onEveryEngine("the store of approvals", (engine) => {
  const ports = { clock: systemClock, random: systemRandom };

  async function open() {
    return (await engine.empty()).open(ports);
  }

  /** Two replicas. */
  async function openTwo() {
    const database = await engine.empty();
    return [await database.open(ports), await database.open(ports)] as const;
  }

  describe("approvals", () => {
    it("keeps an approval as it was parked", async () => {
      const { approvals } = await open();
      const parked = approval();
      expect(await approvals.park(parked, room)).toEqual({ kind: "parked", approval: parked });
      expect(await approvals.find(parked.id)).toEqual(parked);
      expect(await approvals.find(systemRandom.uuid())).toBeUndefined();
    });

    it("parks an equal call once while it waits, and again when it was decided", async () => {
      const { approvals } = await open();
      const first = approval({ digest: "same" });
      await approvals.park(first, room);
      expect(await approvals.park(approval({ digest: "same" }), room)).toEqual({ kind: "same", approval: first });
      await approvals.move(first.id, "reject", { atMs: nowMs }, room.effects);
      expect(await approvals.park(approval({ digest: "same" }), room)).toMatchObject({ kind: "parked" });
    });

    it("parks an equal call once when two replicas are asked at the same time", async () => {
      const stores = await openTwo();
      const parked = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (stores[index % 2] as (typeof stores)[0]).approvals.park(approval({ digest: "same" }), room),
        ),
      );
      expect(parked.filter(({ kind }) => kind === "parked")).toHaveLength(1);
      expect(parked.filter(({ kind }) => kind === "same")).toHaveLength(19);
    });

    it("parks many equal calls once each, whatever their order at two replicas", async () => {
      const stores = await openTwo();
      // The first batch of a writer seals, and waits for others' seals: from then on they overlap.
      for (const { approvals } of stores) await approvals.park(approval({ tenant: "globex" }), room);
      const digests = Array.from({ length: 60 }, (_, index) => `digest ${index}`);
      const parked = await Promise.all(
        stores.flatMap(({ approvals }) =>
          // Their ids, and with them the order in which they come, are random.
          digests.map((digest) => approvals.park(approval({ digest }), { ...room, perCaller: 100 })),
        ),
      );
      expect(parked.filter(({ kind }) => kind === "parked")).toHaveLength(60);
      expect(parked.filter(({ kind }) => kind === "same")).toHaveLength(60);
    });

    it("has room for so many calls of a caller, and of a tenant", async () => {
      const { approvals } = await open();
      const small = { ...room, perCaller: 2, perTenant: 3 };
      const by = (id: string, tenant = "acme") =>
        approval({ tenant, requester: { kind: "agent", id, name: id, scopes: [] } });
      for (const one of [by("a"), by("a")]) await approvals.park(one, small);
      expect(await approvals.park(by("a"), small)).toEqual({ kind: "full", whose: "caller" });
      await approvals.park(by("b"), small);
      expect(await approvals.park(by("c"), small)).toEqual({ kind: "full", whose: "tenant" });
      expect(await approvals.park(by("c", "globex"), small)).toMatchObject({ kind: "parked" });
    });

    it.each(Object.keys(moves) as MoveName[])("makes the move %s from its states only", async (name) => {
      const { approvals } = await open();
      const { from, to, when } = moves[name] as { from: readonly string[]; to: string; when?: string };
      const statuses = ["pending", "endorsed", "approved", "executing", ...terminal] as const;
      const atMs = when === "expired" ? nowMs + 1000 : nowMs + 999;
      const change: MoveChange = { atMs, ...(when === "holds_lease" && { fence: 0 }) };
      for (const status of statuses) {
        const one = approval({ status, leaseUntilMs: nowMs });
        await approvals.park(one, room);
        const after = await approvals.move(one.id, name, change, room.effects);
        expect(after?.status, `${name} from ${status}`).toBe(from.includes(status) ? to : undefined);
        expect((await approvals.find(one.id))?.status).toBe(from.includes(status) ? to : status);
      }
    });

    it("takes the second yes from another person than the first, also when both come at once", async () => {
      const { approvals } = await open();
      const one = approval({ status: "endorsed", endorsedBy: "ana" });
      await approvals.park(one, room);
      const by = (name: string) => ({ atMs: nowMs, notEndorsedBy: name, set: { decidedBy: name } });
      expect(await approvals.move(one.id, "second", by("ana"), room.effects)).toBeUndefined();
      expect(await approvals.move(one.id, "second", by("bo"), room.effects)).toMatchObject({ status: "approved" });
    });

    it("decides expiry by the clock, to the millisecond", async () => {
      const { approvals } = await open();
      const one = approval();
      await approvals.park(one, room);
      const at = (atMs: number) => ({ atMs });
      expect(await approvals.move(one.id, "expire", at(nowMs + 999), room.effects)).toBeUndefined();
      expect(await approvals.move(one.id, "approve", at(nowMs + 1000), room.effects)).toBeUndefined();
      expect(await approvals.overdue("acme", nowMs + 999, 10)).toEqual([]);
      expect((await approvals.overdue("acme", nowMs + 1000, 10)).map(({ id }) => id)).toEqual([one.id]);
      expect(await approvals.move(one.id, "approve", at(nowMs + 999), room.effects)).toMatchObject({
        status: "approved",
      });
    });

    it("gives a lease to one, and nothing to whoever held it before", async () => {
      const { approvals } = await open();
      const one = approval({ status: "approved", expiresAtMs: nowMs + 100_000 });
      await approvals.park(one, room);
      const lease = (atMs: number) => ({ atMs, set: { leaseUntilMs: atMs + 30_000 } });
      const first = await approvals.move(one.id, "claim", lease(nowMs), room.effects);
      expect(first).toMatchObject({ status: "executing", fence: 1, attempts: 1 });
      expect(await approvals.move(one.id, "reclaim", lease(nowMs + 30_000), room.effects)).toBeUndefined();
      expect((await approvals.due("acme", nowMs + 30_000, 10)).length).toBe(0);
      expect((await approvals.due("acme", nowMs + 30_001, 10)).length).toBe(1);
      const second = await approvals.move(one.id, "reclaim", lease(nowMs + 30_001), room.effects);
      expect(second).toMatchObject({ fence: 2, attempts: 2 });
      expect(await approvals.move(one.id, "succeed", { atMs: nowMs, fence: 1 }, room.effects)).toBeUndefined();
      expect(await approvals.move(one.id, "succeed", { atMs: nowMs, fence: 2 }, room.effects)).toMatchObject({
        status: "executed",
      });
    });

    it("lets one of many who decide at the same time win, over two connections, with one entry", async () => {
      const stores = await openTwo();
      const one = approval();
      await stores[0]?.approvals.park(one, room);
      const decisions = await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          stores[index % 2]?.approvals.move(
            one.id,
            index % 3 === 0 ? "approve" : index % 3 === 1 ? "reject" : "withdraw",
            { atMs: nowMs, set: { decidedBy: `operator ${index}` } },
            (after) => ({ entries: [entry(after, after.status)], events: [] }),
          ),
        ),
      );
      const won = decisions.filter((decision) => decision !== undefined);
      expect(won).toHaveLength(1);
      expect(await stores[0]?.approvals.find(one.id)).toEqual(won[0]);
      const entries = await stores[0]?.audit.entries();
      expect(entries?.map(({ outcome }) => outcome)).toEqual([won[0]?.status]);
      expect((await stores[0]?.audit.verify())?.findings).toEqual([]);
    });

    it("pages through a queue, newest first, while others park", async () => {
      const { approvals } = await open();
      for (let index = 0; index < 25; index++)
        await approvals.park(approval({ createdAtMs: nowMs + (index >> 1) }), room);
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await approvals.page({ server: "acme" }, { limit: 10, ...(after !== undefined && { after }) });
        seen.push(...page.approvals.map(({ id }) => id));
        if (after === undefined) await approvals.park(approval({ createdAtMs: nowMs + 1000 }), room);
        after = page.next;
      } while (after !== undefined);
      expect(new Set(seen).size).toBe(25);
      expect(seen).toHaveLength(25);
      expect(await approvals.count({ server: "acme" })).toEqual({ pending: 26 });
      expect((await approvals.page({ server: "acme", statuses: ["executed"] }, { limit: 10 })).approvals).toEqual([]);
    });
  });

  describe("a move that breaks", () => {
    it("fails alone, whatever shares its transaction, and leaves nothing", async () => {
      const { approvals, audit } = await open();
      const ids = ["a", "b", "c"].map(() => approval());
      for (const one of ids) await approvals.park(one, room);
      const moved = await Promise.allSettled(
        ids.map((one, index) =>
          approvals.move(one.id, "approve", { atMs: nowMs }, (after) => {
            if (index === 1) throw new Error("effects broke");
            return { entries: [entry(after, after.status)], events: [] };
          }),
        ),
      );
      expect(moved.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      const statuses = await Promise.all(ids.map(async ({ id }) => (await approvals.find(id))?.status));
      expect(statuses).toEqual(["approved", "pending", "approved"]);
      expect((await audit.entries()).map(({ callId }) => callId)).toEqual([ids[0]?.id, ids[2]?.id]);
      expect((await audit.verify()).findings).toEqual([]);
    });
  });

  describe("tenants' policies", () => {
    it("are set, replaced and cleared, each with its entry, and bump the counter of changes", async () => {
      const { policies, changes, audit } = await open();
      const before = changes.version();
      const policy = { server: "acme", tenant: "acme", tool: "make_thing", setAtMs: nowMs, setBy: "ana" } as const;
      await policies.set({ ...policy, override: "auto" }, entry(approval(), "set"));
      expect(changes.version()).toBeGreaterThan(before);
      const threshold = { mode: "pending_approval", threshold_count: 50 } as const;
      await policies.set({ ...policy, override: threshold }, entry(approval(), "set"));
      expect(await policies.find(policy)).toEqual([{ ...policy, override: threshold }]);
      expect(await policies.find({ server: "acme", tenant: "globex" })).toEqual([]);
      const beforeClearing = changes.version();
      expect(await policies.clear(policy, entry(approval(), "cleared"))).toBe(true);
      expect(await policies.clear(policy, entry(approval(), "cleared"))).toBe(false);
      expect(changes.version()).toBeGreaterThan(beforeClearing);
      expect((await audit.entries()).map(({ outcome }) => outcome)).toEqual(["set", "set", "cleared"]);
    });
  });
});

/** A store in a file, which a test may open beside it. */
async function openFile() {
  const folder = mkdtempSync(join(tmpdir(), "toolspec-approvals-"));
  const file = join(folder, "store.db");
  const store = await openStore({ file, clock: systemClock, random: systemRandom });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { ...store, file };
}

describe("a long queue in SQLite", () => {
  it("is looked into by indexes that hold what is looked for", async () => {
    const { file, approvals } = await openFile();
    const seen: string[] = [];
    const { prepare } = DatabaseSync.prototype;
    DatabaseSync.prototype.prepare = function (text: string) {
      if (/from "approvals"/.test(text)) seen.push(text);
      return prepare.call(this, text);
    };
    onTestFinished(() => {
      DatabaseSync.prototype.prepare = prepare;
    });
    await approvals.park(approval(), room);
    await approvals.due("acme", nowMs, 8);
    await approvals.overdue("acme", nowMs, 8);
    const database = new DatabaseSync(file);
    const plans = seen.map((text) =>
      prepare
        .call(database, `explain query plan ${text}`)
        .all()
        .map(({ detail }) => String(detail))
        .join(),
    );
    database.close();
    const indexes = plans.map((plan) => /INDEX (approvals_\w+)/.exec(plan)?.[1]);
    expect(indexes).toEqual([
      "approvals_waiting_once",
      "approvals_waiting",
      "approvals_by_status",
      "approvals_working",
      "approvals_expiring",
    ]);
  });
});

describe("tenants' policies in SQLite", () => {
  it("leave a tenant's others alone when one was written by hand and is no JSON", async () => {
    const { file, policies } = await openFile();
    const database = new DatabaseSync(file);
    database.exec(
      "insert into tenant_policies values ('acme', 'acme', 'a', 'auto', 0, ''), ('acme', 'acme', 'b', '\"auto\"', 0, '')",
    );
    database.exec("insert into tenant_policies values ('acme', 'acme', 'c', '{mode:', 0, '')");
    database.close();
    const found = await policies.find({ server: "acme", tenant: "acme" });
    expect(found.map(({ tool, override }) => [tool, override])).toEqual([
      ["a", "auto"],
      ["b", "auto"],
      ["c", "{mode:"],
    ]);
  });
});
