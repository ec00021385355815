import { type Database as AnyDatabase, openDatabase as openAny } from "@toolspec/example-http";

/**
 * Tables of the example. Times are Unix milliseconds, amounts whole units of a wallet, objects JSON text.
 *
 * No table holds a balance, a level or a count: all of these are computed from `effects` and `events`, so they cannot drift.
 */
const SCHEMA = `
  create table spaces (id text primary key, environment text not null, plan text not null) strict;
  create table config_versions (
    space text not null, module text not null, version integer not null, status text not null, items text not null,
    note text, uploaded_by text not null, uploaded_at integer not null, primary key (space, module, version)
  ) strict;
  create unique index config_in_force on config_versions (space, module, status) where status <> 'retired';
  create table customers (
    space text not null, user_id text not null, external_id text, email text, name text, traits text not null,
    created_at integer not null, updated_at integer not null, primary key (space, user_id), unique (space, external_id)
  ) strict;
  create table transactions (
    space text not null, id text not null, hash text not null, result text not null, at integer not null,
    primary key (space, id)
  ) strict;
  create table events (
    space text not null, transaction_id text not null, user_id text not null, event text not null, context text not null,
    occurred_at integer not null, received_at integer not null, primary key (space, transaction_id)
  ) strict;
  create index events_by_customer on events (space, user_id, event);
  create table effects (
    seq integer primary key, space text not null, user_id text not null, transaction_id text not null,
    type text not null, source text not null, item text not null, wallet text, amount integer,
    earned_at integer not null, at integer not null
  ) strict;
  create index effects_by_customer on effects (space, user_id, seq);
  create table redemptions (
    seq integer primary key, id text not null unique, space text not null, user_id text not null, reward text not null,
    rewards_version integer not null, transaction_id text not null, wallet text not null, cost integer not null,
    at integer not null, unique (space, transaction_id)
  ) strict;
  create index redemptions_by_reward on redemptions (space, reward);
  create table browser_tokens (
    hash text primary key, space text not null, user_id text not null, purpose text not null,
    created_at integer not null, expires_at integer not null
  ) strict;
  create table history (
    seq integer primary key, space text not null, actor text not null, action text not null, subject text not null,
    detail text not null, at integer not null
  ) strict;
`;

const TABLES = [
  "config_versions",
  "customers",
  "transactions",
  "events",
  "effects",
  "redemptions",
  "browser_tokens",
  "history",
] as const;

/** Rows per table. */
export type Counts = Readonly<Record<(typeof TABLES)[number], number>>;

/** The state of one upstream, in memory. */
export type Database = AnyDatabase<(typeof TABLES)[number]>;

/** An empty one, or what another one has saved. */
export function openDatabase(saved?: Uint8Array): Database {
  return openAny(SCHEMA, TABLES, saved);
}
