import type { Era } from "../call.ts";
import type { JsonObject } from "../codegen.ts";

/**
 * One line of the audit trail. Every call from "find the tool" on leaves exactly one `call` entry, whatever its end;
 * a write that is about to be sent leaves an `intent` entry with the same `callId` before the first byte.
 *
 * Never holds a credential; sensitive inputs are replaced.
 */
export interface AuditEntry {
  readonly type: "intent" | "call";
  readonly callId: string;
  readonly atMs: number;
  readonly server: string;
  readonly serverVersion: string;
  readonly actorType: "mcp";
  readonly tenant: string;
  readonly callerKind: string;
  readonly callerId: string;
  readonly callerName: string;
  readonly clientName: string | undefined;
  readonly clientVersion: string | undefined;
  readonly era: Era;
  readonly protocolVersion: string | undefined;
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly decision: string | undefined;
  readonly why: string | undefined;
  readonly dryRun: boolean;
  readonly upstreamMethod: string | undefined;
  readonly upstreamTarget: string | undefined;
  readonly upstreamStatus: number | undefined;
  readonly upstreamMs: number | undefined;
  readonly ownMs: number | undefined;
  /** `ok`, `planned`, `intent`, or an error code. */
  readonly outcome: string;
}
