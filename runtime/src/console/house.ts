import type { Context } from "hono";
import type { ServerDefinition } from "../codegen.ts";
import type { OperatorSessions, SignedIn } from "../identity/operator-sessions.ts";
import type {
  ApprovalStore,
  Clock,
  KeyStore,
  Logger,
  OperatorStore,
  PolicyStore,
  Random,
  TokenStore,
} from "../ports.ts";
import type { AuditTrail } from "../store/audit-trail.ts";
import type { Approvals } from "./decisions.ts";
import type { Cookies, Visitor } from "./guard.ts";

/** What a console shows, and works on. */
export interface ConsoleOptions {
  readonly server: ServerDefinition & { readonly approvals: NonNullable<ServerDefinition["approvals"]> };
  readonly approvals: Approvals;
  readonly store: {
    readonly approvals: Pick<ApprovalStore, "page" | "count" | "find">;
    readonly operators: OperatorStore;
    readonly policies: PolicyStore;
    readonly keys: Pick<KeyStore, "list">;
    readonly tokens: Pick<TokenStore, "list">;
    readonly audit: Pick<AuditTrail, "append" | "page" | "verify">;
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

/** Who is looking, once that is known to be somebody. */
export function frameOf(c: Context<Env>, { server }: Pick<ConsoleHouse, "server">) {
  const signedIn = c.get("visitor").signedIn as SignedIn;
  return { serverTitle: server.title, signedIn, path: new URL(c.req.url).pathname };
}
