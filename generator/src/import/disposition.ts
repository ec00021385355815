import type { ListedOperation } from "../openapi/listed.ts";
import { wordsOf } from "./words.ts";

export interface SeedDisposition {
  readonly disposition: "confirm" | "approval";
  /** Why a person decides, in a few words; nothing for an ordinary write. */
  readonly because: string | undefined;
}

const removing: ReadonlySet<string> = new Set(
  "delete remove destroy purge erase wipe revoke terminate drop deprovision uninstall suspend deactivate cancel".split(
    " ",
  ),
);
const paying: ReadonlySet<string> = new Set(
  "pay payment payments payout payouts charge charges refund refunds transfer transfers withdraw withdrawal capture purchase void reversal disburse checkout invoice".split(
    " ",
  ),
);

/** Who decides about a write: an operator where it removes something or moves money, else the caller's person. */
export function dispositionOf(
  name: string,
  { method, path }: Pick<ListedOperation, "method" | "path">,
): SeedDisposition {
  const words = name.split("_");
  const step = wordsOf(path.slice(path.lastIndexOf("/") + 1).replace(/\{.*/, ""));
  if (method === "delete" || removing.has(words[0] ?? "") || step.some((word) => removing.has(word)))
    return { disposition: "approval", because: "it removes or ends something" };
  if (words.some((word) => paying.has(word))) return { disposition: "approval", because: "it may move money" };
  return { disposition: "confirm", because: undefined };
}

const changes: ReadonlySet<string> = new Set(
  "create update delete remove add set send cancel start stop register revoke enable disable generate publish unpublish replace upsert reset approve reject trigger execute rotate refund activate deactivate refresh upload clear mark".split(
    " ",
  ),
);
const asks: ReadonlySet<string> = new Set(
  "get list search find query validate check verify calculate compute estimate compare preview simulate predict look_up count analyze classify detect parse test describe".split(
    " ",
  ),
);

/** What a person must look at where name and method contradict each other. */
export function methodLooks(name: string, { method }: Pick<ListedOperation, "method">): readonly string[] {
  const verb = name.startsWith("look_up") ? "look_up" : (name.split("_", 1)[0] ?? "");
  if (method === "get" && changes.has(verb))
    return ["a GET that seems to change something: if it does, write access: write, with a disposition"];
  if (method === "post" && asks.has(verb))
    return ["a POST that seems only to read: if so, write access: read, and remove disposition and dryRun"];
  return [];
}
