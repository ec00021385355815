import type { ServerDefinition } from "../codegen.ts";
import type { OperatorSessions } from "../identity/operator-sessions.ts";
import type { ApprovalStore, AuditLog, Clock, Logger, OperatorStore, Random } from "../ports.ts";
import type { Approvals } from "./decisions.ts";
import type { Cookies, Visitor } from "./guard.ts";

/** What a console shows, and works on. */
export interface ConsoleOptions {
  readonly server: ServerDefinition & { readonly approvals: NonNullable<ServerDefinition["approvals"]> };
  readonly approvals: Approvals;
  readonly store: {
    readonly approvals: Pick<ApprovalStore, "page" | "count" | "find">;
    readonly operators: OperatorStore;
    readonly audit: AuditLog;
  };
  readonly clock: Pick<Clock, "now">;
  readonly random: Random;
  readonly logger: Logger;
}

/** What the parts of the console share. */
export interface ConsoleHouse extends ConsoleOptions {
  readonly sessions: OperatorSessions;
  readonly cookies: Cookies;
}

/** One request on its way. */
export interface Env {
  Bindings: { readonly address: string };
  Variables: {
    visitor: Visitor;
    /** Of a posted form whose origin and token were checked. */
    form: URLSearchParams;
  };
}
