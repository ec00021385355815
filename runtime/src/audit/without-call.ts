import type { AuditEntry } from "../ports.ts";

/** What an entry leaves open that is about no call of a tool. */
export const withoutCall = {
  clientName: undefined,
  clientVersion: undefined,
  era: undefined,
  protocolVersion: undefined,
  decision: undefined,
  why: undefined,
  dryRun: false,
  upstreamMethod: undefined,
  upstreamTarget: undefined,
  upstreamStatus: undefined,
  upstreamMs: undefined,
  ownMs: undefined,
} as const satisfies Partial<AuditEntry>;
