import { integer, optional, text, toInstant } from "@toolspec/example-http";
import { instantOrDay } from "../fields.ts";
import { type Operation, operation } from "../operation.ts";

interface AuditRow {
  readonly id: string;
  readonly actor_type: string;
  readonly actor_id: string | null;
  readonly action: string;
  readonly entity_type: string;
  readonly entity_id: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly created_at: number;
}

const word = text({ min: 1, max: 64 });

const listAuditLog = operation({
  method: "GET",
  path: "/api/v1/audit-log",
  query: {
    page: optional(integer({ min: 1, max: 100_000 }), 1),
    pageSize: optional(integer({ min: 1, max: 100 }), 50),
    action: optional(word),
    entityType: optional(word),
    since: optional(instantOrDay()),
    until: optional(instantOrDay()),
  },
  run(context, { page, pageSize, action, entityType, since, until }) {
    const where = `where organization = :organization and (:action is null or action = :action)
      and (:entityType is null or entity_type = :entityType)
      and (:since is null or created_at >= :since) and (:until is null or created_at < :until)`;
    const filter = {
      organization: context.organization,
      action: action ?? null,
      entityType: entityType ?? null,
      since: since ?? null,
      until: until ?? null,
    };
    const count = context.database.get<{ n: number }>(`select count(*) as n from audit ${where}`, filter);
    const rows = context.database.all<AuditRow>(
      `select * from audit ${where} order by seq desc limit :limit offset :offset`,
      { ...filter, limit: pageSize, offset: (page - 1) * pageSize },
    );
    return { status: 200, body: { page, pageSize, total: count?.n ?? 0, items: rows.map(toEntry) } };
  },
});

export const auditOperations: readonly Operation[] = [listAuditLog];

function toEntry(row: AuditRow): Readonly<Record<string, unknown>> {
  return {
    id: row.id,
    actorType: row.actor_type,
    actorId: row.actor_id,
    action: row.action,
    entityType: row.entity_type,
    entityId: row.entity_id,
    before: row.before === null ? null : JSON.parse(row.before),
    after: row.after === null ? null : JSON.parse(row.after),
    createdAt: toInstant(row.created_at),
  };
}
