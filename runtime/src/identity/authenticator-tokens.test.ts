import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Caller } from "../call.ts";
import type { ApiKeyAuth, TokenAuth } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import type { Logger } from "../ports.ts";
import { openStore, type Store } from "../store/open.ts";
import { createAuthenticator } from "./authenticator.ts";
import type { Headers } from "./credential.ts";
import { mintKey } from "./mint.ts";
import { mintToken, renewToken } from "./mint-token.ts";
import type { Refusal } from "./refusal.ts";

const tokenAuth: TokenAuth = {
  kind: "token",
  prefix: "rk_mcp_",
  validation: "local",
  grants: ["read_write"],
  maxActivePerTenant: 10,
  ttlDays: { default: 30, max: 90 },
};
const keyAuth: ApiKeyAuth = { kind: "apiKey", header: "X-API-Key", kinds: { live: { prefix: "rk_live_" } } };
const server = { auth: [tokenAuth], scopes: {} };
const both = { auth: [keyAuth, tokenAuth], scopes: {} };

const time = { nowMs: 0 };
const clock = { now: () => time.nowMs, monotonic: () => time.nowMs };
let made = 0;
const random = {
  uuid: () => `id-${++made}`,
  bytes: (length: number) => new Uint8Array(length).fill(++made % 256),
};

let folder: string;
let stores: Store[];
beforeEach(() => {
  time.nowMs = 1_000_000;
  folder = mkdtempSync(join(tmpdir(), "toolspec-identity-"));
  stores = [];
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function open(file = ":memory:"): Promise<Store> {
  const store = await openStore({ file, clock, random });
  stores.push(store);
  return store;
}

/** An authenticator over a real store, and what it has logged. */
function over(store: Store, options: { readonly auth: readonly (ApiKeyAuth | TokenAuth)[] } = server) {
  const logged: unknown[] = [];
  const keep = (_message: string, fields?: unknown) => void logged.push(fields);
  const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep };
  return { logged, ...createAuthenticator({ server: { ...options, scopes: {} }, store, clock, logger }) };
}

async function addToken(store: Store, changes: { readonly tenant?: string; readonly ttlDays?: number } = {}) {
  const minted = mintToken({ server, tenant: "acme", name: "laptop", owner: "ada", clock, random, ...changes });
  await store.tokens.insert(minted.record);
  return { id: minted.record.id, text: minted.token.reveal(), headers: bearer(minted.token.reveal()) };
}

async function addKey(store: Store) {
  const options = { server: both, kindName: "live", tenant: "acme", name: "backend", scopes: [] };
  const { key, record } = mintKey({ ...options, clock, random });
  await store.keys.insert(record);
  return { id: record.id, text: key.reveal() };
}

const bearer = (text: string): Headers => ({ authorization: `Bearer ${text}` });

async function refused(promise: Promise<Caller>): Promise<GatewayError & { readonly cause: Refusal }> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof GatewayError)) throw new Error(`not refused: ${String(error)}`);
  return error as GatewayError & { readonly cause: Refusal };
}

describe("authenticating by connection token", () => {
  it("tells malformed, unknown, expired, revoked and rotated tokens apart for the log and not for the caller", async () => {
    const store = await open();
    const { authenticate, logged } = over(store);
    const [expired, revoked, rotated] = [
      await addToken(store, { ttlDays: 1 }),
      await addToken(store),
      await addToken(store),
    ];
    await store.tokens.revoke(revoked.id, time.nowMs);
    await store.tokens.rotate(rotated.id, renewToken({ server, clock, random }).value);
    time.nowMs += 86_400_000;
    const unknown = `rk_mcp_${"x".repeat(43)}`;
    const texts = [
      "garbage-that-is-no-token",
      "rk_mcp_much-too-short",
      unknown,
      rotated.text,
      expired.text,
      revoked.text,
    ];
    const errors = await Promise.all(texts.map((text) => refused(authenticate(bearer(text)))));
    expect(errors.map(({ cause }) => cause.reason)).toEqual([
      "malformed",
      "malformed",
      "unknown",
      "unknown",
      "expired",
      "revoked",
    ]);
    expect(errors.map(({ cause }) => cause.keyId).slice(4)).toEqual([expired.id, revoked.id]);
    expect(new Set(errors.map((error) => JSON.stringify([error.code, error.message, error.meta]))).size).toBe(1);
    expect(errors[0]?.message).toBe(
      "This connection token is not accepted. Check that it is whole and still valid, or ask for a new one.",
    );
    for (const text of texts) expect(JSON.stringify([errors, logged])).not.toContain(text.slice(12));
  });

  it("takes a token as a bearer alone", async () => {
    const store = await open();
    const { text, headers } = await addToken(store);
    const { authenticate } = over(store, both);
    expect((await refused(authenticate({ "x-api-key": text }))).cause.reason).toBe("malformed");
    expect((await refused(authenticate({ "x-other": text }))).cause.reason).toBe("missing");
    expect((await refused(authenticate({ ...headers, "x-api-key": "k" }))).cause.reason).toBe("several");
    expect((await authenticate(headers)).kind).toBe("token");
  });

  it("says what the server takes and how to send it", async () => {
    const store = await open();
    const missing = await refused(over(store).authenticate({}));
    expect(missing.message).toBe('This server needs a connection token. Send it as "Authorization: Bearer <token>".');
    expect(missing.meta).toEqual({ scheme: "Bearer", header: "Authorization" });
    expect((await refused(over(store, both).authenticate({}))).message).toBe(
      'This server needs an API key or a connection token. Send it as "X-API-Key: <key>" or "Authorization: Bearer <key or token>".',
    );
    expect((await refused(over(store).authenticate(bearer("x")))).meta.error).toBe("invalid_token");
  });

  it("gives the caller what the scheme grants, and nothing to bypass", async () => {
    const store = await open();
    const { id, text, headers } = await addToken(store);
    const caller = await over(store).authenticate(headers);
    expect({ ...caller, credential: caller.credential.reveal() }).toEqual({
      tenant: "acme",
      kind: "token",
      id,
      name: "laptop",
      scopes: new Set(["read_write"]),
      bypasses: new Set(),
      credential: text,
    });
  });

  it("knows keys and tokens of one server apart", async () => {
    const store = await open();
    const { headers } = await addToken(store);
    const key = await addKey(store);
    const { authenticate } = over(store, both);
    expect((await authenticate(headers)).kind).toBe("token");
    expect((await authenticate(bearer(key.text))).kind).toBe("live");
    expect((await authenticate({ "x-api-key": key.text })).id).toBe(key.id);
  });

  it("refuses a token whose prefix has another meaning by now", async () => {
    const store = await open();
    const { text } = await addToken(store);
    const keys: ApiKeyAuth = { ...keyAuth, kinds: { live: { prefix: "rk_mcp_" } } };
    expect((await refused(over(store, { auth: [keys] }).authenticate(bearer(text)))).cause.reason).toBe("malformed");
    const renamed: TokenAuth = { ...tokenAuth, prefix: "rk_new_" };
    expect((await refused(over(store, { auth: [renamed] }).authenticate(bearer(text)))).cause.reason).toBe(
      "wrong_kind",
    );
  });
});

describe("what stops a credential", () => {
  /** The clock stands still, so nothing here is the cache's age. */
  it.each(["this process", "another process"])("acts with the next request when %s has done it", async (who) => {
    const file = join(folder, "toolspec.db");
    const store = await open(file);
    const other = who === "this process" ? store : await open(file);
    const { authenticate } = over(store, both);
    const [revoked, rotated, suspended] = [
      await addToken(store),
      await addToken(store),
      await addToken(store, { tenant: "globex" }),
    ];
    const reason = async (headers: Headers) => (await refused(authenticate(headers))).cause.reason;
    for (const { headers } of [revoked, rotated, suspended]) await authenticate(headers);

    await other.tokens.revoke(revoked.id, time.nowMs);
    expect(await reason(revoked.headers)).toBe("revoked");

    const renewed = renewToken({ server, clock, random });
    await reason(bearer(renewed.token.reveal()));
    await other.tokens.rotate(rotated.id, renewed.value);
    expect(await reason(rotated.headers)).toBe("unknown");
    expect((await authenticate(bearer(renewed.token.reveal()))).id).toBe(rotated.id);

    await other.tenants.suspend({ tenant: "globex", suspendedAtMs: time.nowMs, reason: "unpaid" });
    expect(await reason(suspended.headers)).toBe("suspended");
    await other.tenants.resume("globex");
    expect((await authenticate(suspended.headers)).tenant).toBe("globex");
  });

  it("is a suspension for keys too, and the caller is told without the reason", async () => {
    const store = await open();
    const { id, text } = await addKey(store);
    await store.tenants.suspend({ tenant: "acme", suspendedAtMs: 0, reason: "chargeback fraud" });
    const error = await refused(over(store, both).authenticate(bearer(text)));
    expect(error.cause).toEqual({ reason: "suspended", keyId: id, tenant: "acme" });
    expect([error.code, error.meta.error]).toEqual(["unauthenticated", "invalid_token"]);
    expect(error.message).toMatch(/^This account is suspended/);
    expect(error.message).not.toContain("fraud");
    await store.keys.revoke(id, 1);
    expect((await refused(over(store, both).authenticate(bearer(text)))).cause.reason).toBe("revoked");
  });

  it("is a store that cannot be asked, whatever was believed before", async () => {
    const store = await open();
    const { headers } = await addToken(store);
    const { authenticate } = over(store);
    await authenticate(headers);
    await store.close();
    expect((await refused(authenticate(headers))).code).toBe("auth_unavailable");
  });
});

describe("the last use of a token", () => {
  it("is written when the server is closed, and not before a minute has passed", async () => {
    const store = await open();
    const { headers } = await addToken(store);
    const { authenticate, close } = over(store);
    await authenticate(headers);
    time.nowMs += 500;
    await authenticate(headers);
    const lastUsed = async () => (await store.tokens.list({}))[0]?.lastUsedAtMs;
    expect(await lastUsed()).toBeUndefined();
    await close();
    expect(await lastUsed()).toBe(1_000_500);
  });
});
