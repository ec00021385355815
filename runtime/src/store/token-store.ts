import { type Kysely, sql } from "kysely";
import type { TokenRecord, TokenStore } from "../ports.ts";
import type { ChangeCounter } from "./changes.ts";
import { holdLock } from "./engine.ts";
import { createLifecycle } from "./lifecycle.ts";
import type { Tables, TokenRow } from "./tables.ts";

/** Connection tokens in the table `connection_tokens`. */
export function createTokenStore(db: Kysely<Tables>, changes: ChangeCounter): TokenStore {
  const { revoke, rotate } = createLifecycle("connection_tokens", changes);
  // Each request with a token asks this once: built and compiled here, prepared by the driver.
  const byHash = db.selectFrom("connection_tokens").selectAll().where("hash", "=", "").compile();
  return {
    async insert(token, { maxActive } = {}) {
      return changes.change(async (transaction) => {
        // Nobody else inserts for this tenant between the count and the insertion.
        if (maxActive !== undefined) await holdLock(transaction, `tokens of ${token.tenant}`);
        if (maxActive !== undefined && (await countActive(transaction, token)) >= maxActive) return false;
        await transaction.insertInto("connection_tokens").values(toRow(token)).execute();
        return true;
      });
    },
    async findByHash(hash) {
      const { rows } = await db.executeQuery<TokenRow>({ ...byHash, parameters: [hash] });
      return rows[0] === undefined ? undefined : fromRow(rows[0]);
    },
    async find(id) {
      const row = await db.selectFrom("connection_tokens").selectAll().where("id", "=", id).executeTakeFirst();
      return row && fromRow(row);
    },
    async list({ tenant }) {
      let query = db.selectFrom("connection_tokens").selectAll().orderBy("created_at_ms").orderBy("id");
      if (tenant !== undefined) query = query.where("tenant", "=", tenant);
      return (await query.execute()).map(fromRow);
    },
    async newest({ tenant, limit }) {
      let query = db.selectFrom("connection_tokens").selectAll().orderBy("created_at_ms", "desc").orderBy("id", "desc");
      if (tenant !== undefined) query = query.where("tenant", "=", tenant);
      return (await query.limit(limit).execute()).map(fromRow);
    },
    revoke,
    rotate,
    async recordUse(uses) {
      if (uses.size === 0) return;
      // In the same order everywhere: two servers that wrote the same rows in different ones would wait for each other.
      const sorted = [...uses].sort(([one], [other]) => (one < other ? -1 : 1));
      await db.transaction().execute(async (transaction) => {
        for (const [id, atMs] of sorted) {
          // Another server on the same store may have seen the token later than this one.
          await sql`update connection_tokens set last_used_at_ms = ${atMs}
            where id = ${id} and (last_used_at_ms is null or last_used_at_ms < ${atMs})`.execute(transaction);
        }
      });
    },
  };
}

async function countActive(db: Kysely<Tables>, { tenant, createdAtMs }: TokenRecord): Promise<number> {
  const row = await db
    .selectFrom("connection_tokens")
    .select((select) => select.fn.countAll().as("active"))
    .where("tenant", "=", tenant)
    .where("revoked_at_ms", "is", null)
    .where((is) => is.or([is("expires_at_ms", "is", null), is("expires_at_ms", ">", createdAtMs)]))
    .executeTakeFirst();
  return Number(row?.active ?? 0);
}

function toRow(token: TokenRecord): TokenRow {
  return {
    id: token.id,
    tenant: token.tenant,
    name: token.name,
    owner: token.owner,
    hash: token.hash,
    hint: token.hint,
    created_at_ms: token.createdAtMs,
    expires_at_ms: token.expiresAtMs ?? null,
    revoked_at_ms: token.revokedAtMs ?? null,
    rotated_at_ms: token.rotatedAtMs ?? null,
    last_used_at_ms: token.lastUsedAtMs ?? null,
  };
}

function fromRow(row: TokenRow): TokenRecord {
  return {
    id: row.id,
    tenant: row.tenant,
    name: row.name,
    owner: row.owner,
    hash: row.hash,
    hint: row.hint,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms ?? undefined,
    revokedAtMs: row.revoked_at_ms ?? undefined,
    rotatedAtMs: row.rotated_at_ms ?? undefined,
    lastUsedAtMs: row.last_used_at_ms ?? undefined,
  };
}
