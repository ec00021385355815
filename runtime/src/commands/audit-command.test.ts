import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withoutCall } from "../audit/without-call.ts";
import type { AuditEntry } from "../ports.ts";
import { auditCommand } from "./audit-command.ts";
import { nowMs, setUpCommand } from "./fixture.ts";

const dayMs = 24 * 60 * 60 * 1000;

const entry = (changes: Partial<AuditEntry> = {}): AuditEntry => ({
  ...withoutCall,
  type: "call",
  callId: "c-1",
  atMs: nowMs,
  server: "vauchflow",
  serverVersion: "1.2.3",
  actorType: "mcp",
  tenant: "acme",
  callerKind: "token",
  callerId: "t-1",
  callerName: "laptop",
  tool: "list_affiliates",
  arguments: {},
  upstreamMs: 3,
  ownMs: 1,
  outcome: "ok",
  ...changes,
});

async function setUp(entries: readonly Partial<AuditEntry>[]) {
  const house = await setUpCommand(auditCommand, { auth: [] });
  for (const changes of entries) await house.store.audit.append(entry(changes));
  return house;
}

describe("audit list", () => {
  it("shows the newest entries first, and writes whose end is not on record", async () => {
    const house = await setUp([
      { callId: "c-1", atMs: nowMs - 2000 },
      { callId: "c-2", atMs: nowMs - 1000, type: "intent", outcome: "intent", tool: "approve_affiliate" },
      { callId: "c-3", type: "intent", outcome: "intent", tool: "approve_affiliate" },
      { callId: "c-3", tool: "approve_affiliate", outcome: "upstream_rejected" },
    ]);
    const { code, out } = await house.run("list");
    expect(code).toBe(0);
    expect(out.split("\n").map((line) => line.replaceAll(/ {2,}/g, " | "))).toEqual([
      "TIME (UTC) | TYPE | OUTCOME | TOOL | CALLER | TENANT | MS | CALL",
      "2026-09-01 12:30:00 | call | upstream_rejected | approve_affiliate | laptop | acme | 4 | c-3",
      "2026-09-01 12:30:00 | intent | - | approve_affiliate | laptop | acme | 4 | c-3",
      "2026-09-01 12:29:59 | intent | NO OUTCOME | approve_affiliate | laptop | acme | 4 | c-2",
      "2026-09-01 12:29:58 | call | ok | list_affiliates | laptop | acme | 4 | c-1",
      "",
    ]);
  });

  it.each([
    [["--tenant", "globex"], ["c-2"]],
    [["--actor", "t-2"], ["c-3"]],
    [
      ["--actor", "laptop"],
      ["c-4", "c-2", "c-1"],
    ],
    [["--tool", "get_payout"], ["c-4"]],
    [["--outcome", "unknown_tool"], ["c-1"]],
    [["--since", "2026-09-01T12:29:59Z"], ["c-4"]],
    [["--until", "2026-09-01T12:29:57Z"], ["c-1"]],
    [["--call", "c-3"], ["c-3"]],
    [["--type", "admin"], []],
  ])("filters by %j", async (filter, expected) => {
    const house = await setUp([
      { callId: "c-1", atMs: nowMs - 4000, outcome: "unknown_tool" },
      { callId: "c-2", atMs: nowMs - 3000, tenant: "globex" },
      { callId: "c-3", atMs: nowMs - 2000, callerId: "t-2", callerName: "phone" },
      { callId: "c-4", tool: "get_payout" },
      { callId: "c-5", server: "another" },
    ]);
    const { entries } = JSON.parse((await house.run("list", "--json", ...filter)).out);
    expect(entries.map((one: { call_id: string }) => one.call_id)).toEqual(expected);
  });

  it("goes on behind a cursor, whatever has come meanwhile", async () => {
    const house = await setUp([1, 2, 3, 4, 5].map((n) => ({ callId: `c-${n}`, atMs: nowMs - 10_000 + n })));
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const ran = await house.run("list", "--json", "--limit", "2", ...(cursor === "" ? [] : ["--cursor", cursor]));
      const page = JSON.parse(ran.out) as { entries: readonly { call_id: string }[]; next_cursor: string | null };
      seen.push(...page.entries.map((one) => one.call_id));
      cursor = page.next_cursor;
      await house.store.audit.append(entry({ callId: "new" }));
    }
    expect(seen).toEqual(["c-5", "c-4", "c-3", "c-2", "c-1"]);
  });

  it.each([
    [["--since", "yesterday"], "Write a day"],
    [["--limit", "1001"], "from 1 to 1000"],
    [["--cursor", "nonsense"], "as `audit list` has printed it"],
  ])("ends with 2 for %j and says what to write", async (args, said) => {
    const { code, err } = await (await setUp([])).run("list", ...args);
    expect(code).toBe(2);
    expect(err).toContain(said);
  });

  it("lets no text of an entry move the cursor", async () => {
    const { out } = await (await setUp([{ callerName: "\u001b[2Jlaptop\u202e" }])).run("list");
    expect(out).toContain("?[2Jlaptop?");
  });
});

describe("audit export", () => {
  it("writes every entry on a line of its own, oldest first, beyond one page", async () => {
    const house = await setUp(Array.from({ length: 1200 }, (_, n) => ({ callId: `c-${n}`, atMs: nowMs + n })));
    const lines = (await house.run("export")).out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.call_id)).toEqual(Array.from({ length: 1200 }, (_, n) => `c-${n}`));
    expect(lines[0]).toMatchObject({
      actor_type: "mcp",
      upstream: { ms: 3 },
      seq: 1,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});

describe("audit verify", () => {
  it("says that the trail is whole, and how much it looked at", async () => {
    const { code, err } = await (await setUp([{}, {}])).run("verify");
    expect(code).toBe(0);
    expect(err).toBe("The audit trail is whole: 2 entries of 1 writer, 1 seal.\n");
  });

  it("ends with 1 and names what an anchor from elsewhere has and the trail has not", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "toolspec-anchor-")), "anchor.json");
    writeFileSync(file, (await (await setUp([{}, {}, {}])).run("anchor")).out);
    const { code, out, err } = await (await setUp([{}])).run("verify", "--anchor", file);
    expect(code).toBe(1);
    expect(out).toContain("entry 3 of writer 00000000-0000-4000-8000-ffffffffffff is gone, and the anchor has it");
    expect(err).toBe("error: The audit trail is not as it was written.\n");
  });

  it.each([
    ["/nothing/there.json", "--anchor:"],
    [import.meta.filename, "is not what `audit anchor` prints"],
  ])("ends with 2 for the anchor %s", async (file, said) => {
    const { code, err } = await (await setUp([{}])).run("verify", "--anchor", file);
    expect(code).toBe(2);
    expect(err).toContain(said);
  });
});

describe("audit prune", () => {
  it("removes old entries, leaves an entry that says so, and a trail that is whole", async () => {
    const house = await setUp([
      { atMs: nowMs - 500 * dayMs },
      { atMs: nowMs - 401 * dayMs },
      { atMs: nowMs - 399 * dayMs },
    ]);
    const { code, err } = await house.run("prune", "--older-than", "400d");
    expect(code).toBe(0);
    expect(err).toContain("2 entries older than 400 days were removed");
    const [kept, pruned] = await house.store.audit.entries();
    expect(kept).toMatchObject({ seq: 3 });
    expect(pruned).toMatchObject({ type: "admin", tool: "audit.prune", arguments: { entries: 2 } });
    expect((await house.run("verify")).code).toBe(0);
    expect((await house.run("prune", "--older-than", "400d")).err).toContain("0 entries");
  });

  it("asks for whole days", async () => {
    const { code, err } = await (await setUp([])).run("prune", "--older-than", "1 year");
    expect(code).toBe(2);
    expect(err).toContain("Write whole days, e.g. 400d.");
  });
});
