import { recordAs } from "../audit/audit.ts";
import { findCampaign } from "../campaigns/campaign.ts";
import { type Context, newId } from "../context.ts";
import { convert } from "../money.ts";
import { findOrganization } from "../organization/organization.ts";
import { insertConversion } from "./conversion.ts";

/** A payment as a payment processor reports it. */
export interface Sale {
  readonly customerEmail: string;
  readonly amountCents: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
}

interface CreditRow {
  readonly lead_id: string;
  readonly campaign_id: string;
  readonly affiliate_id: string;
  readonly commission_type: "Percentage" | "Fixed" | null;
  readonly commission_value: number | null;
}

/**
 * Credit a sale to the affiliate of the customer's lead, the newest one where there are several.
 *
 * @returns the conversion's id; undefined where no approved affiliate has such a lead.
 */
export function recordSale(context: Omit<Context, "caller">, sale: Sale): string | undefined {
  const credit = context.database.get<CreditRow>(
    `select l.id as lead_id, l.campaign_id, l.affiliate_id, a.commission_type, a.commission_value
     from leads l join affiliates a on a.id = l.affiliate_id
     where l.organization = :organization and l.email = :email and a.status = 'Approved'
     order by l.created_at desc limit 1`,
    { organization: context.organization, email: sale.customerEmail.toLowerCase() },
  );
  if (!credit) return undefined;
  const campaign = findCampaign(context, credit.campaign_id);
  const own = credit.commission_type !== null;
  const type = own ? credit.commission_type : campaign.commission_type;
  const value = own ? (credit.commission_value ?? 0) : campaign.commission_value;
  const home = findOrganization(context).home_currency;
  const id = newId("cnv");
  insertConversion(context, {
    id,
    organization: context.organization,
    campaign_id: campaign.id,
    affiliate_id: credit.affiliate_id,
    customer_email: sale.customerEmail.toLowerCase(),
    customer_name: null,
    amount_cents: sale.amountCents,
    commission_cents:
      type === "Percentage"
        ? Math.round((sale.amountCents * value) / 100)
        : convert([{ cents: value, currency: home }], sale.currency),
    currency: sale.currency,
    type: "sale",
    status: "Pending",
    import_key: null,
    external_id: null,
    payout_id: null,
    job_id: null,
    occurred_at: context.nowMs,
  });
  context.database.run("update leads set converted_at = :now where id = :lead", {
    now: context.nowMs,
    lead: credit.lead_id,
  });
  const after = { affiliateId: credit.affiliate_id, amountCents: sale.amountCents, currency: sale.currency };
  recordAs(context, { actorType: "system", actorId: null }, { action: "conversion.recorded", entityId: id, after });
  return id;
}
