import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { onEveryEngine } from "./fixture.ts";
import { openStore } from "./open.ts";

const clock = { now: () => 1_700_000_000_000, monotonic: () => 0 };
const random = {
  uuid: () => "00000000-0000-4000-8000-000000000000",
  bytes: (length: number) => new Uint8Array(length),
};

const key = {
  id: "k-1",
  tenant: "acme",
  kind: "agent",
  name: "n",
  hash: "h",
  hint: "vf_ak_Ab3d",
  scopes: [],
  createdAtMs: 1,
  expiresAtMs: undefined,
  revokedAtMs: undefined,
};

describe("openStore", () => {
  it("refuses a file that is no database", async () => {
    const folder = mkdtempSync(join(tmpdir(), "toolspec-open-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, "notes.txt");
    writeFileSync(file, "notes ".repeat(1000));
    await expect(openStore({ file, clock, random })).rejects.toMatchObject({ reason: "not_a_database" });
  });
});

onEveryEngine("a store", (engine) => {
  it("refuses everything after it was closed, and can be closed twice", async () => {
    const store = await (await engine.create()).open();
    await store.close();
    await store.close();
    await expect(store.keys.findByHash("h")).rejects.toThrow();
    expect(() => store.changes.version()).toThrow(expect.objectContaining({ name: "StoreError" }));
  });

  it("finds again what was stored before", async () => {
    const database = await engine.create();
    const before = await database.open();
    await before.keys.insert(key);
    await before.close();
    const after = await database.open();
    expect(await after.keys.findByHash("h")).toEqual(key);
  });

  it("sees at once what another process's store has written", async () => {
    const database = await engine.create();
    const [server, command] = await Promise.all([database.open(), database.open()]);
    await server.keys.insert(key);
    await command.keys.revoke("k-1", 7);
    expect((await server.keys.findByHash("h"))?.revokedAtMs).toBe(7);
  });
});
