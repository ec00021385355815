/** Facts about customers, and corrections by hand. */
import { seedIds } from "@toolspec/example-perkamo";
import { expect, it } from "vitest";
import { verifies } from "../requirements.ts";
import { ask, holdings, refusal } from "./ask.ts";
import { startSystem } from "./system.ts";

verifies(
  "perkamo:identify_customer",
  "creates a customer, and changes the given facts of one and no others",
  async () => {
    const system = await startSystem();
    const userId = "user_3001";
    const made = await ask(system, "identify_customer", {
      userId,
      name: "Mira Holt",
      externalId: "smile-88123",
      traits: { country: "DE", newsletter: true },
    });
    expect(made).toMatchObject({ userId, name: "Mira Holt", email: null, rewards: [] });
    await ask(system, "identify_customer", {
      userId,
      email: "mira@example.com",
      traits: { newsletter: null, orders: 3 },
    });
    const now = await ask(system, "get_customer", { userId });
    expect(now).toMatchObject({ name: "Mira Holt", email: "mira@example.com", externalId: "smile-88123" });
    expect(now.traits).toEqual({ country: "DE", orders: 3 });
    const taken = await refusal(system, "identify_customer", { userId: "user_3002", externalId: "smile-88123" });
    expect(taken.code).toBe("external_id_taken");
    expect((await refusal(system, "get_customer", { userId: "user_3002" })).code).toBe("customer_not_found");
  },
);

it("keeps e-mail address, name and traits out of logs, audit entries and errors", async () => {
  const system = await startSystem();
  const planted = { email: "planted@example.com", name: "Planted Person", traits: { note: "planted fact" } };
  await ask(system, "identify_customer", { userId: "user_3001", ...planted });
  const refused = await system.call("identify_customer", { ...planted, userId: "../x", confirm: true });
  const entries = await system.house.store.audit.entries({});
  expect(entries.length).toBeGreaterThan(1);
  const told = JSON.stringify(entries) + system.logged.join("") + refused.text;
  for (const secret of ["planted@example.com", "Planted Person", "planted fact"]) expect(told).not.toContain(secret);
});

verifies(
  ["perkamo:adjust_customer", "perkamo:financial-like"],
  "corrects wallets and perks at once, with a reason that stays on record with the person",
  async () => {
    const system = await startSystem();
    const before = await holdings(system, seedIds.tom);
    const reason = "Points of order 10042 were lost in an outage.";
    const given = {
      userId: seedIds.tom,
      wallets: [
        { wallet: seedIds.points, amount: -30 },
        { wallet: seedIds.storeCredit, amount: 4 },
      ],
      unlockPerks: [seedIds.support],
      lockPerks: [seedIds.freeShipping],
      reason,
      transactionId: "fix-order-10042",
    };
    const first = await ask(system, "adjust_customer", given);
    expect(first).toMatchObject({ transactionId: "fix-order-10042", status: "applied", adjustedBy: "ada" });
    expect((await holdings(system, seedIds.tom)).balance).toBe(before.balance - 30);
    expect((await holdings(system, seedIds.tom, seedIds.storeCredit)).balance).toBe(4);
    const perks = first.customer.unlockedPerks.map(({ perk }: { perk: string }) => perk);
    expect(perks).toContain(seedIds.support);
    expect(perks).not.toContain(seedIds.freeShipping);
    expect(system.upstream.history("acme-test").at(-1)).toMatchObject({
      actor: "ada",
      subject: seedIds.tom,
      detail: { reason },
    });
    expect(await ask(system, "adjust_customer", given)).toMatchObject({
      status: "duplicate",
      adjustedAt: first.adjustedAt,
    });
    expect((await holdings(system, seedIds.tom)).balance).toBe(before.balance - 30);
    const other = await refusal(system, "adjust_customer", {
      ...given,
      wallets: [{ wallet: seedIds.points, amount: 900 }],
    });
    expect(other.code).toBe("transaction_conflict");
  },
);

verifies("perkamo:financial-like", "adjusts all or nothing, never below zero, and never without a reason", async () => {
  const system = await startSystem();
  const before = await ask(system, "get_customer", { userId: seedIds.mia });
  const given = { userId: seedIds.mia, reason: "Goodwill", transactionId: "goodwill-mia-1" };
  const credit = { wallet: seedIds.storeCredit, amount: 5 };
  const attempts: readonly (readonly [object, string])[] = [
    [{ wallets: [credit, { wallet: seedIds.points, amount: -1_000_000 }] }, "insufficient_balance"],
    [{ wallets: [credit], unlockPerks: ["flying_carpet"] }, "perk_not_found"],
    [{ wallets: [credit, credit] }, "invalid_request"],
    [{ wallets: [{ ...credit, amount: 0 }] }, "invalid_request"],
    [{ wallets: [{ ...credit, amount: 1_000_001 }] }, "invalid_argument"],
    [{ wallets: [{ ...credit, amount: 0.5 }] }, "invalid_argument"],
    [{ wallets: [credit], reason: "x" }, "invalid_argument"],
  ];
  for (const [more, code] of attempts) {
    expect(await refusal(system, "adjust_customer", { ...given, ...more }), code).toMatchObject({ code });
  }
  expect(await ask(system, "get_customer", { userId: seedIds.mia })).toEqual(before);
});
