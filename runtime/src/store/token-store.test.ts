import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { TokenRecord } from "../ports.ts";
import { onEveryEngine, type TestDatabase } from "./fixture.ts";

const nowMs = 1_700_000_000_000;

const token = (id: string, changes: Partial<TokenRecord> = {}): TokenRecord => ({
  id,
  tenant: "acme",
  name: "Claude Desktop laptop",
  owner: "ada@acme.example",
  hash: `hash of ${id}`,
  hint: "rk_mcp_Ab3d",
  createdAtMs: nowMs,
  expiresAtMs: undefined,
  revokedAtMs: undefined,
  rotatedAtMs: undefined,
  lastUsedAtMs: undefined,
  ...changes,
});

const limit = { maxActive: 10 };

onEveryEngine("the token store", (engine) => {
  const open = async () => (await engine.empty()).open();

  it("refuses the eleventh active token of a tenant, and no other tenant's", async () => {
    const { tokens } = await open();
    for (let count = 1; count <= 10; count++) expect(await tokens.insert(token(`t-${count}`), limit)).toBe(true);
    expect(await tokens.insert(token("t-11"), limit)).toBe(false);
    expect(await tokens.findByHash("hash of t-11")).toBeUndefined();
    expect(await tokens.insert(token("other", { tenant: "globex" }), limit)).toBe(true);
  });

  it("counts neither revoked nor expired tokens, and rotated ones once", async () => {
    const { tokens } = await open();
    const one = { maxActive: 1 };
    expect(await tokens.insert(token("expired", { expiresAtMs: nowMs }), one)).toBe(true);
    expect(await tokens.insert(token("first"), one)).toBe(true);
    expect(await tokens.rotate("first", { hash: "new", hint: "h", atMs: nowMs })).toBe(true);
    expect(await tokens.insert(token("second"), one)).toBe(false);
    await tokens.revoke("first", nowMs);
    expect(await tokens.insert(token("second"), one)).toBe(true);
  });

  it("lets ten of forty in when two stores insert at the same time", async () => {
    const database = await engine.empty();
    const [one, two] = [await database.open(), await database.open()];
    const inserted = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 ? one : two).tokens.insert(token(`t-${index}`), limit)),
    );
    expect(inserted.filter((done) => done)).toHaveLength(10);
    expect(await one.tokens.list({})).toHaveLength(10);
  });

  it("lets ten of forty in when two processes insert at the same time", async () => {
    const database = await engine.empty();
    const store = await database.open();
    const counts = await Promise.all(["a", "b"].map((name) => insertInProcess(database, name)));
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(10);
    expect(await store.tokens.list({})).toHaveLength(10);
  });

  it("refuses two tokens with the same hash", async () => {
    const { tokens } = await open();
    await tokens.insert(token("t-1"));
    await expect(tokens.insert(token("t-2", { hash: "hash of t-1" }))).rejects.toMatchObject({ name: "StoreError" });
  });

  it("gives a revoked, expired or absent token no new value", async () => {
    const { tokens } = await open();
    await tokens.insert(token("revoked"));
    await tokens.revoke("revoked", nowMs);
    await tokens.insert(token("expired", { expiresAtMs: nowMs + 1 }));
    const value = { hash: "new", hint: "h", atMs: nowMs + 1 };
    for (const id of ["revoked", "expired", "nobody"]) expect(await tokens.rotate(id, value)).toBe(false);
    expect(await tokens.findByHash("new")).toBeUndefined();
  });

  it("forgets the old value with the statement that sets the new one", async () => {
    const { tokens } = await open();
    await tokens.insert(token("t-1"));
    expect(await tokens.rotate("t-1", { hash: "new", hint: "rk_mcp_new1", atMs: nowMs + 5 })).toBe(true);
    expect(await tokens.findByHash("hash of t-1")).toBeUndefined();
    expect(await tokens.findByHash("new")).toEqual(
      token("t-1", { hash: "new", hint: "rk_mcp_new1", rotatedAtMs: nowMs + 5 }),
    );
  });

  it("revokes a token once and keeps the first time", async () => {
    const { tokens } = await open();
    await tokens.insert(token("t-1"));
    expect([await tokens.revoke("t-1", 5), await tokens.revoke("t-1", 9)]).toEqual([true, false]);
    expect((await tokens.findByHash("hash of t-1"))?.revokedAtMs).toBe(5);
  });

  it("gives back what was put in, oldest first, one tenant's or all", async () => {
    const { tokens } = await open();
    const full = token("t-2", { createdAtMs: 1, expiresAtMs: 2, revokedAtMs: 3, rotatedAtMs: 4, lastUsedAtMs: 5 });
    await tokens.insert(token("t-1", { tenant: "globex" }));
    await tokens.insert(full);
    expect(await tokens.list({})).toEqual([full, token("t-1", { tenant: "globex" })]);
    expect(await tokens.list({ tenant: "acme" })).toEqual([full]);
  });

  it("notes the latest use, whoever saw it", async () => {
    const { tokens } = await open();
    await tokens.insert(token("t-1"));
    await tokens.recordUse(
      new Map([
        ["t-1", 20],
        ["nobody", 30],
      ]),
    );
    await tokens.recordUse(new Map([["t-1", 10]]));
    expect((await tokens.list({}))[0]?.lastUsedAtMs).toBe(20);
  });
});

onEveryEngine("the tenant store", (engine) => {
  const open = async () => (await engine.empty()).open();

  it("suspends once, keeping the first time and reason, and resumes once", async () => {
    const { tenants } = await open();
    const first = { tenant: "acme", suspendedAtMs: 5, reason: "unpaid" };
    expect(await tenants.suspend(first)).toBe(true);
    expect(await tenants.suspend({ tenant: "acme", suspendedAtMs: 9, reason: "other" })).toBe(false);
    expect([await tenants.find("acme"), await tenants.find("globex")]).toEqual([first, undefined]);
    expect(await tenants.list()).toEqual([first]);
    expect([await tenants.resume("acme"), await tenants.resume("acme"), await tenants.resume("globex")]).toEqual([
      true,
      false,
      false,
    ]);
    expect([await tenants.find("acme"), await tenants.list()]).toEqual([undefined, []]);
    expect(await tenants.suspend({ ...first, suspendedAtMs: 11 })).toBe(true);
  });
});

onEveryEngine("the change counter", (engine) => {
  const open = async () => (await engine.empty()).open();

  const key = { id: "k", tenant: "acme", kind: "agent", name: "n", hash: "h", hint: "vf", scopes: [], createdAtMs: 1 };

  it("moves with every change of keys, tokens and tenants that this store makes, before its caller learns of it", async () => {
    const { keys, tokens, tenants, changes } = await open();
    const value = { hash: "new", hint: "h", atMs: 2 };
    const steps: (() => Promise<unknown>)[] = [
      () => keys.insert({ ...key, expiresAtMs: undefined, revokedAtMs: undefined }),
      () => keys.rotate("k", value),
      () => keys.revoke("k", 3),
      () => tokens.insert(token("t-1")),
      () => tokens.rotate("t-1", { ...value, hash: "newer" }),
      () => tokens.revoke("t-1", 3),
      () => tenants.suspend({ tenant: "acme", suspendedAtMs: 1, reason: "" }),
      () => tenants.resume("acme"),
    ];
    for (const step of steps) {
      const before = changes.version();
      await step();
      expect(changes.version()).toBeGreaterThan(before);
    }
  });

  it("stands still for what concerns neither", async () => {
    const { tokens, changes } = await open();
    await tokens.insert(token("t-1"));
    const before = changes.version();
    await tokens.findByHash("hash of t-1");
    await tokens.recordUse(new Map([["t-1", 1]]));
    expect(changes.version()).toBe(before);
  });

  it("moves when another process has committed, and fails when the store is closed", async () => {
    const database = await engine.empty();
    const [server, command] = [await database.open(), await database.open()];
    const before = server.changes.version();
    await command.tenants.suspend({ tenant: "acme", suspendedAtMs: 1, reason: "" });
    await expect.poll(() => server.changes.version(), { interval: 5, timeout: 1000 }).toBeGreaterThan(before);
    await server.close();
    expect(() => server.changes.version()).toThrow(expect.objectContaining({ name: "StoreError" }));
  });
});

/** Try to insert twenty tokens at once in a process of its own. @returns how many were let in */
function insertInProcess({ source }: TestDatabase, name: string): Promise<number> {
  const script = `
    const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, "open.ts"))});
    const random = { uuid: () => ${JSON.stringify(name)}, bytes: (length) => new Uint8Array(length) };
    const store = await openStore({ ...${source}, clock: { now: () => 1, monotonic: () => 1 }, random });
    const token = (id) => ({ id, tenant: "acme", name: "n", owner: "o", hash: id, hint: "h", createdAtMs: 1 });
    const tries = Array.from({ length: 20 }, (_, n) => store.tokens.insert(token(${JSON.stringify(name)} + n), { maxActive: 10 }));
    const inserted = await Promise.all(tries);
    console.log(inserted.filter(Boolean).length);
    await store.close();`;
  const child = spawn(process.execPath, ["--no-warnings", "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  return new Promise((resolve) => child.on("exit", () => resolve(Number(text))));
}
