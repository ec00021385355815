import { Secret } from "../call.ts";
import type { KeyKind, ServerDefinition } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import type { Clock, KeyRecord, Random } from "../ports.ts";
import { apiKeySchemes, formatKey, hashKey, hintOf, keyRandomBytes } from "./key-format.ts";
import { nearest } from "./nearest.ts";

/** Characters of a tenant or a key's name. Both stand in every audit entry. */
const nameMaxChars = 100;

const dayMs = 24 * 60 * 60 * 1000;

/** What a new key shall be. */
export interface MintOptions {
  readonly server: Pick<ServerDefinition, "auth" | "scopes">;
  /** As server.yaml calls it: `agent`. */
  readonly kindName: string;
  readonly tenant: string;
  /** For people: where the key is used. */
  readonly name: string;
  readonly scopes: readonly string[];
  /** Whole days until it ends. Default: the kind's. */
  readonly ttlDays?: number | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Make one API key. Nothing is stored: the caller inserts `record` and shows `key` once, for it cannot be had again.
 *
 * @throws GatewayError `invalid_argument` for an unknown kind, an undeclared scope, scopes on a kind that has none,
 *   a lifetime beyond the kind's, or a name or tenant that cannot be shown.
 */
export function mintKey(options: MintOptions): { readonly key: Secret; readonly record: KeyRecord } {
  const { kindName, tenant, name, clock, random } = options;
  const kind = findKind(options);
  checkText("tenant", tenant);
  checkText("name", name);
  const scopes = checkScopes(kind, options);
  const createdAtMs = clock.now();
  const expiresAtMs = expiry(kind, options, createdAtMs);
  const text = formatKey(kind.prefix, random.bytes(keyRandomBytes));
  return {
    key: new Secret(text),
    record: {
      id: random.uuid(),
      tenant,
      kind: kindName,
      name,
      hash: hashKey(text),
      hint: hintOf(text, kind.prefix),
      scopes,
      createdAtMs,
      expiresAtMs,
      revokedAtMs: undefined,
    },
  };
}

function findKind({ server, kindName }: MintOptions): KeyKind {
  const kinds = new Map(apiKeySchemes(server.auth).flatMap((scheme) => Object.entries(scheme.kinds)));
  const kind = kinds.get(kindName);
  if (kind !== undefined) return kind;
  const meant = nearest(kindName, kinds.keys());
  const mend = meant === undefined ? `Declared: ${[...kinds.keys()].join(", ") || "none"}.` : `Did you mean ${meant}?`;
  throw refusal(`server.yaml declares no kind of key ${JSON.stringify(kindName.slice(0, nameMaxChars))}. ${mend}`);
}

/** Control and formatting characters would let a name forge lines of a list or hide in it. */
function checkText(what: string, text: string): void {
  if (text.trim() === "") throw refusal(`The key's ${what} is empty. Give one that people will recognise.`);
  if (text.length > nameMaxChars)
    throw refusal(`The key's ${what} has ${text.length} characters, at most ${nameMaxChars} are kept.`);
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text))
    throw refusal(`The key's ${what} has control or invisible characters. Leave them out.`);
}

function checkScopes(kind: KeyKind, { server, kindName, scopes }: MintOptions): readonly string[] {
  const declared = Object.keys(server.scopes);
  if (kind.scoped !== true) {
    if (scopes.length === 0) return [];
    throw refusal(`Keys of kind ${kindName} carry no scopes. Leave the scopes out, or choose a kind that has them.`);
  }
  const unknown = scopes.find((scope) => !declared.includes(scope));
  if (unknown !== undefined) throw refusal(undeclared(unknown, declared));
  return [...new Set(scopes)];
}

function undeclared(scope: string, declared: readonly string[]): string {
  const meant = nearest(scope, declared);
  const mend = meant === undefined ? `Declared: ${declared.join(", ") || "none"}.` : `Did you mean ${meant}?`;
  return `server.yaml declares no scope ${JSON.stringify(scope.slice(0, nameMaxChars))}. ${mend}`;
}

function expiry(kind: KeyKind, { kindName, ttlDays }: MintOptions, createdAtMs: number): number | undefined {
  if (kind.ttlDays === undefined && ttlDays === undefined) return undefined;
  const days = ttlDays ?? kind.ttlDays?.default ?? 0;
  const most = kind.ttlDays?.max ?? ttlMaxDays;
  if (!Number.isInteger(days) || days < 1)
    throw refusal(`The lifetime must be a whole number of days from 1 to ${most}, got ${days}.`);
  if (days > most) throw refusal(`Keys of kind ${kindName} live at most ${most} days, got ${days}.`);
  return createdAtMs + days * dayMs;
}

/** For kinds without a limit of their own. A hundred years; more is a typo, and overflows dates. */
const ttlMaxDays = 36_500;

function refusal(message: string): GatewayError {
  return new GatewayError("invalid_argument", message);
}
