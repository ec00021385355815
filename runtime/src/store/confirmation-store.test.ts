import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { onEveryEngine, type TestDatabase } from "./fixture.ts";

const nowMs = 1_700_000_000_000;
const candidate = (fill: number) => ({ candidate: new Uint8Array(32).fill(fill), atMs: nowMs });
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

onEveryEngine("the key of confirmations", (engine) => {
  it("is the first candidate, for every store on the database and after each restart", async () => {
    const { open } = await engine.empty();
    const [one, other] = [await open(), await open()];
    const keys = [await one.confirmations.key(candidate(1)), await other.confirmations.key(candidate(2))];
    expect(keys.map(hex)).toEqual([hex(candidate(1).candidate), hex(candidate(1).candidate)]);
    await Promise.all([one.close(), other.close()]);
    const later = await open();
    expect(hex(await later.confirmations.key(candidate(3)))).toBe(hex(candidate(1).candidate));
  });

  it("is one for processes that start at the same time", async () => {
    const database = await engine.empty();
    const keys = await Promise.all([1, 2, 3].map((fill) => inProcess(database, keyScript(fill))));
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^(01|02|03){32}$/);
  });
});

onEveryEngine("a used confirmation", (engine) => {
  const use = { nonce: "n-1", expiresAtMs: nowMs + 1, nowMs };

  it("is used once, by whichever store on the database comes first", async () => {
    const { open } = await engine.empty();
    const stores = [await open(), await open()];
    const tries = Array.from({ length: 20 }, (_, n) => stores[n % 2]?.confirmations.use(use));
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
    expect(await stores[0]?.confirmations.use({ ...use, nonce: "n-2" })).toBe(true);
    await Promise.all(stores.map((store) => store.close()));
    const later = await open();
    expect(await later.confirmations.use(use)).toBe(false);
  });

  it("is used once when two processes use hundreds at the same time", async () => {
    const database = await engine.empty();
    const counts = await Promise.all([1, 2].map(() => inProcess(database, useScript)));
    expect(counts.map(Number).reduce((sum, count) => sum + count)).toBe(300);
  });

  it("is forgotten an hour after it expired, and no sooner", async () => {
    const database = await engine.empty();
    const store = await database.open();
    const hourMs = 3_600_000;
    const useAt = (nonce: string, atMs: number) =>
      store.confirmations.use({ nonce, expiresAtMs: nowMs + 2 * hourMs, nowMs: atMs });
    await store.confirmations.use(use);
    await useAt("another", use.expiresAtMs + hourMs);
    expect(await store.confirmations.use({ ...use, nowMs: use.expiresAtMs + hourMs })).toBe(false);
    await useAt("later", use.expiresAtMs + hourMs + 1);
    const { db } = await database.connect();
    expect(await db.selectFrom("used_confirmations").select("nonce").orderBy("nonce").execute()).toEqual([
      { nonce: "another" },
      { nonce: "later" },
    ]);
  });

  it("cannot be used, and no key be had, when the store is away", async () => {
    const store = await (await engine.empty()).open();
    await store.close();
    await expect(store.confirmations.use(use)).rejects.toThrow();
    await expect(store.confirmations.key(candidate(1))).rejects.toThrow();
  });
});

const keyScript = (fill: number) => `
  const key = await store.confirmations.key({ candidate: new Uint8Array(32).fill(${fill}), atMs: 1 });
  console.log(Buffer.from(key).toString("hex"));`;

const useScript = `
  const tries = Array.from({ length: 300 }, (_, n) => store.confirmations.use({ nonce: "n" + n, expiresAtMs: 2, nowMs: 1 }));
  console.log((await Promise.all(tries)).filter(Boolean).length);`;

/** Run a script with the store open in a process of its own. @returns what it printed */
function inProcess({ source }: TestDatabase, script: string): Promise<string> {
  const whole = `
    const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, "open.ts"))});
    const random = { uuid: () => crypto.randomUUID(), bytes: (length) => new Uint8Array(length) };
    const store = await openStore({ ...${source}, clock: { now: () => 1, monotonic: () => 1 }, random });
    ${script}
    await store.close();`;
  const child = spawn(process.execPath, ["--no-warnings", "--input-type=module", "-e", whole], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  return new Promise((resolve) => child.on("close", () => resolve(text.trim())));
}
