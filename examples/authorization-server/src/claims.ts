import type { UnknownObject } from "oidc-provider";
import { type Account, findAccount } from "./accounts.ts";
import type { Memory } from "./memory.ts";

/** Claims of an access token beyond those of the standard. */
export interface OwnClaims extends UnknownObject {
  readonly space: string;
  readonly role: string;
  readonly name: string;
  /** In exchanged tokens: who acts for the subject (RFC 8693, section 4.1). */
  readonly act?: { readonly client_id: string };
}

/** What of a token is looked at here. */
interface Token {
  readonly accountId?: string | undefined;
  readonly grantId?: string | undefined;
}

/** Knows what access tokens say of their subject. */
export interface Claims {
  /** Remember which Space a person chose for a grant, for as long as the grant may last. */
  choose(grantId: string, space: string, seconds: number): Promise<void>;
  /** State the claims of a token that stands on no grant, before it is saved. */
  state(token: Token, claims: OwnClaims): void;
  /** @throws Error for a token of nobody: none is issued. */
  of(token: Token): Promise<OwnClaims>;
}

export function toClaims(account: Account, space: string): OwnClaims {
  return { space, role: account.role, name: account.name };
}

export function createClaims(memory: Memory): Claims {
  const stated = new WeakMap<Token, OwnClaims>();
  const spaces = memory.adapter("Space");
  return {
    choose: async (grantId, space, seconds) => void (await spaces.upsert(grantId, { state: { space } }, seconds)),
    state: (token, claims) => void stated.set(token, claims),
    of: async (token) => {
      const known = stated.get(token);
      if (known !== undefined) return known;
      const account = findAccount(token.accountId ?? "");
      const chosen = (await spaces.find(token.grantId ?? "")) || undefined;
      if (account === undefined || chosen === undefined)
        throw new Error("An access token needs an account and a Space.");
      return toClaims(account, String(chosen.state?.space));
    },
  };
}
