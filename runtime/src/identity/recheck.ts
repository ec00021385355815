import { type Caller, Secret } from "../call.ts";
import type { KeyKind, ServerDefinition } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import type { ApprovalRecord, Clock, KeyRecord, KeyStore, TenantStore, TokenRecord, TokenStore } from "../ports.ts";
import { apiKeySchemes, tokenSchemes } from "./key-format.ts";

/** What a look at a caller of some time ago needs. */
export interface RecheckStore {
  readonly keys: Pick<KeyStore, "find">;
  readonly tokens: Pick<TokenStore, "find">;
  readonly tenants: Pick<TenantStore, "find">;
}

/**
 * Look again at whoever asked for a call that was parked: the key or token must still be good, its account not suspended, and the
 * scopes are those that it has now. Of an OAuth caller, whose token is long over and was never kept, only the account can be looked at.
 *
 * The caller that comes out holds no credential: nothing can be forwarded in its name.
 */
export function createRecheck(
  server: Pick<ServerDefinition, "auth">,
  store: RecheckStore,
  clock: Pick<Clock, "now">,
): (approval: Pick<ApprovalRecord, "tenant" | "requester">) => Promise<Caller | GatewayError> {
  return async ({ tenant, requester }) => {
    const { kind, id, name } = requester;
    if ((await store.tenants.find(tenant)) !== undefined) return ended("the account is suspended");
    const bypasses = new Set(keyKindOf(server, kind)?.bypasses);
    const caller = { tenant, kind, id, name, bypasses, credential: new Secret("") };
    if (kind === "oauth") return { ...caller, scopes: new Set(requester.scopes) };
    const token = kind === "token" ? tokenSchemes(server.auth)[0] : undefined;
    const found = token === undefined ? await store.keys.find(id) : await store.tokens.find(id);
    const end = endOf(found, tenant, clock.now());
    if (end !== undefined) return ended(end);
    if (token === undefined && keyKindOf(server, kind) === undefined)
      return ended(`this server knows no ${kind} credentials any more`);
    return { ...caller, scopes: new Set(token?.grants ?? (found as KeyRecord).scopes) };
  };
}

function keyKindOf({ auth }: Pick<ServerDefinition, "auth">, name: string): KeyKind | undefined {
  return apiKeySchemes(auth)
    .flatMap(({ kinds }) => Object.entries(kinds))
    .find(([kind]) => kind === name)?.[1];
}

function endOf(found: KeyRecord | TokenRecord | undefined, tenant: string, nowMs: number): string | undefined {
  if (found === undefined || found.tenant !== tenant) return "its key or token is not known any more";
  if (found.revokedAtMs !== undefined) return "its key or token was revoked";
  return found.expiresAtMs !== undefined && found.expiresAtMs <= nowMs ? "its key or token has expired" : undefined;
}

function ended(why: string): GatewayError {
  return new GatewayError("credential_ended", `It was not run, because meanwhile ${why}.`);
}
