import { expect, it } from "vitest";
import type { KeyRecord } from "../ports.ts";
import { onEveryEngine } from "./fixture.ts";

const key = (changes: Partial<KeyRecord> = {}): KeyRecord => ({
  id: "k-1",
  tenant: "acme",
  kind: "agent",
  name: "Claude's key",
  hash: "aa".repeat(32),
  hint: "vf_ak_Ab3d",
  scopes: ["CAMPAIGN_READ", "VOUCHER_READ"],
  createdAtMs: 1_700_000_000_000,
  expiresAtMs: 1_702_592_000_000,
  revokedAtMs: undefined,
  ...changes,
});

onEveryEngine("the key store", (engine) => {
  const open = async () => (await engine.empty()).open();

  it("refuses two keys with the same hash", async () => {
    const { keys } = await open();
    await keys.insert(key());
    await expect(keys.insert(key({ id: "k-2" }))).rejects.toMatchObject({ name: "StoreError", reason: "query" });
  });

  it("finds nothing for a hash it does not have", async () => {
    const { keys } = await open();
    await keys.insert(key());
    expect(await keys.findByHash("bb".repeat(32))).toBeUndefined();
    expect(await keys.findByHash("")).toBeUndefined();
  });

  it("gives back what was put in", async () => {
    const { keys } = await open();
    const forever = key({ id: "k-2", hash: "bb".repeat(32), expiresAtMs: undefined, scopes: [] });
    await keys.insert(key());
    await keys.insert(forever);
    expect(await keys.findByHash("aa".repeat(32))).toEqual(key());
    expect(await keys.findByHash("bb".repeat(32))).toEqual(forever);
  });

  it("lists one tenant's keys, oldest first, or all", async () => {
    const { keys } = await open();
    await keys.insert(key({ id: "young", hash: "1", createdAtMs: 3 }));
    await keys.insert(key({ id: "other", hash: "2", createdAtMs: 2, tenant: "globex" }));
    await keys.insert(key({ id: "old", hash: "3", createdAtMs: 1 }));
    expect((await keys.list({ tenant: "acme" })).map(({ id }) => id)).toEqual(["old", "young"]);
    expect((await keys.list({})).map(({ id }) => id)).toEqual(["old", "other", "young"]);
  });

  it("revokes a key once and keeps the first time", async () => {
    const { keys } = await open();
    await keys.insert(key());
    expect(await keys.revoke("nobody", 5)).toBe(false);
    expect(await keys.revoke("k-1", 5)).toBe(true);
    expect(await keys.revoke("k-1", 9)).toBe(false);
    expect((await keys.findByHash("aa".repeat(32)))?.revokedAtMs).toBe(5);
  });

  it("gives a key a new value once it is asked for, and none to a revoked or expired one", async () => {
    const { keys } = await open();
    const value = (hash: string) => ({ hash, hint: "vf_ak_New1", atMs: 1_700_000_000_001 });
    await keys.insert(key());
    expect(await keys.rotate("k-1", value("new"))).toBe(true);
    expect(await keys.findByHash("aa".repeat(32))).toBeUndefined();
    const renewed = key({ hash: "new", hint: "vf_ak_New1", rotatedAtMs: 1_700_000_000_001 });
    expect(await keys.findByHash("new")).toEqual(renewed);
    await keys.revoke("k-1", 5);
    await keys.insert(key({ id: "k-2", expiresAtMs: 1_700_000_000_001 }));
    for (const id of ["k-1", "k-2", "nobody"]) expect(await keys.rotate(id, value("newer"))).toBe(false);
  });
});
