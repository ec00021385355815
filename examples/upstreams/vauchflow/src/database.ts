import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

/** Tables of the example. Times are Unix milliseconds, amounts are cents, lists and objects are JSON text. */
const SCHEMA = `
  create table tenants (id text primary key, currency text not null) strict;
  create table campaigns (
    id text primary key, tenant text not null, name text not null, description text, status text not null,
    starts_at integer, ends_at integer, min_order_cents integer, max_redemptions integer, max_per_customer integer,
    created_at integer not null, updated_at integer not null
  ) strict;
  create index campaigns_by_age on campaigns (tenant, created_at desc);
  create table vouchers (
    tenant text not null, code text not null, id text not null, campaign_id text, status text not null,
    discount_type text not null, discount_value real not null, min_order_cents integer, max_redemptions integer,
    redemptions integer not null default 0, expires_at integer, created_at integer not null,
    primary key (tenant, code)
  ) strict;
  create index vouchers_by_campaign on vouchers (campaign_id);
  create table customers (
    tenant text not null, id text not null, external_ref text not null, name text, email text, tags text not null,
    metadata text not null, created_at integer not null, updated_at integer not null,
    primary key (tenant, id), unique (tenant, external_ref)
  ) strict;
  create table redemptions (
    id text primary key, tenant text not null, code text not null, customer_id text not null, campaign_id text,
    idempotency_key text not null, order_cents integer, discount_cents integer, remaining integer,
    redeemed_at integer not null,
    unique (tenant, code, customer_id, idempotency_key)
  ) strict;
  create index redemptions_by_time on redemptions (tenant, redeemed_at);
  create index redemptions_by_campaign on redemptions (campaign_id, redeemed_at);
  create table webhooks (
    id text primary key, tenant text not null, url text not null, events text not null, description text,
    status text not null, created_at integer not null, updated_at integer not null
  ) strict;
  create table events (
    seq integer primary key, tenant text not null, type text not null, subject text not null, at integer not null
  ) strict;
`;

const TABLES = ["campaigns", "vouchers", "customers", "redemptions", "webhooks", "events"] as const;

/** Rows per table. `events` is the outbox: whatever would be sent to webhooks. */
export type Counts = Readonly<Record<(typeof TABLES)[number], number>>;

/** Values by the name that the SQL gives them: `:tenant`. */
export type Parameters = Readonly<Record<string, SQLInputValue>>;

/** The state of one upstream, in memory. */
export interface Database {
  get<Row>(sql: string, parameters?: Parameters): Row | undefined;
  all<Row>(sql: string, parameters?: Parameters): Row[];
  /** @returns how many rows changed. */
  run(sql: string, parameters?: Parameters): number;
  /** Run `work` in one transaction. It is undone when it throws, and also when `keep` is false. */
  transaction<T>(work: () => T, options: { keep: boolean }): T;
  counts(): Counts;
  close(): void;
}

export function openDatabase(): Database {
  const sqlite = new DatabaseSync(":memory:");
  sqlite.exec(SCHEMA);
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const statement = statements.get(sql) ?? sqlite.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const database: Database = {
    get: <Row>(sql: string, parameters: Parameters = {}) => prepare(sql).get(parameters) as Row | undefined,
    all: <Row>(sql: string, parameters: Parameters = {}) => prepare(sql).all(parameters) as Row[],
    run: (sql, parameters = {}) => Number(prepare(sql).run(parameters).changes),
    transaction(work, { keep }) {
      sqlite.exec("begin immediate");
      try {
        const result = work();
        sqlite.exec(keep ? "commit" : "rollback");
        return result;
      } catch (error) {
        if (sqlite.isTransaction) sqlite.exec("rollback");
        throw error;
      }
    },
    counts: () => Object.fromEntries(TABLES.map((table) => [table, count(database, table)])) as Counts,
    close: () => sqlite.close(),
  };
  return database;
}

function count(database: Database, table: string): number {
  return database.get<{ n: number }>(`select count(*) as n from ${table}`)?.n ?? 0;
}
