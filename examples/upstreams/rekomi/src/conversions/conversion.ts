import { toInstant } from "@toolspec/example-http";
import type { Context } from "../context.ts";

export const conversionStatuses = ["Pending", "Approved", "Paid", "Refunded", "Denied"] as const;
export const conversionTypes = ["sale", "renewal", "lead"] as const;

/** A conversion as stored. `import_key` is what makes an imported row the same row again; null for live ones. */
export interface ConversionRow {
  readonly id: string;
  readonly organization: string;
  readonly campaign_id: string;
  readonly affiliate_id: string;
  readonly customer_email: string | null;
  readonly customer_name: string | null;
  readonly amount_cents: number;
  readonly commission_cents: number;
  readonly currency: string;
  readonly type: (typeof conversionTypes)[number];
  readonly status: (typeof conversionStatuses)[number];
  readonly import_key: string | null;
  readonly external_id: string | null;
  readonly payout_id: string | null;
  readonly job_id: string | null;
  readonly occurred_at: number;
}

/** Add a conversion. */
export function insertConversion(context: Pick<Context, "database">, row: ConversionRow): void {
  context.database.run(
    `insert into conversions values (:id, :organization, :campaign_id, :affiliate_id, :customer_email, :customer_name,
       :amount_cents, :commission_cents, :currency, :type, :status, :import_key, :external_id, :payout_id, :job_id,
       :occurred_at)`,
    { ...row },
  );
}

/** A conversion as the wire shows it. */
export function toConversion(row: ConversionRow): Readonly<Record<string, unknown>> {
  return {
    id: row.id,
    campaignId: row.campaign_id,
    affiliateId: row.affiliate_id,
    type: row.type,
    status: row.status,
    amountCents: row.amount_cents,
    commissionCents: row.commission_cents,
    currency: row.currency,
    customerEmail: row.customer_email,
    externalId: row.external_id,
    importJobId: row.job_id,
    occurredAt: toInstant(row.occurred_at),
  };
}
