import { Secret } from "../call.ts";
import type { KeyKind, ServerDefinition } from "../codegen.ts";
import type { Clock, KeyRecord, NewValue, Random } from "../ports.ts";
import { apiKeySchemes, formatKey, hashKey, hintOf, keyRandomBytes } from "./key-format.ts";
import { checkText, expiryOf, mintRefusal, nameMaxChars } from "./mint-checks.ts";
import { nearest } from "./nearest.ts";

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
  checkText("key's tenant", tenant);
  checkText("key's name", name);
  const scopes = checkScopes(kind, options);
  const createdAtMs = clock.now();
  const expiresAtMs = expiryOf({
    ttlDays: kind.ttlDays,
    whose: `Keys of kind ${kindName}`,
    days: options.ttlDays,
    createdAtMs,
  });
  const { key, value } = newKey(kind, options);
  return {
    key,
    record: {
      id: random.uuid(),
      tenant,
      kind: kindName,
      name,
      hash: value.hash,
      hint: value.hint,
      scopes,
      createdAtMs,
      expiresAtMs,
      revokedAtMs: undefined,
    },
  };
}

/**
 * Make a new value for a key that keeps its id, name, scopes and end. Nothing is stored.
 *
 * @throws GatewayError `invalid_argument` when server.yaml no longer declares the key's kind.
 */
export function renewKey(options: Pick<MintOptions, "server" | "kindName" | "clock" | "random">): {
  readonly key: Secret;
  readonly value: NewValue;
} {
  return newKey(findKind(options), options);
}

function newKey(kind: KeyKind, { clock, random }: Pick<MintOptions, "clock" | "random">) {
  const text = formatKey(kind.prefix, random.bytes(keyRandomBytes));
  const value: NewValue = { hash: hashKey(text), hint: hintOf(text, kind.prefix), atMs: clock.now() };
  return { key: new Secret(text), value };
}

function findKind({ server, kindName }: Pick<MintOptions, "server" | "kindName">): KeyKind {
  const kinds = new Map(apiKeySchemes(server.auth).flatMap((scheme) => Object.entries(scheme.kinds)));
  const kind = kinds.get(kindName);
  if (kind !== undefined) return kind;
  const meant = nearest(kindName, kinds.keys());
  const mend = meant === undefined ? `Declared: ${[...kinds.keys()].join(", ") || "none"}.` : `Did you mean ${meant}?`;
  throw mintRefusal(`server.yaml declares no kind of key ${JSON.stringify(kindName.slice(0, nameMaxChars))}. ${mend}`);
}

function checkScopes(kind: KeyKind, { server, kindName, scopes }: MintOptions): readonly string[] {
  const declared = Object.keys(server.scopes);
  if (kind.scoped !== true) {
    if (scopes.length === 0) return [];
    throw mintRefusal(
      `Keys of kind ${kindName} carry no scopes. Leave the scopes out, or choose a kind that has them.`,
    );
  }
  const unknown = scopes.find((scope) => !declared.includes(scope));
  if (unknown !== undefined) throw mintRefusal(undeclared(unknown, declared));
  return [...new Set(scopes)];
}

function undeclared(scope: string, declared: readonly string[]): string {
  const meant = nearest(scope, declared);
  const mend = meant === undefined ? `Declared: ${declared.join(", ") || "none"}.` : `Did you mean ${meant}?`;
  return `server.yaml declares no scope ${JSON.stringify(scope.slice(0, nameMaxChars))}. ${mend}`;
}
