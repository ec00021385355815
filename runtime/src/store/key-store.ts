import type { Kysely } from "kysely";
import type { KeyRecord, KeyStore } from "../ports.ts";
import type { ChangeCounter } from "./changes.ts";
import { createLifecycle } from "./lifecycle.ts";
import type { KeyRow, Tables } from "./tables.ts";

/** API keys in the table `api_keys`. */
export function createKeyStore(db: Kysely<Tables>, changes: ChangeCounter): KeyStore {
  const { revoke, rotate } = createLifecycle("api_keys", changes);
  // Each request with a key asks this once: built and compiled here, prepared by the driver.
  const byHash = db.selectFrom("api_keys").selectAll().where("hash", "=", "").compile();
  return {
    async insert(key) {
      await changes.change((transaction) => transaction.insertInto("api_keys").values(toRow(key)).execute());
    },
    async findByHash(hash) {
      const { rows } = await db.executeQuery<KeyRow>({ ...byHash, parameters: [hash] });
      return rows[0] === undefined ? undefined : fromRow(rows[0]);
    },
    async find(id) {
      const row = await db.selectFrom("api_keys").selectAll().where("id", "=", id).executeTakeFirst();
      return row && fromRow(row);
    },
    async list({ tenant }) {
      let query = db.selectFrom("api_keys").selectAll().orderBy("created_at_ms").orderBy("id");
      if (tenant !== undefined) query = query.where("tenant", "=", tenant);
      return (await query.execute()).map(fromRow);
    },
    async newest({ tenant, limit }) {
      let query = db.selectFrom("api_keys").selectAll().orderBy("created_at_ms", "desc").orderBy("id", "desc");
      if (tenant !== undefined) query = query.where("tenant", "=", tenant);
      return (await query.limit(limit).execute()).map(fromRow);
    },
    revoke,
    rotate,
  };
}

function toRow(key: KeyRecord): KeyRow {
  return {
    id: key.id,
    tenant: key.tenant,
    kind: key.kind,
    name: key.name,
    hash: key.hash,
    hint: key.hint,
    scopes: JSON.stringify(key.scopes),
    created_at_ms: key.createdAtMs,
    expires_at_ms: key.expiresAtMs ?? null,
    revoked_at_ms: key.revokedAtMs ?? null,
    rotated_at_ms: key.rotatedAtMs ?? null,
  };
}

function fromRow(row: KeyRow): KeyRecord {
  return {
    id: row.id,
    tenant: row.tenant,
    kind: row.kind,
    name: row.name,
    hash: row.hash,
    hint: row.hint,
    scopes: JSON.parse(row.scopes) as string[],
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms ?? undefined,
    revokedAtMs: row.revoked_at_ms ?? undefined,
    rotatedAtMs: row.rotated_at_ms ?? undefined,
  };
}
