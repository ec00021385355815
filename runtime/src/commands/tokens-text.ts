import type { TokenRecord } from "../ports.ts";
import { describeEnd, stateOf, toDate, toDateOr, toIso, toTable, visible } from "./store-text.ts";

/** What a new token is and when it ends, in sentences. */
export function describeNewToken(record: TokenRecord, grants: readonly string[]): string {
  return [
    `Made token ${JSON.stringify(record.name)} for tenant ${record.tenant}, owner ${record.owner}, id ${record.id}.`,
    ...(grants.length > 0 ? [`It may: ${grants.join(", ")}.`] : []),
    describeEnd(record),
    "This is the only time it is shown:",
  ].join("\n");
}

/** Tokens as a table for people, one line each, without secrets. */
export function toTokenTable(records: readonly TokenRecord[], nowMs: number): string {
  const head = ["ID", "TENANT", "NAME", "OWNER", "HINT", "CREATED", "LAST USED", "EXPIRES", "STATE"];
  const rows = records.map((record) => [
    record.id,
    record.tenant,
    record.name,
    record.owner,
    `${record.hint}…`,
    toDate(record.createdAtMs),
    toDateOr(record.lastUsedAtMs, "never"),
    toDateOr(record.expiresAtMs, "never"),
    stateOf(record, nowMs),
  ]);
  return toTable(head, rows);
}

/** One token as JSON. Wire names are snake_case; the hash stays in the store, because nobody needs it to manage tokens. */
export function toTokenJson(record: TokenRecord, nowMs: number): Readonly<Record<string, unknown>> {
  return {
    id: record.id,
    tenant: record.tenant,
    name: record.name,
    owner: record.owner,
    hint: record.hint,
    created_at: toIso(record.createdAtMs),
    expires_at: toIso(record.expiresAtMs),
    revoked_at: toIso(record.revokedAtMs),
    rotated_at: toIso(record.rotatedAtMs),
    last_used_at: toIso(record.lastUsedAtMs),
    state: stateOf(record, nowMs),
  };
}

/** One token in a sentence. */
export function describeToken(record: TokenRecord): string {
  return visible(`token ${JSON.stringify(record.name)} (${record.hint}…) of tenant ${record.tenant}`);
}
