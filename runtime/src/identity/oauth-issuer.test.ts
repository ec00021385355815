import { createHash } from "node:crypto";
import { exportJWK, generateKeyPair } from "jose";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { openStore } from "../store/open.ts";
import { systemRandom } from "../system.ts";
import { authenticatorOver, json, refused, schemeOf, startIssuer, type TestIssuer } from "./fixture.ts";
import { fetchCoolDownMs } from "./key-set.ts";

const minuteMs = 60_000;

const clock = { now: () => Date.now(), monotonic: () => Date.now() };

let issuer: TestIssuer;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: 1_800_000_000_000 });
  issuer = await startIssuer(clock.now);
});
afterEach(async () => {
  vi.useRealTimers();
  await issuer.close();
});

/** An authenticator over a real store and the issuer. */
async function setUp() {
  const store = await openStore({ file: ":memory:", clock, random: systemRandom });
  onTestFinished(() => store.close());
  return { store, ...authenticatorOver(store, [schemeOf(issuer.issuer)], clock) };
}

const keysFetched = () => issuer.requests.filter((path) => path === issuer.keysPath).length;
const nowSeconds = () => Math.floor(Date.now() / 1000);

describe("a suspended tenant", () => {
  it("is refused with the next request, also with a token that was verified before", async () => {
    const { by, store } = await setUp();
    const text = await issuer.token();
    await by(text);
    await store.tenants.suspend({ tenant: "acme-test", suspendedAtMs: 1, reason: "unpaid" });
    const error = await refused(by(text));
    expect(error.cause).toEqual({ reason: "suspended", tenant: "acme-test" });
    expect(error.message).toContain("This account is suspended");
    expect((await by(await issuer.token({ space: "globex-test" }))).tenant).toBe("globex-test");
    await store.tenants.resume("acme-test");
    expect((await by(text)).tenant).toBe("acme-test");
  });

  it("cannot be told from another while the store is away", async () => {
    const { by, store } = await setUp();
    const text = await issuer.token();
    await by(text);
    vi.spyOn(store.changes, "version").mockImplementation(() => {
      throw new Error("the disk is gone");
    });
    expect((await refused(by(text))).code).toBe("auth_unavailable");
  });
});

describe("a token that was verified", () => {
  /** How often `verify` was asked of a key. */
  const verifications = () => vi.spyOn(crypto.subtle, "verify");

  it("is not verified again for a minute, nor longer than it lives", async () => {
    const { by } = await setUp();
    const [long, short] = [await issuer.token(), await issuer.token({ exp: nowSeconds() + 10 })];
    const verify = verifications();
    onTestFinished(() => verify.mockRestore());
    for (let n = 0; n < 5; n++) await by(long);
    expect(verify).toHaveBeenCalledTimes(1);
    await by(short);
    vi.advanceTimersByTime(15_000);
    expect((await refused(by(short))).cause.reason).toBe("expired");
    vi.advanceTimersByTime(minuteMs - 15_000);
    await by(long);
    expect(verify).toHaveBeenCalledTimes(3);
  });

  it("is refused once its key is no longer published and the keys were refreshed", async () => {
    const { by } = await setUp();
    const old = await issuer.token({ exp: nowSeconds() + 3_600 });
    await by(old);
    await by(old);
    await issuer.rotate({ keepsOld: false });
    vi.advanceTimersByTime(5 * minuteMs - 1_000);
    await by(old);
    vi.advanceTimersByTime(1_001);
    // Nobody waits for the refresh, except who comes with the new key.
    await by(old);
    await by(await issuer.token());
    expect(keysFetched()).toBe(2);
    const ended = refused(by(old));
    await vi.advanceTimersByTimeAsync(fetchCoolDownMs);
    expect((await ended).cause.reason).toBe("unknown_key");
  });
});

describe("an issuer", () => {
  it("rotates without a failed call, also right after it was asked", async () => {
    const { by } = await setUp();
    const before = await issuer.token();
    await by(before);
    for (let turn = 0; turn < 3; turn++) {
      await issuer.rotate();
      const calls = await Promise.all(Array.from({ length: 20 }, (_, n) => issuer.token({ jti: `${turn}-${n}` })));
      const all = Promise.all(calls.map((text) => by(text)));
      await vi.advanceTimersByTimeAsync(fetchCoolDownMs);
      expect((await all).map(({ id }) => id)).toEqual(Array.from({ length: 20 }, () => "ada"));
    }
    expect((await by(before)).id).toBe("ada");
    expect(keysFetched()).toBe(4);
  });

  it("is asked once per cool-down, though 200 tokens name keys that nobody knows", async () => {
    const { by, refusals } = await setUp();
    const good = await issuer.token();
    await by(good);
    const forged = (await generateKeyPair("ES256")).privateKey;
    const texts = await Promise.all(
      Array.from({ length: 200 }, (_, n) => issuer.token({}, { key: forged, header: { kid: `unknown-${n}` } })),
    );
    const all = Promise.all(texts.map((text) => refused(by(text))));
    await vi.advanceTimersByTimeAsync(fetchCoolDownMs - 1);
    expect((await by(good)).id).toBe("ada");
    expect(keysFetched()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(new Set((await all).map(({ cause }) => cause.reason))).toEqual(new Set(["unknown_key"]));
    expect(keysFetched()).toBe(2);
    expect(refusals).toEqual([{ reason: "unknown_key" }]);
  });

  it("that is down at the start lets nobody in, and says that it is not the caller's fault", async () => {
    const { by, lines, refusals } = await setUp();
    issuer.answer(issuer.keysPath, (response) => json(response, {}, 503));
    const text = await issuer.token();
    const error = await refused(by(text));
    expect([error.code, error.meta.retryAfterSeconds]).toEqual(["auth_unavailable", 5]);
    expect(error.message).toBe("Credentials cannot be checked at the moment. Try again shortly.");
    expect(lines.join("\n")).toContain(`${issuer.issuer}/keys answers 503`);
    for (let n = 0; n < 50; n++) await refused(by(text));
    expect([keysFetched(), refusals, lines.length]).toEqual([1, [], 1]);
    issuer.answer(issuer.keysPath, undefined);
    await vi.advanceTimersByTimeAsync(fetchCoolDownMs);
    expect((await by(text)).id).toBe("ada");
  });

  it("that goes down later is not missed for a quarter of an hour", async () => {
    const { by } = await setUp();
    const text = await issuer.token({ exp: nowSeconds() + 3_600 });
    await by(text);
    issuer.answer(issuer.keysPath, (response) => response.destroy());
    vi.advanceTimersByTime(15 * minuteMs - 1_000);
    expect((await by(text)).id).toBe("ada");
    vi.advanceTimersByTime(2_000);
    expect((await refused(by(text))).code).toBe("auth_unavailable");
  });

  it("signs with RSA and EdDSA too", async () => {
    const { by } = await setUp();
    for (const alg of ["RS256", "PS256", "EdDSA"]) {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
      const kid = createHash("sha256").update(alg).digest("hex");
      issuer.answer(issuer.keysPath, async (response) =>
        json(response, { keys: [{ ...(await exportJWK(publicKey)), kid }] }),
      );
      const call = by(await issuer.token({}, { key: privateKey, header: { alg, kid } }));
      await vi.advanceTimersByTimeAsync(fetchCoolDownMs);
      expect((await call).id).toBe("ada");
    }
  });
});
