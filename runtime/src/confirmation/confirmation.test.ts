import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Caller, type ParsedCall, Secret } from "../call.ts";
import { defineTool, type JsonObject, type ServerDefinition } from "../codegen.ts";
import type { ConfirmationStore } from "../ports.ts";
import { openStore, type Store } from "../store/open.ts";
import { type Confirmation, createConfirmation } from "./confirmation.ts";

const minuteMs = 60_000;
const random = { uuid: randomUUID, bytes: (length: number) => randomBytes(length) };
const request = { method: "post", path: "/gifts" } as const;
const yes = { action: "accept", content: { confirm: true } };

let nowMs: number;
const clock = { now: () => nowMs, monotonic: () => nowMs };

let folder: string;
let stores: Store[];
beforeEach(() => {
  nowMs = 1_790_000_000_000;
  stores = [];
  folder = mkdtempSync(join(tmpdir(), "toolspec-confirmation-"));
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  rmSync(folder, { recursive: true, force: true });
});

const server = { name: "acme", version: "1.0.0", title: "Acme", auth: [] } as unknown as ServerDefinition;
const logged: unknown[] = [];
const log = (message: string, fields?: object) => void logged.push(message, fields);
const logger = { debug: log, info: log, warn: log, error: log };

function over(store: ConfirmationStore, changes: Partial<ServerDefinition> = {}): Confirmation {
  return createConfirmation({ server: { ...server, ...changes }, store, clock, random, logger });
}

/** A server of its own on the one file. */
async function replica(changes: Partial<ServerDefinition> = {}): Promise<Confirmation> {
  const store = await openStore({ file: join(folder, "toolspec.db"), clock, random });
  stores.push(store);
  return over(store.confirmations, changes);
}

const tool = defineTool({
  name: "give_thing",
  title: "Give",
  description: "Give.",
  access: "write",
  disposition: "confirm",
  dryRun: "plan",
  input: { safeParse: (value: unknown) => ({ success: true, data: value }) },
  handler: () => request,
});

const ada: Caller = {
  tenant: "acme",
  kind: "oauth",
  id: "ada",
  name: "Ada",
  scopes: new Set(),
  bypasses: new Set(),
  credential: new Secret("secret-of-ada"),
};

function callOf(input: JsonObject = { to: "bo", count: 1 }, by: Partial<Caller> = {}, name = tool.name): ParsedCall {
  const call = { id: "c-1", toolName: name, tool: { ...tool, name }, input, caller: { ...ada, ...by } };
  return call as unknown as ParsedCall;
}

async function reasonOf(
  confirmation: Confirmation,
  requestState: string,
  { call = callOf(), response = yes as unknown } = {},
): Promise<string> {
  return (await confirmation.redeem(call, { requestState, response }))?.reason ?? "runs";
}

describe("a person's answer", () => {
  it("lets the call run once, and is used afterwards", async () => {
    const confirmation = await replica();
    const { requestState, form } = await confirmation.ask(callOf(), request);
    expect(form.message).toContain("Give (give_thing)");
    expect(await reasonOf(confirmation, requestState)).toBe("runs");
    expect(await reasonOf(confirmation, requestState)).toBe("used");
    // A no that comes later is not said to have kept the call from running.
    expect(await reasonOf(confirmation, requestState, { response: { action: "decline" } })).toBe("used");
  });

  it.each([
    ["declined", { action: "decline" }],
    ["cancelled", { action: "cancel" }],
    ["declined", { action: "accept", content: { confirm: false } }],
  ])("that is no yes (%s: %j) is not turned into one by another answer", async (reason, response) => {
    const confirmation = await replica();
    const { requestState } = await confirmation.ask(callOf(), request);
    expect(await reasonOf(confirmation, requestState, { response })).toBe(reason);
    expect(await reasonOf(confirmation, requestState)).toBe("used");
  });

  it.each([
    undefined,
    null,
    [],
    "accept",
    { action: "accept", content: { confirm: "true" } },
    { method: "x", result: yes },
  ])("that cannot be read (%j) lets nothing run, and leaves the form open", async (response) => {
    const confirmation = await replica();
    const { requestState } = await confirmation.ask(callOf(), request);
    const refused = await confirmation.redeem(callOf(), { requestState, response });
    expect(refused?.reason).toBe("unreadable");
    expect(await reasonOf(confirmation, requestState)).toBe("runs");
  });

  it("is for one caller: neither another person, nor the same one elsewhere, nor a key of that id", async () => {
    const confirmation = await replica();
    const { requestState } = await confirmation.ask(callOf(), request);
    for (const by of [{ id: "bo" }, { tenant: "globex" }, { kind: "agent" }, { id: "da", tenant: "acmea" }])
      expect(await reasonOf(confirmation, requestState, { call: callOf(undefined, by) })).toBe("other_caller");
    // Who tried in vain has not used it up.
    expect(await reasonOf(confirmation, requestState)).toBe("runs");
  });

  it("is for one tool of one version of one server", async () => {
    const confirmation = await replica();
    const { requestState } = await confirmation.ask(callOf(), request);
    const other = callOf(undefined, {}, "take_thing");
    expect(await reasonOf(confirmation, requestState, { call: other })).toBe("other_tool");
    expect(await reasonOf(await replica({ version: "1.0.1" }), requestState)).toBe("other_tool");
    expect(await reasonOf(await replica({ name: "globex" }), requestState)).toBe("other_caller");
    expect(await reasonOf(await replica(), requestState)).toBe("runs");
  });

  it("is for these arguments, in whatever order they come", async () => {
    const confirmation = await replica();
    const { requestState } = await confirmation.ask(callOf({ to: "bo", count: 1, rows: [{ a: 1, b: 2 }] }), request);
    for (const input of [
      { to: "bo", count: 2, rows: [{ a: 1, b: 2 }] },
      { to: "bo", count: "1", rows: [{ a: 1, b: 2 }] },
      { to: "bo", count: 1, rows: [{ a: 1, b: 2 }, {}] },
      { to: "bo", count: 1, rows: [{ a: 1, b: 2 }], more: null },
      { to: "bo", count: 1 },
      {},
    ])
      expect(await reasonOf(confirmation, requestState, { call: callOf(input) })).toBe("changed_arguments");
    const same = callOf({ rows: [{ b: 2, a: 1 }], count: 1, to: "bo" });
    expect(await reasonOf(confirmation, requestState, { call: same })).toBe("runs");
  });

  it("counts for five minutes", async () => {
    const confirmation = await replica();
    const [first, second] = [await confirmation.ask(callOf(), request), await confirmation.ask(callOf(), request)];
    nowMs += 5 * minuteMs - 1;
    expect(await reasonOf(confirmation, first.requestState)).toBe("runs");
    nowMs += 1;
    expect(await reasonOf(confirmation, second.requestState)).toBe("expired");
    expect(await reasonOf(confirmation, first.requestState)).toBe("expired");
  });

  it("counts only with a state of ours, as it was made", async () => {
    const confirmation = await replica();
    const { requestState } = await confirmation.ask(callOf(), request);
    const elsewhere = await openStore({ file: ":memory:", clock, random });
    stores.push(elsewhere);
    const theirs = (await over(elsewhere.confirmations).ask(callOf(), request)).requestState;
    const altered = `${requestState.startsWith("B") ? "A" : "B"}${requestState.slice(1)}`;
    for (const state of ["", "A", theirs, altered, requestState.slice(1), `${requestState}A`, "Z".repeat(1_000_000)])
      expect(await reasonOf(confirmation, state)).toBe("forged");
    expect(await reasonOf(confirmation, requestState)).toBe("runs");
  });

  it("is judged in one order, so that nothing is learnt of a form by whom it was not for", async () => {
    const confirmation = await replica();
    const { requestState } = await confirmation.ask(callOf(), request);
    const wrong = callOf({ other: 1 }, { id: "bo" }, "take_thing");
    const declined = { action: "decline" };
    const judge = (call: ParsedCall) => reasonOf(confirmation, requestState, { call, response: declined });
    expect(await judge(wrong)).toBe("other_caller");
    expect(await judge(callOf({ other: 1 }, {}, "take_thing"))).toBe("other_tool");
    expect(await judge(callOf({ other: 1 }))).toBe("changed_arguments");
    expect(await judge(callOf())).toBe("declined");
    nowMs += 5 * minuteMs;
    expect(await judge(wrong)).toBe("expired");
  });

  it("says in each refusal what happened and how to go on, without a word of anybody's secrets", async () => {
    const confirmation = await replica();
    const seen = new Set<string>();
    const note = async (requestState: string, call: ParsedCall, response: unknown) => {
      const refused = await confirmation.redeem(call, { requestState, response });
      expect(refused?.message).toMatch(/^\w+ was not run: [a-z].*\.$/);
      expect(refused?.fix).toMatch(/^[A-Z].*\.$/);
      expect(JSON.stringify(refused)).not.toMatch(/secret|acme|ada\b/);
      seen.add(`${refused?.message} ${refused?.fix}`);
    };
    const ask = async () => (await confirmation.ask(callOf(), request)).requestState;
    await note("x", callOf(), yes);
    await note(await ask(), callOf(undefined, { id: "bo" }), yes);
    await note(await ask(), callOf(undefined, {}, "take_thing"), yes);
    await note(await ask(), callOf({}), yes);
    await note(await ask(), callOf(), undefined);
    await note(await ask(), callOf(), { action: "cancel" });
    const state = await ask();
    await note(state, callOf(), { action: "decline" });
    await note(state, callOf(), yes);
    const late = await ask();
    nowMs += 5 * minuteMs;
    await note(late, callOf(), yes);
    expect(seen.size).toBe(9);
  });
});

describe("replicas on one store", () => {
  it("take each other's forms, also after a restart", async () => {
    const { requestState } = await (await replica()).ask(callOf(), request);
    await stores.pop()?.close();
    expect(await reasonOf(await replica(), requestState)).toBe("runs");
  });

  it("run a form that is answered to all of them at once exactly once", async () => {
    const replicas = [await replica(), await replica()];
    for (let round = 0; round < 20; round++) {
      const asked = await replicas[round % 2]?.ask(callOf(), request);
      const tries = Array.from({ length: 6 }, (_, n) =>
        reasonOf(replicas[n % 2] as Confirmation, asked?.requestState ?? ""),
      );
      const reasons = await Promise.all(tries);
      expect(reasons.toSorted()).toEqual(["runs", "used", "used", "used", "used", "used"]);
    }
  });

  it("let nothing run when a yes and a no come at once and the no is first", async () => {
    const replicas = [await replica(), await replica()];
    const asked = await replicas[0]?.ask(callOf(), request);
    const state = asked?.requestState ?? "";
    const reasons = await Promise.all([
      reasonOf(replicas[0] as Confirmation, state, { response: { action: "decline" } }),
      reasonOf(replicas[1] as Confirmation, state),
    ]);
    // Whichever was first counts, and it alone.
    expect([
      ["declined", "used"],
      ["used", "runs"],
    ]).toContainEqual(reasons);
  });
});

describe("a store that cannot be used", () => {
  const down = () => Promise.reject(new Error("disk full"));
  const unavailable = expect.objectContaining({ code: "confirmation_unavailable" });

  it("lets nobody be asked and nothing run, and is in the log", async () => {
    logged.length = 0;
    const confirmation = over({ key: down, use: down });
    await expect(confirmation.ask(callOf(), request)).rejects.toEqual(unavailable);
    await expect(confirmation.redeem(callOf(), { requestState: "x", response: yes })).rejects.toEqual(unavailable);
    expect(logged).toContainEqual(expect.objectContaining({ callId: "c-1", tool: "give_thing" }));
  });

  it("accepts no answer that it cannot record, and does once it can", async () => {
    let isDown = true;
    const key = () => Promise.resolve(new Uint8Array(32));
    const confirmation = over({ key, use: () => (isDown ? down() : Promise.resolve(true)) });
    const { requestState } = await confirmation.ask(callOf(), request);
    await expect(reasonOf(confirmation, requestState)).rejects.toEqual(unavailable);
    await expect(reasonOf(confirmation, requestState, { response: { action: "decline" } })).rejects.toEqual(
      unavailable,
    );
    isDown = false;
    expect(await reasonOf(confirmation, requestState)).toBe("runs");
  });

  it("is asked for its key again after it failed, and once when it did not", async () => {
    let asked = 0;
    const key = () => (++asked === 1 ? down() : Promise.resolve(new Uint8Array(32)));
    const confirmation = over({ key, use: () => Promise.resolve(true) });
    await expect(confirmation.ask(callOf(), request)).rejects.toEqual(unavailable);
    await confirmation.ask(callOf(), request);
    await confirmation.ask(callOf(), request);
    expect(asked).toBe(2);
  });
});
