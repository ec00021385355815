import { randomUUID } from "node:crypto";
import { expect, it, onTestFinished } from "vitest";
import type { AuditEntry } from "../ports.ts";
import { openStore } from "./open.ts";

it("counts the calls of a stretch of time by how they ended, and nothing else", async () => {
  const random = { uuid: randomUUID, bytes: (length: number) => new Uint8Array(length) };
  const store = await openStore({ file: ":memory:", clock: { now: () => 0, monotonic: () => 0 }, random });
  onTestFinished(() => store.close());
  const entry: AuditEntry = {
    type: "call",
    callId: "c",
    atMs: 1000,
    server: "s",
    serverVersion: "1",
    actorType: "mcp",
    tenant: "acme",
    callerKind: "agent",
    callerId: "k",
    callerName: "ci",
    clientName: undefined,
    clientVersion: undefined,
    era: undefined,
    protocolVersion: undefined,
    tool: "t",
    arguments: {},
    decision: "run",
    why: undefined,
    dryRun: false,
    upstreamMethod: "GET",
    upstreamTarget: "/",
    upstreamStatus: 200,
    upstreamMs: 20.5,
    ownMs: 1.25,
    outcome: "ok",
  };
  const refused = { ...entry, outcome: "invalid_argument", upstreamMs: undefined };
  for (const one of [
    entry,
    { ...entry, atMs: 1999 },
    refused,
    { ...entry, atMs: 999 },
    { ...entry, atMs: 2000 },
    { ...entry, server: "other" },
    { ...entry, type: "intent" as const },
  ])
    await store.audit.append(one);
  expect(await store.audit.tally({ server: "s", sinceMs: 1000, untilMs: 2000 })).toEqual([
    { outcome: "invalid_argument", calls: 1, ownMs: 1.25, sent: 0, upstreamMs: 0 },
    { outcome: "ok", calls: 2, ownMs: 2.5, sent: 2, upstreamMs: 41 },
  ]);
  expect(await store.audit.tally({ server: "s", sinceMs: 5000, untilMs: 6000 })).toEqual([]);
});
