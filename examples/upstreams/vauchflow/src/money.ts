/** An amount from outside, in cents. */
export function toCents(amount: number): number {
  return Math.round(amount * 100);
}

/** Cents as an amount for the wire. */
export function toAmount(cents: number): number;
export function toAmount(cents: number | null): number | null;
export function toAmount(cents: number | null): number | null {
  return cents === null ? null : cents / 100;
}
