import { type Context, notFound } from "../context.ts";

/** A customer as stored: what was said of it, and nothing that is computed. `traits` is JSON text. */
export interface CustomerRow {
  readonly space: string;
  readonly user_id: string;
  readonly external_id: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly traits: string;
  readonly created_at: number;
  readonly updated_at: number;
}

type At = Pick<Context, "database" | "space" | "nowMs">;

/** @throws ApiError 404 `customer_not_found`. */
export function findCustomer({ database, space }: Pick<At, "database" | "space">, userId: string): CustomerRow {
  const row = customerIfAny({ database, space }, userId);
  if (!row) throw notFound("customer", userId);
  return row;
}

/** The customer, or undefined. */
export function customerIfAny({ database, space }: Pick<At, "database" | "space">, userId: string) {
  return database.get<CustomerRow>("select * from customers where space = :space and user_id = :user", {
    space: space.id,
    user: userId,
  });
}

/** Insert a customer, or write one that is there. */
export function saveCustomer(database: At["database"], row: CustomerRow): void {
  database.run(
    `insert or replace into customers values (:space, :user_id, :external_id, :email, :name, :traits, :created_at, :updated_at)`,
    { ...row },
  );
}

/** Say that something of a customer has changed now. */
export function touch({ database, space, nowMs }: At, userId: string): void {
  database.run("update customers set updated_at = :now where space = :space and user_id = :user", {
    space: space.id,
    user: userId,
    now: nowMs,
  });
}
