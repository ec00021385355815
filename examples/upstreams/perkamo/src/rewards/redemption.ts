import type { Context } from "../context.ts";

/** A redemption as stored. */
export interface RedemptionRow {
  readonly id: string;
  readonly space: string;
  readonly user_id: string;
  readonly reward: string;
  /** Version of the rewards that was in force, whose stock it took. */
  readonly rewards_version: number;
  readonly transaction_id: string;
  readonly wallet: string;
  readonly cost: number;
  readonly at: number;
}

/** Redemptions that a customer is shown with. */
const SHOWN_MAX = 200;

type At = Pick<Context, "database" | "space">;

/** Keep a redemption. */
export function insertRedemption({ database }: At, row: RedemptionRow): void {
  database.run(
    `insert into redemptions (id, space, user_id, reward, rewards_version, transaction_id, wallet, cost, at)
     values (:id, :space, :user_id, :reward, :rewards_version, :transaction_id, :wallet, :cost, :at)`,
    { ...row },
  );
}

/** The latest redemptions of a customer, newest first. */
export function redemptionsOf({ database, space }: At, userId: string): readonly RedemptionRow[] {
  return database.all<RedemptionRow>(
    "select * from redemptions where space = :space and user_id = :user order by seq desc limit :max",
    { space: space.id, user: userId, max: SHOWN_MAX },
  );
}

/** How often a customer redeemed a reward, whatever its version. */
export function countRedemptions({ database, space }: At, userId: string, reward: string): number {
  const sql = "select count(*) as n from redemptions where space = :space and user_id = :user and reward = :reward";
  return database.get<{ n: number }>(sql, { space: space.id, user: userId, reward })?.n ?? 0;
}
