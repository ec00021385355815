import { timingSafeEqual } from "node:crypto";
import type { KeyRecord, TokenRecord } from "../ports.ts";
import { isWellFormedKey, type Named } from "./key-format.ts";
import type { Refusal } from "./refusal.ts";
import { isWellFormedToken } from "./token-format.ts";

/** What the store knows of a credential, and whether its tenant is suspended. */
export type Found = (
  | { readonly is: "key"; readonly record: KeyRecord }
  | { readonly is: "token"; readonly record: TokenRecord }
) & { readonly isSuspended: boolean };

/** What is to be judged. */
export interface Presented {
  readonly text: string;
  readonly hash: string;
  readonly named: Named | undefined;
  readonly found: Found | undefined;
  /** Unix time in milliseconds. */
  readonly nowMs: number;
}

/** Say why a credential is refused, or nothing if it is good. Pure. */
export function judge({ text, hash, named, found, nowMs }: Presented): Refusal | undefined {
  if (named?.is === "key" && named.kind.refused === true) return { reason: "kind_refused", kind: named.name };
  if (found === undefined || !isSameHash(found.record.hash, hash)) {
    return { reason: isWellFormed(text, named) ? "unknown" : "malformed" };
  }
  const { record } = found;
  const known = { keyId: record.id, tenant: record.tenant };
  if (!isOfItsKind(found, named)) return { reason: "wrong_kind", ...known };
  if (record.revokedAtMs !== undefined) return { reason: "revoked", ...known };
  if (record.expiresAtMs !== undefined && record.expiresAtMs <= nowMs) return { reason: "expired", ...known };
  // Last, so that only the holder of a credential that is good in every other way is told.
  return found.isSuspended ? { reason: "suspended", ...known } : undefined;
}

/** The store has found the row by this very hash; this does not rely on how it compares. */
function isSameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one, "hex"), Buffer.from(other, "hex")];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** For the log only: credentials that were imported from another system have another shape. */
function isWellFormed(text: string, named: Named | undefined): boolean {
  if (named === undefined) return false;
  return named.is === "key" ? isWellFormedKey(text, named.prefix) : isWellFormedToken(text, named.prefix);
}

/** A prefix may have changed its meaning in server.yaml since the credential was made. */
function isOfItsKind(found: Found, named: Named | undefined): boolean {
  if (found.is === "token") return named?.is === "token";
  return named?.is === "key" && named.name === found.record.kind;
}
