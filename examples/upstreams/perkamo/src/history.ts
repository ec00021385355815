import { toInstant } from "@toolspec/example-http";
import type { Context } from "./context.ts";
import type { Database } from "./database.ts";

/** One change that a person made. */
export interface HistoryEntry {
  /** Account of the person. */
  readonly actor: string;
  readonly action: string;
  /** What it was done to: a customer's userId, a module. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly at: string;
}

interface HistoryRow {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
  readonly at: number;
}

/** Write one entry, in the transaction of what it tells of. `detail` holds nothing secret. */
export function record(context: Context, action: string, subject: string, detail: HistoryEntry["detail"]): void {
  context.database.run(
    "insert into history (space, actor, action, subject, detail, at) values (:space, :actor, :action, :subject, :detail, :at)",
    {
      space: context.space.id,
      actor: context.caller.subject,
      action,
      subject,
      detail: JSON.stringify(detail),
      at: context.nowMs,
    },
  );
}

/** Entries of a Space, oldest first. */
export function historyOf(database: Database, space: string): readonly HistoryEntry[] {
  const rows = database.all<HistoryRow>(
    "select actor, action, subject, detail, at from history where space = :space order by seq",
    { space },
  );
  return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail), at: toInstant(row.at) }));
}
