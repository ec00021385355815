import { describe, expect, it } from "vitest";
import { Secret } from "../call.ts";
import { startRaw, startTokenEndpoint } from "./fixture.ts";
import { createTokenEndpoint, type ExchangeSettings } from "./token-endpoint.ts";

const good = { access_token: "issued", token_type: "Bearer", expires_in: 120 };

function settings(tokenUrl: string, changes: Partial<ExchangeSettings> = {}): ExchangeSettings {
  const clientSecret = new Secret("secret");
  return { kind: "exchange", tokenUrl, clientId: "toolspec", clientSecret, audience: "perkamo-api", ...changes };
}

/** What becomes of one exchange that is answered so. */
async function exchange(status: number, body: unknown) {
  const { url } = await startTokenEndpoint(() => [status, body]);
  return createTokenEndpoint(settings(url)).exchange("callers-token");
}

describe("the settings of a token exchange", () => {
  it.each([
    "http://login.example/token",
    "ftp://127.0.0.1/token",
    "https://user:pw@login.example/token",
    "https://login.example/token#a",
    "http://127.0.0.1.example/token",
    "http://localhost.example/token",
    "login.example/token",
    "",
  ])("refuse the address %j", (tokenUrl) => {
    expect(() => createTokenEndpoint(settings(tokenUrl))).toThrow(/tokenUrl .* must be an https URL/);
  });

  it.each([
    "https://login.example/token",
    "http://localhost:9/token",
    "http://127.0.0.1/token",
    "http://[::1]:9/t?a=b",
  ])("take the address %j", (tokenUrl) => {
    expect(() => createTokenEndpoint(settings(tokenUrl))).not.toThrow();
  });

  it.each([{ clientId: "" }, { clientSecret: new Secret("") }, { audience: "" }])("refuse %j left empty", (changes) => {
    expect(() => createTokenEndpoint(settings("https://login.example/token", changes))).toThrow("One of them is empty");
  });
});

describe("a token exchange", () => {
  it("asks as RFC 8693 says", async () => {
    const { url, requests } = await startTokenEndpoint(() => [200, good]);
    const reply = await createTokenEndpoint(settings(url, { scope: ["a", "b"] })).exchange("callers-token");
    expect(reply).toEqual({ kind: "issued", token: "issued", expiresInSeconds: 120 });
    expect(requests).toEqual([
      {
        authorization: `Basic ${btoa("toolspec:secret")}`,
        contentType: "application/x-www-form-urlencoded",
        form: {
          grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
          subject_token: "callers-token",
          subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
          requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
          audience: "perkamo-api",
          scope: "a b",
        },
      },
    ]);
  });

  it("form-encodes the client's id and secret, so that a colon does no harm", async () => {
    const { url, requests } = await startTokenEndpoint(() => [200, good]);
    const clientSecret = new Secret("p+q %:é");
    await createTokenEndpoint(settings(url, { clientId: "https://a b", clientSecret })).exchange("callers-token");
    expect(requests[0]?.authorization).toBe(`Basic ${btoa("https%3A%2F%2Fa+b:p%2Bq+%25%3A%C3%A9")}`);
    expect(requests[0]?.form).not.toHaveProperty("scope");
  });

  it.each([
    ["BEARER", { ...good, token_type: "BEARER" }, 120],
    ["without expires_in", { access_token: "issued", token_type: "bearer" }, undefined],
  ])("takes a reply %s", async (_what, body, expiresInSeconds) => {
    expect(await exchange(200, body)).toEqual({ kind: "issued", token: "issued", expiresInSeconds });
  });

  it.each([
    ["400 with a code", 400, { error: "invalid_grant", error_description: "callers-token" }, "invalid_grant"],
    ["401 with a code", 401, { error: "invalid_client" }, "invalid_client"],
    ["400 with something else", 400, { error: "eyJhbGciOi.J9" }, "unknown"],
    ["400 without anything", 400, null, "unknown"],
  ])("is refused by %s, of which the code alone is kept", async (_what, status, body, error) => {
    expect(await exchange(status, body)).toEqual({ kind: "refused", status, error });
  });

  it.each([
    ["no object", []],
    ["no token", { ...good, access_token: undefined }],
    ["an empty token", { ...good, access_token: "" }],
    ["a token that would break the header", { ...good, access_token: "a\r\nb: c" }],
    ["a token longer than a header", { ...good, access_token: "a".repeat(16_385) }],
    ["the caller's own token", { ...good, access_token: "callers-token" }],
    ["another type", { ...good, token_type: "DPoP" }],
    ["no type", { ...good, token_type: undefined }],
    ["an end in the past", { ...good, expires_in: 0 }],
    ["an end in words", { ...good, expires_in: "120" }],
    ["more bytes than any token", { ...good, padding: "a".repeat(65_536) }],
  ])("takes %s for nonsense", async (_what, body) => {
    const reply = await exchange(200, body);
    expect(reply.kind).toBe("unavailable");
    expect(JSON.stringify(reply)).not.toContain("callers-token");
  });

  it.each([201, 403, 404, 429, 500, 503])("is not answered by %i", async (status) => {
    expect(await exchange(status, good)).toMatchObject({ kind: "unavailable", status });
  });

  it("does not follow a redirect", async () => {
    const elsewhere = await startTokenEndpoint(() => [200, good]);
    const { url } = await startTokenEndpoint((_request, response) => {
      response.writeHead(307, { location: elsewhere.url }).end();
      return undefined;
    });
    expect(await createTokenEndpoint(settings(url)).exchange("callers-token")).toMatchObject({ status: 307 });
    expect(elsewhere.requests).toHaveLength(0);
  });

  it("takes words that are no JSON for nonsense", async () => {
    const { url } = await startRaw("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi");
    expect(await createTokenEndpoint(settings(url)).exchange("callers-token")).toMatchObject({
      kind: "unavailable",
      why: "upstream_media_type",
    });
  });

  it("gives up on a server that does not answer, and on one that is not there", async () => {
    const { url } = await startTokenEndpoint(() => undefined);
    const endpoint = createTokenEndpoint(settings(url), { timeoutMs: 50 });
    expect(await endpoint.exchange("callers-token")).toEqual({ kind: "unavailable", why: "upstream_timeout" });
    const nobody = createTokenEndpoint(settings("http://127.0.0.1:9/token"));
    expect(await nobody.exchange("callers-token")).toEqual({ kind: "unavailable", why: "upstream_unreachable" });
  });
});
