import type { Changes, Clock } from "./ports.ts";

/**
 * Milliseconds that an answer of the store is believed at most. Changes on this machine are seen at once, by the counter;
 * this bounds what a counter could miss, and keeps the promise that a revoked key is refused within one second.
 */
const cacheMaxAgeMs = 1000;

/** Answers kept. With 300 bytes each this is 3 MB; beyond it the oldest go, and cost one more look into the store. */
const entriesMax = 10_000;

interface Entry<Found> {
  readonly atMs: number;
  readonly version: number;
  readonly found: Promise<Found>;
}

/**
 * Look credentials up by hash, asking the store once a second for each, and again whenever something may have changed.
 * "No such key" is kept too.
 *
 * Requests that arrive while the store is being asked share its answer. A failure is not kept. Where the counter cannot be
 * read nothing is believed: the look-up is refused with the counter's failure.
 */
export function createLookupCache<Found>(options: {
  readonly find: (hash: string) => Promise<Found>;
  readonly changes: Changes;
  readonly clock: Pick<Clock, "monotonic">;
}): (hash: string) => Promise<Found> {
  const { find, changes, clock } = options;
  const entries = new Map<string, Entry<Found>>();
  return async (hash) => {
    const nowMs = clock.monotonic();
    const version = changes.version();
    const known = entries.get(hash);
    if (known !== undefined && known.version === version && nowMs - known.atMs < cacheMaxAgeMs) return known.found;
    // Both are from before the store is asked: a revocation that overtakes the answer is not believed longer for it.
    const entry: Entry<Found> = { atMs: nowMs, version, found: find(hash) };
    entries.delete(hash);
    entries.set(hash, entry);
    if (entries.size > entriesMax) entries.delete(entries.keys().next().value as string);
    entry.found.catch(() => {
      if (entries.get(hash) === entry) entries.delete(hash);
    });
    return entry.found;
  };
}
