import { expect, test } from "vitest";
import { seedIds, seedSpaces } from "../seed/ids.ts";
import { START_MS, startHarness } from "../testing/harness.ts";

const wanted = { userId: seedIds.mia, purpose: "browser" };

test("a token lives fifteen minutes unless told otherwise, and is another each time", async () => {
  await using api = await startHarness();
  const send = api.as(seedSpaces.acmeTest);
  const { status, body } = await send("POST", "/v1/browser-tokens", wanted);
  expect([status, Date.parse(body.expiresAt) - START_MS]).toEqual([201, 900_000]);
  const stream = (await send("POST", "/v1/browser-tokens", { ...wanted, purpose: "stream", ttlSeconds: 60 })).body;
  expect([stream.token.startsWith("pk_stream_"), Date.parse(stream.expiresAt) - START_MS]).toEqual([true, 60_000]);
  expect(stream.token.slice(-43)).not.toBe(body.token.slice(-43));
});

test.each([{ ttlSeconds: 59 }, { ttlSeconds: 3601 }, { ttlSeconds: 90.5 }, { purpose: "admin" }, { userId: "" }])(
  "refuses %j",
  async (fields) => {
    await using api = await startHarness();
    const before = api.counts();
    expect((await api.as(seedSpaces.acmeTest)("POST", "/v1/browser-tokens", { ...wanted, ...fields })).status).toBe(
      422,
    );
    expect(api.counts()).toEqual(before);
  },
);

test("neither the log nor the history holds the token", async () => {
  await using api = await startHarness();
  const { body } = await api.as(seedSpaces.acmeTest)("POST", "/v1/browser-tokens", wanted);
  const kept = JSON.stringify([api.requests(), api.history(seedSpaces.acmeTest)]);
  expect(kept).toContain("browser_token.created");
  expect(kept).not.toContain(body.token.slice("pk_browser_".length));
});
