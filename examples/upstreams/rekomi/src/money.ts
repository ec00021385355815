import type { Context } from "./context.ts";
import { findOrganization } from "./organization/organization.ts";

/** Units of each currency for one euro: fixed, so that sums are the same every day. These are the ones to choose a HomeCurrency from. */
const rates = {
  AUD: 1.65,
  BRL: 6.1,
  CAD: 1.5,
  CHF: 0.95,
  CZK: 25,
  DKK: 7.46,
  EUR: 1,
  GBP: 0.85,
  HKD: 8.6,
  INR: 92,
  MXN: 20,
  NOK: 11.6,
  NZD: 1.8,
  PLN: 4.3,
  SEK: 11.4,
  SGD: 1.45,
  USD: 1.1,
  ZAR: 20,
} as const;

/** The currencies that may be a HomeCurrency. */
export const homeCurrencies: readonly string[] = Object.keys(rates);

/** A sum in one currency. */
export interface Sum {
  readonly cents: number | null;
  readonly currency: string;
}

/** Sums in the organisation's HomeCurrency, in cents. A currency without a rate counts one to one with the euro. */
export function toHome(context: Pick<Context, "database" | "organization">, sums: readonly Sum[]): number {
  return convert(sums, findOrganization(context).home_currency);
}

/** Add up sums in `target`, in cents, each rounded by itself. */
export function convert(sums: readonly Sum[], target: string): number {
  return sums.reduce(
    (total, { cents, currency }) => total + Math.round(((cents ?? 0) * rateOf(target)) / rateOf(currency)),
    0,
  );
}

function rateOf(currency: string): number {
  const known: Readonly<Record<string, number>> = rates;
  return known[currency] ?? 1;
}
