import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "./open.ts";

const clock = { now: () => 1_700_000_000_000, monotonic: () => 0 };
const random = {
  uuid: () => "00000000-0000-4000-8000-000000000000",
  bytes: (length: number) => new Uint8Array(length),
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "toolspec-open-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

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
    const file = join(folder, "notes.txt");
    writeFileSync(file, "notes ".repeat(1000));
    await expect(openStore({ file, clock, random })).rejects.toMatchObject({ reason: "not_a_database" });
  });

  it("refuses everything after it was closed, and can be closed twice", async () => {
    const store = await openStore({ file: ":memory:", clock, random });
    await store.close();
    await store.close();
    await expect(store.keys.findByHash("h")).rejects.toThrow();
  });

  it("finds again what was stored before", async () => {
    const file = join(folder, "toolspec.db");
    const before = await openStore({ file, clock, random });
    await before.keys.insert(key);
    await before.close();
    const after = await openStore({ file, clock, random });
    expect(await after.keys.findByHash("h")).toEqual(key);
    await after.close();
  });

  it("sees at once what another process's store has written", async () => {
    const file = join(folder, "toolspec.db");
    const [server, command] = await Promise.all([
      openStore({ file, clock, random }),
      openStore({ file, clock, random }),
    ]);
    await server.keys.insert(key);
    await command.keys.revoke("k-1", 7);
    expect((await server.keys.findByHash("h"))?.revokedAtMs).toBe(7);
    await Promise.all([server.close(), command.close()]);
  });
});
