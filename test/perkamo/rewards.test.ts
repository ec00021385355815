/** Redemptions, which pay once, and tokens for browsers, which end soon. */
import { seedIds } from "@toolspec/example-perkamo";
import { expect } from "vitest";
import { verifies } from "../requirements.ts";
import { ask, holdings, refusal } from "./ask.ts";
import { startSystem } from "./system.ts";

verifies(
  ["perkamo:redeem_reward", "perkamo:deterministic-redemption"],
  "pays for a reward once, however often the redemption is sent",
  async () => {
    const system = await startSystem();
    const before = await holdings(system, seedIds.nora);
    const { rewards: earlier } = await ask(system, "get_customer", { userId: seedIds.nora });
    const given = { rewardId: seedIds.coffee, userId: seedIds.nora, transactionId: "redeem-nora-2026-06-15" };
    const first = await ask(system, "redeem_reward", given);
    expect(first).toMatchObject({ ...given, status: "redeemed", wallet: seedIds.points, cost: 150 });
    expect(first.balance).toBe(before.balance - 150);
    for (let again = 0; again < 3; again++) {
      expect(await ask(system, "redeem_reward", given)).toEqual({ ...first, status: "duplicate" });
    }
    // What was spent lowers the balance, and not what levels go by.
    expect(await holdings(system, seedIds.nora)).toMatchObject({
      balance: before.balance - 150,
      lifetime: before.lifetime,
    });
    const { rewards } = await ask(system, "get_customer", { userId: seedIds.nora });
    expect(rewards[0]).toMatchObject({ redemptionId: first.redemptionId, rewardId: seedIds.coffee, cost: 150 });
    expect(rewards.slice(1)).toEqual(earlier);
    const conflict = await refusal(system, "redeem_reward", { ...given, rewardId: seedIds.tote });
    expect(conflict.code).toBe("transaction_conflict");
  },
);

verifies("perkamo:redeem_reward", "refuses what is not to be had or not to be paid, and takes nothing", async () => {
  const system = await startSystem();
  const given = { userId: seedIds.nora, transactionId: "redeem-nora-refused" };
  const attempts: readonly (readonly [object, string])[] = [
    [{ rewardId: seedIds.mug }, "reward_unavailable"],
    [{ rewardId: seedIds.tasting }, "reward_unavailable"],
    [{ rewardId: seedIds.giftCard, userId: seedIds.jonas }, "insufficient_balance"],
    [{ rewardId: "free_car" }, "reward_not_found"],
  ];
  const before = system.upstream.counts();
  for (const [more, code] of attempts) {
    expect((await refusal(system, "redeem_reward", { ...given, ...more })).code).toBe(code);
  }
  expect(system.upstream.counts()).toEqual(before);
  const tote = { userId: seedIds.tom, rewardId: seedIds.tote };
  await ask(system, "redeem_reward", { ...tote, transactionId: "redeem-tote-first" });
  const second = { ...tote, transactionId: "redeem-tote-second" };
  expect((await refusal(system, "redeem_reward", second)).code).toBe("reward_unavailable");
});

verifies(
  ["perkamo:create_browser_token", "perkamo:short-lived"],
  "mints tokens of one customer that end within the hour, and tells nobody but the caller",
  async () => {
    const now = Date.parse("2026-06-15T12:00:00Z");
    const system = await startSystem({ now: () => now });
    const given = { userId: seedIds.nora, purpose: "browser" };
    const tokens: string[] = [];
    for (const [ttlSeconds, end] of [
      [undefined, "2026-06-15T12:15:00.000Z"],
      [60, "2026-06-15T12:01:00.000Z"],
      [3600, "2026-06-15T13:00:00.000Z"],
    ] as const) {
      const made = await ask(system, "create_browser_token", { ...given, ...(ttlSeconds && { ttlSeconds }) });
      expect(new Date(made.expiresAt).toISOString()).toBe(end);
      expect(made).toMatchObject({ ...given, token: expect.stringMatching(/^pk_browser_/) });
      tokens.push(made.token);
    }
    const stream = await ask(system, "create_browser_token", { ...given, purpose: "stream" });
    expect(stream.token).toMatch(/^pk_stream_/);
    expect(new Set([...tokens, stream.token]).size).toBe(4);
    const entries = JSON.stringify(await system.house.store.audit.entries({}));
    expect(entries).toContain("create_browser_token");
    for (const token of [...tokens, stream.token]) expect(entries + system.logged.join("")).not.toContain(token);
  },
);
