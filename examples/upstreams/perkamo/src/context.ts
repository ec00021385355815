import { ApiError } from "@toolspec/example-http";
import type { Database } from "./database.ts";
import type { Space } from "./spaces.ts";

/** Who is asking. */
export interface Caller {
  /** Account of the person, as the authorization server knows it. */
  readonly subject: string;
  /** The Space that was chosen at login: no path, query or body names another. */
  readonly space: string;
  readonly role: string | undefined;
  readonly scopes: ReadonlySet<string>;
}

/** What one request works with. */
export interface Context {
  readonly caller: Caller;
  /** Every query names it. */
  readonly space: Space;
  /** Unix time in milliseconds: the same instant for all that one request does. */
  readonly nowMs: number;
  readonly database: Database;
}

/** There is no such thing in the caller's Space; another Space's things do not exist for it. */
export function notFound(kind: "customer" | "reward" | "wallet" | "perk", id: string): ApiError {
  return new ApiError(404, `${kind}_not_found`, `There is no ${kind} ${id} in this Space.`);
}
