/** Everything that enters from outside the process. Entry points name the real ones; tests bring their own. */
import type { Era } from "./call.ts";
import type { JsonObject } from "./codegen.ts";

/** Unix time in milliseconds. */
export interface Clock {
  now(): number;
  /** Milliseconds that only ever grow, for durations. */
  monotonic(): number;
}

/** Randomness fit for secrets. */
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

/** Where keys last. Each method rejects when the store cannot be used. */
export interface KeyStore {
  insert(key: KeyRecord): Promise<void>;
  findByHash(hash: string): Promise<KeyRecord | undefined>;
  list(filter: { readonly tenant?: string }): Promise<readonly KeyRecord[]>;
  /** @returns false when there is no such key or it was revoked before. */
  revoke(id: string, atMs: number): Promise<boolean>;
}

/**
 * One line of the audit trail. Every call from "find the tool" on leaves exactly one `call` entry, whatever its end;
 * a write that is about to be sent leaves an `intent` entry with the same `callId` before the first byte.
 *
 * Never holds a credential; sensitive inputs are replaced.
 */
export interface AuditEntry {
  readonly type: "intent" | "call";
  readonly callId: string;
  readonly atMs: number;
  readonly server: string;
  readonly serverVersion: string;
  readonly actorType: "mcp";
  readonly tenant: string;
  readonly callerKind: string;
  readonly callerId: string;
  readonly callerName: string;
  readonly clientName: string | undefined;
  readonly clientVersion: string | undefined;
  readonly era: Era;
  readonly protocolVersion: string | undefined;
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly decision: string | undefined;
  readonly why: string | undefined;
  readonly dryRun: boolean;
  readonly upstreamMethod: string | undefined;
  readonly upstreamTarget: string | undefined;
  readonly upstreamStatus: number | undefined;
  readonly upstreamMs: number | undefined;
  readonly ownMs: number | undefined;
  /** `ok`, `planned`, `intent`, or an error code. */
  readonly outcome: string;
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
