import { type Database as AnyDatabase, openDatabase as openAny } from "@toolspec/example-http";

/** Tables of the example. Times are Unix milliseconds, amounts are cents, flags are 0 or 1, objects are JSON text. */
const SCHEMA = `
  create table organizations (
    id text primary key, name text not null, slug text not null, brand_color text, logo_url text, description text,
    plan text not null, subscription text not null, trial_ends_at integer, payout_grace_days integer not null,
    home_currency text not null, suspended integer not null, stripe_customer integer not null,
    stripe_connect integer not null, pixel_key text, attribution_params text
  ) strict;
  create table tokens (
    hash text primary key, id text not null, organization text not null, name text not null, role text not null,
    email_verified integer not null, email text
  ) strict;
  create table campaigns (
    id text primary key, organization text not null, name text not null, slug text not null, description text,
    terms_url text, status text not null, commission_type text not null, commission_value real not null,
    commission_model text not null, cookie_window_days integer not null, attribution_model text not null,
    auto_approve integer not null, network_visibility text not null, self_mint integer not null,
    sub_enabled integer not null, sub_percent real not null, created_at integer not null,
    unique (organization, slug)
  ) strict;
  create table affiliates (
    id text primary key, organization text not null, campaign_id text not null, email text not null, full_name text,
    slug text not null, status text not null, paypal_email text, notes text, parent_id text, commission_type text,
    commission_value real, job_id text, rejection_reason text, created_at integer not null,
    decided_at integer,
    unique (campaign_id, slug), unique (campaign_id, email)
  ) strict;
  create index affiliates_by_age on affiliates (organization, created_at desc);
  create index affiliates_by_parent on affiliates (parent_id);
  create table invites (
    id text primary key, organization text not null, campaign_id text not null, email text not null, full_name text,
    slug text not null, note_html text, commission_type text, commission_value real, auto_approve integer not null,
    created_at integer not null, unique (campaign_id, slug), unique (campaign_id, email)
  ) strict;
  create table clicks (
    organization text not null, campaign_id text not null, affiliate_id text not null, day integer not null,
    clicks integer not null, primary key (affiliate_id, day)
  ) strict;
  create table leads (
    id text primary key, organization text not null, campaign_id text not null, affiliate_id text not null,
    email text not null, name text, created_at integer not null, converted_at integer, unique (campaign_id, email)
  ) strict;
  create table conversions (
    id text primary key, organization text not null, campaign_id text not null, affiliate_id text not null,
    customer_email text, customer_name text, amount_cents integer not null, commission_cents integer not null,
    currency text not null, type text not null, status text not null,
    import_key text, external_id text, payout_id text, job_id text, occurred_at integer not null,
    unique (campaign_id, import_key)
  ) strict;
  create index conversions_by_age on conversions (organization, occurred_at desc);
  create index conversions_by_affiliate on conversions (affiliate_id, occurred_at desc);
  create table payouts (
    id text primary key, organization text not null, campaign_id text, status text not null,
    created_at integer not null, paid_at integer
  ) strict;
  create table coupons (
    id text primary key, organization text not null, campaign_id text not null, affiliate_id text, code text not null,
    name text not null, percent_off real, amount_off_cents integer, currency text, duration text not null,
    duration_months integer, max_redemptions integer, redemptions integer not null, expires_at integer,
    metadata text not null, active integer not null, created_at integer not null, unique (organization, code)
  ) strict;
  create table embed_tokens (
    id text primary key, organization text not null, affiliate_id text not null, hash text not null,
    origins text not null, expires_at integer not null, revoked_at integer, created_at integer not null
  ) strict;
  create table imports (
    id text primary key, organization text not null, kind text not null, campaign_id text not null,
    imported integer not null, created_at integer not null, reverted_at integer
  ) strict;
  create table audit (
    seq integer primary key, id text not null, organization text not null, actor_type text not null, actor_id text,
    action text not null, entity_type text not null, entity_id text, before text, after text,
    created_at integer not null
  ) strict;
  create index audit_by_organization on audit (organization, seq desc);
  create table emails (
    seq integer primary key, organization text not null, kind text not null, recipient text not null, html text,
    at integer not null
  ) strict;
`;

const TABLES = [
  "campaigns",
  "affiliates",
  "invites",
  "leads",
  "conversions",
  "payouts",
  "coupons",
  "embed_tokens",
  "imports",
  "audit",
  "emails",
] as const;

/** Rows per table. `emails` is the outbox: whatever would be sent. */
export type Counts = Readonly<Record<(typeof TABLES)[number], number>>;

/** The state of one upstream, in memory. */
export type Database = AnyDatabase<(typeof TABLES)[number]>;

export function openDatabase(): Database {
  return openAny(SCHEMA, TABLES);
}
