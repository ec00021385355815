import type { Kysely } from "kysely";
import type { ConfirmationStore } from "../ports.ts";
import type { Tables } from "./tables.ts";

/** The row of the key in `server_secrets`. */
const keyName = "confirmation";

/**
 * Milliseconds for which a used confirmation is remembered after it expired: the clocks of replicas may differ, and one that is
 * behind must not find it forgotten while it still takes it for good.
 */
const keptAfterExpiryMs = 60 * 60_000;

/** The key that confirmations are sealed with, and which ones were used, in the tables `server_secrets` and `used_confirmations`. */
export function createConfirmationStore(db: Kysely<Tables>): ConfirmationStore {
  return {
    async key({ candidate, atMs }) {
      const row = { name: keyName, value: Buffer.from(candidate).toString("base64url"), created_at_ms: atMs };
      // Of several that start at the same time one inserts its row, and all read that one.
      await db
        .insertInto("server_secrets")
        .values(row)
        .onConflict((conflict) => conflict.column("name").doNothing())
        .execute();
      const { value } = await db
        .selectFrom("server_secrets")
        .select("value")
        .where("name", "=", keyName)
        .executeTakeFirstOrThrow();
      return Buffer.from(value, "base64url");
    },
    async use({ nonce, expiresAtMs, nowMs }) {
      return db.transaction().execute(async (transaction) => {
        const result = await transaction
          .insertInto("used_confirmations")
          .values({ nonce, expires_at_ms: expiresAtMs })
          .onConflict((conflict) => conflict.column("nonce").doNothing())
          .executeTakeFirst();
        await transaction
          .deleteFrom("used_confirmations")
          .where("expires_at_ms", "<", nowMs - keptAfterExpiryMs)
          .execute();
        return result.numInsertedOrUpdatedRows === 1n;
      });
    },
  };
}
