import type { ServerDefinition } from "../codegen.ts";
import type { AuditEntry } from "../ports.ts";
import { withoutCall } from "./without-call.ts";

/** Why credentials were refused, and of which key or token if that is known. */
export interface RefusedCredential {
  readonly reason: string;
  readonly keyId?: string;
  readonly tenant?: string;
}

/**
 * The entry that refused credentials leave: one a minute for each reason and each known key, so that somebody who guesses
 * can neither fill the disk nor hide. `arguments.more` counts those of its like since the entry before.
 */
export function refusalEntry(options: {
  readonly refused: RefusedCredential;
  readonly more: number;
  readonly server: Pick<ServerDefinition, "name" | "version">;
  /** UUID. */
  readonly id: string;
  /** Unix time in milliseconds. */
  readonly nowMs: number;
}): AuditEntry {
  const { refused, more, server, id, nowMs } = options;
  return {
    ...withoutCall,
    type: "refusal",
    callId: id,
    atMs: nowMs,
    server: server.name,
    serverVersion: server.version,
    actorType: "mcp",
    tenant: refused.tenant ?? "",
    callerKind: "",
    callerId: refused.keyId ?? "",
    callerName: "",
    tool: "",
    arguments: { more },
    why: refused.reason,
    outcome: "unauthenticated",
  };
}
