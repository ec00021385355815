import { type CryptoKey, createLocalJWKSet, errors, type JSONWebKeySet, type LocalJWKSet } from "jose";
import type { Clock, Logger } from "../ports.ts";
import { IssuerUnavailable } from "./issuer.ts";

/** Milliseconds between the beginnings of two fetches, whatever came of the first: nobody can flood an issuer through us. */
export const fetchCoolDownMs = 5_000;

/** Milliseconds after which keys are fetched anew. A key that the issuer has removed is believed for about that long. */
export const refreshAfterMs = 5 * 60_000;

/** Milliseconds for which keys are believed beyond that while their issuer cannot be reached. */
export const staleMaxMs = 10 * 60_000;

/** Requests that wait at a time because nobody knows their key: a burst after a rotation, but not a flood. */
const waitersMax = 256;

/** Keys tried for a token that names none, where several fit. */
const candidatesMax = 8;

/** The part of a token's header by which its key is found. */
export interface KeyHint {
  readonly alg: string;
  readonly kid?: string | undefined;
}

/** Keys, and the number of the key set that they are of. */
export interface FoundKeys {
  readonly keys: readonly CryptoKey[];
  readonly version: number;
}

/** The signing keys of one issuer. */
export interface KeySet {
  /**
   * The keys that may have signed a token with this header; none where the issuer has no such key.
   *
   * @throws IssuerUnavailable when that cannot be known: the issuer does not answer, or too many wait for it
   */
  keysFor(hint: KeyHint): Promise<FoundKeys>;
  /** The number of the key set in force: it grows when the keys change. Undefined while none may be believed. */
  version(): number | undefined;
}

interface Held {
  readonly find: LocalJWKSet;
  readonly text: string;
  readonly version: number;
  /** Which fetch confirmed it last, and when that began. */
  readonly fetch: number;
  readonly atMs: number;
}

/**
 * Keep an issuer's keys: fetched when first needed, for all who wait together, then refreshed behind the callers' backs.
 *
 * An issuer may rotate at any moment, also right after it was asked. So a token whose key is unknown waits until a fetch
 * has ended that began after it came, and is refused only then; no number of such tokens makes more fetches than one per
 * cool-down.
 */
export function createKeySet(options: {
  /** @throws IssuerUnavailable */
  readonly fetchKeys: () => Promise<JSONWebKeySet>;
  readonly clock: Pick<Clock, "monotonic">;
  readonly logger: Logger;
}): KeySet {
  const { fetchKeys, clock, logger } = options;
  let held: Held | undefined;
  let failure: IssuerUnavailable | undefined;
  let fetches = 0;
  let startedAtMs = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  let planned: Promise<void> | undefined;
  let waiters = 0;

  const untilPermittedMs = () => Math.max(0, startedAtMs + fetchCoolDownMs - clock.monotonic());

  /** Never rejects: what went wrong stands in `failure`. */
  function start(): Promise<void> {
    fetches += 1;
    startedAtMs = clock.monotonic();
    const [fetch, atMs] = [fetches, startedAtMs];
    running = fetchKeys()
      .then((keys) => keep(keys, fetch, atMs))
      .catch(fail)
      .finally(() => {
        running = undefined;
      });
    return running;
  }

  function keep(keys: JSONWebKeySet, fetch: number, atMs: number): void {
    const text = JSON.stringify(keys);
    if (held?.text === text) held = { ...held, fetch, atMs };
    else {
      held = { find: createLocalJWKSet(keys), text, version: (held?.version ?? 0) + 1, fetch, atMs };
      logger.info("signing keys were fetched", { keys: keys.keys.length });
    }
    failure = undefined;
  }

  function fail(cause: unknown): void {
    failure = cause instanceof IssuerUnavailable ? cause : new IssuerUnavailable(String(cause), cause);
    logger.error("signing keys cannot be fetched", { problem: failure.message, hasOlder: held !== undefined });
  }

  /** The end of the fetch that runs, or of the next one that may begin. */
  function nextFetch(): Promise<void> {
    if (running !== undefined) return running;
    const waitMs = untilPermittedMs();
    if (waitMs === 0) return start();
    planned ??= afterCoolDown(waitMs);
    return planned;
  }

  async function afterCoolDown(waitMs: number): Promise<void> {
    const before = fetches;
    await sleep(waitMs);
    planned = undefined;
    // A refresh may have come first: it is as new as the one that was to begin now.
    await (fetches > before ? running : start());
  }

  function unavailable(): IssuerUnavailable {
    return failure ?? new IssuerUnavailable("too many requests wait for the signing keys");
  }

  /** The keys that may be believed. Where they are getting old, new ones are fetched and nobody waits for them. */
  function believed(): Held | undefined {
    if (held === undefined) return undefined;
    const ageMs = clock.monotonic() - held.atMs;
    if (ageMs > refreshAfterMs && running === undefined && untilPermittedMs() === 0) void start();
    return ageMs <= refreshAfterMs + staleMaxMs ? held : undefined;
  }

  /** The keys at hand, or the first ones: whoever comes meanwhile waits for the same fetch. */
  async function atHand(): Promise<Held> {
    const known = believed();
    if (known !== undefined) return known;
    // An issuer that has just failed is not waited for.
    if (running === undefined && untilPermittedMs() > 0) throw unavailable();
    await nextFetch();
    const fetched = believed();
    if (fetched === undefined) throw unavailable();
    return fetched;
  }

  async function newer(): Promise<Held> {
    if (waiters >= waitersMax) throw unavailable();
    waiters += 1;
    try {
      await nextFetch();
    } finally {
      waiters -= 1;
    }
    if (held === undefined || failure !== undefined) throw unavailable();
    return held;
  }

  return {
    async keysFor(hint) {
      const before = fetches;
      let known = await atHand();
      for (;;) {
        const keys = await matching(known.find, hint);
        // The fetch that ran when the token came may have been answered before its key was there.
        if (keys.length > 0 || known.fetch > before) return { keys, version: known.version };
        known = await newer();
      }
    },
    version: () => believed()?.version,
  };
}

/** Keys that cannot be used (too short, private, malformed) count as none. */
async function matching(find: LocalJWKSet, hint: KeyHint): Promise<readonly CryptoKey[]> {
  try {
    return [await find({ alg: hint.alg, ...(hint.kid !== undefined && { kid: hint.kid }) })];
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return [];
    const keys: CryptoKey[] = [];
    for await (const key of error) {
      keys.push(key);
      if (keys.length === candidatesMax) break;
    }
    return keys;
  }
}

/** Must not keep a process alive that has nothing else to do. */
function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, Math.ceil(ms)).unref());
}
