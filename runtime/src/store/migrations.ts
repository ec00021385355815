import { type Kysely, sql } from "kysely";
import type { Clock } from "../ports.ts";
import { holdLock, isPostgres } from "./engine.ts";
import { StoreError } from "./store-error.ts";
import type { Tables } from "./tables.ts";

/** One step forward. Old and new program versions must both run for one version, so a step adds and never renames or drops. */
export interface Migration {
  /** Counts from 1 without a gap. A number that was released never changes its meaning. */
  readonly number: number;
  readonly name: string;
  readonly up: (db: Kysely<Tables>) => Promise<void>;
}

/** Every step from an empty database to this program's tables. Append only. */
export const migrations: readonly Migration[] = [
  { number: 1, name: "api keys", up: createApiKeys },
  { number: 2, name: "audit entries", up: createAuditEntries },
  { number: 3, name: "connection tokens and tenants", up: createTokensAndTenants },
  { number: 4, name: "audit chain", up: createAuditChain },
  { number: 5, name: "confirmations", up: createConfirmations },
  { number: 6, name: "approvals", up: createApprovals },
  { number: 7, name: "webhooks", up: createWebhooks },
  { number: 8, name: "operators", up: createOperators },
  { number: 9, name: "console figures", up: createFigureIndexes },
];

/**
 * Bring the tables to this program's version, in one transaction that holds a lock: all steps or none.
 *
 * A second process that starts at the same time waits for the lock and then finds nothing left to do.
 *
 * @param options.place file or server, for messages
 * @throws StoreError `newer` when a later program has been here, `foreign` when another one is.
 */
export async function migrate(
  db: Kysely<Tables>,
  options: { readonly clock: Pick<Clock, "now">; readonly place: string; readonly steps?: readonly Migration[] },
): Promise<void> {
  const steps = options.steps ?? migrations;
  await db.transaction().execute(async (transaction) => {
    await holdLock(transaction, "migrations");
    if (isPostgres(transaction)) await refuseUnfit(transaction, options.place);
    const current = await currentNumber(transaction);
    const latest = steps.length;
    if (current > latest) throw newer(options.place, current, latest);
    for (const step of steps.slice(current)) {
      await step.up(transaction);
      const row = { number: step.number, name: step.name, applied_at_ms: options.clock.now() };
      await transaction.insertInto("toolspec_migrations").values(row).execute();
    }
  });
}

async function currentNumber(db: Kysely<Tables>): Promise<number> {
  await db.schema
    .createTable("toolspec_migrations")
    .ifNotExists()
    .addColumn("number", "integer", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("applied_at_ms", "bigint", (column) => column.notNull())
    .execute();
  const row = await db
    .selectFrom("toolspec_migrations")
    .select((select) => select.fn.max("number").as("number"))
    .executeTakeFirst();
  return Number(row?.number ?? 0);
}

function newer(place: string, current: number, latest: number): StoreError {
  const message =
    `${place} has tables of version ${current}, and this program knows versions up to ${latest}. ` +
    "Use the newer program that wrote it, or name another place: there is no way back.";
  return new StoreError("newer", message);
}

/** A slip in an address must not put our tables into somebody else's database, nor texts where some cannot be kept. */
async function refuseUnfit(db: Kysely<Tables>, place: string): Promise<void> {
  const { rows } = await sql<{ encoding: string; tables: string[] }>`
    select current_setting('server_encoding') as encoding,
      array(select tablename::text from pg_tables where schemaname = current_schema()) as tables`.execute(db);
  const { encoding = "", tables = [] } = rows[0] ?? {};
  if (encoding !== "UTF8")
    throw new StoreError("foreign", `${place} keeps texts as ${encoding}. Make a database with encoding UTF8.`);
  if (tables.length === 0 || tables.includes("toolspec_migrations")) return;
  const some = tables.slice(0, 3).join(", ");
  const mend = "Name a database of its own, or a schema: ?options=-c%20search_path%3Dtoolspec";
  throw new StoreError("foreign", `${place} has the tables of another program (${some}). ${mend}`);
}

async function createApiKeys(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable("api_keys")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("tenant", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull().unique())
    .addColumn("hint", "text", (column) => column.notNull())
    .addColumn("scopes", "text", (column) => column.notNull())
    .addColumn("created_at_ms", "bigint", (column) => column.notNull())
    .addColumn("expires_at_ms", "bigint")
    .addColumn("revoked_at_ms", "bigint")
    .execute();
  await db.schema.createIndex("api_keys_by_tenant").on("api_keys").columns(["tenant", "created_at_ms"]).execute();
}

async function createAuditEntries(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable("audit_entries")
    .addColumn("writer", "text", (column) => column.notNull())
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("call_id", "text", (column) => column.notNull())
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .addColumn("server", "text", (column) => column.notNull())
    .addColumn("server_version", "text", (column) => column.notNull())
    .addColumn("actor_type", "text", (column) => column.notNull())
    .addColumn("tenant", "text", (column) => column.notNull())
    .addColumn("caller_kind", "text", (column) => column.notNull())
    .addColumn("caller_id", "text", (column) => column.notNull())
    .addColumn("caller_name", "text", (column) => column.notNull())
    .addColumn("client_name", "text")
    .addColumn("client_version", "text")
    .addColumn("era", "text", (column) => column.notNull())
    .addColumn("protocol_version", "text")
    .addColumn("tool", "text", (column) => column.notNull())
    .addColumn("arguments", "text", (column) => column.notNull())
    .addColumn("decision", "text")
    .addColumn("why", "text")
    .addColumn("dry_run", "integer", (column) => column.notNull())
    .addColumn("upstream_method", "text")
    .addColumn("upstream_target", "text")
    .addColumn("upstream_status", "integer")
    .addColumn("upstream_ms", "double precision")
    .addColumn("own_ms", "double precision")
    .addColumn("outcome", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("audit_entries_primary", ["writer", "seq"])
    .execute();
  // None on call_id: its random order made every append three times as dear at a million entries, and a search that reads
  // the whole trail still ends within a second.
  await db.schema.createIndex("audit_entries_by_time").on("audit_entries").columns(["tenant", "at_ms"]).execute();
}

async function createTokensAndTenants(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable("api_keys").addColumn("rotated_at_ms", "bigint").execute();
  await db.schema
    .createTable("connection_tokens")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("tenant", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("owner", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull().unique())
    .addColumn("hint", "text", (column) => column.notNull())
    .addColumn("created_at_ms", "bigint", (column) => column.notNull())
    .addColumn("expires_at_ms", "bigint")
    .addColumn("revoked_at_ms", "bigint")
    .addColumn("rotated_at_ms", "bigint")
    .addColumn("last_used_at_ms", "bigint")
    .execute();
  await db.schema
    .createIndex("connection_tokens_by_tenant")
    .on("connection_tokens")
    .columns(["tenant", "created_at_ms"])
    .execute();
  await db.schema
    .createTable("tenants")
    .addColumn("tenant", "text", (column) => column.primaryKey())
    .addColumn("suspended_at_ms", "bigint")
    .addColumn("reason", "text", (column) => column.notNull())
    .execute();
}

async function createAuditChain(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable("audit_entries").addColumn("hash", "text").execute();
  // Time only grows, so that each entry goes to the end of this index.
  await db.schema.createIndex("audit_entries_by_age").on("audit_entries").columns(["at_ms"]).execute();
  await db.schema
    .createTable("audit_writers")
    .addColumn("writer", "text", (column) => column.primaryKey())
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .addColumn("sealed_seq", "bigint", (column) => column.notNull())
    .addColumn("pruned_seq", "bigint", (column) => column.notNull())
    .addColumn("pruned_hash", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("audit_seals")
    .addColumn("number", "bigint", (column) => column.primaryKey())
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .addColumn("writer", "text", (column) => column.notNull())
    .addColumn("heads", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .execute();
}

async function createConfirmations(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable("server_secrets")
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("value", "text", (column) => column.notNull())
    .addColumn("created_at_ms", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("used_confirmations")
    .addColumn("nonce", "text", (column) => column.primaryKey())
    .addColumn("expires_at_ms", "bigint", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("used_confirmations_by_expiry").on("used_confirmations").columns(["expires_at_ms"]);
}

async function createApprovals(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable("approvals")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("server", "text", (column) => column.notNull())
    .addColumn("server_version", "text", (column) => column.notNull())
    .addColumn("tenant", "text", (column) => column.notNull())
    .addColumn("requester_kind", "text", (column) => column.notNull())
    .addColumn("requester_id", "text", (column) => column.notNull())
    .addColumn("requester_name", "text", (column) => column.notNull())
    .addColumn("requester_scopes", "text", (column) => column.notNull())
    .addColumn("client", "text")
    .addColumn("era", "text", (column) => column.notNull())
    .addColumn("tool", "text", (column) => column.notNull())
    .addColumn("title", "text", (column) => column.notNull())
    .addColumn("definition_digest", "text", (column) => column.notNull())
    .addColumn("digest", "text", (column) => column.notNull())
    .addColumn("input", "text", (column) => column.notNull())
    .addColumn("edited_input", "text")
    .addColumn("request", "text", (column) => column.notNull())
    .addColumn("why", "text", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("created_at_ms", "bigint", (column) => column.notNull())
    .addColumn("expires_at_ms", "bigint", (column) => column.notNull())
    .addColumn("endorsed_by", "text")
    .addColumn("decided_by", "text")
    .addColumn("decided_at_ms", "bigint")
    .addColumn("reason", "text")
    .addColumn("fence", "bigint", (column) => column.notNull())
    .addColumn("lease_until_ms", "bigint")
    .addColumn("attempts", "bigint", (column) => column.notNull())
    .addColumn("dispatched_at_ms", "bigint")
    .addColumn("finished_at_ms", "bigint")
    .addColumn("upstream_status", "bigint")
    .addColumn("result", "text")
    .addColumn("error_code", "text")
    .addColumn("error_message", "text")
    .execute();
  // Of equal calls that wait, one is enough: the second to ask is given the first.
  await sql`create unique index approvals_waiting_once on approvals (server, digest)
    where status in ('pending', 'endorsed')`.execute(db);
  await sql`create index approvals_waiting on approvals (server, tenant, requester_id, expires_at_ms)
    where status in ('pending', 'endorsed')`.execute(db);
  await sql`create index approvals_expiring on approvals (server, expires_at_ms)
    where status in ('pending', 'endorsed', 'approved')`.execute(db);
  await sql`create index approvals_working on approvals (server, decided_at_ms)
    where status in ('approved', 'executing')`.execute(db);
  await db.schema.createIndex("approvals_by_time").on("approvals").columns(["server", "created_at_ms", "id"]).execute();
  await db.schema
    .createIndex("approvals_of_tenant_by_time")
    .on("approvals")
    .columns(["server", "tenant", "created_at_ms", "id"])
    .execute();
  // For counting, of all or of a tenant: holds all that a count looks at.
  await db.schema
    .createIndex("approvals_by_status")
    .on("approvals")
    .columns(["server", "status", "tenant", "expires_at_ms"])
    .execute();
  await db.schema
    .createTable("tenant_policies")
    .addColumn("server", "text", (column) => column.notNull())
    .addColumn("tenant", "text", (column) => column.notNull())
    .addColumn("tool", "text", (column) => column.notNull())
    .addColumn("override", "text", (column) => column.notNull())
    .addColumn("set_at_ms", "bigint", (column) => column.notNull())
    .addColumn("set_by", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("tenant_policies_primary", ["server", "tenant", "tool"])
    .execute();
}

async function createWebhooks(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable("webhook_endpoints")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("server", "text", (column) => column.notNull())
    .addColumn("tenant", "text")
    .addColumn("url", "text", (column) => column.notNull())
    .addColumn("secret", "text", (column) => column.notNull())
    .addColumn("allow_private", "integer", (column) => column.notNull())
    .addColumn("created_at_ms", "bigint", (column) => column.notNull())
    .addColumn("created_by", "text", (column) => column.notNull())
    .addColumn("failing_since_ms", "bigint")
    .addColumn("disabled_at_ms", "bigint")
    .addColumn("disabled_because", "text")
    .addColumn("removed_at_ms", "bigint")
    .execute();
  await sql`create index webhook_endpoints_told on webhook_endpoints (server, tenant)
    where removed_at_ms is null`.execute(db);
  await db.schema
    .createTable("webhook_deliveries")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("endpoint_id", "text", (column) => column.notNull())
    .addColumn("server", "text", (column) => column.notNull())
    .addColumn("tenant", "text", (column) => column.notNull())
    .addColumn("approval_id", "text", (column) => column.notNull())
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("payload", "text", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("created_at_ms", "bigint", (column) => column.notNull())
    .addColumn("due_at_ms", "bigint", (column) => column.notNull())
    .addColumn("fence", "bigint", (column) => column.notNull())
    .addColumn("attempts", "bigint", (column) => column.notNull())
    .addColumn("last_attempt_at_ms", "bigint")
    .addColumn("last_status", "bigint")
    .addColumn("last_error", "text")
    .execute();
  await sql`create index webhook_deliveries_due on webhook_deliveries (server, due_at_ms)
    where status = 'waiting'`.execute(db);
  await db.schema
    .createIndex("webhook_deliveries_by_time")
    .on("webhook_deliveries")
    .columns(["server", "created_at_ms", "id"])
    .execute();
  await db.schema
    .createIndex("webhook_deliveries_by_endpoint")
    .on("webhook_deliveries")
    .columns(["endpoint_id", "status"])
    .execute();
}

async function createOperators(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable("operators")
    .addColumn("server", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("role", "text", (column) => column.notNull())
    .addColumn("password_hash", "text", (column) => column.notNull())
    .addColumn("created_at_ms", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("operators_primary", ["server", "name"])
    .execute();
  await db.schema
    .createTable("operator_sessions")
    .addColumn("hash", "text", (column) => column.primaryKey())
    .addColumn("server", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("is_secure", "integer", (column) => column.notNull())
    .addColumn("created_at_ms", "bigint", (column) => column.notNull())
    .addColumn("seen_at_ms", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("sign_in_attempts")
    .addColumn("subject", "text", (column) => column.primaryKey())
    .addColumn("tries", "bigint", (column) => column.notNull())
    .addColumn("last_at_ms", "bigint", (column) => column.notNull())
    .addColumn("blocked_until_ms", "bigint", (column) => column.notNull())
    .execute();
}

/**
 * What the console counts and searches stands in the indexes alone, so that a long trail need not be read for it. The first begins with
 * the time, so that each entry goes to its end.
 */
async function createFigureIndexes(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createIndex("audit_entries_figures")
    .on("audit_entries")
    .columns(["server", "at_ms", "type", "outcome", "tenant", "tool", "upstream_ms", "own_ms"])
    .execute();
  await db.schema
    .createIndex("approvals_figures")
    .on("approvals")
    .columns(["server", "created_at_ms", "status", "decided_at_ms", "expires_at_ms"])
    .execute();
  await db.schema
    .createIndex("webhook_deliveries_figures")
    .on("webhook_deliveries")
    .columns(["server", "endpoint_id", "status"])
    .execute();
  await db.schema.createIndex("api_keys_by_age").on("api_keys").columns(["created_at_ms", "id"]).execute();
  await db.schema
    .createIndex("connection_tokens_by_age")
    .on("connection_tokens")
    .columns(["created_at_ms", "id"])
    .execute();
}
