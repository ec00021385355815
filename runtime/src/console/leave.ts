import { type AdminAction, adminEntry } from "../audit/admin-entry.ts";
import type { ConsoleHouse } from "./house.ts";

/** The tenant that entries name which are about no tenant: operators decide for all. */
export const everyTenant = "*";

/** Leave the entry of what an operator does, before it is done: nothing happens here without a trace of who it was. */
export async function leave(
  { store, server, random, clock }: Pick<ConsoleHouse, "store" | "server" | "random" | "clock">,
  done: AdminAction,
  operator: string,
): Promise<void> {
  await store.audit.append(adminEntry({ done, server, user: operator, id: random.uuid(), nowMs: clock.now() }));
}
