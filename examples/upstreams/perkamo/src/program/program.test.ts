import { expect, test } from "vitest";
import { seedIds, seedSpaces } from "../seed/ids.ts";
import { type Send, START_MS, startHarness } from "../testing/harness.ts";

const { mia, points, storeCredit } = seedIds;
const { acmeTest, acmeLive } = seedSpaces;

const order = {
  ...{ id: "order_points", name: "Order", event: "order.completed", wallet: points },
  ...{ award: "per_unit", amount: 3, field: "orderTotal", conditions: [{ field: "currency", op: "eq", value: "EUR" }] },
};

const validate = async (send: Send, module: string, ...items: object[]) =>
  (await send("POST", "/v1/config/validate", { module, payload: { items } })).body;

const upload = (send: Send, module: string, activate: boolean, ...items: object[]) =>
  send("POST", `/v1/config/${module}/versions`, { payload: { items }, activate, note: "A test." });

const itemsOf = async (send: Send, module: string) => (await send("GET", "/v1/program")).body.modules[module].items;

const earn = async (send: Send, transactionId: string) => {
  const context = { orderTotal: 10, currency: "EUR" };
  const event = { userId: mia, event: "order.completed", transactionId, context };
  return (await send("POST", "/v1/events", event)).body.effects[0]?.amount;
};

test("a staged version waits: the program in force stays, until a version is activated", async () => {
  await using api = await startHarness();
  const send = api.as(acmeTest, { sub: "bo" });
  expect(await earn(send, "order-staged-0")).toBe(20);
  const staged = await upload(send, "rules", false, order);
  // Version 2 is the draft of the demo data, whose place it takes.
  expect([staged.status, staged.body]).toMatchObject([201, { version: 3, status: "staged", activeVersion: 1 }]);
  expect(await earn(send, "order-staged-1")).toBe(20);
  const shown = (await send("GET", "/v1/program?sections=rules,levels")).body;
  expect(Object.keys(shown.modules)).toEqual(["rules", "levels"]);
  expect(shown.staged).toMatchObject([
    { module: "rules", version: 3, note: "A test.", uploadedBy: "bo", items: [{ amount: 3 }] },
  ]);
  expect((await send("GET", "/v1/program?sections=levels")).body.staged).toEqual([]);
  const active = await upload(send, "rules", true, order);
  expect(active.body).toMatchObject({ version: 4, status: "active", activeVersion: 4 });
  expect(await earn(send, "order-staged-2")).toBe(60);
  expect((await send("GET", "/v1/program")).body.staged).toEqual([]);
  expect(api.history(acmeTest).slice(-2)).toMatchObject([
    { actor: "bo", action: "config.staged", subject: "rules", detail: { version: 3 } },
    { actor: "bo", action: "config.active", subject: "rules", detail: { version: 4 } },
  ]);
});

test("what was earned by a former program stays; levels go by the one in force", async () => {
  await using api = await startHarness();
  const send = api.as(acmeTest);
  await upload(send, "levels", true, {
    id: "only",
    name: "Only",
    wallet: points,
    threshold: 249,
    perks: [seedIds.support],
  });
  const customer = (await send("GET", `/v1/customers/${mia}`)).body;
  expect(customer).toMatchObject({
    level: "only",
    wallets: [{ balance: 249 }, {}],
    unlockedPerks: [{ perk: seedIds.support }],
  });
});

test("every module in force can be validated and uploaded as it is shown", async () => {
  await using api = await startHarness();
  const send = api.as(acmeTest);
  const { modules } = (await send("GET", "/v1/program")).body;
  for (const [module, { items }] of Object.entries<{ items: object[] }>(modules)) {
    expect(await validate(send, module, ...items)).toMatchObject({ valid: true, errors: [] });
    expect((await upload(send, module, true, ...items)).status).toBe(201);
    expect(await itemsOf(send, module)).toEqual(items);
  }
});

const wallet = { id: points, name: "Beans", unit: "points" };
const perk = { id: "lounge", name: "Lounge", kind: "custom" };
const boost = { id: "b", name: "B", wallet: points, multiplier: 2, startsAt: "2026-06-01T00:00:00Z" };
const level = { id: "l", name: "L", wallet: points, threshold: 5 };
const medal = { id: "m", name: "M", event: "order.completed", count: 2 };
const reward = { id: "r", name: "R", kind: "product", wallet: points, cost: 5 };

test.each<[what: string, module: string, items: object[], paths: string[]]>([
  [
    "missing fields, every one",
    "rewards",
    [{ id: "r" }],
    ["name", "kind", "wallet", "cost"].map((name) => `items[0].${name}`),
  ],
  ["a value of another kind", "rewards", [reward, { ...reward, id: "s", cost: "5" }], ["items[1].cost"]],
  ["an id that is none", "perks", [{ ...perk, id: "The Lounge" }], ["items[0].id"]],
  ["an id twice", "perks", [perk, perk], ["items[1].id"]],
  ["a reward priced in an unknown wallet", "rewards", [{ ...reward, wallet: "gold" }], ["items[0].wallet"]],
  ["a rule that credits an unknown wallet", "rules", [{ ...order, wallet: "gold" }], ["items[0].wallet"]],
  ["a level with an unknown perk", "levels", [{ ...level, perks: ["lounge"] }], ["items[0].perks[0]"]],
  ["an achievement with an unknown perk", "achievements", [{ ...medal, perk: "lounge" }], ["items[0].perk"]],
  ["per_unit without a field", "rules", [{ ...order, field: null }], ["items[0].field"]],
  ["fixed with a field", "rules", [{ ...order, award: "fixed" }], ["items[0].field"]],
  ["half a unit", "rules", [{ ...order, award: "fixed", field: null, amount: 0.5 }], ["items[0].amount"]],
  [
    "a condition that is not whole",
    "rules",
    [{ ...order, conditions: [{ field: "a", op: "like" }] }],
    ["items[0].conditions[0].op", "items[0].conditions[0].value"],
  ],
  ["a wallet without an amount", "achievements", [{ ...medal, wallet: points }], ["items[0].amount"]],
  ["an amount without a wallet", "achievements", [{ ...medal, amount: 5 }], ["items[0].wallet"]],
  ["an end before the start", "boosts", [{ ...boost, endsAt: "2026-05-31T23:00:00Z" }], ["items[0].endsAt"]],
  ["two levels at one threshold", "levels", [level, { ...level, id: "k" }], ["items[1].threshold"]],
])("refuses %s", async (_, module, items, paths) => {
  await using api = await startHarness();
  const send = api.as(acmeTest);
  const before = api.counts();
  const checked = await validate(send, module, ...items);
  expect([checked.valid, checked.errors.map(({ path }: { path: string }) => path)]).toEqual([false, paths]);
  for (const activate of [false, true]) {
    const reply = await upload(send, module, activate, ...items);
    expect([reply.status, reply.body.error.code]).toEqual([422, "config_invalid"]);
    // An activation may find more: what others in force then name in vain.
    expect(reply.body.error.meta.errors).toEqual(expect.arrayContaining(checked.errors));
  }
  expect(api.counts()).toEqual(before);
});

test("names the modules there are for one that is not", async () => {
  await using api = await startHarness();
  const send = api.as(acmeTest);
  for (const reply of [
    await send("POST", "/v1/config/validate", { module: "referrals", payload: { items: [] } }),
    await send("POST", "/v1/config/referrals/versions", { payload: { items: [] } }),
    await send("GET", "/v1/program?sections=rules,referrals"),
  ]) {
    expect(reply.status).toBe(422);
    expect(reply.body.error.message).toContain("rules, wallets, rewards, perks, achievements, boosts, levels");
  }
});

test.each<[module: string, items: object[], path: string]>([
  ["perks", [{ ...perk, icon: "sofa" }], "items[0].icon"],
  [
    "rules",
    [{ ...order, conditions: [{ field: "a", op: "eq", value: 1, unless: 2 }] }],
    "items[0].conditions[0].unless",
  ],
  ["rules", [{ ...order, active: false }], "items[0].active"],
  ["rules", [{ ...order, conditions: [] }], "items[0].conditions"],
  ["rewards", [reward], "items[0].stock"],
  ["boosts", [{ ...boost, multiplier: 7 }], "items[0].multiplier"],
  ["boosts", [boost], "items[0].endsAt"],
  ["boosts", [{ ...boost, startsAt: "2026-01-01T00:00:00Z", endsAt: "2026-02-01T00:00:00Z" }], "items[0].endsAt"],
  ["achievements", [medal], "items[0]"],
  ["boosts", [], ""],
])("has %s of %j reviewed, and keeps it all the same", async (module, items, path) => {
  await using api = await startHarness();
  const send = api.as(acmeTest);
  const { valid, warnings } = await validate(send, module, ...items);
  expect([valid, warnings.map((each: { path: string }) => each.path)]).toEqual([true, expect.arrayContaining([path])]);
  expect((await upload(send, module, false, ...items)).body.warnings).toEqual(warnings);
});

test("an unknown field is left out of what is kept", async () => {
  await using api = await startHarness();
  const send = api.as(acmeTest);
  await upload(send, "perks", false, { ...perk, icon: "sofa" });
  const { staged } = (await send("GET", "/v1/program?sections=perks")).body;
  expect(staged[0].items).toEqual([perk]);
});

test("what names a staged item may be staged, and is activated after it only", async () => {
  await using api = await startHarness();
  const send = api.as(acmeTest);
  const gold = { id: "gold", name: "Gold", unit: "credits" };
  const inGold = { ...reward, wallet: "gold" };
  const wallets = [...(await itemsOf(send, "wallets")), gold];
  await upload(send, "wallets", false, ...wallets);
  const checked = await validate(send, "rewards", inGold);
  expect(checked.valid).toBe(true);
  expect(checked.warnings).toContainEqual(expect.objectContaining({ path: "items[0].wallet" }));
  expect((await upload(send, "rewards", false, inGold)).status).toBe(201);
  expect((await upload(send, "rewards", true, inGold)).body.error.code).toBe("config_invalid");
  await upload(send, "wallets", true, ...wallets);
  expect((await upload(send, "rewards", true, inGold)).status).toBe(201);
});

test("a wallet that others still name is not taken out of force, and its loss is told", async () => {
  await using api = await startHarness();
  const send = api.as(acmeTest);
  const credit = { id: storeCredit, name: "Store credit", unit: "credits" };
  const reply = await upload(send, "wallets", true, credit);
  expect(reply.status).toBe(422);
  expect(reply.body.error.message).toContain("order_points of the rules");
  const staged = await upload(send, "wallets", false, credit);
  const told = staged.body.warnings.map(({ message }: { message: string }) => message).join(" ");
  expect([staged.status, told]).toEqual([201, expect.stringContaining("lacks points: what 34 customers collected")]);
});

test("a live Space is warned about, when a module is checked and when it is activated", async () => {
  await using api = await startHarness();
  const messages = async (space: string, activate?: boolean) => {
    const send = api.as(space);
    const { warnings } =
      activate === undefined
        ? await validate(send, "levels", level)
        : (await upload(send, "levels", activate, level)).body;
    return warnings.map(({ message }: { message: string }) => message);
  };
  expect(await messages(acmeTest)).toEqual([]);
  expect(await messages(acmeTest, true)).toEqual([]);
  expect(await messages(acmeLive)).toEqual([expect.stringContaining("try levels in a test Space first")]);
  expect(await messages(acmeLive, true)).toEqual([expect.stringContaining("changes what customers of the live Space")]);
});

test("expiry takes what is old at once, and is warned about", async () => {
  await using api = await startHarness();
  const send = api.as(acmeTest);
  const items = [
    { ...wallet, expiresAfterDays: 20 },
    { id: storeCredit, name: "Store credit", unit: "credits" },
  ];
  const { body } = await upload(send, "wallets", true, ...items);
  expect(body.warnings).toContainEqual(expect.objectContaining({ path: "items[0].expiresAfterDays" }));
  // The order of twelve days ago is left; the first, and what came with joining, are gone.
  const { wallets } = (await send("GET", `/v1/customers/${mia}`)).body;
  expect(wallets[0]).toEqual({ wallet: points, balance: 61, lifetime: 249 });
  api.clock.nowMs = START_MS + 8 * 86_400_000;
  expect((await send("GET", `/v1/customers/${mia}`)).body.wallets[0].balance).toBe(0);
});
