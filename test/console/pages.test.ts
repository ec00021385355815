/** Figures, keys, webhooks, trying tools and previews of policies: what admins do there, what others may not, and how it looks. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { browserTestTimeoutMs, shareBrowser } from "../browser.ts";
import { findFlaws } from "../page-flaws.ts";
import { openForms } from "./browser-like.ts";
import { password, startConsole } from "./house.ts";

const patience = { timeout: 20_000 };

/** Where pictures go for whoever looks at them; nowhere unless asked. */
const pictures = process.env.TOOLSPEC_PICTURES;

async function setUp(name = "root") {
  const system = await startConsole();
  const forms = openForms(system.origin);
  await forms.signIn(name, password);
  const send = async (path: string, fields: Record<string, string>) => {
    const { text } = await forms.get(path.split("?")[0] ?? path);
    return await forms.post(path, { token: forms.fieldIn(text, "token"), ...fields });
  };
  const { store } = system.house;
  const done = async (tool: string) =>
    (await store.audit.entries({ type: "admin", tool })).map((entry) => entry.arguments);
  return { ...system, store, forms, send, done };
}

/** A receiver on this machine that answers everything with this status. */
async function startReceiver(status: number) {
  const received: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    received.push(request.headers["webhook-id"] as string | undefined);
    request.resume();
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?secret=1`, received };
}

describe("keys", () => {
  it("are made and shown once, used, listed without what they are, and revoked", async () => {
    const { send, forms, call, done, store } = await setUp();
    const made = await send("/console/access", {
      do: "make_key",
      name: "Claude Desktop",
      of: "acme",
      kind: "agent",
      scope: "VOUCHER_READ",
      days: "",
    });
    const key = /id="made">([^<]+)</.exec(made.text)?.[1] ?? "";
    expect(key).toMatch(/^vf_ak_/);
    expect(made.headers.get("cache-control")).toBe("no-store");
    expect((await call("get_voucher", { code: "SUMMER20" }, { key })).inner?.error?.code).not.toBe("unauthenticated");
    const listed = await forms.get("/console/access?tenant=acme");
    expect(listed.text).toContain("Claude Desktop");
    expect(listed.text).not.toContain(key);
    const record = (await store.keys.list({})).find(({ name }) => name === "Claude Desktop");
    expect((await send("/console/access", { do: "revoke_key", id: record?.id ?? "" })).status).toBe(303);
    expect((await store.keys.find(record?.id ?? ""))?.revokedAtMs).toBeDefined();
    expect(await done("keys.create")).toEqual([
      { id: record?.id, name: "Claude Desktop", kind: "agent", scopes: ["VOUCHER_READ"] },
    ]);
    expect(await done("keys.revoke")).toEqual([{ id: record?.id, name: "Claude Desktop" }]);
    expect(JSON.stringify(await store.audit.entries())).not.toContain(key);
  });

  it.each([
    [{ name: "x", of: "acme", kind: "agent" }, "Choose at least one"],
    [{ name: "x", of: "acme", kind: "nothing" }, "declares no kind of key"],
    [{ name: "", of: "acme", kind: "secret" }, "name is empty"],
    [{ name: "x", of: "a\u202eb", kind: "secret" }, "control or invisible"],
    [{ name: "x", of: "acme", kind: "secret", days: "-1" }, "whole number"],
  ])("are not made of %j", async (fields, said) => {
    const { send, store } = await setUp();
    const before = (await store.keys.list({})).length;
    const { status, text } = await send("/console/access", { do: "make_key", ...(fields as Record<string, string>) });
    expect([status, text.includes(said)]).toEqual([422, true]);
    expect(await store.keys.list({})).toHaveLength(before);
  });

  it("of a suspended account are refused until it is resumed", async () => {
    const { send, store, done } = await setUp();
    expect((await send("/console/access", { do: "suspend", of: "acmee" })).text).toContain("Check its name");
    await send("/console/access", { do: "suspend", of: "acme", reason: "unpaid" });
    expect(await store.tenants.find("acme")).toMatchObject({ reason: "unpaid" });
    await send("/console/access", { do: "resume", of: "acme" });
    expect(await store.tenants.find("acme")).toBeUndefined();
    expect(await done("tenants.suspend")).toEqual([{ reason: "unpaid" }]);
  });
});

describe("webhooks", () => {
  it("are added with a secret that is shown once, tested, and removed", async () => {
    const { send, forms, store, done } = await setUp();
    const { url, received } = await startReceiver(204);
    expect((await send("/console/webhooks", { do: "add", url, of: "" })).status).toBe(422);
    const added = await send("/console/webhooks", { do: "add", url, of: "", private: "yes" });
    expect(added.text).toMatch(/id="made">whsec_/);
    const [endpoint] = await store.webhooks.list("vauchflow");
    const { text } = await forms.get("/console/webhooks");
    expect(text).not.toMatch(/whsec_|secret=1/);
    const id = endpoint?.id ?? "";
    expect((await send("/console/webhooks", { do: "test", id })).text).toContain("received: HTTP 204");
    expect(received).toHaveLength(1);
    expect((await send("/console/webhooks", { do: "remove", id })).status).toBe(303);
    expect(await store.webhooks.list("vauchflow")).toEqual([]);
    expect(JSON.stringify(await done("webhooks.add"))).not.toContain("secret=1");
  });

  it("show what was told, and send it again", async () => {
    const { send, forms, park, store, done } = await setUp();
    const { url, received } = await startReceiver(200);
    await send("/console/webhooks", { do: "add", url, of: "acme", private: "yes" });
    await park();
    await expect
      .poll(async () => (await forms.get("/console/webhooks?status=delivered")).text, patience)
      .toContain("agent.action.pending");
    const [delivery] = (await store.webhooks.page({ server: "vauchflow" }, { limit: 5 })).deliveries;
    const again = await send("/console/webhooks?status=delivered", { do: "replay", id: delivery?.id ?? "" });
    expect([again.status, again.headers.get("location")]).toEqual([303, "/console/webhooks?status=delivered"]);
    await expect.poll(() => received, patience).toEqual([delivery?.id, delivery?.id]);
    expect(await done("webhooks.replay")).toEqual([{ id: delivery?.id, messages: 1 }]);
  });
});

describe("trying a tool", () => {
  it("says step by step what would become of a call, shows its request, and sends nothing", async () => {
    const { send, forms, house } = await setUp("vera");
    const before = (await house.store.audit.entries()).length;
    const fields = {
      "in.count": "150",
      "in.discount_type": "PERCENTAGE",
      "in.discount_value": "20",
      tenant: "acme",
      kind: "agent",
    };
    const { status, text } = await send("/console/tools/create_voucher", fields);
    expect(status).toBe(200);
    expect(text).toContain("It would wait for an operator");
    expect(text).toContain("count 150 is above 100");
    expect(text).toContain("POST /v1/vouchers");
    expect(text).toContain('value="150"');
    expect((await send("/console/tools/create_voucher", { ...fields, "in.count": "0" })).text).toContain(
      "It would be refused",
    );
    expect((await send("/console/tools/create_voucher", { ...fields, kind: "root" })).status).toBe(400);
    expect((await forms.get("/console/tools/nothing")).status).toBe(404);
    expect(await house.store.audit.entries()).toHaveLength(before);
    expect(await house.store.approvals.count({ server: "vauchflow" })).toEqual({});
  });
});

describe("a policy", () => {
  it("is shown on last week's calls before it is set", async () => {
    const { send, call, store } = await setUp();
    for (const count of [40, 60, 70])
      await call("create_voucher", { count, discount_type: "PERCENTAGE", discount_value: 20, prefix: `P${count}` });
    const fields = { tenant: "acme", tool: "create_voucher", policy: "threshold", count: "50" };
    const { text } = await send("/console/tools", { ...fields, do: "preview" });
    expect(text).toContain("2 would have been decided otherwise, and 1 the same. All could be judged.");
    expect(text).toContain("would wait: count 60 is above 50");
    expect(await store.policies.list("vauchflow")).toEqual([]);
  });
});

describe("whoever is no admin", () => {
  it.each(["vera", "ana"])("changes nothing there: %s", async (name) => {
    const { send, forms, store } = await setUp(name);
    const before = await store.keys.list({});
    for (const [path, fields] of [
      ["/console/access", { do: "make_key", name: "x", of: "acme", kind: "secret" }],
      ["/console/access", { do: "revoke_key", id: before[0]?.id ?? "" }],
      ["/console/access", { do: "suspend", of: "acme" }],
      ["/console/webhooks", { do: "add", url: "https://example.com/", of: "" }],
    ] as const) {
      expect((await forms.get(path)).text).not.toContain("Make a key");
      expect((await send(path, fields)).status).toBe(403);
    }
    expect(await store.keys.list({})).toEqual(before);
    expect(await store.tenants.list()).toEqual([]);
    expect(await store.webhooks.list("vauchflow")).toEqual([]);
  });
});

const openPage = shareBrowser();

async function openAs(name: string, origin: string, colorScheme: "light" | "dark"): Promise<Page> {
  const page = await openPage({ colorScheme, javaScriptEnabled: colorScheme === "light" });
  page.setDefaultTimeout(patience.timeout);
  await page.goto(`${origin}/console/figures`);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Figures" }).waitFor();
  return page;
}

describe("the pages", () => {
  it.each(["light", "dark"] as const)(
    "can be read and used by everybody, in %s, on a desk and on a phone",
    async (colorScheme) => {
      const { origin, call, park, send, approvals } = await setUp();
      await park();
      const id = await park({ count: 160 });
      await approvals.desk.approve(id, { name: "bo" }, {});
      for (let at = 0; at < 5; at++) await call("list_campaigns", {});
      await call("get_voucher", { code: "NOTHING" });
      await call("create_voucher", { count: 5, discount_type: "PERCENTAGE", discount_value: 20, dry_run: true });
      await send("/console/webhooks", { do: "add", url: "https://hooks.example.com/a", of: "" });
      await send("/console/access", { do: "suspend", of: "acme", reason: "unpaid" });
      const page = await openAs("root", origin, colorScheme);
      const problems: string[] = [];
      page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
      for (const [width, height] of [
        [1100, 800],
        [320, 640],
      ] as const) {
        await page.setViewportSize({ width, height });
        for (const [name, path] of [
          ["figures", "/console/figures"],
          ["access", "/console/access"],
          ["webhooks", "/console/webhooks"],
          ["try", "/console/tools/create_voucher"],
        ] as const) {
          await page.goto(origin + path);
          await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
          if (pictures !== undefined)
            await page.screenshot({ path: `${pictures}/${name}-${colorScheme}-${width}.png`, fullPage: true });
          expect(await findFlaws(page), `${name} at ${width}`).toEqual([]);
        }
      }
      await page.setViewportSize({ width: 1100, height: 800 });
      await page.locator("#in-count").fill("150");
      await page.locator("#in-discount_type").selectOption("PERCENTAGE");
      await page.locator("#in-discount_value").fill("20");
      await page.getByRole("button", { name: "Try it" }).click();
      await page.getByRole("heading", { name: "Step by step" }).waitFor(patience);
      if (pictures !== undefined)
        await page.screenshot({ path: `${pictures}/tried-${colorScheme}.png`, fullPage: true });
      expect(await findFlaws(page)).toEqual([]);
      // The policy of content blocked nothing of ours.
      expect(problems).toEqual([]);
    },
    browserTestTimeoutMs,
  );
});
