import type { Context } from "../context.ts";
import type { Item } from "../program/items.ts";

type At = Pick<Context, "database" | "space">;

/** How many of a reward are left since the version in force named its stock; null without a limit. */
export function remainingStock({ database, space }: At, reward: Item<"rewards">, version: number): number | null {
  if (reward.stock === null) return null;
  const gone = database.get<{ n: number }>(
    "select count(*) as n from redemptions where space = :space and reward = :reward and rewards_version = :version",
    { space: space.id, reward: reward.id, version },
  );
  return Math.max(0, reward.stock - (gone?.n ?? 0));
}
