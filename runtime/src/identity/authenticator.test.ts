import { describe, expect, it } from "vitest";
import type { ApiKeyAuth } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import type { KeyRecord, Logger } from "../ports.ts";
import { type CredentialStore, createAuthenticator } from "./authenticator.ts";
import type { Headers } from "./credential.ts";
import { formatKey, hashKey } from "./key-format.ts";
import type { Refusal } from "./refusal.ts";

const vauchflow: ApiKeyAuth = {
  kind: "apiKey",
  header: "X-API-Key",
  kinds: {
    agent: { prefix: "vf_ak_", scoped: true, ttlDays: { default: 30, max: 365 } },
    secret: { prefix: "vf_sk_", bypasses: ["scope", "approval"] },
    publishable: { prefix: "vf_pk_", refused: true },
  },
};

const keyFor = (prefix: string, fill = 1) => formatKey(prefix, new Uint8Array(32).fill(fill));
const good = keyFor("vf_ak_");

const recordOf = (text: string, changes: Partial<KeyRecord> = {}): KeyRecord => ({
  id: "k-1",
  tenant: "acme",
  kind: "agent",
  name: "Claude",
  hash: hashKey(text),
  hint: text.slice(0, 10),
  scopes: ["CAMPAIGN_READ"],
  createdAtMs: 0,
  expiresAtMs: undefined,
  revokedAtMs: undefined,
  ...changes,
});

/** The parts of a store that knows keys alone, whose every change goes unnoticed. */
const storeOf = (keys: CredentialStore["keys"]): CredentialStore => ({
  keys,
  tokens: { findByHash: async () => undefined, recordUse: async () => undefined },
  tenants: { find: async () => undefined },
  changes: { version: () => 0 },
});

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** An authenticator over records that the test may change, with a clock that the test moves. */
function setUp(...records: KeyRecord[]) {
  const state = { nowMs: 1_000_000, records, lookups: 0, isDown: false };
  const keys = {
    async findByHash(hash: string) {
      state.lookups += 1;
      if (state.isDown) throw new Error("database gone");
      return state.records.find((record) => record.hash === hash);
    },
  };
  const clock = { now: () => state.nowMs, monotonic: () => state.nowMs };
  const logged: unknown[] = [];
  const logger: Logger = {
    ...quiet,
    info: (_message, fields) => logged.push(fields),
    error: (message) => logged.push(message),
  };
  return {
    state,
    logged,
    ...createAuthenticator({ server: { auth: [vauchflow], scopes: {} }, store: storeOf(keys), clock, logger }),
  };
}

async function refused(promise: Promise<unknown>): Promise<GatewayError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof GatewayError)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

describe("authenticating by API key", () => {
  it.each<[string, Headers, string]>([
    ["no credential", {}, "missing"],
    ["an empty one", { "x-api-key": "  " }, "missing"],
    ["a key in two headers", { "x-api-key": good, authorization: `Bearer ${good}` }, "several"],
    ["two keys in one header", { "x-api-key": [good, good] }, "several"],
    ["two keys that Node has joined", { "x-api-key": `${good}, ${good}` }, "several"],
    ["two bearer tokens", { authorization: `Bearer ${good}, Bearer ${good}` }, "several"],
    ["a key beside another scheme's credential", { "x-api-key": good, authorization: "Basic dTpw" }, "several"],
    ["another scheme", { authorization: "Basic dTpw" }, "unreadable"],
    ["a bare key as authorization", { authorization: good }, "unreadable"],
    ["an endless key", { "x-api-key": "a".repeat(100_000) }, "unreadable"],
    ["a key that is not ASCII", { "x-api-key": `vf_ak_${"é".repeat(43)}` }, "unreadable"],
    ["a text that is no key", { "x-api-key": "hunter2" }, "malformed"],
    ["a key with a typo", { "x-api-key": `${good.slice(0, -1)}x` }, "malformed"],
    ["a key that nobody made", { "x-api-key": keyFor("vf_ak_", 9) }, "unknown"],
    ["a key in a query-like header", { "x-other": good }, "missing"],
  ])("refuses %s", async (_name, headers, reason) => {
    const { authenticate } = setUp(recordOf(good));
    const error = await refused(authenticate(headers));
    expect(error.code).toBe("unauthenticated");
    expect(refusalOf(error)?.reason).toBe(reason);
  });

  it("tells malformed, unknown, expired, revoked and mistaken kinds apart for the log and not for the caller", async () => {
    const [expired, revoked, mistaken] = [keyFor("vf_ak_", 2), keyFor("vf_ak_", 3), keyFor("vf_sk_", 4)];
    const { authenticate, logged } = setUp(
      recordOf(expired, { id: "k-2", expiresAtMs: 1_000_000 }),
      recordOf(revoked, { id: "k-3", revokedAtMs: 5 }),
      recordOf(mistaken, { id: "k-4", kind: "agent" }),
    );
    const texts = ["garbage", keyFor("vf_ak_", 9), expired, revoked, mistaken];
    const errors = await Promise.all(texts.map((text) => refused(authenticate({ "x-api-key": text }))));
    expect(errors.map((error) => refusalOf(error)?.reason)).toEqual([
      "malformed",
      "unknown",
      "expired",
      "revoked",
      "wrong_kind",
    ]);
    expect(errors.map((error) => refusalOf(error)?.keyId)).toEqual([undefined, undefined, "k-2", "k-3", "k-4"]);
    expect(logged).toEqual(errors.map((error) => error.cause));
    expect(new Set(errors.map((error) => JSON.stringify([error.code, error.message, error.meta]))).size).toBe(1);
  });

  it("looks up what is malformed as it looks up what is unknown, so that the time tells nothing", async () => {
    const { authenticate, state } = setUp();
    for (const text of ["garbage", "vf_ak_short", keyFor("vf_ak_", 9), keyFor("vf_pk_")]) {
      await refused(authenticate({ "x-api-key": text }));
    }
    expect(state.lookups).toBe(4);
  });

  it("refuses publishable keys and says which to use, known or not", async () => {
    const known = keyFor("vf_pk_");
    const { authenticate } = setUp(recordOf(known, { kind: "publishable" }));
    for (const text of [known, keyFor("vf_pk_", 7)]) {
      const error = await refused(authenticate({ "x-api-key": text }));
      expect(error.message).toBe(
        "Publishable keys (vf_pk_…) are not accepted here. Use an agent key (vf_ak_…) or a secret key (vf_sk_…).",
      );
    }
  });

  it("never repeats the credential", async () => {
    const { authenticate } = setUp();
    const text = keyFor("vf_ak_", 9);
    const error = await refused(authenticate({ "x-api-key": text }));
    expect(JSON.stringify([error, error.message, error.meta, error.cause])).not.toContain(text.slice(10, 30));
  });

  it("says how a challenge is to be written", async () => {
    const { authenticate } = setUp();
    const missing = await refused(authenticate({}));
    expect(missing.message).toBe(
      'This server needs an API key. Send it as "X-API-Key: <key>" or "Authorization: Bearer <key>".',
    );
    expect(missing.meta).toEqual({ scheme: "Bearer", header: "X-API-Key" });
    const unknown = await refused(authenticate({ "x-api-key": "x" }));
    expect(unknown.meta).toEqual({ scheme: "Bearer", header: "X-API-Key", error: "invalid_token" });
  });

  it("says that the store is away, and asks it again for the next request", async () => {
    const { authenticate, state } = setUp(recordOf(good));
    state.isDown = true;
    expect((await refused(authenticate({ "x-api-key": good }))).code).toBe("auth_unavailable");
    state.isDown = false;
    expect((await authenticate({ "x-api-key": good })).id).toBe("k-1");
  });

  it("refuses a revoked key within a second, even where its revocation goes unnoticed", async () => {
    const { authenticate, state } = setUp(recordOf(good));
    await authenticate({ "x-api-key": good });
    state.records = [recordOf(good, { revokedAtMs: state.nowMs })];
    state.nowMs += 999;
    await authenticate({ "x-api-key": good });
    state.nowMs += 1;
    expect(refusalOf(await refused(authenticate({ "x-api-key": good })))?.reason).toBe("revoked");
  });

  it("refuses a key in the millisecond in which it ends, cached or not", async () => {
    const { authenticate, state } = setUp(recordOf(good, { expiresAtMs: 1_000_500 }));
    state.nowMs = 1_000_499;
    await authenticate({ "x-api-key": good });
    state.nowMs = 1_000_500;
    expect(refusalOf(await refused(authenticate({ "x-api-key": good })))?.reason).toBe("expired");
  });

  it("asks the store once for all requests of one second, refusals too", async () => {
    const { authenticate, state } = setUp(recordOf(good));
    await Promise.all(Array.from({ length: 20 }, () => authenticate({ "x-api-key": good })));
    expect(state.lookups).toBe(1);
    for (let count = 0; count < 20; count++) await refused(authenticate({ "x-api-key": "garbage" }));
    expect(state.lookups).toBe(2);
  });

  it("keeps a bounded number of answers", async () => {
    const { authenticate, state } = setUp(recordOf(good));
    await authenticate({ "x-api-key": good });
    for (let count = 0; count < 10_000; count++) await refused(authenticate({ "x-api-key": `guess-${count}` }));
    await authenticate({ "x-api-key": good });
    expect(state.lookups).toBe(10_002);
  });

  it.each<[string, Headers]>([
    ["the named header", { "x-api-key": good }],
    ["a bearer token", { authorization: `Bearer ${good}` }],
    ["a bearer token in any case", { authorization: `bEARER   ${good}` }],
    ["a header that came as a list of one", { "x-api-key": [good] }],
  ])("takes a key from %s", async (_name, headers) => {
    expect(await setUp(recordOf(good)).authenticate(headers)).toMatchObject({
      id: "k-1",
      tenant: "acme",
      kind: "agent",
      name: "Claude",
    });
  });

  it("gives the caller its scopes, what its kind may bypass, and its credential", async () => {
    const secret = keyFor("vf_sk_");
    const { authenticate } = setUp(recordOf(good), recordOf(secret, { id: "k-2", kind: "secret", scopes: [] }));
    const agent = await authenticate({ "x-api-key": good });
    expect([[...agent.scopes], [...agent.bypasses], agent.credential.reveal()]).toEqual([["CAMPAIGN_READ"], [], good]);
    const trusted = await authenticate({ "x-api-key": secret });
    expect([[...trusted.scopes], [...trusted.bypasses]]).toEqual([[], ["scope", "approval"]]);
  });

  it("takes keys of another shape that were imported with their hash", async () => {
    const imported = "vf_ak_legacy-0001";
    expect((await setUp(recordOf(imported)).authenticate({ "x-api-key": imported })).id).toBe("k-1");
  });

  it("tells kinds by the longest prefix", async () => {
    const auth: ApiKeyAuth = {
      ...vauchflow,
      kinds: { any: { prefix: "vf_", refused: true }, agent: { prefix: "vf_ak_" } },
    };
    const keys = { findByHash: async () => recordOf(good) };
    const { authenticate } = createAuthenticator({
      server: { auth: [auth], scopes: {} },
      store: storeOf(keys),
      clock: { now: () => 0, monotonic: () => 0 },
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    });
    expect((await authenticate({ "x-api-key": good })).kind).toBe("agent");
  });

  it("knows in a scheme's own header only the kinds of that scheme", async () => {
    const other: ApiKeyAuth = { kind: "apiKey", header: "X-Partner-Key", kinds: { partner: { prefix: "pt_" } } };
    const partner = keyFor("pt_");
    const keys = { findByHash: async () => recordOf(partner, { kind: "partner" }) };
    const clock = { now: () => 0, monotonic: () => 0 };
    const { authenticate } = createAuthenticator({
      server: { auth: [vauchflow, other], scopes: {} },
      store: storeOf(keys),
      clock,
      logger: quiet,
    });
    expect((await authenticate({ "x-partner-key": partner })).kind).toBe("partner");
    expect((await authenticate({ authorization: `Bearer ${partner}` })).kind).toBe("partner");
    expect(refusalOf(await refused(authenticate({ "x-api-key": partner })))?.reason).toBe("wrong_kind");
  });
});

function refusalOf(error: unknown): Refusal | undefined {
  return error instanceof GatewayError && error.code === "unauthenticated" ? (error.cause as Refusal) : undefined;
}
