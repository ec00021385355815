import { text, toInstant } from "@toolspec/example-http";
import type { Context } from "../context.ts";
import { notFound } from "../not-found.ts";

export const customerId = text({
  max: 40,
  pattern: /^cust_[a-z0-9]+$/,
  hint: "a customer's id such as cust_abc123",
});

/** A customer as stored; `tags` and `metadata` are JSON text. */
export interface CustomerRow {
  readonly tenant: string;
  readonly id: string;
  readonly external_ref: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly tags: string;
  readonly metadata: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/** @throws ApiError 404 when the caller's tenant has no such customer. */
export function findCustomer(context: Context, id: string): CustomerRow {
  const sql = "select * from customers where tenant = :tenant and id = :id";
  const row = context.database.get<CustomerRow>(sql, { tenant: context.tenant, id });
  if (!row) throw notFound(`customer ${id}`);
  return row;
}

/** The customer that the tenant's own reference names, if any. */
export function findByExternalRef(context: Context, externalRef: string): CustomerRow | undefined {
  const sql = "select * from customers where tenant = :tenant and external_ref = :externalRef";
  return context.database.get<CustomerRow>(sql, { tenant: context.tenant, externalRef });
}

/** Insert a customer, or write one that is there. */
export function saveCustomer(context: Context, row: CustomerRow): void {
  context.database.run(
    `insert or replace into customers values (:tenant, :id, :external_ref, :name, :email, :tags, :metadata,
       :created_at, :updated_at)`,
    { ...row },
  );
}

export function toCustomer(row: CustomerRow): Readonly<Record<string, unknown>> {
  const { id, name, email } = row;
  return {
    id,
    externalRef: row.external_ref,
    name,
    email,
    tags: JSON.parse(row.tags),
    metadata: JSON.parse(row.metadata),
    createdAt: toInstant(row.created_at),
    updatedAt: toInstant(row.updated_at),
  };
}
