/** From another platform: the plan, its order, and a walk through it on a cohort. */
import { seedIds } from "@toolspec/example-perkamo";
import { describe, expect, it } from "vitest";
import { verifies } from "../requirements.ts";
import { ask, holdings, refusal } from "./ask.ts";
import { startSystem } from "./system.ts";

/** The platforms that the page names, as they call themselves. */
const platforms = {
  smile_io: "Smile.io",
  yotpo: "Yotpo",
  loyaltylion: "LoyaltyLion",
  gameball: "Gameball",
  talon_one: "Talon.One",
  voucherify: "Voucherify",
  open_loyalty: "Open Loyalty",
  custom: "",
} as const;

/** What each of the five steps is about, in the page's order. */
const order = [/export/i, /wallet/i, /test Space/i, /replay/i, /reconcile/i];

const summary = {
  customers: 12_000,
  pointCurrencies: [{ name: "Beans", outstanding: 3_400_000, expiresAfterDays: 365 }, { name: "Gems" }],
  rules: ["Place an order", "Sign up"],
  rewards: ["5 euros off"],
  tiers: ["Bronze", "Silver", "Gold"],
  referrals: 310,
  issuedRewards: 87,
};

describe.each(Object.entries(platforms))("from %s", (source, title) => {
  verifies(
    ["perkamo:plan_migration", "perkamo:migration-sources", "perkamo:migration-order"],
    "plans five steps: export, map, configure in a test Space, replay, reconcile; and keeps nothing",
    async () => {
      const system = await startSystem();
      const before = system.upstream.counts();
      const plan = await ask(system, "plan_migration", { source, summary });
      expect(plan.source).toBe(source);
      expect(plan.steps.map(({ order }: { order: number }) => order)).toEqual([1, 2, 3, 4, 5]);
      for (const [index, about] of order.entries()) expect(plan.steps[index].title).toMatch(about);
      expect(JSON.stringify(plan)).toContain(title);
      expect(system.upstream.counts()).toEqual(before);
      expect(await ask(system, "plan_migration", { source, summary })).toEqual(plan);
    },
  );
});

verifies(
  "perkamo:migration-mapping",
  "maps each point currency to a wallet, and says which have to be configured",
  async () => {
    const system = await startSystem();
    const { walletMapping } = await ask(system, "plan_migration", { source: "smile_io", summary });
    expect(walletMapping).toEqual([
      { sourceCurrency: "Beans", wallet: seedIds.points, exists: true },
      { sourceCurrency: "Gems", wallet: "gems", exists: false },
    ]);
  },
);

it("warns of what the summary lacks, of a live Space, and of what needs a person", async () => {
  const system = await startSystem();
  const pathsOf = (plan: { warnings: { path: string }[] }) => plan.warnings.map(({ path }) => path);
  const bare = await ask(system, "plan_migration", { source: "custom", summary: {} });
  for (const part of Object.keys(summary)) expect(pathsOf(bare)).toContain(`summary.${part}`);
  const whole = await ask(system, "plan_migration", { source: "smile_io", summary });
  expect(pathsOf(whole)).toEqual(expect.arrayContaining(["summary.tiers", "summary.issuedRewards"]));
  const live = await system.tokenFor({ space: "acme-live" });
  const there = await ask(system, "plan_migration", { source: "smile_io", summary }, { key: live });
  expect(JSON.stringify(there.warnings)).toContain("test Space");
});

verifies("perkamo:records-outside", "takes no rows of customers: a plan is made of counts and names", async () => {
  const system = await startSystem();
  const rows = [{ email: "mira@example.com", points: 120 }];
  for (const wrong of [{ customers: rows }, { rows }, { balances: rows }, { export: "a,b\n1,2" }]) {
    const error = await refusal(system, "plan_migration", { source: "yotpo", summary: wrong });
    expect(error.code).toBe("invalid_argument");
  }
  expect(system.upstream.requests()).toEqual([]);
});

verifies(
  ["perkamo:migration-order", "perkamo:migration-replay"],
  "can be walked to the end on a cohort: plan, wallet, customer, replay, replay again, compare",
  async () => {
    const system = await startSystem();
    const { walletMapping } = await ask(system, "plan_migration", { source: "smile_io", summary });
    const [, { wallet }] = walletMapping;
    const { modules } = await ask(system, "get_program");
    const wallets = [...modules.wallets.items, { id: wallet, name: "Gems", unit: "points", expiresAfterDays: null }];
    const gems = {
      ...modules.rules.items[0],
      id: "gem_points",
      name: "A gem for each game",
      event: "game.played",
      wallet,
      award: "fixed",
      amount: 3,
      field: null,
      conditions: [],
    };
    for (const [module, items] of [
      ["wallets", wallets],
      ["rules", [...modules.rules.items, gems]],
    ] as const) {
      const payload = { items };
      expect(await ask(system, "validate_config_module", { module, payload })).toMatchObject({ valid: true });
      await ask(system, "upload_config_module", { module, payload });
      await ask(system, "upload_config_module", { module, payload, activate: true });
    }
    const userId = "user_4001";
    await ask(system, "identify_customer", { userId, externalId: "smile-4001" });
    const events = [1, 2, 3].map((n) => ({
      userId,
      event: "game.played",
      transactionId: `smile-game-${n}`,
      occurredAt: `2025-03-0${n}T10:00:00Z`,
      context: { game: n },
    }));
    expect(await ask(system, "batch_events", { events })).toMatchObject({ processed: 3 });
    expect(await ask(system, "batch_events", { events })).toMatchObject({ processed: 0, duplicates: 3 });
    expect(await holdings(system, userId, wallet)).toMatchObject({ balance: 9, lifetime: 9 });
  },
);
