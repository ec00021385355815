import type { Context } from "../context.ts";
import { newId } from "../context.ts";

/** Facts of a thing by name. */
type Facts = Readonly<Record<string, unknown>>;

/** One change. `before` and `after` hold what changed and nothing secret. */
export interface Change {
  /** `affiliate.approved`: the kind of thing, a dot, what became of it. The kind is kept as entityType too. */
  readonly action: `${string}.${string}`;
  readonly entityId?: string;
  readonly before?: Facts;
  readonly after?: Facts;
}

/** Who did it, where it was no caller. */
export interface Actor {
  readonly actorType: "user" | "api_key" | "mcp" | "system" | "admin";
  readonly actorId: string | null;
}

/** Write one entry, in the transaction of what it tells of. The actor is the caller. */
export function record(context: Context, change: Change): void {
  const { actorType, tokenId: actorId } = context.caller;
  recordAs(context, { actorType, actorId }, change);
}

/** Write one entry of another actor. */
export function recordAs(
  context: Pick<Context, "database" | "organization" | "nowMs">,
  { actorType, actorId }: Actor,
  { action, entityId, before, after }: Change,
): void {
  context.database.run(
    `insert into audit (id, organization, actor_type, actor_id, action, entity_type, entity_id, before, after, created_at)
     values (:id, :organization, :actorType, :actorId, :action, :entityType, :entityId, :before, :after, :at)`,
    {
      id: newId("aud"),
      organization: context.organization,
      actorType,
      actorId,
      action,
      entityType: action.slice(0, action.indexOf(".")),
      entityId: entityId ?? null,
      before: before ? JSON.stringify(before) : null,
      after: after ? JSON.stringify(after) : null,
      at: context.nowMs,
    },
  );
}
