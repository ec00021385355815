import type { KeyKind, ServerDefinition } from "../codegen.ts";
import { apiKeySchemes } from "../identity/key-format.ts";
import type { KeyRecord } from "../ports.ts";
import { describeEnd, stateOf, toDate, toDateOr, toIso, toTable, visible } from "./store-text.ts";

type Server = Pick<ServerDefinition, "name" | "auth" | "scopes">;

/** Kinds of keys that this server accepts, with their names. */
export function usableKinds(server: Server): readonly (readonly [string, KeyKind])[] {
  return apiKeySchemes(server.auth)
    .flatMap((scheme) => Object.entries(scheme.kinds))
    .filter(([, kind]) => kind.refused !== true);
}

/** Kinds as a person chooses among them: `agent (vf_ak_…), secret (vf_sk_…)`. */
export function describeKinds(server: Server): string {
  return (
    usableKinds(server)
      .map(([name, kind]) => `${name} (${kind.prefix}…)`)
      .join(", ") || "none declared"
  );
}

/** What a new key may do and when it ends, in sentences. */
export function describeNewKey(record: KeyRecord, server: Server): string {
  const kind = usableKinds(server).find(([name]) => name === record.kind)?.[1];
  const scopes = record.scopes.map((scope) => `  ${scope}: ${server.scopes[scope] ?? ""}`);
  const bypasses = (kind?.bypasses ?? []).map((what) =>
    what === "scope" ? "needs no scopes" : "is never held for an operator",
  );
  return [
    `Made ${record.kind} key ${JSON.stringify(record.name)} for tenant ${record.tenant}, id ${record.id}.`,
    ...(scopes.length > 0 ? ["It may:", ...scopes] : []),
    ...(bypasses.length > 0
      ? [`It may use every tool of ${server.name}: it ${bypasses.join(" and ")}. Keep it on servers you trust.`]
      : []),
    describeEnd(record),
    "This is the only time it is shown:",
  ].join("\n");
}

/** Keys as a table for people, one line each, without secrets. */
export function toKeyTable(records: readonly KeyRecord[], nowMs: number): string {
  const head = ["ID", "TENANT", "KIND", "NAME", "HINT", "SCOPES", "CREATED", "EXPIRES", "STATE"];
  const rows = records.map((record) => [
    record.id,
    record.tenant,
    record.kind,
    record.name,
    `${record.hint}…`,
    record.scopes.join(",") || "-",
    toDate(record.createdAtMs),
    toDateOr(record.expiresAtMs, "never"),
    stateOf(record, nowMs),
  ]);
  return toTable(head, rows);
}

/** One key as JSON. Wire names are snake_case; the hash stays in the store, because nobody needs it to manage keys. */
export function toKeyJson(record: KeyRecord, nowMs: number): Readonly<Record<string, unknown>> {
  return {
    id: record.id,
    tenant: record.tenant,
    kind: record.kind,
    name: record.name,
    hint: record.hint,
    scopes: record.scopes,
    created_at: toIso(record.createdAtMs),
    expires_at: toIso(record.expiresAtMs),
    revoked_at: toIso(record.revokedAtMs),
    rotated_at: toIso(record.rotatedAtMs),
    state: stateOf(record, nowMs),
  };
}

/** One key in a sentence. */
export function describeKey(record: KeyRecord): string {
  return visible(`${record.kind} key ${JSON.stringify(record.name)} (${record.hint}…) of tenant ${record.tenant}`);
}
