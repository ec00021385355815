import { expect, test } from "vitest";
import { startHarness } from "../testing/harness.ts";

const organization = "/api/v1/organization";

test.each(["XXX", "eur", "KPW", "EURO", 978])("refuses %s as HomeCurrency", async (homeCurrency) => {
  await using api = await startHarness();
  expect((await api.as("acme")("PUT", `${organization}/home-currency`, { homeCurrency })).status).toBe(422);
});

test("sets what is set already without a trace, and leaves past conversions their currency", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  const before = (await send("GET", "/api/v1/conversions?take=200")).body;
  const entries = api.counts().audit;
  const set = (homeCurrency: string) => send("PUT", `${organization}/home-currency`, { homeCurrency });
  expect((await set("EUR")).body).toEqual({ homeCurrency: "EUR", previousCurrency: "EUR", changed: false });
  expect(api.counts().audit).toBe(entries);
  expect((await set("USD")).body).toEqual({ homeCurrency: "USD", previousCurrency: "EUR", changed: true });
  expect(api.counts().audit).toBe(entries + 1);
  expect((await send("GET", "/api/v1/conversions?take=200")).body).toEqual(before);
  expect((await send("GET", "/api/v1/dashboard/summary")).body.currency).toBe("USD");
});

test.each([
  ["starter", false],
  ["acme", true],
])("%s may change its HomeCurrency: %s", async (of, canChange) => {
  await using api = await startHarness();
  expect((await api.as(of)("GET", `${organization}/home-currency`)).body.canChange).toBe(canChange);
});

const eleven = Array.from({ length: 11 }, (_, index) => `p${index}`).join(",");

test.each([eleven, "a", "UPPER", "a b", "aa,,bb", "aa,", `aa,${"b".repeat(33)}`])(
  "refuses the parameters %s",
  async (custom) => {
    await using api = await startHarness();
    expect((await api.as("acme")("PUT", `${organization}/attribution-params`, { custom })).status).toBe(422);
  },
);

test("one's own parameters come first; leaving them out clears them", async () => {
  await using api = await startHarness();
  const send = api.as("acme");
  const { body } = await send("PUT", `${organization}/attribution-params`, { custom: "zz,via" });
  expect([body.custom, body.defaults.length, body.effective.slice(0, 3)]).toEqual([
    ["zz", "via"],
    16,
    ["zz", "via", "ref"],
  ]);
  const cleared = (await send("PUT", `${organization}/attribution-params`, {})).body;
  expect([cleared.custom, cleared.effective]).toEqual([[], cleared.defaults]);
});

test("the snippet holds campaign, parameters and pixel key; without a key there is no pixel", async () => {
  await using api = await startHarness();
  const { body } = await api.as("acme")("GET", `${organization}/install-snippet?withPixel=true`);
  expect(body).toMatchObject({
    campaignId: "cmp_creators",
    pixelPublicKey: "rk_pub_acme",
    customParams: ["partner", "code"],
  });
  for (const part of ["cmp_creators", "partner,code", "rk_pub_acme"]) expect(body.snippet).toContain(part);
  const refused = await api.as("growth")("GET", `${organization}/install-snippet?withPixel=true`);
  expect([refused.status, refused.body.error.code]).toEqual([409, "pixel_key_missing"]);
  api.setPixelKey("growth", "rk_pub_growth");
  expect((await api.as("growth")("GET", `${organization}/install-snippet?withPixel=true`)).status).toBe(200);
});

test("billing says what the plan allows", async () => {
  await using api = await startHarness();
  const limitsOf = async (of: string) => (await api.as(of)("GET", `${organization}/billing`)).body.limits;
  expect(await limitsOf("trial")).toMatchObject({ campaigns: 3, embedTokens: false, bulkInvites: false });
  expect(await limitsOf("acme")).toMatchObject({ campaigns: null, embedTokens: true, homeCurrency: true });
});
