import { expect, it } from "vitest";
import type { AuditEntry } from "../ports.ts";
import { onEveryEngine } from "./fixture.ts";

const hour = 60 * 60_000;
const startMs = Date.UTC(2026, 8, 1);

const entry = (atMs: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  type: "call",
  callId: "c",
  atMs,
  server: "vauchflow",
  serverVersion: "1",
  actorType: "mcp",
  tenant: "acme",
  callerKind: "agent",
  callerId: "k",
  callerName: "Claude",
  clientName: undefined,
  clientVersion: undefined,
  era: "modern",
  protocolVersion: undefined,
  tool: "get_voucher",
  arguments: {},
  decision: "run",
  why: undefined,
  dryRun: false,
  upstreamMethod: undefined,
  upstreamTarget: undefined,
  upstreamStatus: undefined,
  upstreamMs: undefined,
  ownMs: 1,
  outcome: "ok",
  ...more,
});

onEveryEngine("the figures", (engine) => {
  const period = { server: "vauchflow", sinceMs: startMs, untilMs: startMs + 4 * hour };

  it("count calls by outcome in equal parts, and nothing of other servers, times and kinds", async () => {
    const { audit, figures } = await (await engine.empty()).open();
    const entries = [
      entry(startMs),
      entry(startMs + hour - 1),
      entry(startMs + hour, { outcome: "not_found" }),
      entry(startMs + 4 * hour),
      entry(startMs - 1),
      entry(startMs, { server: "rekomi" }),
      entry(startMs, { type: "intent", outcome: "intent" }),
    ];
    await Promise.all(entries.map((each) => audit.append(each)));
    const counts = await figures.calls(period, 4);
    expect(counts.toSorted((one, other) => one.part - other.part)).toEqual([
      { part: 0, outcome: "ok", calls: 2 },
      { part: 1, outcome: "not_found", calls: 1 },
    ]);
  });

  it("give the newest times of calls that reached the upstream", async () => {
    const { audit, figures } = await (await engine.empty()).open();
    for (const [at, upstreamMs] of [20, undefined, 30, 40].entries())
      await audit.append(entry(startMs + at, { upstreamMs, ownMs: at }));
    expect(await figures.timings(period, 2)).toEqual([
      { tool: "get_voucher", upstreamMs: 40, ownMs: 3 },
      { tool: "get_voucher", upstreamMs: 30, ownMs: 2 },
    ]);
  });

  it("know nothing of an empty queue", async () => {
    const { figures } = await (await engine.empty()).open();
    expect(await figures.parked(period)).toEqual({});
    expect(await figures.decisions(period, 10)).toEqual([]);
    expect(await figures.oldestWaiting("vauchflow", startMs)).toBeUndefined();
  });
});
