import type { Plan } from "../access.ts";
import type { Context } from "../context.ts";

/** `active` is paid; `none` has never been one. */
export type Subscription = "none" | "trialing" | "active" | "past_due" | "canceled";

/** An organisation as stored. */
export interface OrganizationRow {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly brand_color: string | null;
  readonly logo_url: string | null;
  readonly description: string | null;
  readonly plan: Plan;
  readonly subscription: Subscription;
  readonly trial_ends_at: number | null;
  readonly payout_grace_days: number;
  /** ISO 4217, upper case. */
  readonly home_currency: string;
  readonly suspended: 0 | 1;
  readonly stripe_customer: 0 | 1;
  readonly stripe_connect: 0 | 1;
  /** Public key of the browser pixel, once there is one. */
  readonly pixel_key: string | null;
  /** Comma-separated, as it was set. */
  readonly attribution_params: string | null;
}

/** @throws Error for an organisation that nobody made: every credential belongs to one. */
export function findOrganization(context: Pick<Context, "database" | "organization">): OrganizationRow {
  const row = context.database.get<OrganizationRow>("select * from organizations where id = :id", {
    id: context.organization,
  });
  if (!row) throw new Error(`There is no organization ${context.organization}`);
  return row;
}

/** Insert an organisation, or write one that is there. */
export function saveOrganization(context: Pick<Context, "database">, row: OrganizationRow): void {
  context.database.run(
    `insert or replace into organizations values (:id, :name, :slug, :brand_color, :logo_url, :description, :plan,
       :subscription, :trial_ends_at, :payout_grace_days, :home_currency, :suspended, :stripe_customer,
       :stripe_connect, :pixel_key, :attribution_params)`,
    { ...row },
  );
}
