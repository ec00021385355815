import type { Clock, KeyRecord, KeyStore } from "../ports.ts";

/** Milliseconds that an answer of the store is believed. A revoked key is refused within one second, so not one more. */
const cacheMaxAgeMs = 1000;

/** Answers kept. With 300 bytes each this is 3 MB; beyond it the oldest go, and cost one more look into the store. */
const entriesMax = 10_000;

interface Entry {
  readonly atMs: number;
  readonly record: Promise<KeyRecord | undefined>;
}

/**
 * Look keys up, asking the store at most once a second for each hash. "No such key" is kept too.
 *
 * Requests that arrive while the store is being asked share its answer. A failure is not kept.
 */
export function createKeyCache(
  keys: Pick<KeyStore, "findByHash">,
  clock: Pick<Clock, "monotonic">,
): (hash: string) => Promise<KeyRecord | undefined> {
  const entries = new Map<string, Entry>();
  return (hash) => {
    const nowMs = clock.monotonic();
    const known = entries.get(hash);
    if (known !== undefined && nowMs - known.atMs < cacheMaxAgeMs) return known.record;
    // Counted from before the store is asked: a revocation that overtakes the answer is not believed longer for it.
    const entry: Entry = { atMs: nowMs, record: keys.findByHash(hash) };
    entries.delete(hash);
    entries.set(hash, entry);
    if (entries.size > entriesMax) entries.delete(entries.keys().next().value as string);
    entry.record.catch(() => {
      if (entries.get(hash) === entry) entries.delete(hash);
    });
    return entry.record;
  };
}
