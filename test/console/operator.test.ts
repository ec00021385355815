/** An operator's ten minutes in a real browser, and the same with JavaScript switched off. */
import type { BrowserContextOptions, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { browserTestTimeoutMs, shareBrowser } from "../browser.ts";
import { findFlaws } from "../page-flaws.ts";
import { password, approvals as settings, startConsole } from "./house.ts";

/** Milliseconds for something to be seen on a machine that does much else; the page looks every two seconds. */
const patience = { timeout: 20_000 };

/** Where pictures go for whoever looks at them; nowhere unless asked. */
const pictures = process.env.TOOLSPEC_PICTURES;

async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}

const openPage = shareBrowser();

async function openAs(name: string, origin: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await openPage({ viewport: { width: 1100, height: 800 }, ...options });
  page.setDefaultTimeout(patience.timeout);
  await page.goto(`${origin}/console`);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Approvals" }).waitFor();
  return page;
}

const see = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor(patience);

describe.each([
  ["with JavaScript", true],
  ["without JavaScript", false],
] as const)("an operator %s", (_, javaScriptEnabled) => {
  it(
    "sees a call that waits, tries it dry, edits it, approves it, and sees what came back",
    async () => {
      const { origin, park, house } = await startConsole();
      const id = await park();
      const page = await openAs("ana", origin, { javaScriptEnabled });
      await page.getByRole("link", { name: "Create vouchers" }).click();
      await see(page, "count 150 is above 100");
      await see(page, "POST /v1/vouchers");
      await page.getByRole("button", { name: "Dry run" }).click();
      await see(page, "It would succeed");
      await picture(page, `dry-run-${javaScriptEnabled}`);

      await page.getByText("Edit the arguments").click();
      const edited = page.getByLabel("Arguments as JSON");
      await edited.fill('{ "count": 0, "colour": "red", "discount_type": "PERCENTAGE", "discount_value": 20 }');
      await page.getByRole("button", { name: "Check and compare" }).click();
      await see(page, /is not an argument here/);
      expect(await page.getByLabel("Arguments as JSON").inputValue()).toContain('"colour"');
      await picture(page, `invalid-${javaScriptEnabled}`);
      await page
        .getByLabel("Arguments as JSON")
        .fill('{ "count": 5, "prefix": "SUMMER", "discount_type": "PERCENTAGE", "discount_value": 20 }');
      await page.getByRole("button", { name: "Check and compare" }).click();
      const row = page.getByRole("row", { name: /count/ });
      expect(await row.locator("del").textContent()).toBe("150");
      expect(await row.locator("ins").textContent()).toBe("5");
      await picture(page, `compare-${javaScriptEnabled}`);
      await page.getByLabel("Note (optional)").first().fill("five are enough");
      await page.getByRole("button", { name: "Approve as edited" }).click();
      await see(page, "It was executed.");
      await picture(page, `executed-${javaScriptEnabled}`);
      const found = await house.store.approvals.find(id);
      expect(found).toMatchObject({
        status: "executed",
        decidedBy: "ana",
        reason: "five are enough",
        input: { count: 150 },
        editedInput: { count: 5 },
      });
      expect(JSON.parse(found?.result ?? "")).toMatchObject({ count: 5 });
    },
    browserTestTimeoutMs,
  );

  it(
    "rejects with a reason that whoever asked is told, by keyboard alone",
    async () => {
      const { origin, park, house } = await startConsole();
      const id = await park({ name: "Autumn" }, "create_campaign");
      const page = await openAs("ana", origin, { javaScriptEnabled });
      await page.getByRole("link", { name: "Create a campaign" }).focus();
      await page.keyboard.press("Enter");
      await page.getByLabel("Reason, told to whoever asked").focus();
      await page.keyboard.type("not before September");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await see(page, "rejected");
      expect(await house.store.approvals.find(id)).toMatchObject({
        status: "rejected",
        decidedBy: "ana",
        reason: "not before September",
      });
      await page.getByRole("link", { name: "All calls" }).click();
      await see(page, "Nothing waits for a decision.");
    },
    browserTestTimeoutMs,
  );
});

describe("two operators", () => {
  it(
    "must both approve where the server says so, and one cannot be both",
    async () => {
      const { origin, park, house } = await startConsole({ approvals: { ...settings, approvers: 2 } });
      const id = await park({ name: "Autumn" }, "create_campaign");
      const ana = await openAs("ana", origin);
      await ana.goto(`${origin}/console/approvals/${id}`);
      await ana.getByRole("button", { name: "Approve, as the first of two" }).click();
      await see(ana, "You have approved it. A second person must too.");
      expect(await ana.getByRole("button", { name: "Approve" }).count()).toBe(0);
      const bo = await openAs("bo", origin);
      await bo.goto(`${origin}/console/approvals/${id}`);
      await see(bo, "ana has approved it.");
      await bo.getByRole("button", { name: "Approve", exact: true }).click();
      await see(bo, "It was executed.");
      // Ana's page says so too, without being loaded again.
      await see(ana, "It was executed.");
      expect(await house.store.approvals.find(id)).toMatchObject({ endorsedBy: "ana", decidedBy: "bo" });
    },
    browserTestTimeoutMs,
  );
});

describe("the pages", () => {
  it(
    "follow what happens without being loaded again, and keep what is half written",
    async () => {
      const { origin, park, house, approvals } = await startConsole();
      const page = await openAs("ana", origin);
      await see(page, "Nothing waits for a decision.");
      const id = await park({ name: "Autumn" }, "create_campaign");
      await see(page, "1 call waits for a decision.");
      expect(await page.title()).toContain("(1)");
      await page.getByRole("link", { name: "Create a campaign" }).click();
      await page.getByLabel("Reason, told to whoever asked").fill("half a sen");
      await see(page, "live");
      await page.waitForTimeout(2500);
      expect(await page.getByLabel("Reason, told to whoever asked").inputValue()).toBe("half a sen");
      await approvals.desk.reject(id, { name: "bo" }, "I was first");
      await see(page, "I was first");
      expect(await page.getByRole("button", { name: "Approve" }).count()).toBe(0);
      await house.store.operators.remove({ server: "vauchflow", name: "ana" });
      await page.getByRole("button", { name: "Sign in" }).waitFor(patience);
    },
    browserTestTimeoutMs,
  );

  it.each(["light", "dark"] as const)(
    "can be read and used by everybody, in %s, on a desk and on a phone",
    async (colorScheme) => {
      const { origin, park, call } = await startConsole();
      const id = await park();
      for (let n = 0; n < 7; n++) await call("get_voucher", { code: `NOSUCH${n}` });
      await call("list_campaigns");
      await park({ name: `Autumn ${"verylongword".repeat(9)}` }, "create_campaign");
      const page = await openAs("root", origin, { colorScheme });
      const problems: string[] = [];
      page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
      for (const [width, height] of [
        [1100, 800],
        [320, 640],
      ] as const) {
        await page.setViewportSize({ width, height });
        for (const [name, path] of [
          ["queue", "/console"],
          ["call", `/console/approvals/${id}`],
          ["overview", "/console/overview"],
          ["audit", "/console/audit"],
          ["tools", "/console/tools?tenant=acme"],
        ] as const) {
          await page.goto(origin + path);
          await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
          await picture(page, `${name}-${colorScheme}-${width}`);
          expect(await findFlaws(page), `${name} at ${width}`).toEqual([]);
        }
      }
      await page.getByRole("button", { name: "Sign out" }).click();
      await picture(page, `sign-in-${colorScheme}`);
      expect(await findFlaws(page)).toEqual([]);
      // The policy of content blocked nothing of ours.
      expect(problems).toEqual([]);
    },
    browserTestTimeoutMs,
  );
});
