import { type Database as AnyDatabase, openDatabase as openAny } from "@toolspec/example-http";

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

/** The state of one upstream, in memory. */
export type Database = AnyDatabase<(typeof TABLES)[number]>;

export function openDatabase(): Database {
  return openAny(SCHEMA, TABLES);
}
