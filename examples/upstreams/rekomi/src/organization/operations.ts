import { type Field, invalidRequest, optional, text, toInstant } from "@toolspec/example-http";
import { limits, planPermits } from "../access.ts";
import { record } from "../audit/audit.ts";
import { homeCurrencies } from "../money.ts";
import { type Operation, operation } from "../operation.ts";
import { CUSTOM_MAX, toAttributionParams } from "./attribution.ts";
import { findOrganization, type OrganizationRow, saveOrganization } from "./organization.ts";
import { getInstallSnippet } from "./snippet.ts";

/** Active connection tokens of one organisation; the relay keeps to it. */
const MCP_TOKENS_MAX = 10;

const getOrgProfile = operation({
  method: "GET",
  path: "/api/v1/organization",
  run(context) {
    const row = findOrganization(context);
    const body = {
      name: row.name,
      slug: row.slug,
      brandColor: row.brand_color,
      logoUrl: row.logo_url,
      description: row.description,
      ...toPlan(row),
      payoutGraceDays: row.payout_grace_days,
    };
    return { status: 200, body };
  },
});

const getBillingState = operation({
  method: "GET",
  path: "/api/v1/organization/billing",
  run(context) {
    const row = findOrganization(context);
    const body = {
      ...toPlan(row),
      stripeCustomerLinked: row.stripe_customer === 1,
      stripeConnectLinked: row.stripe_connect === 1,
      limits: {
        ...limits[row.plan],
        mcpTokens: MCP_TOKENS_MAX,
        embedTokens: planPermits(context, "Growth"),
        bulkInvites: planPermits(context, "Starter") && row.subscription === "active",
        homeCurrency: planPermits(context, "Pro"),
        subAffiliates: planPermits(context, "Pro"),
      },
    };
    return { status: 200, body };
  },
});

const getHomeCurrency = operation({
  method: "GET",
  path: "/api/v1/organization/home-currency",
  run(context) {
    const { home_currency: homeCurrency } = findOrganization(context);
    const body = { homeCurrency, supportedCurrencies: homeCurrencies, canChange: planPermits(context, "Pro") };
    return { status: 200, body };
  },
});

const setHomeCurrency = operation({
  method: "PUT",
  path: "/api/v1/organization/home-currency",
  access: { plan: "Pro" },
  body: { homeCurrency: text({ max: 3, pattern: /^[A-Z]{3}$/, hint: "a currency of ISO 4217, e.g. EUR" }) },
  run(context, { homeCurrency }) {
    if (!homeCurrencies.includes(homeCurrency)) {
      throw invalidRequest([{ field: "body.homeCurrency", message: `must be one of ${homeCurrencies.join(", ")}` }]);
    }
    const row = findOrganization(context);
    const changed = row.home_currency !== homeCurrency;
    if (changed) {
      saveOrganization(context, { ...row, home_currency: homeCurrency });
      record(context, {
        action: "organization.home_currency_changed",
        entityId: row.id,
        before: { homeCurrency: row.home_currency },
        after: { homeCurrency },
      });
    }
    return { status: 200, body: { homeCurrency, previousCurrency: row.home_currency, changed } };
  },
});

const getAttributionParams = operation({
  method: "GET",
  path: "/api/v1/organization/attribution-params",
  run: (context) => ({ status: 200, body: toAttributionParams(findOrganization(context).attribution_params) }),
});

const customParams: Field<string> = text({
  max: 256,
  pattern: /^(?:[a-z0-9_-]{2,32}(?:,[a-z0-9_-]{2,32})*)?$/,
  hint: "names of 2 to 32 lower-case letters, digits, - and _, with commas between them",
});

const updateAttributionParams = operation({
  method: "PUT",
  path: "/api/v1/organization/attribution-params",
  access: { role: "owner" },
  body: { custom: optional(customParams, "") },
  run(context, { custom }) {
    if (custom.split(",").length > CUSTOM_MAX) {
      throw invalidRequest([{ field: "body.custom", message: `must have at most ${CUSTOM_MAX} names` }]);
    }
    const row = findOrganization(context);
    const set = custom === "" ? null : custom;
    if (set !== row.attribution_params) {
      saveOrganization(context, { ...row, attribution_params: set });
      record(context, {
        action: "organization.attribution_params_changed",
        entityId: row.id,
        before: { custom: row.attribution_params },
        after: { custom: set },
      });
    }
    return { status: 200, body: toAttributionParams(set) };
  },
});

export const organizationOperations: readonly Operation[] = [
  getOrgProfile,
  getBillingState,
  getHomeCurrency,
  setHomeCurrency,
  getAttributionParams,
  updateAttributionParams,
  getInstallSnippet,
];

function toPlan(row: OrganizationRow): Readonly<Record<string, unknown>> {
  return {
    planTier: row.plan,
    subscriptionStatus: row.subscription,
    trialEndsAt: toInstant(row.trial_ends_at),
  };
}
