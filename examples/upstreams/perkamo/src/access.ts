import { ApiError } from "@toolspec/example-http";
import type { Caller } from "./context.ts";

/** What an operation does to a Space. */
export type Access = "read" | "write";

const scopes: Readonly<Record<Access, string>> = { read: "mcp:read", write: "mcp:write" };

/** Roles that may change anything. */
const WRITERS: readonly string[] = ["admin", "owner"];

/**
 * The role first: who may not do this at all gains nothing by asking for a scope.
 *
 * @throws ApiError 403 `role_forbidden` or `insufficient_scope`.
 */
export function requireAccess({ role, scopes: granted }: Caller, access: Access): void {
  if (access === "write" && !WRITERS.includes(role ?? "")) {
    const has = role === undefined ? "there is none" : `this is ${role}`;
    throw new ApiError(403, "role_forbidden", `Changing a Space needs the role admin or owner; ${has}.`, {
      meta: { needed: WRITERS },
    });
  }
  const scope = scopes[access];
  if (granted.has(scope)) return;
  throw new ApiError(403, "insufficient_scope", `This needs the scope ${scope}. Log in again and grant it.`, {
    meta: { needed: scope },
  });
}
