import { type Kysely, sql } from "kysely";
import type {
  OperatorId,
  OperatorRecord,
  OperatorRole,
  OperatorSession,
  OperatorStore,
  SignInAttempt,
} from "../ports.ts";
import type { OperatorRow, OperatorSessionRow, Tables } from "./tables.ts";

/** Operators in the tables `operators`, `operator_sessions` and `sign_in_attempts`. */
export function createOperatorStore(db: Kysely<Tables>): OperatorStore {
  return {
    async insert({ server, name, role, passwordHash, createdAtMs }) {
      const row = { server, name, role, password_hash: passwordHash, created_at_ms: createdAtMs };
      const result = await db
        .insertInto("operators")
        .values(row)
        .onConflict((conflict) => conflict.columns(["server", "name"]).doNothing())
        .executeTakeFirst();
      return result.numInsertedOrUpdatedRows === 1n;
    },
    find: (id) => findOperator(db, id),
    async list(server) {
      const rows = await db.selectFrom("operators").selectAll().where("server", "=", server).orderBy("name").execute();
      return rows.map(fromRow);
    },
    remove: (id) =>
      db.transaction().execute(async (transaction) => {
        const result = await transaction
          .deleteFrom("operators")
          .where("server", "=", id.server)
          .where("name", "=", id.name)
          .executeTakeFirst();
        await endSessions(transaction, id);
        return result.numDeletedRows === 1n;
      }),
    setPassword: (id, passwordHash) =>
      db.transaction().execute(async (transaction) => {
        const result = await transaction
          .updateTable("operators")
          .set({ password_hash: passwordHash })
          .where("server", "=", id.server)
          .where("name", "=", id.name)
          .executeTakeFirst();
        await endSessions(transaction, id);
        return result.numUpdatedRows === 1n;
      }),
    async openSession(session, endedBeforeMs) {
      await db.deleteFrom("operator_sessions").where("created_at_ms", "<", endedBeforeMs).execute();
      await db.insertInto("operator_sessions").values(toSessionRow(session)).execute();
    },
    async findSession(hash) {
      const row = await db.selectFrom("operator_sessions").selectAll().where("hash", "=", hash).executeTakeFirst();
      if (row === undefined) return undefined;
      const operator = await findOperator(db, row);
      return operator && { session: fromSessionRow(row), operator };
    },
    async touchSession(hash, seenAtMs) {
      await db.updateTable("operator_sessions").set({ seen_at_ms: seenAtMs }).where("hash", "=", hash).execute();
    },
    async closeSession(hash) {
      await db.deleteFrom("operator_sessions").where("hash", "=", hash).execute();
    },
    closeSessions: (id) => endSessions(db, id),
    beginAttempt: (attempt) => db.transaction().execute((transaction) => beginAttempt(transaction, attempt)),
    async forgetAttempts(subject) {
      await db.deleteFrom("sign_in_attempts").where("subject", "=", subject).execute();
    },
  };
}

async function findOperator(db: Kysely<Tables>, { server, name }: OperatorId): Promise<OperatorRecord | undefined> {
  const row = await db
    .selectFrom("operators")
    .selectAll()
    .where("server", "=", server)
    .where("name", "=", name)
    .executeTakeFirst();
  return row && fromRow(row);
}

async function endSessions(db: Kysely<Tables>, { server, name }: OperatorId): Promise<void> {
  await db.deleteFrom("operator_sessions").where("server", "=", server).where("name", "=", name).execute();
}

/** The first statement takes the row, so that tries of one subject are counted one after the other on every replica. */
async function beginAttempt(
  db: Kysely<Tables>,
  { subject, nowMs, waitMs, forgetAfterMs }: SignInAttempt,
): Promise<number | undefined> {
  const forgottenMs = nowMs - forgetAfterMs;
  await db.deleteFrom("sign_in_attempts").where("last_at_ms", "<", forgottenMs).execute();
  const counted = await db
    .insertInto("sign_in_attempts")
    .values({ subject, tries: 1, last_at_ms: nowMs, blocked_until_ms: 0 })
    .onConflict((conflict) =>
      conflict
        .column("subject")
        .doUpdateSet({ tries: sql`sign_in_attempts.tries + 1`, last_at_ms: nowMs })
        .where("sign_in_attempts.blocked_until_ms", "<=", nowMs),
    )
    .returning("tries")
    .executeTakeFirst();
  if (counted === undefined) {
    const row = await db
      .selectFrom("sign_in_attempts")
      .select("blocked_until_ms")
      .where("subject", "=", subject)
      .executeTakeFirst();
    return row?.blocked_until_ms ?? nowMs;
  }
  const blockedUntilMs = nowMs + waitMs(counted.tries);
  await db
    .updateTable("sign_in_attempts")
    .set({ blocked_until_ms: blockedUntilMs })
    .where("subject", "=", subject)
    .execute();
  return undefined;
}

function fromRow(row: OperatorRow): OperatorRecord {
  return {
    server: row.server,
    name: row.name,
    role: row.role as OperatorRole,
    passwordHash: row.password_hash,
    createdAtMs: row.created_at_ms,
  };
}

function toSessionRow({ hash, server, name, isSecure, createdAtMs, seenAtMs }: OperatorSession): OperatorSessionRow {
  return { hash, server, name, is_secure: isSecure ? 1 : 0, created_at_ms: createdAtMs, seen_at_ms: seenAtMs };
}

function fromSessionRow(row: OperatorSessionRow): OperatorSession {
  return {
    hash: row.hash,
    server: row.server,
    name: row.name,
    isSecure: row.is_secure === 1,
    createdAtMs: row.created_at_ms,
    seenAtMs: row.seen_at_ms,
  };
}
