import type { Clock, Random } from "../ports.ts";
import type { Outbox } from "./approval-store.ts";

/**
 * Writes what webhooks will tell into `webhook_deliveries`, one row an endpoint, within the transaction that makes it true: an event
 * is neither lost in a crash nor told of a change that was rolled back.
 */
export function createOutbox({ clock, random }: { readonly clock: Clock; readonly random: Random }): Outbox {
  return async (db, events, { id, server, tenant }) => {
    const endpoints = await db
      .selectFrom("webhook_endpoints")
      .select("id")
      .where("server", "=", server)
      .where((is) => is.or([is("tenant", "is", null), is("tenant", "=", tenant)]))
      .where("removed_at_ms", "is", null)
      .where("disabled_at_ms", "is", null)
      .execute();
    if (endpoints.length === 0) return;
    const nowMs = clock.now();
    const rows = events.flatMap((event) =>
      endpoints.map((endpoint) => ({
        id: `msg_${random.uuid()}`,
        endpoint_id: endpoint.id,
        server,
        tenant,
        approval_id: id,
        type: event.type,
        payload: JSON.stringify(event),
        status: "waiting",
        created_at_ms: nowMs,
        due_at_ms: nowMs,
        fence: 0,
        attempts: 0,
        last_attempt_at_ms: null,
        last_status: null,
        last_error: null,
      })),
    );
    await db.insertInto("webhook_deliveries").values(rows).execute();
  };
}
