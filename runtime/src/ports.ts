/** Everything that enters from outside the process. Entry points name the real ones; tests bring their own. */
import type { AuditEntry } from "./audit/entry.ts";

/** Unix time in milliseconds. */
export interface Clock {
  now(): number;
  /** Milliseconds that only ever grow, for durations. */
  monotonic(): number;
}

export interface Random {
  /** Version 4, lowercase. */
  uuid(): string;
  bytes(length: number): Uint8Array;
}

/** One stored API key. The key itself is not in it and cannot be had again. */
export interface KeyRecord {
  readonly id: string;
  readonly tenant: string;
  readonly kind: string;
  readonly name: string;
  /** SHA-256 of the whole key, lowercase hex. */
  readonly hash: string;
  /** The first characters, for people who compare a list with a configuration file. */
  readonly hint: string;
  readonly scopes: readonly string[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number | undefined;
  readonly revokedAtMs: number | undefined;
}

export interface KeyStore {
  insert(key: KeyRecord): Promise<void>;
  findByHash(hash: string): Promise<KeyRecord | undefined>;
  list(filter: { readonly tenant?: string }): Promise<readonly KeyRecord[]>;
  /** @returns false when there is no such key or it was revoked before. */
  revoke(id: string, atMs: number): Promise<boolean>;
}

/** Append-only. Resolves when the entry is durable, rejects when it is not: the caller then refuses to go on. */
export interface AuditLog {
  append(entry: AuditEntry): Promise<void>;
}

/** Structured lines to stderr. Fields hold no secrets: `Secret` prints itself as `[secret]`. */
export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
