import type { JsonObject, ServerDefinition } from "../codegen.ts";
import type { AuditEntry } from "../ports.ts";
import { withoutCall } from "./without-call.ts";

/** What somebody with a shell on the store has done. */
export interface AdminAction {
  /** Command and subcommand: `tokens.rotate`. */
  readonly action: string;
  /** Whose key, token or account it was. */
  readonly tenant: string;
  /** What it was done to: ids, names, owners. Never a key, a token or a hash of one. */
  readonly arguments: JsonObject;
}

/** The entry that a change of a key, a token or a tenant leaves once it is done. */
export function adminEntry(options: {
  readonly done: AdminAction;
  readonly server: Pick<ServerDefinition, "name" | "version">;
  /** Name of the operating system's user: the shell on the store is the owner's door. */
  readonly user: string;
  /** UUID. */
  readonly id: string;
  /** Unix time in milliseconds. */
  readonly nowMs: number;
}): AuditEntry {
  const { done, server, user, id, nowMs } = options;
  return {
    ...withoutCall,
    type: "admin",
    callId: id,
    atMs: nowMs,
    server: server.name,
    serverVersion: server.version,
    actorType: "admin",
    tenant: done.tenant,
    callerKind: "admin",
    callerId: user,
    callerName: user,
    tool: done.action,
    arguments: done.arguments,
    outcome: "ok",
  };
}
