/** What the reads say of the program, its usage and its customers. */
import { seedIds } from "@toolspec/example-perkamo";
import { expect, it } from "vitest";
import { verifies } from "../requirements.ts";
import { ask, refusal } from "./ask.ts";
import { startSystem } from "./system.ts";

const modules = ["rules", "wallets", "rewards", "perks", "achievements", "boosts", "levels"];

interface Customer {
  readonly userId: string;
  readonly externalId: string;
  readonly email: string;
  readonly name: string;
}

const idsOf = (page: { customers: readonly Customer[] }) => page.customers.map(({ userId }) => userId);

verifies(
  "perkamo:get_program",
  "reads the seven parts in force with their versions, and what waits staged",
  async () => {
    const system = await startSystem();
    const program = await ask(system, "get_program");
    expect(program).toMatchObject({ space: "acme-test", environment: "test" });
    expect(Object.keys(program.modules).sort()).toEqual([...modules].sort());
    for (const { version, items } of Object.values<{ version: number; items: { id: string; name: string }[] }>(
      program.modules,
    )) {
      expect(version).toBeGreaterThan(0);
      expect(items.length).toBeGreaterThan(0);
      for (const { id, name } of items) expect([typeof id, typeof name]).toEqual(["string", "string"]);
    }
    const { wallets, rewards, levels } = program.modules;
    expect(wallets.items.map(({ id }: { id: string }) => id)).toEqual([seedIds.points, seedIds.storeCredit]);
    expect(rewards.items).toContainEqual(expect.objectContaining({ id: seedIds.coffee, cost: 150, active: true }));
    const thresholds = levels.items.map(({ threshold }: { threshold: number }) => threshold);
    expect(thresholds).toEqual([...thresholds].sort((a, b) => a - b));
    expect(program.staged).toMatchObject([{ module: "rules", version: 2, uploadedBy: "ada" }]);
  },
);

it("reads the sections that were asked for, and no others", async () => {
  const system = await startSystem();
  for (const sections of [["rewards"], ["wallets", "rules"]]) {
    const program = await ask(system, "get_program", { sections });
    expect(Object.keys(program.modules).sort()).toEqual([...sections].sort());
    expect(program.staged).toHaveLength(sections.includes("rules") ? 1 : 0);
  }
});

verifies("perkamo:get_usage", "counts what was used in a month, with the limits of the plan", async () => {
  const system = await startSystem({ now: () => Date.parse("2026-06-15T12:00:00Z") });
  const now = await ask(system, "get_usage");
  expect(now).toMatchObject({ period: "current", from: "2026-06-01", to: "2026-06-30", plan: "Growth" });
  expect(await ask(system, "get_usage", { period: "previous" })).toMatchObject({
    from: "2026-05-01",
    to: "2026-05-31",
  });
  const used = (usage: { metrics: { name: string; used: number }[] }, metric: string) =>
    usage.metrics.find(({ name }) => name === metric)?.used;
  const limitOf = (metric: string) => now.metrics.find(({ name }: { name: string }) => name === metric).limit;
  expect([limitOf("events"), limitOf("redemptions")]).toEqual([500_000, null]);
  await ask(system, "emit_event", { userId: seedIds.mia, event: "order.completed", transactionId: "usage-order-1" });
  await ask(system, "redeem_reward", {
    rewardId: seedIds.coffee,
    userId: seedIds.nora,
    transactionId: "usage-redeem-1",
  });
  const later = await ask(system, "get_usage");
  for (const metric of ["events", "redemptions"]) expect(used(later, metric)).toBe((used(now, metric) ?? 0) + 1);
  const globex = await system.tokenFor({ account: "gil" });
  expect((await ask(system, "get_usage", {}, { key: globex })).plan).toBe("Starter");
});

verifies("perkamo:get_customer", "reads a customer with everything that was earned", async () => {
  const system = await startSystem();
  const nora = await ask(system, "get_customer", { userId: seedIds.nora });
  expect(nora).toMatchObject({
    userId: "user_1001",
    name: "Nora Beck",
    email: "nora.beck@acme.example",
    level: "gold",
  });
  const [points] = nora.wallets;
  expect(points).toMatchObject({ wallet: seedIds.points });
  expect(points.balance).toBeLessThanOrEqual(points.lifetime);
  const perks = nora.unlockedPerks.map(({ perk }: { perk: string }) => perk).sort();
  expect(perks).toEqual([seedIds.earlyAccess, seedIds.freeShipping, seedIds.support].sort());
  expect(nora.achievements).toContainEqual(
    expect.objectContaining({ achievement: "first_order", progress: expect.any(Number) }),
  );
  const gil = await system.tokenFor({ account: "gil" });
  const elsewhere = await ask(system, "get_customer", { userId: seedIds.nora }, { key: gil });
  expect(elsewhere.email).toMatch(/@globex\.example$/);
  expect(elsewhere.wallets).not.toEqual(nora.wallets);
});

verifies(
  "perkamo:search_customers",
  "finds by user id, email, name and external id, in one field or in any",
  async () => {
    const system = await startSystem();
    const searches = [
      ["userId", "USER_1001"],
      ["email", "nora.b"],
      ["name", "beck"],
      ["externalId", "legacy-1001"],
    ] as const;
    for (const [field, query] of searches) {
      expect(idsOf(await ask(system, "search_customers", { query, field })), field).toEqual([seedIds.nora]);
      expect(idsOf(await ask(system, "search_customers", { query })), field).toEqual([seedIds.nora]);
      for (const [other] of searches.filter(([name]) => name !== field)) {
        expect(idsOf(await ask(system, "search_customers", { query, field: other })), `${query} in ${other}`).toEqual(
          [],
        );
      }
    }
    // Addresses match from their beginning, so that a domain does not list everybody.
    expect(idsOf(await ask(system, "search_customers", { query: "acme.example", field: "email" }))).toEqual([]);
  },
);

it("gives every customer once, page by page, in the order of one page", async () => {
  const system = await startSystem();
  const whole = await ask(system, "search_customers", { query: "user_", field: "userId", limit: 100 });
  expect(whole.nextCursor).toBeNull();
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const given: Record<string, unknown> = { query: "user_", field: "userId", limit: 7 };
    const page: { customers: Customer[]; nextCursor: string | null } = await ask(system, "search_customers", {
      ...given,
      ...(cursor !== null && { cursor }),
    });
    expect(page.customers.length).toBeLessThanOrEqual(7);
    seen.push(...idsOf(page));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual(idsOf(whole));
  expect(seen.length).toBeGreaterThan(20);
  expect(idsOf(await ask(system, "search_customers", { query: "user_" }))).toHaveLength(20);
});

it("keeps what was searched for out of logs and audit entries", async () => {
  const system = await startSystem();
  await ask(system, "search_customers", { query: "nora.beck@acme.example" });
  await refusal(system, "search_customers", { query: "nora.beck@acme.example", limit: 0 });
  const entries = await system.house.store.audit.entries({});
  expect(entries.length).toBeGreaterThan(0);
  expect(JSON.stringify(entries) + system.logged.join("")).not.toContain("nora.beck");
});
