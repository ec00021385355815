import { expect, test } from "vitest";
import { seedIds, seedSpaces } from "../seed/ids.ts";
import { type Send, startHarness } from "../testing/harness.ts";

const { mia, coffee } = seedIds;

const used = async (send: Send, period = "current") => {
  const { metrics } = (await send("GET", `/v1/usage?period=${period}`)).body;
  return Object.fromEntries(metrics.map(({ name, used }: { name: string; used: number }) => [name, used]));
};

test("counts what was done in the month, whole months by UTC", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const before = await used(send);
  await send("PUT", "/v1/customers/lea", { name: "Lea" });
  const event = { userId: mia, event: "account.created", transactionId: "account-use-1" };
  for (let n = 0; n < 2; n++) await send("POST", "/v1/events", event);
  await send("POST", `/v1/rewards/${coffee}/redemptions`, { userId: mia, transactionId: "redeem-use-1" });
  await send("POST", "/v1/browser-tokens", { userId: mia, purpose: "stream" });
  await send("POST", "/v1/config/boosts/versions", { payload: { items: [] } });
  const after = await used(send);
  for (const [name, count] of Object.entries(before)) expect([name, after[name]]).toEqual([name, count + 1]);
  api.clock.nowMs = Date.UTC(2026, 5, 1) - 1;
  expect(await used(send)).toEqual(after);
  api.clock.nowMs = Date.UTC(2026, 5, 1);
  expect(await used(send, "previous")).toEqual(after);
  expect(await used(send)).toEqual({
    customers: after.customers,
    events: 0,
    redemptions: 0,
    browser_tokens: 0,
    config_versions: 0,
  });
});

test("names the month and the limits of the plan", async () => {
  await using api = await startHarness();
  const of = async (space: string, target: string) => (await api.as(space)("GET", target)).body;
  const current = await of(seedSpaces.globexTest, "/v1/usage");
  expect(current).toMatchObject({ period: "current", from: "2026-05-01", to: "2026-05-31", plan: "Starter" });
  expect(current.metrics).toContainEqual({ name: "events", used: expect.any(Number), limit: 10_000 });
  const previous = await of(seedSpaces.acmeTest, "/v1/usage?period=previous");
  expect(previous).toMatchObject({ period: "previous", from: "2026-04-01", to: "2026-04-30", plan: "Growth" });
  expect(previous.metrics).toContainEqual({ name: "redemptions", used: expect.any(Number), limit: null });
});
