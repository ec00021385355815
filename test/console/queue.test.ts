/** The queue and the pages of calls over HTTP: pages, filters, unknown outcomes, and counts of what came. */
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { openForms } from "./browser-like.ts";
import { password, startConsole } from "./house.ts";

async function setUp(name = "ana") {
  const system = await startConsole();
  const forms = openForms(system.origin);
  await forms.signIn(name, password);
  return { ...system, forms };
}

const idsIn = (text: string) =>
  [...text.matchAll(/href="\/console\/approvals\/([0-9a-f-]{36})"/g)].map(([, id = ""]) => id);

describe("the queue", () => {
  it("goes page by page without leaving a call out, and counts them all", async () => {
    const { forms, park } = await setUp();
    const parked: string[] = [];
    for (let n = 0; n < 30; n++) parked.push(await park({ count: 101 + n }));
    const first = (await forms.get("/console")).text;
    expect(first).toContain("30 calls wait for a decision.");
    const older = /href="([^"]*)">Older</.exec(first)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const second = (await forms.get(older)).text;
    expect(idsIn(first)).toHaveLength(25);
    expect([...idsIn(first), ...idsIn(second)].toSorted()).toEqual(parked.toSorted());
    expect(second).not.toContain(">Older<");
    expect((await forms.get("/console?status=nonsense")).status).toBe(200);
    expect(await forms.get("/console?after=nonsense")).toMatchObject({
      status: 400,
      text: expect.stringContaining("not where a page has ended"),
    });
  });

  it("is narrowed to a tool, an account and a state", async () => {
    const { forms, park, approvals, keyFor, call, allScopes } = await setUp();
    const voucher = await park();
    const campaign = await park({ name: "Autumn" }, "create_campaign");
    const globex = await keyFor("agent", allScopes, "globex");
    const other = (await call("create_campaign", { name: "Autumn" }, { key: globex })).inner.approval_id;
    expect(idsIn((await forms.get("/console?tool=create_voucher")).text)).toEqual([voucher]);
    expect(idsIn((await forms.get("/console?tenant=globex")).text)).toEqual([other]);
    await approvals.desk.reject(campaign, { name: "bo" }, "no");
    expect(idsIn((await forms.get("/console?status=rejected")).text)).toEqual([campaign]);
    expect(idsIn((await forms.get("/console?status=rejected&tenant=globex")).text)).toEqual([]);
  });
});

describe("a call", () => {
  it("is not decided from a page that somebody else's editing has made old", async () => {
    const { forms, park, house } = await setUp();
    const id = await park();
    const answer = await forms.decide(id, { do: "approve", seen: "0".repeat(64) });
    expect([answer.status, (await house.store.approvals.find(id))?.status]).toEqual([409, "pending"]);
    expect(answer.text).toContain("The call is not what you were shown");
  });

  it("is decided once, and the second to decide is told who was first", async () => {
    const { forms, park, approvals } = await setUp();
    const id = await park();
    const path = `/console/approvals/${id}`;
    const { text } = await forms.get(path);
    await approvals.desk.reject(id, { name: "bo" }, "too many");
    const fields = { do: "approve", token: forms.fieldIn(text, "token"), seen: forms.fieldIn(text, "seen") };
    const answer = await forms.post(path, fields);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain(`Approval ${id} is rejected by bo already`);
  });

  it("whose outcome is unknown is settled by a person who says how they know", async () => {
    const { forms, park, house } = await setUp();
    const id = await park();
    const { approvals: store } = house.store;
    const none = () => ({ entries: [], events: [] });
    const atMs = Date.now();
    // As an executor leaves it whose connection broke: moves of the store's own, without one that runs.
    await house.approvals?.executor.close();
    await store.move(id, "approve", { atMs, set: { decidedBy: "bo", decidedAtMs: atMs } }, none);
    const claimed = await store.move(id, "claim", { atMs, set: { leaseUntilMs: atMs + 60_000 } }, none);
    const fence = claimed?.fence ?? 0;
    const lost = { errorCode: "outcome_unknown", errorMessage: "the answer was lost" };
    await store.move(id, "lose", { atMs, fence, set: lost }, none);
    const page = (await forms.get(`/console/approvals/${id}`)).text;
    expect(page).toContain("What became of it?");
    expect(page).toContain("the answer was lost");
    expect(page).not.toContain('value="approve"');
    expect((await forms.decide(id, { do: "executed", reason: "" })).status).toBe(400);
    expect((await forms.decide(id, { do: "executed", reason: "150 codes are in the list" })).status).toBe(303);
    expect(await store.find(id)).toMatchObject({ status: "executed", decidedBy: "ana" });
    expect((await forms.decide(id, { do: "failed", reason: "again" })).status).toBe(409);
  });

  it("that is not there, or no id, is not found", async () => {
    const { forms } = await setUp();
    expect((await forms.get("/console/approvals/00000000-0000-4000-8000-000000000000")).status).toBe(404);
    expect((await forms.get("/console/approvals/x")).status).toBe(404);
  });

  it("leaves an entry of a dry run, with the name of who asked for it", async () => {
    const { forms, park, house } = await setUp();
    const id = await park();
    expect((await forms.decide(id, { do: "dry_run" })).text).toContain("It would succeed");
    const [entry] = await house.store.audit.entries({ tool: "approvals.dry_run" });
    expect(entry).toMatchObject({ callerName: "ana", tenant: "acme", arguments: { id } });
  });
});

describe("the overview", () => {
  it("counts calls by how they ended, and shows them as a table too", async () => {
    const { forms, park, call } = await setUp("vera");
    await park();
    for (let n = 0; n < 3; n++) await call("get_voucher", { code: `NOSUCH${n}` });
    await call("list_campaigns");
    await wait(10);
    const { text } = await forms.get("/console/overview");
    expect(text).toContain("Calls in the last 24 hours: 5");
    expect(text).toContain("Calls by the hour: succeeded 1, waits or asks 1, failed 0, refused 3");
    expect(text.match(/<tr><th scope="row">\d{4}-/g)).toHaveLength(24);
  });
});
