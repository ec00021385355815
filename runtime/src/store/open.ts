import type {
  ApprovalStore,
  Changes,
  Clock,
  ConfirmationStore,
  FigureStore,
  KeyStore,
  OperatorStore,
  PolicyStore,
  Random,
  TenantStore,
  TokenStore,
  WebhookStore,
} from "../ports.ts";
import { createApprovalStore } from "./approval-store.ts";
import { type AuditTrail, createAuditTrail } from "./audit-trail.ts";
import { createConfirmationStore } from "./confirmation-store.ts";
import { createFigureStore } from "./figure-store.ts";
import { createKeyStore } from "./key-store.ts";
import { createOperatorStore } from "./operator-store.ts";
import { createPolicyStore } from "./policy-store.ts";
import { openPostgres, type PostgresLocation } from "./postgres.ts";
import { openSqlite } from "./sqlite.ts";
import { createTenantStore } from "./tenant-store.ts";
import { createTokenStore } from "./token-store.ts";
import { createOutbox } from "./webhook-outbox.ts";
import { createWebhookStore } from "./webhook-store.ts";

/** All that lasts. */
export interface Store {
  readonly keys: KeyStore;
  readonly tokens: TokenStore;
  readonly tenants: TenantStore;
  readonly policies: PolicyStore;
  readonly approvals: ApprovalStore;
  readonly operators: OperatorStore;
  readonly webhooks: WebhookStore;
  /** Of keys, tokens, tenants and policies. */
  readonly changes: Changes;
  readonly audit: AuditTrail;
  readonly confirmations: ConfirmationStore;
  readonly figures: FigureStore;
  /** The file, or where the server is: for people, without a password. */
  readonly place: string;
  /** Write what waits, then let go of file or connections. */
  close(): Promise<void>;
}

/** Where a store is: a SQLite file (its path, or `:memory:`), or a PostgreSQL database. */
export type StoreLocation = { readonly file: string } | PostgresLocation;

/** Ports, and what holds for a database that is elsewhere. */
interface OpenOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds that one statement on PostgreSQL may take; default 5,000. Commands over a whole trail take longer. */
  readonly statementTimeoutMs?: number;
}

/**
 * Open the store, its tables made or brought up to date.
 *
 * @throws StoreError that names file or server and the mend: not a database, another program's, newer, read-only, full, locked,
 *   unreachable, refused. Never with a password.
 */
export async function openStore(options: StoreLocation & OpenOptions): Promise<Store> {
  const { clock, random } = options;
  const { db, changes, place, close } =
    "databaseUrl" in options ? await openPostgres(options) : await openSqlite(options.file, clock);
  const audit = createAuditTrail(db, random.uuid(), clock);
  return {
    keys: createKeyStore(db, changes),
    tokens: createTokenStore(db, changes),
    tenants: createTenantStore(db, changes),
    policies: createPolicyStore(db, audit, changes),
    approvals: createApprovalStore(db, audit, createOutbox(options)),
    operators: createOperatorStore(db),
    webhooks: createWebhookStore(db, audit),
    changes,
    audit,
    confirmations: createConfirmationStore(db),
    figures: createFigureStore(db),
    place,
    async close() {
      try {
        await audit.close();
      } finally {
        await close();
      }
    },
  };
}
