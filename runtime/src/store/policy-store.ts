import type { Kysely } from "kysely";
import type { PolicyOverride, PolicyRecord, PolicyStore } from "../ports.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { ChangeCounter } from "./changes.ts";
import type { PolicyRow, Tables } from "./tables.ts";

/** Tenants' own policies in the table `tenant_policies`. */
export function createPolicyStore(
  db: Kysely<Tables>,
  audit: Pick<AuditTrail, "commit">,
  changes: ChangeCounter,
): PolicyStore {
  return {
    async set(policy, entry) {
      const { override, set_at_ms, set_by, ...key } = toRow(policy);
      await audit.commit(`policy of ${policy.tenant}`, async (transaction) => {
        await transaction
          .insertInto("tenant_policies")
          .values({ ...key, override, set_at_ms, set_by })
          .onConflict((conflict) =>
            conflict.columns(["server", "tenant", "tool"]).doUpdateSet({ override, set_at_ms, set_by }),
          )
          .execute();
        return { result: undefined, entries: [entry] };
      });
      await changes.change(announced);
    },
    async clear({ server, tenant, tool }, entry) {
      const cleared = await audit.commit(`policy of ${tenant}`, async (transaction) => {
        const { numDeletedRows } = await transaction
          .deleteFrom("tenant_policies")
          .where("server", "=", server)
          .where("tenant", "=", tenant)
          .where("tool", "=", tool)
          .executeTakeFirst();
        return numDeletedRows === 0n ? { result: false, entries: [] } : { result: true, entries: [entry] };
      });
      await changes.change(announced);
      return cleared;
    },
    async find({ server, tenant }) {
      const rows = await db
        .selectFrom("tenant_policies")
        .selectAll()
        .where("server", "=", server)
        .where("tenant", "=", tenant)
        .orderBy("tool")
        .execute();
      return rows.map(fromRow);
    },
    async list(server) {
      const rows = await db
        .selectFrom("tenant_policies")
        .selectAll()
        .where("server", "=", server)
        .orderBy("tenant")
        .orderBy("tool")
        .execute();
      return rows.map(fromRow);
    },
  };
}

function toRow({ server, tenant, tool, override, setAtMs, setBy }: PolicyRecord): PolicyRow {
  return { server, tenant, tool, override: JSON.stringify(override), set_at_ms: setAtMs, set_by: setBy };
}

function fromRow(row: PolicyRow): PolicyRecord {
  return {
    server: row.server,
    tenant: row.tenant,
    tool: row.tool,
    override: toOverride(row.override),
    setAtMs: row.set_at_ms,
    setBy: row.set_by,
  };
}

/** What is no JSON stays text, which is no override either: it makes its own tool wait and leaves the tenant's others alone. */
function toOverride(text: string): PolicyOverride {
  try {
    return JSON.parse(text) as PolicyOverride;
  } catch {
    return text as PolicyOverride;
  }
}

/** Nothing more is changed: the counter moves, here and in every other process. */
async function announced(): Promise<void> {}
