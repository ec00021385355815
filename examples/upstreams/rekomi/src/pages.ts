import { integer, optional, type Parameters, rule } from "@toolspec/example-http";
import type { Context } from "./context.ts";

/** Where a page ended: sort time and id of its last row. */
type Position = readonly [at: number, id: string];

/** Query fields of a list that goes page by page with a cursor. */
export const pageFields = {
  cursor: optional(rule("must be nextCursor of the page before", fromCursor)),
  take: optional(integer({ min: 1, max: 200 }), 50),
};

interface PageInput {
  readonly cursor: Position | undefined;
  readonly take: number;
}

/** One page as the wire shows it. */
export interface Page {
  readonly items: readonly unknown[];
  readonly nextCursor: string | null;
  readonly hasMore: boolean;
}

/**
 * Read one page, newest first. `select` is SQL for all rows, with the columns `id` and `at`, the time to sort by.
 *
 * The cursor is a position, not a count: rows that are added meanwhile neither repeat nor hide others.
 */
export function readPage<Row extends { readonly id: string; readonly at: number }>(
  context: Context,
  { cursor, take }: PageInput,
  list: { readonly select: string; readonly parameters: Parameters; toItem(row: Row): unknown },
): Page {
  const [at, id] = cursor ?? [null, null];
  const rows = context.database.all<Row>(
    `select * from (${list.select}) where :at is null or at < :at or (at = :at and id > :id)
     order by at desc, id limit :limit`,
    { ...list.parameters, at, id, limit: take + 1 },
  );
  const shown = rows.slice(0, take);
  const last = shown.at(-1);
  const hasMore = rows.length > take && last !== undefined;
  return {
    items: shown.map((row) => list.toItem(row)),
    nextCursor: hasMore ? toCursor([last.at, last.id]) : null,
    hasMore,
  };
}

function toCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

function fromCursor(value: unknown): { value: Position } | undefined {
  if (typeof value !== "string" || !/^[A-Za-z0-9_-]{1,256}$/.test(value)) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(value, "base64url").toString("utf8"));
    if (!Array.isArray(parsed) || parsed.length !== 2) return undefined;
    const [at, id] = parsed;
    return Number.isSafeInteger(at) && typeof id === "string" ? { value: [at, id] } : undefined;
  } catch {
    return undefined;
  }
}
