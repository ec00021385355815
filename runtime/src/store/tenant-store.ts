import type { Kysely } from "kysely";
import type { Suspension, TenantStore } from "../ports.ts";
import type { ChangeCounter } from "./changes.ts";
import type { Tables, TenantRow } from "./tables.ts";

/** Suspended tenants in the table `tenants`; a tenant without a row is in good standing. */
export function createTenantStore(db: Kysely<Tables>, changes: ChangeCounter): TenantStore {
  const suspended = db.selectFrom("tenants").selectAll().where("suspended_at_ms", "is not", null);
  // Asked with every look-up of a key or token.
  const byTenant = suspended.where("tenant", "=", "").compile();
  return {
    async suspend({ tenant, suspendedAtMs, reason }) {
      const result = await changes.change((transaction) =>
        transaction
          .insertInto("tenants")
          .values({ tenant, suspended_at_ms: suspendedAtMs, reason })
          .onConflict((conflict) =>
            conflict
              .column("tenant")
              .doUpdateSet({ suspended_at_ms: suspendedAtMs, reason })
              .where("tenants.suspended_at_ms", "is", null),
          )
          .executeTakeFirst(),
      );
      return result.numInsertedOrUpdatedRows === 1n;
    },
    async resume(tenant) {
      const result = await changes.change((transaction) =>
        transaction
          .updateTable("tenants")
          .set({ suspended_at_ms: null, reason: "" })
          .where("tenant", "=", tenant)
          .where("suspended_at_ms", "is not", null)
          .executeTakeFirst(),
      );
      return result.numUpdatedRows === 1n;
    },
    async find(tenant) {
      const { rows } = await db.executeQuery<TenantRow>({ ...byTenant, parameters: [tenant] });
      return rows.flatMap(fromRow)[0];
    },
    async list() {
      return (await suspended.orderBy("suspended_at_ms").orderBy("tenant").execute()).flatMap(fromRow);
    },
  };
}

function fromRow({ tenant, suspended_at_ms: suspendedAtMs, reason }: TenantRow): readonly Suspension[] {
  return suspendedAtMs === null ? [] : [{ tenant, suspendedAtMs, reason }];
}
