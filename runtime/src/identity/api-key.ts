import { timingSafeEqual } from "node:crypto";
import { type Caller, Secret } from "../call.ts";
import type { ApiKeyAuth, KeyKind } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import type { Clock, KeyRecord, KeyStore, Logger } from "../ports.ts";
import { findCredential, type Headers } from "./credential.ts";
import { createKeyCache } from "./key-cache.ts";
import { hashKey, isWellFormedKey, kindOf, type NamedKind } from "./key-format.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { createRefusalLog } from "./refusal-log.ts";

/** Finds out who is calling. */
export interface Authenticator {
  /**
   * @throws GatewayError `unauthenticated`: no credential, several, or one that is not accepted; why, is in `cause` alone.
   * @throws GatewayError `auth_unavailable`: the key store cannot be asked.
   */
  authenticate(headers: Headers): Promise<Caller>;
}

/**
 * Authenticate callers by API key.
 *
 * Every credential is hashed and looked up before anything is said about it, so that the time of an answer does not tell an
 * unknown key from a malformed one. Well-formedness is therefore for the log only: keys that were imported from another
 * system have another shape.
 */
export function createApiKeyAuthenticator(options: {
  readonly auth: readonly ApiKeyAuth[];
  readonly keys: Pick<KeyStore, "findByHash">;
  readonly clock: Clock;
  readonly logger: Logger;
}): Authenticator {
  const { auth, clock, logger } = options;
  const find = createKeyCache(options.keys, clock);
  const log = createRefusalLog(logger, clock);

  function refuseAndLog(refusal: Refusal): GatewayError {
    log(refusal);
    return refuse(refusal, auth);
  }

  function unavailable(cause: unknown): never {
    logger.error("the key store cannot be read, callers are refused", { cause });
    throw new GatewayError("auth_unavailable", "Credentials cannot be checked at the moment. Try again shortly.", {
      cause,
    });
  }

  return {
    async authenticate(headers) {
      const credential = findCredential(headers, auth);
      if (credential.kind !== "presented") throw refuseAndLog({ reason: credential.kind });
      const { text, schemes } = credential;
      const hash = hashKey(text);
      const record = await find(hash).catch(unavailable);
      const verdict = judge({ text, hash, record, named: kindOf(text, schemes), nowMs: clock.now() });
      if ("reason" in verdict) throw refuseAndLog(verdict);
      return toCaller(verdict.record, verdict.kind, text);
    },
  };
}

interface Accepted {
  readonly record: KeyRecord;
  readonly kind: KeyKind;
}

function judge(found: {
  readonly text: string;
  readonly hash: string;
  readonly record: KeyRecord | undefined;
  readonly named: NamedKind | undefined;
  readonly nowMs: number;
}): Accepted | Refusal {
  const { text, record, named } = found;
  if (named?.kind.refused === true) return { reason: "kind_refused", kind: named.name };
  if (record === undefined || !isSameHash(record.hash, found.hash)) {
    return { reason: named !== undefined && isWellFormedKey(text, named.kind.prefix) ? "unknown" : "malformed" };
  }
  if (record.kind !== named?.name) return { reason: "wrong_kind", keyId: record.id };
  if (record.revokedAtMs !== undefined) return { reason: "revoked", keyId: record.id };
  const isExpired = record.expiresAtMs !== undefined && record.expiresAtMs <= found.nowMs;
  return isExpired ? { reason: "expired", keyId: record.id } : { record, kind: named.kind };
}

/** The store has found the row by this very hash; this does not rely on how it compares. */
function isSameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one, "hex"), Buffer.from(other, "hex")];
  return a.length === b.length && timingSafeEqual(a, b);
}

function toCaller(record: KeyRecord, kind: KeyKind, text: string): Caller {
  return {
    tenant: record.tenant,
    kind: record.kind,
    id: record.id,
    name: record.name,
    scopes: new Set(record.scopes),
    bypasses: new Set(kind.bypasses),
    credential: new Secret(text),
  };
}
