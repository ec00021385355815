import { expect, test } from "vitest";
import { seedIds } from "../seed/ids.ts";
import { startHarness } from "../testing/harness.ts";

interface Line {
  readonly affiliateId: string;
  readonly amountCents: number;
  readonly conversions: number;
  readonly currency: string;
}

test("there is a batch in each state, filtered by state, affiliate and time", async () => {
  await using api = await startHarness();
  const idsOf = async (query: string) =>
    (await api.as("acme")("GET", `/api/v1/payouts?${query}`)).body.items.map(({ id }: { id: string }) => id);
  const { paidPayout, failedPayout, processingPayout, pendingPayout } = seedIds;
  expect(await idsOf("")).toEqual([pendingPayout, processingPayout, failedPayout, paidPayout]);
  expect(await idsOf("status=Failed")).toEqual([failedPayout]);
  expect(await idsOf(`affiliateId=${seedIds.lin}`)).not.toContain(paidPayout);
  expect(await idsOf("since=2026-05-01")).toEqual([]);
});

test("a batch has a line per affiliate and currency", async () => {
  await using api = await startHarness();
  const { body } = await api.as("acme")("GET", `/api/v1/payouts/${seedIds.paidPayout}`);
  expect(new Set(body.lines.map(({ currency }: Line) => currency))).toEqual(new Set(["EUR", "USD"]));
  expect(body.affiliateCount).toBe(new Set(body.lines.map(({ affiliateId }: Line) => affiliateId)).size);
});

test("a preview says the same however often, makes no batch, and takes no conversion that rests", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  const before = api.counts();
  const [first, second] = [
    await send("POST", "/api/v1/payouts/preview", {}),
    await send("POST", "/api/v1/payouts/preview", {}),
  ];
  expect(second.body).toEqual(first.body);
  expect(api.counts()).toEqual({ ...before, audit: before.audit + 2 });
  expect(first.body.conversions).toBe(first.body.lines.reduce((sum: number, line: Line) => sum + line.conversions, 0));
  const late = await send("POST", "/api/v1/payouts/preview", { since: "2026-05-07T12:00:00Z" });
  expect(late.body).toMatchObject({ totalCents: 0, lines: [] });
});
