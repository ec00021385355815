import { randomBytes } from "node:crypto";
import { ApiError } from "@toolspec/example-http";
import type { Database } from "./database.ts";

/** What a member may do: `owner` all, `admin` all but what is the owner's, `member` and `viewer` read. */
export const roles = ["owner", "admin", "member", "viewer"] as const;
export type Role = (typeof roles)[number];

/** Who is asking, and by what credential. */
export interface Caller {
  readonly organization: string;
  readonly role: Role;
  readonly emailVerified: boolean;
  /** `mcp` for a connection token through the relay, `api_key` for a direct key. */
  readonly actorType: "mcp" | "api_key";
  readonly tokenId: string;
  /** The member's address, by which affiliates are known too; null for a key. */
  readonly email: string | null;
}

/** What one request works with. */
export interface Context {
  readonly caller: Caller;
  /** The caller's organisation: every query names it. */
  readonly organization: string;
  /** Unix time in milliseconds: the same instant for all that one request does. */
  readonly nowMs: number;
  readonly database: Database;
}

/** A fresh id: `aff_` and 20 hexadecimal digits. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(10).toString("hex")}`;
}

/** There is no such thing in the caller's organisation; another's things do not exist for it. */
export function notFound(kind: string): ApiError {
  return new ApiError(404, "not_found", `There is no such ${kind} in this organization.`);
}

/** Something stands in the way that another request may have put there. */
export function conflict(message: string, code = "conflict"): ApiError {
  return new ApiError(409, code, message);
}
