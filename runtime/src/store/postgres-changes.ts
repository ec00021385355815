import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { Client } from "pg";
import type { ChangeCounter } from "./changes.ts";
import { toPostgresError } from "./postgres-error.ts";
import { StoreError } from "./store-error.ts";
import type { Tables } from "./tables.ts";

/** On which every process that has the store open hears of changes. There is nothing to say but who has made one. */
const channel = "toolspec_changes";

/** Milliseconds before the first attempt to listen again, doubled with each one up to the most. */
const retryFirstMs = 100;
const retryMostMs = 5000;

/** The change counter with its end. */
export interface PostgresChanges extends ChangeCounter {
  close(): Promise<void>;
}

/**
 * Count changes: each is announced with NOTIFY in its own transaction, so that it is heard exactly when it was committed.
 *
 * One connection of each process listens. While it is lost, and until it is back, what is cached is believed for as long as its age
 * limit says and no longer; losing it and having it again each count as a change, because something may have been missed.
 *
 * @param connect opens the connection that listens
 * @throws StoreError when the first connection cannot be had
 */
export async function createPostgresChanges(
  db: Kysely<Tables>,
  options: { readonly place: string; readonly connect: () => Client },
): Promise<PostgresChanges> {
  const { place, connect } = options;
  const self = randomUUID();
  let count = 0;
  let closed = false;
  let listening: Client | undefined;
  let retry: NodeJS.Timeout | undefined;

  async function listen(): Promise<void> {
    const client = connect();
    // The driver says "end" after every "error"; without a listener for the latter the process would end.
    client.on("error", () => undefined);
    // Its own were counted when they were made.
    client.on("notification", ({ payload }) => (count += payload === self ? 0 : 1));
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw toPostgresError(error, place);
    }
    count += 1;
    if (closed) return await client.end();
    listening = client;
    client.once("end", () => {
      count += 1;
      listening = undefined;
      again(retryFirstMs);
    });
  }

  function again(afterMs: number): void {
    if (closed) return;
    // Must not keep a process alive that has nothing else to do.
    retry = setTimeout(() => {
      listen().catch(() => again(Math.min(2 * afterMs, retryMostMs)));
    }, afterMs).unref();
  }

  await listen();
  return {
    version() {
      if (closed) throw new StoreError("closed", `${place} is closed: the server is stopping.`);
      return count;
    },
    async change(work) {
      try {
        return await db.transaction().execute(async (transaction) => {
          const result = await work(transaction);
          await sql`select pg_notify(${channel}, ${self})`.execute(transaction);
          return result;
        });
      } finally {
        // Before it is heard, because the caller may ask at once; and also when nobody knows whether it was committed.
        count += 1;
      }
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      await listening?.end();
    },
  };
}
