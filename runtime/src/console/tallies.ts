import type { CallTally } from "../store/audit-tally.ts";
import type { ConsoleHouse } from "./house.ts";

const hourMs = 60 * 60_000;

/** Hours that the overview shows. */
const hoursShown = 24;

/** Milliseconds after its end from which an hour is over for good: entries of it may still be on their way to the disk. */
const settledAfterMs = 5 * 60_000;

/** Milliseconds for which a count of an hour that still goes on is used again, however many people look. */
const freshMs = 10_000;

/** The calls of one hour. */
export interface Hour {
  /** Its beginning, Unix milliseconds. */
  readonly atMs: number;
  readonly tallies: readonly CallTally[];
}

/**
 * Count calls by the hour. What is past never changes and is counted once; entries are many, and the process that counts them serves
 * calls too.
 */
export function createTallies({ server, store, clock }: Pick<ConsoleHouse, "server" | "store" | "clock">) {
  const kept = new Map<number, { readonly countedAtMs: number; readonly tallies: readonly CallTally[] }>();

  async function count(atMs: number, nowMs: number): Promise<Hour> {
    const found = kept.get(atMs);
    const isOver = found !== undefined && found.countedAtMs >= atMs + hourMs + settledAfterMs;
    if (found !== undefined && (isOver || nowMs - found.countedAtMs < freshMs)) return { atMs, tallies: found.tallies };
    const tallies = await store.audit.tally({ server: server.name, sinceMs: atMs, untilMs: atMs + hourMs });
    kept.set(atMs, { countedAtMs: nowMs, tallies });
    return { atMs, tallies };
  }

  /** The last day, oldest hour first; the last one still goes on. */
  return async (): Promise<readonly Hour[]> => {
    const nowMs = clock.now();
    const currentMs = nowMs - (nowMs % hourMs);
    const firstMs = currentMs - (hoursShown - 1) * hourMs;
    for (const atMs of kept.keys()) if (atMs < firstMs) kept.delete(atMs);
    const hours: Hour[] = [];
    for (let atMs = firstMs; atMs <= currentMs; atMs += hourMs) hours.push(await count(atMs, nowMs));
    return hours;
  };
}
