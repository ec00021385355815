import { randomUUID } from "node:crypto";
import pg from "pg";
import { beforeAll, inject } from "vitest";

/** Milliseconds for starting PostgreSQL on a machine that does much else. */
const startTimeoutMs = 120_000;

/** Start the PostgreSQL server of the run, if nobody has, before the tests around and not at the cost of the first one's time. */
export function needsPostgres(): void {
  beforeAll(async () => void (await serverUrl()), startTimeoutMs);
}

/** Made for the first test of a file that asks. */
let database: Promise<string> | undefined;

/**
 * The address of an empty database for one test: a schema of its own in the database of this test file. It has all that a database
 * has, and takes a hundredth of the time to make. Needs no clearing away: it goes with the run's server.
 */
export async function newDatabase(): Promise<string> {
  database ??= createDatabase();
  const url = new URL(await database);
  const schema = `s_${randomUUID().replaceAll("-", "")}`;
  await runSql(url.href, `create schema ${schema}`);
  url.searchParams.set("options", `-csearch_path=${schema}`);
  return url.href;
}

/** Run statements as a hand on the database would. */
export async function runSql(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function createDatabase(): Promise<string> {
  const url = new URL(await serverUrl());
  const name = `tests_${randomUUID().replaceAll("-", "")}`;
  // Copied, because the tests' server does not wait for a disk: a third of the time.
  await runSql(url.href, `create database ${name} strategy file_copy`);
  url.pathname = name;
  return url.href;
}

/** The server is started for the first who asks. */
async function serverUrl(): Promise<string> {
  const answer = await fetch(inject("postgres"));
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}
