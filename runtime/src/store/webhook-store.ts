import { type Kysely, sql } from "kysely";
import type { DeliveryEnding, DeliveryFilter, WebhookStore } from "../ports.ts";
import type { AuditTrail } from "./audit-trail.ts";
import { deliveryIds, readRowCursor, writeRowCursor } from "./row-cursor.ts";
import type { Tables } from "./tables.ts";
import { fromDeliveryRow, fromEndpointRow, toEndpointRow } from "./webhook-row.ts";

/** Why a delivery is dead whose endpoint is gone. */
const removedError = "the endpoint was removed";
const disabledError = "the endpoint is disabled";

/** What these changes are of, for {@link AuditTrail.commit}: one thing, because they are few. */
const whatWebhooks = "webhooks";

/**
 * Endpoints and deliveries in the tables `webhook_endpoints` and `webhook_deliveries`.
 *
 * A delivery is claimed by one conditional update that puts it off for as long as the attempt may take, so that one of several
 * processes makes it; if that process dies, it is due again.
 */
export function createWebhookStore(db: Kysely<Tables>, audit: Pick<AuditTrail, "commit">): WebhookStore {
  return {
    add: (endpoint, most, entry) =>
      audit.commit(whatWebhooks, async (transaction) => {
        const { server, tenant } = endpoint;
        const { many } = await present(transaction, server)
          .where("tenant", tenant === undefined ? "is" : "=", tenant ?? null)
          .select((select) => select.fn.countAll<number>().as("many"))
          .executeTakeFirstOrThrow();
        if (Number(many) >= most) return { result: false, entries: [] };
        await transaction.insertInto("webhook_endpoints").values(toEndpointRow(endpoint)).execute();
        return { result: true, entries: [entry] };
      }),
    async find(server, id) {
      const row = await present(db, server).selectAll().where("id", "=", id).executeTakeFirst();
      return row && fromEndpointRow(row);
    },
    async list(server) {
      const rows = await present(db, server).selectAll().orderBy("created_at_ms").orderBy("id").execute();
      return rows.map(fromEndpointRow);
    },
    remove: ({ server, id, atMs }, entry) =>
      audit.commit(whatWebhooks, async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable("webhook_endpoints")
          .set({ removed_at_ms: atMs, secret: "" })
          .where("server", "=", server)
          .where("id", "=", id)
          .where("removed_at_ms", "is", null)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return { result: false, entries: [] };
        await giveUpOn(transaction, id, removedError);
        return { result: true, entries: [entry] };
      }),
    enable: ({ server, id }, entry) =>
      audit.commit(whatWebhooks, async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable("webhook_endpoints")
          .set({ disabled_at_ms: null, disabled_because: null, failing_since_ms: null })
          .where("server", "=", server)
          .where("id", "=", id)
          .where("removed_at_ms", "is", null)
          .where("disabled_at_ms", "is not", null)
          .executeTakeFirst();
        return numUpdatedRows === 0n ? { result: false, entries: [] } : { result: true, entries: [entry] };
      }),
    async due(server, nowMs, { limit, except }) {
      let query = db
        .selectFrom("webhook_deliveries")
        .selectAll()
        .where("server", "=", server)
        .where("status", "=", "waiting")
        .where("due_at_ms", "<=", nowMs);
      if (except.length > 0) query = query.where("endpoint_id", "not in", [...except]);
      return (await query.orderBy("due_at_ms").limit(limit).execute()).map(fromDeliveryRow);
    },
    claim: (id, { nowMs, untilMs }) =>
      db.transaction().execute(async (transaction) => {
        const row = await transaction
          .updateTable("webhook_deliveries")
          .set({
            due_at_ms: untilMs,
            last_attempt_at_ms: nowMs,
            fence: sql<number>`fence + 1`,
            attempts: sql<number>`attempts + 1`,
          })
          .where("id", "=", id)
          .where("status", "=", "waiting")
          .where("due_at_ms", "<=", nowMs)
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) return undefined;
        const endpoint = await present(transaction, row.server)
          .selectAll()
          .where("id", "=", row.endpoint_id)
          .where("disabled_at_ms", "is", null)
          .executeTakeFirst();
        return { delivery: fromDeliveryRow(row), endpoint: endpoint && fromEndpointRow(endpoint) };
      }),
    settle: (attempt, ending) =>
      db.transaction().execute(async (transaction) => {
        await holdEndpoint(transaction, attempt.endpointId);
        const { numUpdatedRows } = await transaction
          .updateTable("webhook_deliveries")
          .set(toColumns(ending))
          .where("id", "=", attempt.id)
          .where("fence", "=", attempt.fence)
          .where("status", "=", "waiting")
          .executeTakeFirst();
        if (numUpdatedRows === 1n) await noteHealth(transaction, attempt.endpointId, ending);
      }),
    async page(filter, { limit, after }) {
      let query = filtered(db, filter)
        .selectAll()
        .orderBy("created_at_ms", "desc")
        .orderBy("id", "desc")
        .limit(limit + 1);
      if (after !== undefined) {
        const { atMs, id } = readRowCursor(after, deliveryIds);
        query = query.where((is) =>
          is.or([is("created_at_ms", "<", atMs), is.and([is("created_at_ms", "=", atMs), is("id", "<", id)])]),
        );
      }
      const rows = await query.execute();
      const shown = rows.slice(0, limit).map(fromDeliveryRow);
      const last = shown.at(-1);
      return { deliveries: shown, next: rows.length > limit && last ? writeRowCursor(last) : undefined };
    },
    async counts(server) {
      const rows = await db
        .selectFrom("webhook_deliveries")
        .where("server", "=", server)
        .select((select) => ["endpoint_id", "status", select.fn.countAll<number>().as("many")])
        .groupBy(["endpoint_id", "status"])
        .execute();
      const ofEndpoints = Map.groupBy(rows, (row) => row.endpoint_id);
      return new Map(
        [...ofEndpoints].map(([id, counted]) => [
          id,
          Object.fromEntries(counted.map(({ status, many }) => [status, Number(many)])),
        ]),
      );
    },
    replay: ({ server, id, endpointId, atMs }, entry) =>
      audit.commit(whatWebhooks, async (transaction) => {
        let query = transaction
          .updateTable("webhook_deliveries")
          .set({ status: "waiting", due_at_ms: atMs, attempts: 0, fence: sql<number>`fence + 1` })
          .where("server", "=", server)
          // One that was delivered is sent again only if it is named.
          .where("status", "in", id === undefined ? ["dead"] : ["dead", "delivered"])
          .where("endpoint_id", "in", present(transaction, server).select("id").where("disabled_at_ms", "is", null));
        if (id !== undefined) query = query.where("id", "=", id);
        if (endpointId !== undefined) query = query.where("endpoint_id", "=", endpointId);
        const many = Number((await query.executeTakeFirst()).numUpdatedRows);
        return { result: many, entries: many === 0 ? [] : [entry(many)] };
      }),
    async prune(server, { deliveredBeforeMs, deadBeforeMs, limit }) {
      const old = filtered(db, { server })
        .select("id")
        .where((is) =>
          is.or([
            is.and([is("status", "=", "delivered"), is("created_at_ms", "<", deliveredBeforeMs)]),
            is.and([is("status", "=", "dead"), is("created_at_ms", "<", deadBeforeMs)]),
          ]),
        )
        .orderBy("created_at_ms")
        .limit(limit);
      const { numDeletedRows } = await db.deleteFrom("webhook_deliveries").where("id", "in", old).executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

/** Endpoints that were not removed. */
function present(db: Kysely<Tables>, server: string) {
  return db.selectFrom("webhook_endpoints").where("server", "=", server).where("removed_at_ms", "is", null);
}

function filtered(db: Kysely<Tables>, { server, endpointId, status, approvalId }: DeliveryFilter) {
  let query = db.selectFrom("webhook_deliveries").where("server", "=", server);
  if (endpointId !== undefined) query = query.where("endpoint_id", "=", endpointId);
  if (status !== undefined) query = query.where("status", "=", status);
  if (approvalId !== undefined) query = query.where("approval_id", "=", approvalId);
  return query;
}

function toColumns(ending: DeliveryEnding) {
  const last_status = ending.status ?? null;
  if (ending.kind === "delivered") return { status: "delivered", last_status, last_error: null };
  const failed = { last_status, last_error: ending.error };
  return ending.kind === "dead" ? { status: "dead", ...failed } : { due_at_ms: ending.dueAtMs, ...failed };
}

/** Whoever changes deliveries and their endpoint locks the endpoint first, so that no two wait for each other. */
async function holdEndpoint(db: Kysely<Tables>, id: string): Promise<void> {
  await db
    .updateTable("webhook_endpoints")
    .set((column) => ({ failing_since_ms: column.ref("failing_since_ms") }))
    .where("id", "=", id)
    .execute();
}

/** Since when the endpoint fails, and whether it is given up. */
async function noteHealth(db: Kysely<Tables>, id: string, ending: DeliveryEnding): Promise<void> {
  const endpoint = db.updateTable("webhook_endpoints").where("id", "=", id);
  if (ending.kind === "delivered") {
    await endpoint.set({ failing_since_ms: null }).where("failing_since_ms", "is not", null).execute();
    return;
  }
  await endpoint.set({ failing_since_ms: ending.atMs }).where("failing_since_ms", "is", null).execute();
  if (ending.kind !== "dead" || ending.disable === undefined) return;
  const disabled = { disabled_at_ms: ending.atMs, disabled_because: ending.disable };
  await endpoint.set(disabled).where("disabled_at_ms", "is", null).execute();
  await giveUpOn(db, id, disabledError);
}

/** What waits for this endpoint is dead. */
async function giveUpOn(db: Kysely<Tables>, id: string, why: string): Promise<void> {
  await db
    .updateTable("webhook_deliveries")
    .set({ status: "dead", last_error: why })
    .where("endpoint_id", "=", id)
    .where("status", "=", "waiting")
    .execute();
}
