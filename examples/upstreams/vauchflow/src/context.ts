import { randomUUID } from "node:crypto";
import type { Database } from "./database.ts";

/** The id of what a dry run would create. */
export const NIL_UUID = "00000000-0000-0000-0000-000000000000";

/** What one request works with. */
export interface Context {
  readonly tenant: string;
  /** Unix time in milliseconds: the same instant for all that one request does. */
  readonly nowMs: number;
  /** Everything is undone in the end. */
  readonly dryRun: boolean;
  readonly database: Database;
}

/** A fresh UUID, or the nil UUID in a dry run. */
export function newId(context: Context): string {
  return context.dryRun ? NIL_UUID : randomUUID();
}

/** Put an event into the outbox, in the transaction of what it tells of. */
export function publish(context: Context, type: string, subject: string): void {
  context.database.run("insert into events (tenant, type, subject, at) values (:tenant, :type, :subject, :at)", {
    tenant: context.tenant,
    type,
    subject,
    at: context.nowMs,
  });
}

/** ISO 4217 code of the tenant's amounts. */
export function currencyOf(context: Context): string {
  const row = context.database.get<{ currency: string }>("select currency from tenants where id = :tenant", {
    tenant: context.tenant,
  });
  return row?.currency ?? "EUR";
}
