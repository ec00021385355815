import { expect, test } from "vitest";
import { seedSpaces } from "../seed/ids.ts";
import { type Send, startHarness } from "../testing/harness.ts";
import { sources } from "./sources.ts";

const whole = {
  customers: 50_000,
  pointCurrencies: [{ name: "beans", outstanding: 120 }, { name: "Gold Coins!", expiresAfterDays: 90 }, { name: "2x" }],
  rules: ["Order", "Birthday bonus"],
  rewards: ["Coffee"],
  tiers: ["Bronze", "Gold"],
  referrals: 4,
  issuedRewards: 9,
};

const plan = async (send: Send, summary: object, source = "smile_io") =>
  (await send("POST", "/v1/migrations/plan", { source, summary })).body;

test.each(sources)("plans the way from %s in the safe order, the same each time", async (source) => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const before = api.counts();
  const body = await plan(send, whole, source);
  expect(
    body.steps.map(({ order, title }: { order: number; title: string }) => `${order} ${title.split(" ")[0]}`),
  ).toEqual(["1 Export", "2 Map", "3 Configure", "4 Replay", "5 Reconcile"]);
  expect(body.steps[3].detail).toContain(`${source}-order-10042-paid`);
  expect(body.steps[3].detail).toContain("about 200 customers");
  expect(body.warnings.some(({ path }: { path: string }) => path === "source")).toBe(true);
  expect(await plan(send, whole, source)).toEqual(body);
  expect(api.counts()).toEqual(before);
});

test("gives each currency a wallet: one of the Space by its name, else a new one", async () => {
  await using api = await startHarness();
  const { walletMapping } = await plan(api.as(seedSpaces.acmeTest), whole);
  expect(walletMapping).toEqual([
    { sourceCurrency: "beans", wallet: "points", exists: true },
    { sourceCurrency: "Gold Coins!", wallet: "gold_coins", exists: false },
    { sourceCurrency: "2x", wallet: "wallet_2x", exists: false },
  ]);
});

test("never gives two currencies one wallet", async () => {
  await using api = await startHarness();
  const pointCurrencies = ["Points", "points", "Beans", "POINTS!", "点数", "积分", "x".repeat(120)].map((name) => ({
    name,
  }));
  const { walletMapping } = await plan(api.as(seedSpaces.acmeTest), { pointCurrencies });
  const wallets = walletMapping.map(({ wallet }: { wallet: string }) => wallet);
  expect(wallets.slice(0, 6)).toEqual(["points", "points_2", "beans", "points_3", "wallet", "wallet_2"]);
  expect(new Set(wallets).size).toBe(7);
});

test("warns about what is missing and what has no counterpart", async () => {
  await using api = await startHarness();
  const pathsOf = async (space: string, summary: object) =>
    (await plan(api.as(space), summary)).warnings.map(({ path }: { path: string }) => path);
  expect(await pathsOf(seedSpaces.acmeTest, whole)).toEqual([
    "source",
    "summary.pointCurrencies[0].outstanding",
    "summary.pointCurrencies[1].expiresAfterDays",
    "summary.rules[1]",
    "summary.tiers",
    "summary.referrals",
    "summary.issuedRewards",
  ]);
  expect(await pathsOf(seedSpaces.acmeLive, { customers: 5 })).toEqual([
    "",
    ...["pointCurrencies", "rules", "rewards", "tiers", "referrals", "issuedRewards"].map((part) => `summary.${part}`),
    "source",
  ]);
});

test("refuses a platform that is not known, and rows of customers", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const reply = await send("POST", "/v1/migrations/plan", { source: "other", summary: { customers: [{ id: 1 }] } });
  expect(reply.body.error.meta.problems.map(({ field }: { field: string }) => field)).toEqual([
    "body.source",
    "body.summary.customers",
  ]);
});
