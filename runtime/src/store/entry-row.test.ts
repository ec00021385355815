import { describe, expect, it } from "vitest";
import type { AuditEntry } from "../ports.ts";
import { fromEntryRow, toEntryRow } from "./entry-row.ts";

const entry: AuditEntry = {
  type: "admin",
  callId: "e-1",
  atMs: 5,
  server: "rekomi",
  serverVersion: "1",
  actorType: "admin",
  tenant: "acme",
  callerKind: "admin",
  callerId: "ada",
  callerName: "ada",
  clientName: undefined,
  clientVersion: undefined,
  era: undefined,
  protocolVersion: undefined,
  tool: "tokens.rotate",
  arguments: { id: "t-1" },
  decision: undefined,
  why: undefined,
  dryRun: false,
  upstreamMethod: undefined,
  upstreamTarget: undefined,
  upstreamStatus: undefined,
  upstreamMs: undefined,
  ownMs: undefined,
  outcome: "ok",
};

describe("an entry as a row", () => {
  it.each([undefined, "modern", "legacy"] as const)("comes back as it was, of era %s", (era) => {
    const position = { writer: "w", seq: 1 };
    const row = { ...toEntryRow({ ...entry, era }, position), hash: "ab12" };
    expect(fromEntryRow(row)).toEqual({ ...entry, era, ...position, hash: "ab12" });
  });
});
