import type { Context } from "../context.ts";
import type { Finding } from "./finding.ts";
import type { Item, Module } from "./items.ts";

/** A multiplier from which a boost is worth a second look. */
const HIGH_MULTIPLIER = 5;

/** What is wrong within the items of one module although each field is fine. `at` is where an item stands. */
export const inconsistencies: { readonly [M in Module]: (item: Item<M>, at: string) => readonly Finding[] } = {
  rules: ({ award, field, amount }, at) => [
    ...when(award === "per_unit" && field === null, `${at}.field`, "is missing: per_unit needs the name of a number."),
    ...when(award === "fixed" && field !== null, `${at}.field`, "is for per_unit only; leave it out for fixed."),
    ...when(award === "fixed" && !Number.isInteger(amount), `${at}.amount`, "must be a whole number for fixed."),
  ],
  wallets: () => [],
  rewards: () => [],
  perks: () => [],
  achievements: ({ wallet, amount }, at) => [
    ...when(wallet !== null && amount === null, `${at}.amount`, "is missing: it says what the wallet is credited."),
    ...when(wallet === null && amount !== null, `${at}.wallet`, "is missing: it says where the amount goes."),
  ],
  boosts: ({ startsAt, endsAt }, at) =>
    when(endsAt !== null && endsAt <= startsAt, `${at}.endsAt`, "must be after startsAt."),
  levels: () => [],
};

/** What a person should look at in each item, though it may be meant. */
export const reviews: { readonly [M in Module]: (item: Item<M>, at: string, nowMs: number) => readonly Finding[] } = {
  rules: ({ active, award, conditions }, at) => [
    ...when(!active, `${at}.active`, "is false: the rule does nothing until it is set."),
    ...when(
      award === "per_unit" && conditions.length === 0,
      `${at}.conditions`,
      "is empty: every event counts, whatever its currency or channel.",
    ),
  ],
  wallets: ({ expiresAfterDays }, at) =>
    when(
      expiresAfterDays !== null,
      `${at}.expiresAfterDays`,
      `takes effect for units that are held already: those older than ${expiresAfterDays} days are gone at once.`,
    ),
  rewards: ({ active, stock, perCustomer, kind }, at) => [
    ...when(!active, `${at}.active`, "is false: nobody can redeem the reward."),
    ...when(stock === null && perCustomer === null, `${at}.stock`, "and perCustomer are both without limit."),
    ...when(stock === 0, `${at}.stock`, "is 0: nobody can redeem the reward."),
    ...when(kind === "custom", `${at}.kind`, "is custom: a person or a webhook of yours must hand it out."),
  ],
  perks: ({ kind }, at) =>
    when(kind === "custom", `${at}.kind`, "is custom: your own shop must look whether a customer has it."),
  achievements: ({ amount, perk }, at) =>
    when(amount === null && perk === null, at, "brings neither units nor a perk."),
  boosts: ({ multiplier, endsAt }, at, nowMs) => [
    ...when(multiplier >= HIGH_MULTIPLIER, `${at}.multiplier`, `is ${multiplier}: see whether it is meant.`),
    ...when(endsAt === null, `${at}.endsAt`, "is missing: the boost never ends."),
    ...when(
      endsAt !== null && Date.parse(endsAt) <= nowMs,
      `${at}.endsAt`,
      "is past: the boost does nothing any more.",
    ),
  ],
  levels: () => [],
};

/** What a person should look at in the module as a whole. */
export function reviewWhole(
  { space }: Pick<Context, "space">,
  module: Module,
  { activate, items }: { readonly activate: boolean; readonly items: readonly Item[] },
): readonly Finding[] {
  const shaping: readonly Module[] = ["rewards", "achievements", "boosts", "levels"];
  const live = space.environment === "live";
  return [
    ...when(items.length === 0, "", `has no items: the program has no ${module} once this is active.`),
    ...when(live && activate, "", `changes what customers of the live Space ${space.id} get at once.`),
    ...when(
      live && !activate && shaping.includes(module),
      "",
      `is for the live Space ${space.id}: try ${module} in a test Space first.`,
    ),
  ];
}

function when(holds: boolean, path: string, message: string): readonly Finding[] {
  return holds ? [{ path, message }] : [];
}
