import { ApiError } from "@toolspec/example-http";

/** Names of what is computed here, in small letters and without separators: what it is, with what may stand around it. */
const COMPUTED = new RegExp(
  [
    "^(is|has|new|total|current|available|lifetime|loyalty|customer|earned|issued|unlocked)?",
    "(points?|stamps?|balances?|wallets?|storecredits?|tiers?|levels?|vip|rewards?|perks?|achievements?|redemptions?)",
    "(id|total|balance|count|name|status|states?|tier|level|earned|awarded|issued|unlocked)?$",
  ].join(""),
);

/**
 * Find names of computed state in a context, at any depth and also as a part of a dotted name, whatever their case and
 * separators: `points_total`, `customer.Tier`.
 *
 * @returns their paths, in the order in which they stand.
 */
export function findComputedState(value: unknown, at = ""): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => findComputedState(each, `${at}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const path = at === "" ? name : `${at}.${name}`;
    return isComputed(name) ? [path] : findComputedState(member, path);
  });
}

/** @throws ApiError 422 `computed_state_in_context`, with every name in `meta.names`. */
export function refuseComputedState(context: unknown): void {
  const names = findComputedState(context);
  if (names.length === 0) return;
  const message = `The context holds ${names.slice(0, 10).join(", ")}, which is computed here. Send the facts it comes from.`;
  throw new ApiError(422, "computed_state_in_context", message, { meta: { names } });
}

function isComputed(name: string): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  return [name, ...name.split(".")].some((part) => COMPUTED.test(plain(part)));
}
