import type { Context } from "hono";
import type { ClearedCall, Outcome } from "../call.ts";
import type { ServerDefinition } from "../codegen.ts";
import type { OperatorSessions, SignedIn } from "../identity/operator-sessions.ts";
import type {
  ApprovalStore,
  Clock,
  FigureStore,
  KeyStore,
  Logger,
  OperatorStore,
  PolicyStore,
  Random,
  TenantStore,
  TokenStore,
  WebhookStore,
} from "../ports.ts";
import type { AuditTrail } from "../store/audit-trail.ts";
import type { TrailReport } from "../store/audit-verify.ts";
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
    readonly keys: KeyStore;
    readonly tokens: TokenStore;
    readonly tenants: TenantStore;
    readonly webhooks: WebhookStore;
    readonly figures: FigureStore;
    readonly audit: Pick<AuditTrail, "append" | "page" | "tally">;
  };
  /** Shows the request of a call, and sends none. */
  readonly plan: (call: ClearedCall) => Outcome;
  /** Walks the whole trail, while calls go on being served. */
  readonly verifyTrail: () => Promise<TrailReport>;
  readonly clock: Clock;
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
