import { createHash } from "node:crypto";
import { ApiError } from "@toolspec/example-http";
import { type Caller, newId, type Role } from "./context.ts";
import type { Database } from "./database.ts";

/** A credential to be known: a connection token (`rk_mcp_`) or a direct API key (`rk_live_`). */
export interface TokenRegistration {
  /** The credential itself, or its SHA-256 as hexadecimal. */
  readonly credential: { readonly token: string } | { readonly hash: string };
  readonly organization: string;
  readonly role: Role;
  readonly emailVerified: boolean;
  readonly name: string;
  /** The id that the audit log shows. Default: a fresh one. */
  readonly id?: string;
  /** The member's address, for what affiliates see of their own. */
  readonly email?: string;
}

/** What a request says of its caller, as received. */
export interface Credentials {
  readonly authorization: string | undefined;
  /** Whether X-Rekomi-MCP-Identity holds a good signature of this request; undefined without the header. */
  readonly relayed: boolean | undefined;
}

interface TokenRow {
  readonly id: string;
  readonly organization: string;
  readonly role: Role;
  readonly email_verified: 0 | 1;
  readonly email: string | null;
  readonly suspended: 0 | 1;
}

const BEARER = /^Bearer (rk_(?:mcp|live)_[A-Za-z0-9_-]{1,128})$/i;

/**
 * Find out who is calling.
 *
 * The co-signature comes first: without it, nothing is told about a connection token.
 *
 * @throws ApiError 401 `unauthorized`, `mcp_relay_required` or `mcp_relay_invalid`; 403 `account_suspended`.
 */
export function identify(database: Database, { authorization, relayed }: Credentials): Caller {
  const token = BEARER.exec(authorization ?? "")?.[1];
  const actorType = token?.startsWith("rk_mcp_") ? "mcp" : "api_key";
  if (actorType === "mcp" && relayed === undefined) {
    throw new ApiError(
      401,
      "mcp_relay_required",
      "A connection token works through the MCP server only, not directly.",
    );
  }
  if (relayed === false) {
    throw new ApiError(401, "mcp_relay_invalid", "The relay's signature is wrong, too old, or was used before.");
  }
  const row = token === undefined ? undefined : findToken(database, sha256(token));
  if (!row) throw new ApiError(401, "unauthorized", "The credential is missing, wrong, revoked or rotated.");
  if (row.suspended) throw new ApiError(403, "account_suspended", "The organization is suspended. Contact support.");
  const { id: tokenId, organization, role, email_verified, email } = row;
  return { organization, role, emailVerified: email_verified === 1, actorType, tokenId, email };
}

/** Make a credential known. One with the same hash is replaced. */
export function registerToken(database: Database, token: TokenRegistration): void {
  const { credential, organization, name, role, emailVerified, id = newId("tok"), email = null } = token;
  database.run("insert or replace into tokens values (:hash, :id, :organization, :name, :role, :verified, :email)", {
    hash: hashOf(credential),
    id,
    organization,
    name,
    role,
    verified: emailVerified ? 1 : 0,
    email,
  });
}

/** Forget a credential. */
export function revokeToken(database: Database, credential: TokenRegistration["credential"]): void {
  database.run("delete from tokens where hash = :hash", { hash: hashOf(credential) });
}

function findToken(database: Database, hash: string): TokenRow | undefined {
  return database.get<TokenRow>(
    `select t.id, t.organization, t.role, t.email_verified, t.email, o.suspended
     from tokens t join organizations o on o.id = t.organization where t.hash = :hash`,
    { hash },
  );
}

function hashOf(credential: TokenRegistration["credential"]): string {
  return "hash" in credential ? credential.hash : sha256(credential.token);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
