import { ApiError } from "@toolspec/example-http";
import type { Context, Role } from "./context.ts";
import { findOrganization } from "./organization/organization.ts";

/** From the least to the most. */
export const plans = ["Free", "Trial", "Starter", "Growth", "Pro"] as const;
export type Plan = (typeof plans)[number];

/** What a plan allows; null is without limit. */
export const limits: Readonly<Record<Plan, { readonly campaigns: number | null; readonly affiliates: number | null }>> =
  {
    Free: { campaigns: 1, affiliates: 25 },
    Trial: { campaigns: 3, affiliates: 50 },
    Starter: { campaigns: 3, affiliates: 250 },
    Growth: { campaigns: 10, affiliates: 2500 },
    Pro: { campaigns: null, affiliates: null },
  };

/** What an operation asks of its caller. */
export interface Access {
  /** The least role. Default: `viewer` for reads, `admin` for writes. */
  readonly role?: "owner" | "admin" | "viewer";
  readonly verifiedEmail?: boolean;
  /** A feature's plan: asked of every caller. */
  readonly plan?: Plan;
  /** The plan from which a direct API key may call. Default: Growth. Calls through the relay need none. */
  readonly directPlan?: Plan;
}

const DIRECT_PLAN: Plan = "Growth";

const ranks: Readonly<Record<Role, number>> = { viewer: 0, member: 0, admin: 1, owner: 2 };

/** @throws ApiError 402 for a plan that is too low, 403 for a role or an email that does not suffice. */
export function requireAccess(context: Context, access: Access): void {
  const { caller } = context;
  if (caller.actorType === "api_key") requirePlan(context, access.directPlan ?? DIRECT_PLAN);
  const { role = "viewer" } = access;
  if (ranks[caller.role] < ranks[role]) {
    const code = role === "owner" ? "owner_required" : "forbidden";
    throw new ApiError(403, code, `This needs the role ${role}; the credential has the role ${caller.role}.`);
  }
  if (access.plan) requirePlan(context, access.plan);
  if (access.verifiedEmail && !caller.emailVerified) {
    throw new ApiError(403, "email_not_verified", "This needs a verified email address. Verify it in the settings.");
  }
}

/** Say whether an organisation's plan is `plan` or above. */
export function planPermits(context: Context, plan: Plan): boolean {
  return plans.indexOf(findOrganization(context).plan) >= plans.indexOf(plan);
}

/** @throws ApiError 402 `plan_tier_required`, naming both plans. */
export function requirePlan(context: Context, plan: Plan): void {
  if (!planPermits(context, plan)) throw planError(context, "plan_tier_required", `This needs the plan ${plan}.`, plan);
}

/** @throws ApiError 402 `paid_plan_required` without a subscription that is paid and active, on `plan` or above. */
export function requirePaid(context: Context, plan: Plan): void {
  if (planPermits(context, plan) && findOrganization(context).subscription === "active") return;
  throw planError(context, "paid_plan_required", `This needs an active paid subscription, ${plan} or above.`, plan);
}

/** @throws ApiError 402 `plan_tier_required` when the plan allows no more active campaigns. */
export function requireCampaignRoom(context: Context): void {
  const { plan } = findOrganization(context);
  const sql = "select count(*) as n from campaigns where organization = :organization and status = 'Active'";
  const active = context.database.get<{ n: number }>(sql, { organization: context.organization })?.n ?? 0;
  const holds = (max: number | null) => max === null || active < max;
  if (holds(limits[plan].campaigns)) return;
  const above = plans.find((candidate) => holds(limits[candidate].campaigns)) ?? "Pro";
  throw planError(context, "plan_tier_required", `More active campaigns than ${active} need the plan ${above}.`, above);
}

function planError(context: Context, code: string, message: string, requiredPlan: Plan): ApiError {
  const currentPlan = findOrganization(context).plan;
  return new ApiError(402, code, `${message} The organization has ${currentPlan}.`, {
    meta: { requiredPlan, currentPlan },
  });
}
