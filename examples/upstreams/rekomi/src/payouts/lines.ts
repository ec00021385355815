import type { Parameters } from "@toolspec/example-http";
import type { Context } from "../context.ts";
import { toHome } from "../money.ts";

/** What one affiliate gets in one currency. */
export interface PayoutLine {
  readonly affiliateId: string;
  readonly email: string;
  readonly fullName: string | null;
  readonly conversions: number;
  readonly amountCents: number;
  readonly currency: string;
}

/** Sum up conversions `v` of affiliates `a` by affiliate and currency. `where` is SQL. */
export function linesOf(context: Context, where: string, parameters: Parameters): readonly PayoutLine[] {
  return context.database.all<PayoutLine>(
    `select a.id as affiliateId, a.email, a.full_name as fullName, count(*) as conversions,
       sum(v.commission_cents) as amountCents, v.currency
     from conversions v join affiliates a on a.id = v.affiliate_id where ${where}
     group by a.id, v.currency order by a.id, v.currency`,
    parameters,
  );
}

/** Sum of lines in cents of the HomeCurrency, and how many affiliates they are for. */
export function totalsOf(
  context: Context,
  lines: readonly PayoutLine[],
): { readonly totalCents: number; readonly affiliateCount: number } {
  return {
    totalCents: toHome(
      context,
      lines.map(({ amountCents: cents, currency }) => ({ cents, currency })),
    ),
    affiliateCount: new Set(lines.map(({ affiliateId }) => affiliateId)).size,
  };
}
