import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, importJWK, type JWTPayload, UnsecuredJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { ApiKeyAuth, AuthScheme, OAuthAuth, TokenAuth } from "../codegen.ts";
import { openStore } from "../store/open.ts";
import { systemRandom } from "../system.ts";
import type { Headers } from "./credential.ts";
import {
  audience,
  authenticatorOver,
  bearer,
  refused,
  schemeOf,
  startIssuer,
  type TestIssuer,
  type TokenOptions,
} from "./fixture.ts";
import { mintKey } from "./mint.ts";

const notAccepted = "This access token is not accepted. Check that it is whole and still valid, or ask for a new one.";

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
async function setUp(changes: Partial<OAuthAuth> = {}, others: readonly AuthScheme[] = []) {
  const store = await openStore({ file: ":memory:", clock, random: systemRandom });
  onTestFinished(() => store.close());
  return { store, ...authenticatorOver(store, [...others, schemeOf(issuer.issuer, changes)], clock) };
}

const keysFetched = () => issuer.requests.filter((path) => path === issuer.keysPath).length;

/** Why the issuer's token is refused once it is changed so, and that its caller is told no more than that it is. */
async function reasonFor(claims: JWTPayload, options?: TokenOptions): Promise<string> {
  const { by } = await setUp();
  const error = await refused(by(await issuer.token(claims, options)));
  expect([error.code, error.message, error.meta.error]).toEqual(["unauthenticated", notAccepted, "invalid_token"]);
  return error.cause.reason;
}

describe("a good access token", () => {
  it("says who calls, for which tenant, in which role, and what for", async () => {
    const { by } = await setUp();
    const text = await issuer.token();
    const caller = await by(text);
    expect(caller).toMatchObject({
      tenant: "acme-test",
      kind: "oauth",
      id: "ada",
      name: "Ada",
      role: { name: "owner" },
    });
    expect([...caller.scopes]).toEqual(["mcp:read", "mcp:write"]);
    expect([...caller.bypasses]).toEqual([]);
    expect([...(caller.role?.mayUse ?? [])]).toEqual(["mcp:read", "mcp:write"]);
    expect(JSON.stringify(caller)).not.toContain(text);
  });

  it("gives at most what was granted, what is declared and what the role may use", async () => {
    const { by } = await setUp();
    const scopesOf = async (claims: JWTPayload) => [...(await by(await issuer.token(claims))).scopes];
    expect(await scopesOf({ scope: "mcp:read" })).toEqual(["mcp:read"]);
    expect(await scopesOf({ scope: "mcp:read mcp:write openid admin:all toString" })).toEqual([
      "mcp:read",
      "mcp:write",
    ]);
    expect(await scopesOf({ role: "viewer" })).toEqual(["mcp:read"]);
    for (const scope of [undefined, "", ["mcp:read"], 1, " "]) expect(await scopesOf({ scope })).toEqual([]);
  });

  it("gives nothing to a role that nobody knows, but knows the caller", async () => {
    const { by } = await setUp();
    for (const role of ["superuser", undefined, 1, "", "constructor", "__proto__", ["owner"]]) {
      const caller = await by(await issuer.token({ role }));
      expect([[...caller.scopes], [...(caller.role?.mayUse ?? ["no role"])]]).toEqual([[], []]);
    }
    expect((await by(await issuer.token({ role: "superuser" }))).role?.name).toBe("superuser");
  });

  it("has no role where the server knows none", async () => {
    const { role: _role, ...scheme } = schemeOf(issuer.issuer);
    const store = await openStore({ file: ":memory:", clock, random: systemRandom });
    onTestFinished(() => store.close());
    const { by } = authenticatorOver(store, [scheme], clock);
    const caller = await by(await issuer.token({ scope: "mcp:write", role: undefined }));
    expect([caller.role, [...caller.scopes]]).toEqual([undefined, ["mcp:write"]]);
  });

  it("is named by the person, or else by the client, or else by the subject", async () => {
    const { by } = await setUp();
    const nameOf = async (claims: JWTPayload) => (await by(await issuer.token(claims))).name;
    expect(await nameOf({ name: undefined })).toBe("claude");
    expect(await nameOf({ name: undefined, client_id: undefined })).toBe("ada");
    expect(await nameOf({ name: "line\nforged" })).toBe("claude");
    expect((await nameOf({ name: "x".repeat(5_000) })).length).toBe(100);
  });

  it.each<[string, JWTPayload, TokenOptions["header"]]>([
    ["is for several audiences, one of them ours", { aud: ["https://other.example", audience] }, {}],
    ["says no time of issue", { iat: undefined }, {}],
    ["is of an older kind", {}, { typ: "JWT" }],
    ["names no kind", {}, { typ: undefined }],
    ["names its kind in full", {}, { typ: "application/at+jwt" }],
    ["names no key", {}, { kid: undefined }],
    ["has ended less than the clock skew ago", { exp: 1_800_000_000 - 4 }, {}],
    ["begins within the clock skew", { nbf: 1_800_000_000 + 5 }, {}],
    [
      "points to keys of its own, which nobody looks at",
      {},
      { jku: "https://evil.example/keys", x5u: "https://evil.example/x" },
    ],
  ])("is accepted when it %s", async (_what, claims, header) => {
    const { by } = await setUp();
    expect((await by(await issuer.token(claims, { header: header ?? {} }))).id).toBe("ada");
    expect(issuer.requests).toEqual(["/.well-known/oauth-authorization-server", issuer.keysPath]);
  });
});

describe("an access token that is not good", () => {
  it.each<[string, string, JWTPayload]>([
    ["is of another issuer", "wrong_issuer", { iss: "https://evil.example" }],
    ["is of an issuer that looks like ours", "wrong_issuer", { iss: "http://127.0.0.1" }],
    ["is of nobody", "wrong_issuer", { iss: undefined }],
    ["is for another server", "wrong_audience", { aud: "https://other.example/mcp" }],
    ["is for what begins like us", "wrong_audience", { aud: `${audience}/admin` }],
    ["is for our host alone", "wrong_audience", { aud: "https://api.perkamo.example" }],
    ["is for others alone", "wrong_audience", { aud: ["https://other.example", "perkamo-api"] }],
    ["is for no one", "wrong_audience", { aud: [] }],
    ["is for anyone", "wrong_audience", { aud: undefined }],
    ["has ended", "expired", { exp: 1_800_000_000 - 5 }],
    ["never ends", "oauth_malformed", { exp: undefined }],
    ["has not begun", "not_yet_valid", { nbf: 1_800_000_000 + 6 }],
    ["is of no one", "oauth_malformed", { sub: undefined }],
    ["is of someone without a name", "oauth_malformed", { sub: "" }],
    ["is of someone who forges lines", "oauth_malformed", { sub: "ada\nroot" }],
    ["is for no tenant", "no_tenant", { space: undefined }],
    ["is for a tenant without a name", "no_tenant", { space: " " }],
    ["is for several tenants", "no_tenant", { space: ["acme-test", "globex-test"] }],
    ["is for a tenant that hides", "no_tenant", { space: "acme\u202e" }],
    ["is an ID token with a nonce", "not_access_token", { nonce: "n" }],
    ["is an ID token with a hash", "not_access_token", { at_hash: "h" }],
  ])("is refused when it %s", async (_what, reason, claims) => {
    expect(await reasonFor(claims)).toBe(reason);
  });

  it.each([
    ["exp", "soon"],
    ["exp", true],
    ["nbf", "now"],
    ["sub", 42],
  ])("is refused when its %s is %j", async (claim, value) => {
    expect(await reasonFor({ [claim]: value })).toBe("oauth_malformed");
  });

  it.each([
    ["logout+jwt", "not_access_token"],
    ["JOSE", "not_access_token"],
    ["dpop+jwt", "not_access_token"],
  ])("is refused when it is of the kind %s", async (typ, reason) => {
    expect(await reasonFor({}, { header: { typ } })).toBe(reason);
  });

  it("is refused when somebody else has signed it, though it names our key", async () => {
    const { privateKey } = await generateKeyPair("ES256");
    expect(await reasonFor({}, { key: privateKey })).toBe("bad_signature");
  });

  it("is refused when it brings the key that it was signed with", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    const jwk = await exportJWK(publicKey);
    expect(await reasonFor({}, { key: privateKey, header: { jwk, jku: `${issuer.issuer}/evil` } })).toBe(
      "bad_signature",
    );
    expect(issuer.requests).not.toContain("/evil");
  });

  it("is refused when one of its claims was changed", async () => {
    const { by } = await setUp();
    const [header, payload, signature] = (await issuer.token({ scope: "mcp:read" })).split(".") as [
      string,
      string,
      string,
    ];
    const claims = { ...JSON.parse(Buffer.from(payload, "base64url").toString()), scope: "mcp:read mcp:write" };
    const changed = Buffer.from(JSON.stringify(claims)).toString("base64url");
    expect((await refused(by(`${header}.${changed}.${signature}`))).cause.reason).toBe("bad_signature");
    expect((await refused(by(`${header}.${payload}.`))).cause.reason).toBe("bad_signature");
  });

  it("is refused unsigned, however it spells that", async () => {
    const { by } = await setUp();
    const claims = { ...(await claimsOf(await issuer.token())) };
    const unsigned = new UnsecuredJWT(claims).encode();
    expect((await refused(by(unsigned))).cause.reason).toBe("algorithm");
    for (const alg of ["None", "NONE", "nOnE", "", null, ["none"]]) {
      const header = Buffer.from(JSON.stringify({ alg, typ: "at+jwt" })).toString("base64url");
      expect((await refused(by(`${header}.${unsigned.split(".")[1]}.`))).cause.reason).toMatch(
        /^algorithm|oauth_malformed$/,
      );
    }
    expect(keysFetched()).toBe(0);
  });

  it.each(["HS256", "HS384", "HS512"])("is refused when our public key is taken for a secret of %s", async (alg) => {
    const jwk = issuer.publicKey();
    const pem = await exportSPKI((await importJWK(jwk, "ES256", { extractable: true })) as CryptoKey);
    const secrets = [pem, pem.trim(), JSON.stringify(jwk), String(jwk.x)].map((text) =>
      new TextEncoder().encode(text.padEnd(64)),
    );
    for (const key of secrets) expect(await reasonFor({}, { header: { alg }, key })).toBe("algorithm");
    expect(keysFetched()).toBe(0);
  });

  it("is refused when it was signed by an algorithm that is good but not on the list", async () => {
    const { by } = await setUp({ algorithms: ["RS256"] });
    expect((await refused(by(await issuer.token()))).cause.reason).toBe("algorithm");
  });

  it("is refused when it demands what we do not know", async () => {
    const [, payload, signature] = (await issuer.token()).split(".");
    const { by } = await setUp();
    for (const crit of [["exp"], ["b64"], [], "x"]) {
      const head = { alg: "ES256", typ: "at+jwt", kid: issuer.publicKey().kid, crit, exp: 1, b64: true };
      const text = `${Buffer.from(JSON.stringify(head)).toString("base64url")}.${payload}.${signature}`;
      expect((await refused(by(text))).cause.reason).toBe("oauth_malformed");
    }
  });

  it.each(["../../../etc/passwd", "' or 1=1 --", "key-1\u0000", "https://evil.example/keys", "__proto__"])(
    "is refused when it names the key %j, which leads nowhere",
    async (kid) => {
      const { by } = await setUp();
      const error = await refused(by(await issuer.token({}, { header: { kid } })));
      expect(error.cause.reason).toBe("unknown_key");
      expect(issuer.requests).toEqual(["/.well-known/oauth-authorization-server", issuer.keysPath]);
    },
  );

  it.each([
    ["nothing", "."],
    ["one part", "abc"],
    ["two parts", "abc.def"],
    ["five parts", "a.b.c.d.e"],
    ["no base64url", "a+b.c/d.e="],
    ["no JSON", "abc.def.ghi"],
    ["null", `${Buffer.from("null").toString("base64url")}.${Buffer.from("null").toString("base64url")}.x`],
  ])("is refused when it is %s", async (_what, text) => {
    const { by } = await setUp();
    expect((await refused(by(text))).cause.reason).toBe("oauth_malformed");
    expect(keysFetched()).toBe(0);
  });

  it("is refused unread when it is huge", async () => {
    const { by } = await setUp();
    const fits = await issuer.token({ pad: "x".repeat(5_400) });
    expect(fits.length).toBeLessThan(8 * 1024);
    expect((await by(fits)).id).toBe("ada");
    const huge = await issuer.token({ pad: "x".repeat(6_000) });
    expect(huge.length).toBeGreaterThan(8 * 1024);
    expect((await refused(by(huge))).cause.reason).toBe("unreadable");
  });

  it("is told apart in the log and in the audit trail, without what it is", async () => {
    const { by, lines, refusals } = await setUp();
    const texts = [
      await issuer.token({ iss: "https://evil.example" }),
      await issuer.token({ aud: "x" }),
      await issuer.token({ exp: 1 }),
      await issuer.token({ space: undefined }),
      await issuer.token({}, { key: (await generateKeyPair("ES256")).privateKey }),
    ];
    const errors = [];
    for (const text of texts) errors.push(await refused(by(text)));
    expect(new Set(errors.map(({ message, meta }) => `${message} ${JSON.stringify(meta)}`)).size).toBe(1);
    const reasons = ["wrong_issuer", "wrong_audience", "expired", "no_tenant", "bad_signature"];
    expect(refusals.map(({ reason }) => reason)).toEqual(reasons);
    for (const reason of reasons) expect(lines.join("\n")).toContain(`"reason":"${reason}"`);
    for (const text of texts) for (const part of text.split(".")) expect(lines.join("\n")).not.toContain(part);
  });
});

describe("how a token is sent", () => {
  it("is in one header only", async () => {
    const { authenticate } = await setUp();
    const text = await issuer.token();
    const reasonOf = async (headers: Headers) => (await refused(authenticate(headers, "/mcp"))).cause.reason;
    expect(await reasonOf({})).toBe("missing");
    expect(await reasonOf({ cookie: `access_token=${text}` })).toBe("missing");
    expect(await reasonOf({ "x-api-key": text })).toBe("missing");
    expect(await reasonOf({ authorization: `Bearer ${text}, Bearer ${text}` })).toBe("several");
    expect(await reasonOf({ authorization: `DPoP ${text}` })).toBe("unreadable");
    expect(await reasonOf({ authorization: `Basic ${text}` })).toBe("unreadable");
    expect((await authenticate({ authorization: `bearer  ${text}` }, "/mcp")).id).toBe("ada");
  });

  it("is said to whoever sends none", async () => {
    const { authenticate } = await setUp();
    expect((await refused(authenticate({}))).message).toBe(
      'This server needs an access token of its authorization server. Send it as "Authorization: Bearer <access token>".',
    );
  });
});

describe("a server that takes keys too", () => {
  const keyAuth: ApiKeyAuth = { kind: "apiKey", header: "X-API-Key", kinds: { live: { prefix: "pk_live_" } } };
  const tokenAuth: TokenAuth = { kind: "token", prefix: "pk_mcp_", validation: "delegated", grants: [] };

  async function withKey() {
    const house = await setUp({ path: "/mcp/oauth" }, [keyAuth, tokenAuth]);
    const { key, record } = mintKey({
      server: { auth: [keyAuth], scopes: {} },
      kindName: "live",
      tenant: "acme",
      name: "backend",
      scopes: [],
      clock,
      random: systemRandom,
    });
    await house.store.keys.insert(record);
    return { ...house, key: key.reveal(), token: await issuer.token() };
  }

  it("takes at each path only its own", async () => {
    const { by, authenticate, key, token } = await withKey();
    expect((await by(token, "/mcp/oauth")).kind).toBe("oauth");
    expect((await by(key, "/mcp")).kind).toBe("live");
    expect((await by(`pk_mcp_${"x".repeat(40)}`, "/mcp")).kind).toBe("token");
    const reasonOf = async (headers: Headers, path: string) =>
      (await refused(authenticate(headers, path))).cause.reason;
    expect(await reasonOf(bearer(token), "/mcp")).toMatch(/^malformed|unreadable$/);
    expect(await reasonOf(bearer(key), "/mcp/oauth")).toBe("oauth_malformed");
    expect(await reasonOf(bearer(`pk_mcp_${"x".repeat(40)}`), "/mcp/oauth")).toBe("oauth_malformed");
    expect(await reasonOf({ "x-api-key": key }, "/mcp/oauth")).toBe("missing");
    expect(await reasonOf({ ...bearer(token), "x-api-key": key }, "/mcp/oauth")).toBe("several");
    expect(await reasonOf({ ...bearer(token), "x-api-key": key }, "/mcp")).toBe("several");
  });

  it("says at each path what is taken there", async () => {
    const { authenticate } = await withKey();
    const [keys, people] = [await refused(authenticate({}, "/mcp")), await refused(authenticate({}, "/mcp/oauth"))];
    expect(keys.message).toContain("an API key or a connection token");
    expect(keys.message).not.toContain("access token");
    expect(people.message).not.toContain("key");
  });

  it("takes all over stdio, by what they look like", async () => {
    const { by, key, token } = await withKey();
    expect([(await by(token)).kind, (await by(key)).kind]).toEqual(["oauth", "live"]);
    expect((await refused(by("garbage"))).cause.reason).toBe("malformed");
  });
});

async function claimsOf(text: string): Promise<JWTPayload> {
  return JSON.parse(Buffer.from(String(text.split(".")[1]), "base64url").toString()) as JWTPayload;
}
