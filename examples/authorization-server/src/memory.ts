import type { Adapter, AdapterPayload } from "oidc-provider";

/** Things kept at a time: codes, grants, sessions, clients. Beyond that the oldest goes; a test makes a few hundred. */
const ENTRIES_MAX = 10_000;

interface Entry {
  readonly payload: AdapterPayload;
  /** Unix time in milliseconds. */
  readonly endsAtMs: number;
}

/** All that the server remembers, in memory. Outlives a provider, so that keys can be rotated without logging anybody out. */
export class Memory {
  readonly #entries = new Map<string, Entry>();

  /** The part of the memory that oidc-provider asks for by the name of a model. */
  adapter(model: string): Adapter {
    const toKey = (id: string) => `${model}:${id}`;
    return {
      upsert: async (id, payload, expiresIn) => this.#set(toKey(id), payload, expiresIn),
      find: async (id) => this.#get(toKey(id)),
      findByUserCode: async () => undefined,
      findByUid: async (uid) => this.#search((key, { payload }) => key.startsWith(`${model}:`) && payload.uid === uid),
      consume: async (id) => {
        const found = this.#get(toKey(id));
        if (found !== undefined) found.consumed = Math.floor(Date.now() / 1000);
      },
      destroy: async (id) => void this.#entries.delete(toKey(id)),
      revokeByGrantId: async (grantId) => this.#forget((_key, { payload }) => payload.grantId === grantId),
    };
  }

  /** Forget the consents of an account, and what was issued upon them. */
  revokeGrants(accountId: string): void {
    this.#forget(
      (key, { payload }) => payload.accountId === accountId && /^(Grant|RefreshToken|AuthorizationCode):/.test(key),
    );
  }

  #get(key: string): AdapterPayload | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.endsAtMs > Date.now() ? entry.payload : undefined;
  }

  #set(key: string, payload: AdapterPayload, expiresInSeconds = Number.POSITIVE_INFINITY): void {
    this.#entries.delete(key);
    if (this.#entries.size >= ENTRIES_MAX) this.#makeRoom();
    this.#entries.set(key, { payload, endsAtMs: Date.now() + expiresInSeconds * 1000 });
  }

  #makeRoom(): void {
    this.#forget((_key, { endsAtMs }) => endsAtMs <= Date.now());
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size >= ENTRIES_MAX) this.#entries.delete(oldest);
  }

  #search(matches: (key: string, entry: Entry) => boolean): AdapterPayload | undefined {
    for (const [key, entry] of this.#entries) if (matches(key, entry)) return this.#get(key);
    return undefined;
  }

  #forget(matches: (key: string, entry: Entry) => boolean): void {
    for (const [key, entry] of this.#entries) if (matches(key, entry)) this.#entries.delete(key);
  }
}
