import { integer, listOf, objectOf, optional, text, type Values } from "@toolspec/example-http";

const counted = (max: number) => optional(integer({ min: 0, max }));
const label = text({ min: 1, max: 120 });

const pointCurrency = objectOf({
  name: label,
  outstanding: counted(1_000_000_000_000),
  expiresAfterDays: optional(integer({ min: 1, max: 3650 })),
});

const fields = {
  customers: counted(1_000_000_000),
  pointCurrencies: optional(listOf(pointCurrency, { max: 20, repeats: true })),
  rules: optional(listOf(label, { max: 200, repeats: true })),
  rewards: optional(listOf(label, { max: 200, repeats: true })),
  tiers: optional(listOf(label, { max: 50, repeats: true })),
  referrals: counted(1_000_000_000),
  issuedRewards: counted(1_000_000_000),
};

/** What an export holds: counts and names, no rows of customers. */
export type Summary = Values<typeof fields>;

/** Parts of a summary, in the order in which they are asked for. */
export const parts = Object.keys(fields) as readonly (keyof Summary)[];

export const summaryField = objectOf(fields);
