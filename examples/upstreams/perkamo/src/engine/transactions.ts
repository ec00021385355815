import { createHash } from "node:crypto";
import { ApiError, isObject } from "@toolspec/example-http";
import type { Context } from "../context.ts";

/** What one transactionId stands for. `content` is all that the caller said of it, as given. */
export interface Transaction {
  readonly transactionId: string;
  readonly kind: "event" | "redemption" | "adjustment";
  readonly content: Readonly<Record<string, unknown>>;
}

interface TransactionRow {
  readonly hash: string;
  readonly result: string;
}

/**
 * Do something once for its transactionId. Events, redemptions and adjustments share the ids of a Space. Runs within the
 * caller's transaction: what throws is not remembered, and may be tried again.
 *
 * @returns what `run` returned the first time, as JSON keeps it.
 * @throws ApiError 409 `transaction_conflict` for an id that stands for something else.
 */
export function once<Result>(
  { database, space, nowMs }: Pick<Context, "database" | "space" | "nowMs">,
  { transactionId: id, kind, content }: Transaction,
  run: () => Result,
): { readonly first: boolean; readonly result: Result } {
  const hash = createHash("sha256").update(canonical({ kind, content })).digest("hex");
  const known = database.get<TransactionRow>(
    "select hash, result from transactions where space = :space and id = :id",
    { space: space.id, id },
  );
  if (known && known.hash !== hash) {
    throw new ApiError(
      409,
      "transaction_conflict",
      `The transactionId ${id} was used for something else. Derive another from the fact, or repeat it as it was.`,
    );
  }
  if (known) return { first: false, result: JSON.parse(known.result) };
  const result = run();
  database.run("insert into transactions values (:space, :id, :hash, :result, :now)", {
    space: space.id,
    id,
    hash,
    result: JSON.stringify(result),
    now: nowMs,
  });
  return { first: true, result };
}

/** JSON with the names of each object in order, so that the same content is the same text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
}
