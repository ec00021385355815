import { type Caller, type Outcome, Secret } from "../call.ts";
import type { TokenAuth } from "../codegen.ts";
import type { Clock } from "../ports.ts";
import { hashKey } from "./key-format.ts";

/** The tenant of every caller whose token the upstream validates: whose it really is, only the upstream knows. */
const delegatedTenant = "delegated";

/** Milliseconds that a refusal of the upstream is believed. */
const refusalMaxAgeMs = 1000;

/** Refusals kept: 1 MB. Beyond it the oldest go, and their tokens are asked about once more. */
const refusalsMax = 10_000;

/** Hexadecimal digits of a token's hash that name it: 64 of 256 bits tell tokens apart and lead nowhere back. */
const idChars = 16;

/** Callers whose tokens nobody here knows. Nothing of them is stored, and nothing is kept in memory but refusals. */
export interface DelegatedTokens {
  isRefused(hash: string): boolean;
  toCaller(text: string, hash: string, scheme: TokenAuth): Caller;
  /** Learn from the end of a call whether the upstream has refused the caller's token. */
  noteOutcome(caller: Caller, outcome: Outcome): void;
}

/**
 * Leave the validation of tokens to the upstream, which sees each one with its call.
 *
 * A 401 is taken for a refusal of the token. Where its code is one by which the upstream refuses the co-signature, `forward/` has
 * named it `upstream_unauthorized`: that is the operator's problem, and says nothing about the caller.
 */
export function createDelegatedTokens(clock: Pick<Clock, "monotonic">): DelegatedTokens {
  const refusedAtMs = new Map<string, number>();

  function isRefusalOfToken(outcome: Outcome): boolean {
    // Any other code means that the upstream did not speak about the caller.
    return outcome.kind === "failed" && outcome.exchange?.status === 401 && outcome.error.code === "upstream_rejected";
  }

  return {
    isRefused(hash) {
      const atMs = refusedAtMs.get(hash);
      if (atMs === undefined) return false;
      if (clock.monotonic() - atMs < refusalMaxAgeMs) return true;
      refusedAtMs.delete(hash);
      return false;
    },
    toCaller: (text, hash, { grants }) => ({
      tenant: delegatedTenant,
      kind: "token",
      id: hash.slice(0, idChars),
      name: "delegated token",
      scopes: new Set(grants),
      bypasses: new Set(),
      credential: new Secret(text),
    }),
    noteOutcome(caller, outcome) {
      if (caller.kind !== "token" || caller.tenant !== delegatedTenant || !isRefusalOfToken(outcome)) return;
      const hash = hashKey(caller.credential.reveal());
      refusedAtMs.delete(hash);
      refusedAtMs.set(hash, clock.monotonic());
      if (refusedAtMs.size > refusalsMax) refusedAtMs.delete(refusedAtMs.keys().next().value as string);
    },
  };
}
