import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isSafeAddress } from "../safe-address.ts";
import { json, startIssuer, type TestIssuer } from "./fixture.ts";
import { createKeyFetcher, metadataUrls } from "./issuer.ts";

const rfc8414 = "/.well-known/oauth-authorization-server";
const openId = "/.well-known/openid-configuration";

let issuer: TestIssuer;
beforeEach(async () => {
  issuer = await startIssuer();
});
afterEach(() => issuer.close());

/** Ask an issuer whose `path` answers so. */
async function problemWith(path: string, answer: (response: ServerResponse) => void): Promise<string> {
  issuer.answer(path, answer);
  return await createKeyFetcher(issuer)().then(
    () => "none",
    (error: Error) => `${error.name}: ${error.message.replaceAll(issuer.issuer, "<issuer>")}`,
  );
}

describe("where an issuer's keys are", () => {
  it("is looked for in the order of the MCP specification", () => {
    expect(metadataUrls("https://login.example")).toEqual([
      "https://login.example/.well-known/oauth-authorization-server",
      "https://login.example/.well-known/openid-configuration",
    ]);
    expect(metadataUrls("https://login.example/realms/acme/")).toEqual([
      "https://login.example/.well-known/oauth-authorization-server/realms/acme",
      "https://login.example/.well-known/openid-configuration/realms/acme",
      "https://login.example/realms/acme/.well-known/openid-configuration",
    ]);
  });

  it("is what its metadata says, asked once", async () => {
    const fetchKeys = createKeyFetcher(issuer);
    expect((await fetchKeys()).keys).toEqual([issuer.publicKey()]);
    await fetchKeys();
    expect(issuer.requests).toEqual([rfc8414, issuer.keysPath, issuer.keysPath]);
  });

  it("is asked for again once the keys are there no more", async () => {
    const fetchKeys = createKeyFetcher(issuer);
    await fetchKeys();
    issuer.answer(issuer.keysPath, (response) => response.writeHead(404).end());
    await expect(fetchKeys()).rejects.toThrow("answers 404");
    issuer.answer(rfc8414, (response) => json(response, { issuer: issuer.issuer, jwks_uri: `${issuer.issuer}/moved` }));
    issuer.answer("/moved", (response) => json(response, { keys: [] }));
    expect(await fetchKeys()).toEqual({ keys: [] });
  });

  it("is found by OpenID Connect's way where there is no other", async () => {
    issuer.answer(rfc8414, (response) => response.writeHead(404).end());
    issuer.answer(openId, (response) =>
      json(response, { issuer: issuer.issuer, jwks_uri: `${issuer.issuer}${issuer.keysPath}` }),
    );
    expect((await createKeyFetcher(issuer)()).keys).toHaveLength(1);
  });

  it("is not asked for where the server names it", async () => {
    const jwksUrl = `${issuer.issuer}${issuer.keysPath}`;
    await createKeyFetcher({ issuer: "https://elsewhere.example", jwksUrl })();
    expect(issuer.requests).toEqual([issuer.keysPath]);
  });

  it.each([
    [
      "another issuer's metadata",
      { issuer: "https://evil.example", jwks_uri: "https://evil.example/keys" },
      "of another issuer",
    ],
    ["metadata without keys", {}, 'has no "jwks_uri" with https'],
    ["keys without TLS", { jwks_uri: "http://login.example/keys" }, 'has no "jwks_uri" with https'],
    ["keys in a file", { jwks_uri: "file:///etc/passwd" }, 'has no "jwks_uri" with https'],
  ])("is not believed of %s", async (_what, metadata, problem) => {
    const all = { issuer: issuer.issuer, ...metadata };
    expect(await problemWith(rfc8414, (response) => json(response, all))).toContain(problem);
    expect(issuer.requests).not.toContain(issuer.keysPath);
  });

  it("must be with TLS, or on this machine", () => {
    expect(["https://a.example/k", "http://127.0.0.1:1/k", "http://[::1]/k"].every(isSafeAddress)).toBe(true);
    expect(
      ["http://a.example/k", "http://127.0.0.1.a.example", "http://[::2]/k", "file:///k", "k"].some(isSafeAddress),
    ).toBe(false);
  });
});

describe("what an issuer answers", () => {
  it("leads nowhere else", async () => {
    const redirect = (response: ServerResponse) => response.writeHead(302, { location: "/elsewhere" }).end();
    expect(await problemWith("/keys", redirect)).toContain("IssuerUnavailable: <issuer>/keys cannot be read");
    expect(issuer.requests).not.toContain("/elsewhere");
  });

  it.each<[string, (response: ServerResponse) => void, string]>([
    ["a failure", (response) => response.writeHead(500).end(), "answers 500"],
    ["no JSON", (response) => response.end("<html>secret</html>"), "cannot be read: it is not JSON"],
    ["no key set", (response) => json(response, { keys: "none" }), "is no JSON Web Key Set"],
    ["null", (response) => json(response, null), "is no JSON Web Key Set"],
    ["endless keys", (response) => json(response, { keys: ["x".repeat(300_000)] }), "is longer than 262144 bytes"],
    ["nothing at all", (response) => response.destroy(), "cannot be read"],
  ])("is refused when it is %s", async (_what, answer, problem) => {
    const message = await problemWith("/keys", answer);
    expect(message).toContain(problem);
    expect(message).not.toContain("secret");
  });

  it("is null where metadata should be", async () => {
    expect(await problemWith(rfc8414, (response) => json(response, null))).toMatch(/^IssuerUnavailable/);
  });

  it("is not waited for longer than five seconds", async () => {
    const startedAt = performance.now();
    expect(await problemWith("/keys", (response) => void response.writeHead(200).write("{"))).toContain(
      "cannot be read",
    );
    expect(performance.now() - startedAt).toBeLessThan(7_000);
  }, 10_000);

  it("counts up to 64 keys", async () => {
    issuer.answer("/keys", (response) =>
      json(response, { keys: Array.from({ length: 100 }, () => issuer.publicKey()) }),
    );
    expect((await createKeyFetcher(issuer)()).keys).toHaveLength(64);
  });
});
