/** Plans, roles and the two gates: a feature's plan holds for everybody, the gate of direct keys for nobody here. */
import { seedIds } from "@toolspec/example-rekomi";
import { describe, expect, it } from "vitest";
import { verifies } from "../requirements.ts";
import { allTools, startSystem } from "./system.ts";

type System = Awaited<ReturnType<typeof startSystem>>;

const conversion = {
  affiliateSlug: "mara",
  amountCents: 5000,
  commissionCents: 1000,
  currency: "EUR",
  occurredAt: "2025-11-03T09:30:00Z",
  paid: false,
};

/** Ask the API itself with a direct key, as a client without the relay does. */
async function askDirectly(system: System, organization: string, method: string, path: string, body?: object) {
  const token = `rk_live_${organization}`;
  const credential = {
    credential: { token },
    organization,
    role: "owner",
    emailVerified: true,
    name: "direct",
  } as const;
  system.upstream.registerToken(credential);
  const response = await fetch(`${system.upstream.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as { error: { code: string; details: { requiredPlan: string } } };
  return { status: response.status, ...answer };
}

/** Call with the token of an organisation's owner what its plan does not have. */
async function refusedOn(organization: string, tool: string, given: Record<string, unknown>) {
  const system = await startSystem();
  const before = system.upstream.counts();
  const reply = await system.call(tool, given, { key: await system.tokenFor({ organization }) });
  expect(reply.json.result?.isError, reply.text).toBe(true);
  expect(system.upstream.counts()).toEqual(before);
  expect(system.upstream.requests().at(-1)?.status).toBe(reply.inner.error.status);
  return reply.inner.error;
}

const tooLow: readonly (readonly [string, string, Record<string, unknown>, string])[] = [
  ["trial", "mint_embed_token", { affiliateId: seedIds.trialAffiliate }, "Growth"],
  ["starter", "mint_embed_token", { affiliateId: seedIds.starterAffiliate }, "Growth"],
  ["trial", "set_home_currency", { homeCurrency: "USD" }, "Pro"],
  ["starter", "set_home_currency", { homeCurrency: "USD" }, "Pro"],
  ["growth", "set_home_currency", { homeCurrency: "USD" }, "Pro"],
  ["trial", "set_program_sub_affiliate_config", { programId: seedIds.trialCampaign, enabled: true, percent: 5 }, "Pro"],
  [
    "growth",
    "set_program_sub_affiliate_config",
    { programId: seedIds.growthCampaign, enabled: true, percent: 5 },
    "Pro",
  ],
];

/** The feature is refused with 402 to each organisation of the list that is below its plan. */
const gateHolds = (feature: string) => async (): Promise<void> => {
  const below = tooLow.filter(([, tool]) => tool === feature);
  expect(below.length).toBeGreaterThan(0);
  for (const [organization, tool, given, plan] of below) {
    const error = await refusedOn(organization, tool, given);
    expect(error).toMatchObject({ code: "plan_tier_required", status: 402, plan, retryable: false });
    expect(error.details).toMatchObject({ requiredPlan: plan });
  }
};

verifies(
  ["rekomi:feature-gates", "rekomi:feature-gate-stays", "rekomi:mint_embed_token-plan"],
  "mint_embed_token is refused with 402 below Growth",
  gateHolds("mint_embed_token"),
);
verifies(
  ["rekomi:feature-gates", "rekomi:feature-gate-stays", "rekomi:set_home_currency-plan"],
  "set_home_currency is refused with 402 below Pro",
  gateHolds("set_home_currency"),
);
verifies(
  ["rekomi:feature-gates", "rekomi:feature-gate-stays", "rekomi:set_program_sub_affiliate_config-plan"],
  "set_program_sub_affiliate_config is refused with 402 below Pro",
  gateHolds("set_program_sub_affiliate_config"),
);

verifies(
  ["rekomi:feature-gates", "rekomi:mint_embed_token-plan"],
  "mint_embed_token works from Growth on, and not below",
  async () => {
    const system = await startSystem();
    const key = await system.tokenFor({ organization: "starter" });
    const codes: string[] = [];
    for (const plan of ["Free", "Trial", "Starter", "Growth", "Pro"] as const) {
      system.upstream.setPlan("starter", plan);
      const { inner } = await system.call("mint_embed_token", { affiliateId: seedIds.starterAffiliate }, { key });
      codes.push(inner.error?.code ?? "minted");
    }
    const refused = "plan_tier_required";
    expect(codes).toEqual([refused, refused, refused, "minted", "minted"]);
  },
);

verifies(
  ["rekomi:upgrade-not-token", "rekomi:trouble-plan"],
  "says to upgrade to the named plan or to use another tool, and that another token does not help",
  async () => {
    for (const [organization, tool, given, plan] of tooLow) {
      const { fix } = await refusedOn(organization, tool, given);
      expect(fix).toMatch(new RegExp(`Upgrade to the ${plan} plan`));
      expect(fix).toMatch(/or use a tool that the present plan has/);
      expect(fix).toMatch(/Another token will not help/);
    }
  },
);

verifies(
  "rekomi:upgrade-not-token",
  "is not got round by another token, and is by an upgrade with the same",
  async () => {
    const system = await startSystem();
    const first = await system.tokenFor({ organization: "starter" });
    const second = await system.tokenFor({ organization: "starter" });
    const mint = async (key: string) =>
      (await system.call("mint_embed_token", { affiliateId: seedIds.starterAffiliate }, { key })).inner;
    expect((await mint(first)).error.code).toBe("plan_tier_required");
    expect((await mint(second)).error.code).toBe("plan_tier_required");
    system.upstream.setPlan("starter", "Growth");
    expect((await mint(first)).token).toMatch(/^rk_embed_/);
  },
);

const everyPlan = ["Free", "Trial", "Starter", "Growth", "Pro"] as const;

verifies(
  ["rekomi:every-plan", "rekomi:token-every-plan"],
  "reads and writes work on every plan with a token made on it",
  async () => {
    for (const plan of everyPlan) {
      const system = await startSystem();
      system.upstream.setPlan("trial", plan, { subscription: "none" });
      const key = await system.tokenFor({ organization: "trial" });
      const profile = await system.call("get_org_profile", {}, { key });
      expect(profile.inner.planTier).toBe(plan);
      const campaignId = seedIds.trialCampaign;
      const invite = await system.call("create_affiliate_invite", { campaignId, email: "a@new.example" }, { key });
      expect(invite.inner.campaignId, invite.text).toBe(campaignId);
    }
  },
);

verifies(
  ["rekomi:every-plan", "rekomi:create_affiliate_invite"],
  "lists every tool to a trial, those above its plan included, with their plan in words",
  async () => {
    const system = await startSystem();
    const key = await system.tokenFor({ organization: "trial" });
    const { tools } = (await system.request("tools/list", {}, { key })).json.result;
    expect(tools.map(({ name }: { name: string }) => name)).toEqual(allTools);
    const words = (wanted: string) => tools.find(({ name }: { name: string }) => name === wanted).description;
    expect(words("mint_embed_token")).toContain("Needs the Growth plan.");
    expect(words("set_home_currency")).toContain("Needs the Pro plan.");
    expect(words("create_affiliate_invite")).not.toMatch(/Needs the \w+ plan/);
  },
);

verifies("rekomi:api-gate-passed", "lets a trial read over MCP what its direct key may not", async () => {
  const system = await startSystem();
  const direct = await askDirectly(system, "trial", "GET", "/api/v1/affiliates");
  expect([direct.status, direct.error.code]).toEqual([402, "plan_tier_required"]);
  const reply = await system.call("list_affiliates", {}, { key: await system.tokenFor({ organization: "trial" }) });
  expect(reply.inner.items).toHaveLength(1);
});

const imports = [
  ["import_affiliates", "affiliates", { affiliates: [{ email: "a@new.example" }] }],
  ["import_conversions", "conversions", { conversions: [conversion] }],
] as const;

/** A direct key meets the gate at Starter; the same call over MCP goes through on Free and Trial. */
const passesGate = (wanted: string) => async (): Promise<void> => {
  for (const [tool, segment, body] of imports.filter(([name]) => name === wanted)) {
    for (const plan of ["Free", "Trial"] as const) {
      const system = await startSystem();
      system.upstream.setPlan("trial", plan, { subscription: "none" });
      const path = `/api/v1/campaigns/${seedIds.trialCampaign}/imports/${segment}`;
      const direct = await askDirectly(system, "trial", "POST", path, body);
      expect([direct.status, direct.error.details.requiredPlan]).toEqual([402, "Starter"]);
      const key = await system.tokenFor({ organization: "trial" });
      const reply = await system.call(tool, { campaignId: seedIds.trialCampaign, ...body }, { key });
      expect(reply.inner.imported, reply.text).toBe(1);
    }
  }
};

verifies(
  ["rekomi:api-gate-passed", "rekomi:import_affiliates-plan"],
  "import_affiliates works over MCP on Free and Trial, which a direct key is refused",
  passesGate("import_affiliates"),
);
verifies(
  ["rekomi:api-gate-passed", "rekomi:import_conversions-plan"],
  "import_conversions works over MCP on Free and Trial, which a direct key is refused",
  passesGate("import_conversions"),
);

verifies(
  ["rekomi:import_affiliates-notify", "rekomi:feature-gate-stays"],
  "writes to imported affiliates from Growth with an active subscription on, and else imports none of them",
  async () => {
    const system = await startSystem();
    const key = await system.tokenFor({ organization: "starter" });
    const send = async () => {
      const given = {
        campaignId: seedIds.starterCampaign,
        affiliates: [{ email: "a@new.example" }],
        notifyAffiliates: true,
      };
      return (await system.call("import_affiliates", given, { key })).inner;
    };
    const before = system.upstream.counts();
    const starter = (await send()).error;
    expect(starter).toMatchObject({ status: 402, code: "plan_tier_required", plan: "Growth" });
    expect(system.upstream.counts()).toEqual(before);
    system.upstream.setPlan("starter", "Growth", { subscription: "past_due" });
    expect((await send()).error).toMatchObject({ status: 402, code: "paid_plan_required", plan: "Growth" });
    expect(system.upstream.counts().affiliates).toBe(before.affiliates);
    system.upstream.setPlan("starter", "Growth", { subscription: "active" });
    expect(await send()).toMatchObject({ imported: 1 });
    expect(system.upstream.counts().emails).toBe(before.emails + 1);
  },
);

describe("bulk_invite_affiliates", () => {
  const given = { campaignId: seedIds.trialCampaign, emails: ["a@new.example"] };
  const states = [
    ["Trial", "trialing"],
    ["Free", "none"],
    ["Starter", "past_due"],
    ["Starter", "canceled"],
    ["Growth", "trialing"],
  ] as const;

  for (const [plan, subscription] of states) {
    verifies(
      "rekomi:bulk_invite_affiliates-plan",
      `is refused to ${plan} with a subscription that is ${subscription}`,
      async () => {
        const system = await startSystem();
        system.upstream.setPlan("trial", plan, { subscription });
        const before = system.upstream.counts();
        const key = await system.tokenFor({ organization: "trial" });
        const { error } = (await system.call("bulk_invite_affiliates", given, { key })).inner;
        expect(error).toMatchObject({ code: "paid_plan_required", status: 402, plan: "Starter" });
        expect(error.fix).toMatch(/paid subscription of the Starter plan.*Another token will not help/);
        expect(system.upstream.counts()).toEqual(before);
      },
    );
  }

  verifies("rekomi:bulk_invite_affiliates-plan", "works on Starter with an active subscription", async () => {
    const system = await startSystem();
    system.upstream.setPlan("trial", "Starter", { subscription: "active" });
    const reply = await system.call("bulk_invite_affiliates", given, {
      key: await system.tokenFor({ organization: "trial" }),
    });
    expect(reply.inner.invited).toHaveLength(1);
  });
});

const config = { programId: seedIds.mainCampaign, enabled: false, percent: 0 };

/** Refused to an admin and a member without a trace, and audited when an owner does it. */
const isAnOwners = (tool: string, given: Record<string, unknown>) => async (): Promise<void> => {
  const system = await startSystem();
  for (const role of ["admin", "member"] as const) {
    const before = system.upstream.counts();
    const { error } = (await system.call(tool, given, { key: await system.tokenFor({ role }) })).inner;
    expect(error).toMatchObject({ code: "owner_required", status: 403 });
    expect(error.fix).toContain("owner");
    expect(system.upstream.counts()).toEqual(before);
  }
  const { audit } = system.upstream.counts();
  expect((await system.call(tool, given)).json.result.isError).not.toBe(true);
  expect(system.upstream.counts().audit).toBe(audit + 1);
};

verifies(
  "rekomi:set_program_sub_affiliate_config-owner",
  "set_program_sub_affiliate_config is an owner's, and not an admin's or a member's",
  isAnOwners("set_program_sub_affiliate_config", config),
);
verifies(
  "rekomi:update_attribution_params-owner",
  "update_attribution_params is an owner's, and not an admin's or a member's",
  isAnOwners("update_attribution_params", { custom: "xx" }),
);

verifies(
  "rekomi:set_program_sub_affiliate_config-owner",
  "refuses an owner whose address is not verified",
  async () => {
    const system = await startSystem();
    const key = await system.tokenFor({ emailVerified: false });
    const { error } = (await system.call("set_program_sub_affiliate_config", config, { key })).inner;
    expect(error).toMatchObject({ code: "email_not_verified", status: 403 });
    const { inner } = await system.call("get_program_sub_affiliate_config", { programId: seedIds.mainCampaign });
    expect(inner).toEqual({ enabled: true, percent: 10 });
  },
);

it("counts campaigns against the plan, and names the plan that has more", async () => {
  const system = await startSystem();
  system.upstream.setPlan("trial", "Free");
  const key = await system.tokenFor({ organization: "trial" });
  const { error } = (await system.call("create_campaign", { name: "Second", slug: "second" }, { key })).inner;
  expect(error).toMatchObject({ code: "plan_tier_required", status: 402, plan: "Trial" });
});

verifies("rekomi:get_billing_state", "tells the limits that the gates then keep to", async () => {
  const system = await startSystem();
  const limits = async (organization: string) =>
    (await system.call("get_billing_state", {}, { key: await system.tokenFor({ organization }) })).inner;
  expect(await limits("acme")).toEqual({
    planTier: "Pro",
    subscriptionStatus: "active",
    trialEndsAt: null,
    stripeCustomerLinked: true,
    stripeConnectLinked: true,
    limits: {
      campaigns: null,
      affiliates: null,
      mcpTokens: 10,
      embedTokens: true,
      bulkInvites: true,
      homeCurrency: true,
      subAffiliates: true,
    },
  });
  expect(await limits("starter")).toMatchObject({
    stripeConnectLinked: false,
    limits: { embedTokens: false, bulkInvites: true, homeCurrency: false, subAffiliates: false },
  });
  const trial = await limits("trial");
  expect(trial).toMatchObject({ planTier: "Trial", stripeCustomerLinked: false, limits: { bulkInvites: false } });
  expect(Date.parse(trial.trialEndsAt)).toBeGreaterThan(Date.now());
});
