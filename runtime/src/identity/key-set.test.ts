import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from "jose";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { IssuerUnavailable } from "./issuer.ts";
import { createKeySet, fetchCoolDownMs, refreshAfterMs, staleMaxMs } from "./key-set.ts";

const clock = { monotonic: () => Date.now() };

let keys: readonly JWK[];
beforeAll(async () => {
  keys = await Promise.all(
    ["a", "b", "c"].map(async (kid) => ({ ...(await exportJWK((await generateKeyPair("ES256")).publicKey)), kid })),
  );
});
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const hint = (kid?: string) => ({ alg: "ES256", kid });
const set = (...kids: readonly string[]): JSONWebKeySet => ({
  keys: keys.filter(({ kid }) => kids.includes(kid ?? "")),
});

/** A key set over an issuer that publishes what it is told, takes its time when it is told, and notes when it was asked. */
function setUp(published: JSONWebKeySet = set("a")) {
  const issuer = { published, isDown: false, delayMs: 0, askedAtMs: [] as number[] };
  const lines: string[] = [];
  const note = (message: string) => void lines.push(message);
  const keySet = createKeySet({
    async fetchKeys() {
      issuer.askedAtMs.push(Date.now());
      const answer = issuer.published;
      if (issuer.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, issuer.delayMs));
      if (issuer.isDown) throw new IssuerUnavailable("the issuer is down");
      return answer;
    },
    clock,
    logger: { debug: note, info: note, warn: note, error: note },
  });
  return { issuer, keySet, lines, count: async (kid?: string) => (await keySet.keysFor(hint(kid))).keys.length };
}

describe("the keys of an issuer", () => {
  it("are fetched once, when first needed, for all who wait together", async () => {
    const { issuer, count } = setUp();
    issuer.delayMs = 100;
    expect(issuer.askedAtMs).toEqual([]);
    const all = Promise.all(Array.from({ length: 50 }, () => count("a")));
    await vi.advanceTimersByTimeAsync(100);
    expect(new Set(await all)).toEqual(new Set([1]));
    expect(issuer.askedAtMs).toHaveLength(1);
  });

  it("are refreshed behind the callers' backs when they are five minutes old", async () => {
    const { issuer, keySet, count } = setUp();
    await count("a");
    issuer.published = set("b");
    issuer.delayMs = 1_000;
    vi.advanceTimersByTime(refreshAfterMs);
    await count("a");
    expect(issuer.askedAtMs).toHaveLength(1);
    vi.advanceTimersByTime(1);
    // Nobody waits for it.
    expect(await count("a")).toBe(1);
    expect(keySet.version()).toBe(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([issuer.askedAtMs.length, keySet.version()]).toEqual([2, 2]);
    expect(await count("b")).toBe(1);
  });

  it("stop working with the refresh that no longer brings them", async () => {
    const { issuer, count } = setUp(set("a", "b"));
    await count("a");
    issuer.published = set("b");
    vi.advanceTimersByTime(refreshAfterMs + 1);
    await count("b");
    await vi.advanceTimersByTimeAsync(0);
    const removed = count("a");
    await vi.advanceTimersByTimeAsync(fetchCoolDownMs);
    expect(await removed).toBe(0);
  });

  it("keep their number when a refresh brings the same", async () => {
    const { issuer, keySet, count } = setUp();
    await count("a");
    vi.advanceTimersByTime(refreshAfterMs + 1);
    await count("a");
    await vi.advanceTimersByTimeAsync(0);
    expect([issuer.askedAtMs.length, keySet.version()]).toEqual([2, 1]);
  });

  it("are believed ten minutes more while their issuer is down, and then no longer", async () => {
    const { issuer, keySet, count, lines } = setUp();
    await count("a");
    issuer.isDown = true;
    vi.advanceTimersByTime(refreshAfterMs + staleMaxMs);
    expect(await count("a")).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(keySet.version()).toBeUndefined();
    await expect(count("a")).rejects.toThrow(IssuerUnavailable);
    expect(lines).toContain("signing keys cannot be fetched");
    issuer.isDown = false;
    await vi.advanceTimersByTimeAsync(fetchCoolDownMs);
    expect(await count("a")).toBe(1);
  });

  it("cannot be had while their issuer is down, which is asked at most once per cool-down", async () => {
    const { issuer, count } = setUp();
    issuer.isDown = true;
    for (let at = 0; at <= 2 * fetchCoolDownMs; at += 1_000) {
      await expect(Promise.all([count("a"), count("b")])).rejects.toThrow("the issuer is down");
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(issuer.askedAtMs.map((atMs) => atMs - 1_000_000)).toEqual([0, fetchCoolDownMs, 2 * fetchCoolDownMs]);
  });
});

describe("a key that nobody knows", () => {
  it("is fetched at once where the last fetch is long ago", async () => {
    const { issuer, count } = setUp();
    await count("a");
    vi.advanceTimersByTime(fetchCoolDownMs);
    issuer.published = set("a", "b");
    expect(await count("b")).toBe(1);
  });

  it("waits for the next fetch where the last one has just been, so that a rotation fails no call", async () => {
    const { issuer, count } = setUp();
    await count("a");
    issuer.published = set("a", "b");
    vi.advanceTimersByTime(1);
    const waiting = Promise.all(Array.from({ length: 20 }, () => count("b")));
    await vi.advanceTimersByTimeAsync(fetchCoolDownMs - 1);
    expect(new Set(await waiting)).toEqual(new Set([1]));
    expect(issuer.askedAtMs).toHaveLength(2);
  });

  it("waits for one fetch more where the running one was answered before the rotation", async () => {
    const { issuer, count } = setUp();
    await count("a");
    vi.advanceTimersByTime(fetchCoolDownMs);
    issuer.delayMs = 1_000;
    const other = count("unknown");
    await vi.advanceTimersByTimeAsync(500);
    issuer.published = set("a", "b");
    const rotated = count("b");
    await vi.advanceTimersByTimeAsync(500);
    expect(await other).toBe(0);
    await vi.advanceTimersByTimeAsync(fetchCoolDownMs);
    expect(await rotated).toBe(1);
    expect(issuer.askedAtMs).toHaveLength(3);
  });

  it("causes at most one fetch per cool-down, however many of them come", async () => {
    const { issuer, count } = setUp();
    await count("a");
    const startMs = Date.now();
    const flood: Promise<number>[] = [];
    for (let n = 0; n < 200; n++) {
      flood.push(count(`unknown-${n}`));
      await vi.advanceTimersByTimeAsync(100);
      expect(await count("a")).toBe(1);
    }
    await vi.advanceTimersByTimeAsync(fetchCoolDownMs);
    expect(new Set(await Promise.all(flood))).toEqual(new Set([0]));
    const gaps = issuer.askedAtMs.slice(1).map((atMs, index) => atMs - (issuer.askedAtMs[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(fetchCoolDownMs);
    expect(issuer.askedAtMs.length).toBeLessThanOrEqual(2 + (Date.now() - startMs) / fetchCoolDownMs);
  });

  it("is content with a refresh that comes before its own fetch", async () => {
    const { issuer, count } = setUp();
    await count("a");
    issuer.isDown = true;
    vi.advanceTimersByTime(refreshAfterMs + 1);
    await count("a");
    const waiting = count("b");
    await vi.advanceTimersByTimeAsync(1);
    issuer.isDown = false;
    issuer.published = set("a", "b");
    // The clock moves on, and the timer is late.
    vi.setSystemTime(Date.now() + fetchCoolDownMs);
    await count("a");
    await vi.advanceTimersByTimeAsync(fetchCoolDownMs - 1);
    expect([await waiting, issuer.askedAtMs.length]).toEqual([1, 3]);
  });

  it("is refused at once where 256 wait already, and known keys are not", async () => {
    const { count } = setUp();
    await count("a");
    const waiting = Array.from({ length: 256 }, (_, n) => count(`unknown-${n}`));
    await vi.advanceTimersByTimeAsync(0);
    await expect(count("unknown")).rejects.toThrow("too many requests wait for the signing keys");
    expect(await count("a")).toBe(1);
    await vi.advanceTimersByTimeAsync(fetchCoolDownMs);
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([0]));
    const next = count("unknown");
    await vi.advanceTimersByTimeAsync(fetchCoolDownMs);
    expect(await next).toBe(0);
  });

  it("cannot be judged while the issuer is down, and known keys still can", async () => {
    const { issuer, count } = setUp();
    await count("a");
    issuer.isDown = true;
    vi.advanceTimersByTime(fetchCoolDownMs);
    await expect(count("b")).rejects.toThrow("the issuer is down");
    expect(await count("a")).toBe(1);
  });
});

describe("a token that names no key", () => {
  it("is tried with those that fit, of which there are not endlessly many", async () => {
    const { count } = setUp(set("a", "b"));
    expect(await count()).toBe(2);
    const [a] = keys;
    const many = setUp({ keys: Array.from({ length: 20 }, (_, n) => ({ ...(a as JWK), kid: `k${n}` })) });
    expect(await many.count()).toBe(8);
  });

  it("has none where the issuer's keys are secrets, private, or for something else", async () => {
    const { privateKey } = await generateKeyPair("ES256", { extractable: true });
    const secret: JWK = { kty: "oct", k: Buffer.alloc(32).toString("base64url"), kid: "s" };
    const encryption = { ...(keys[0] as JWK), use: "enc", kid: "e" };
    const { count, keySet } = setUp({ keys: [secret, encryption, { ...(await exportJWK(privateKey)), kid: "p" }] });
    const found = Promise.all([count(), count("e"), count("p"), keySet.keysFor({ alg: "HS256", kid: "s" })]);
    await vi.advanceTimersByTimeAsync(fetchCoolDownMs);
    expect(await found).toEqual([0, 0, 0, { keys: [], version: 1 }]);
  });
});
