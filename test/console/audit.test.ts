/** The audit trail in the console: searched, verified, and telling when somebody has changed it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { openForms } from "./browser-like.ts";
import { password, startConsole } from "./house.ts";

async function setUp() {
  const folder = mkdtempSync(join(tmpdir(), "toolspec-console-"));
  const data = join(folder, "store.sqlite");
  const system = await startConsole({ data });
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const ana = openForms(system.origin);
  await ana.signIn("ana", password);
  const verify = async () => {
    const token = ana.fieldIn((await ana.get("/console/audit")).text, "token");
    expect((await ana.post("/console/audit/verify", { token })).status).toBe(303);
    return await untilSeen(async () => {
      const { text } = await ana.get("/console/audit");
      return text.includes("is being hashed") ? undefined : /Verified [^<]*/.exec(text)?.[0];
    });
  };
  return { ...system, ana, data, verify };
}

/** Ask until there is something. */
async function untilSeen<Result>(look: () => Promise<Result | undefined>): Promise<Result> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe("the audit page", () => {
  it("shows who did what, and narrows it down", async () => {
    const { ana, call, park } = await setUp();
    await call("get_voucher", { code: "NOSUCH" });
    const id = await park();
    const all = (await ana.get("/console/audit")).text;
    for (const word of ["get_voucher", "create_voucher", "console.sign_in"]) expect(all).toContain(word);
    const narrowed = (await ana.get("/console/audit?tool=get_voucher")).text;
    expect(narrowed).toContain("NOSUCH");
    expect(narrowed).not.toContain("console.sign_in</h2>");
    const ofCall = (await ana.get(`/console/audit?call=${id}`)).text;
    expect(ofCall).toContain("create_voucher");
    expect(ofCall).not.toContain("get_voucher</h2>");
    expect((await ana.get("/console/audit?since=2020-01-01&until=2020-12-31")).text).toContain("No entry fits.");
    expect((await ana.get("/console/audit?since=nonsense&type=x'--")).status).toBe(200);
    expect((await ana.get("/console/audit?after=nonsense")).status).toBe(400);
  });

  it("goes page by page without leaving anything out", async () => {
    const { ana, house } = await setUp();
    const entries = await house.store.audit.entries();
    const [entry] = entries;
    if (entry === undefined) throw new Error("no entry");
    for (let n = 0; n < 120; n++) await house.store.audit.append({ ...entry, tool: `numbered-${n}` });
    const seen: string[] = [];
    let path: string | undefined = "/console/audit?actor=ana";
    for (let pages = 0; path !== undefined; pages++) {
      expect(pages).toBeLessThan(4);
      const { text } = await ana.get(path);
      seen.push(...[...text.matchAll(/<h2>(numbered-\d+)<\/h2>/g)].map(([, name = ""]) => name));
      path = /href="([^"]*)">Older</.exec(text)?.[1]?.replaceAll("&amp;", "&");
    }
    expect(seen.toSorted()).toEqual([...Array(120).keys()].map((n) => `numbered-${n}`).toSorted());
  });

  it("verifies the trail, and names what was changed in it", async () => {
    const { verify, data, ana, park } = await setUp();
    await park();
    expect((await ana.get("/console/audit")).text).toContain("It was not verified since this server was started.");
    expect(await verify()).toContain("none edited, missing or added");
    const database = new DatabaseSync(data);
    database.exec("update audit_entries set caller_name = 'somebody else' where tool = 'create_voucher'");
    database.close();
    expect(await verify()).toMatch(/Verified .* of what was found is not as it was written/);
  });
});
