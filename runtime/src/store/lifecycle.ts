import { sql } from "kysely";
import type { NewValue } from "../ports.ts";
import type { ChangeCounter } from "./changes.ts";

/** How a stored credential ends, or gets a new value: the same for keys and tokens. */
export interface Lifecycle {
  revoke(id: string, atMs: number): Promise<boolean>;
  rotate(id: string, value: NewValue): Promise<boolean>;
}

/**
 * End and renew the credentials of one table.
 *
 * Each is one conditional statement, so that of two who rotate, or rotate and revoke, at the same time, both are heard in
 * turn and a revoked credential never gets a new value.
 */
export function createLifecycle(tableName: "api_keys" | "connection_tokens", changes: ChangeCounter): Lifecycle {
  const table = sql.table(tableName);
  async function changesOne(statement: ReturnType<typeof sql>): Promise<boolean> {
    const { numAffectedRows } = await changes.change((transaction) => statement.execute(transaction));
    return numAffectedRows === 1n;
  }
  return {
    revoke: (id, atMs) =>
      changesOne(sql`update ${table} set revoked_at_ms = ${atMs} where id = ${id} and revoked_at_ms is null`),
    rotate: (id, { hash, hint, atMs }) =>
      changesOne(sql`
        update ${table} set hash = ${hash}, hint = ${hint}, rotated_at_ms = ${atMs}
        where id = ${id} and revoked_at_ms is null and (expires_at_ms is null or expires_at_ms > ${atMs})`),
  };
}
