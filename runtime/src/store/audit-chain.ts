import { hash } from "node:crypto";
import type { EntryRow, SealRow } from "./tables.ts";

/** What stands in the place of "the hash before" where nothing is before. */
export const genesis = "";

/** The columns of an entry in the order in which they are hashed. Append only: an old entry must keep its hash. */
const entryColumns = [
  "writer",
  "seq",
  "type",
  "call_id",
  "at_ms",
  "server",
  "server_version",
  "actor_type",
  "tenant",
  "caller_kind",
  "caller_id",
  "caller_name",
  "client_name",
  "client_version",
  "era",
  "protocol_version",
  "tool",
  "arguments",
  "decision",
  "why",
  "dry_run",
  "upstream_method",
  "upstream_target",
  "upstream_status",
  "upstream_ms",
  "own_ms",
  "outcome",
] as const satisfies readonly (keyof EntryRow)[];

/** An entry before its hash is known. */
export type UnchainedRow = Omit<EntryRow, "hash">;

/**
 * Hash an entry together with the hash of its writer's entry before: SHA-256, lowercase hex.
 *
 * What is hashed is the JSON array of the hash before and of every column as stored, in fixed order: JSON keeps texts, numbers
 * and nulls apart, so no two entries have the same bytes.
 *
 * @see reliability.md §6.7, "Tamper evidence"
 */
export function chainEntry(before: string, row: UnchainedRow): string {
  return hash("sha256", JSON.stringify([before, ...entryColumns.map((column) => plain(row[column]))]), "hex");
}

/** JSON would write an infinite number, which only a hand on the file puts there, like null. */
function plain(value: string | number | null): string | number | null {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

/** Hash a seal together with the hash of the seal before, in the same way. */
export function chainSeal(before: string, seal: Omit<SealRow, "hash">): string {
  return hash("sha256", JSON.stringify([before, seal.number, seal.at_ms, seal.writer, seal.heads]), "hex");
}

/** How far each writer had come: the number and the hash of its last entry, by writer. */
export type Heads = Readonly<Record<string, readonly [seq: number, hash: string]>>;

/** Heads as text, writers in order, so that the same heads give the same text. */
export function writeHeads(heads: Heads): string {
  return JSON.stringify(Object.fromEntries(Object.entries(heads).sort(([one], [other]) => (one < other ? -1 : 1))));
}

/** @returns undefined where the text is none of `writeHeads`. */
export function readHeads(text: string): Heads | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isHeads(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHeads(value: unknown): value is Heads {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(
    (head) => Array.isArray(head) && head.length === 2 && Number.isInteger(head[0]) && typeof head[1] === "string",
  );
}
