import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Access } from "./access.ts";
import { type CommandContext, logoutCommand, statusCommand } from "./commands.ts";
import { definitionFor, type Place, startPlace, temporary } from "./fixture.ts";
import { createGrantStore, type Grant } from "./grant-store.ts";

let place: Place;
beforeEach(async () => {
  place = await startPlace();
});
afterEach(() => place.close());

function start(change: (grant: Grant) => Grant = (grant) => grant) {
  const printed: string[] = [];
  const store = createGrantStore(temporary(), place.url);
  const grant = change(place.grant("http://127.0.0.1:2/callback", 300));
  store.write(grant);
  const context: CommandContext = {
    definition: definitionFor(place.url),
    url: place.url,
    store,
    access: {} as Access,
    print: (line) => printed.push(line),
  };
  return { context, printed, store, grant };
}

const withTokens = (tokens: Grant["tokens"]) => (grant: Grant) => ({ ...grant, ...(tokens && { tokens }) });

describe("logout", () => {
  it("revokes the refresh token as the client that has it, and deletes the file", async () => {
    const { context, printed, store, grant } = start();
    await logoutCommand(context);
    const form = new URLSearchParams(place.seen.find(({ path }) => path === "/revoke")?.body);
    expect(Object.fromEntries(form)).toEqual({
      token: grant.tokens?.refreshToken,
      token_type_hint: "refresh_token",
      client_id: grant.client.client_id,
    });
    expect(printed).toEqual([`Deleted ${store.file}`, `Revoked at ${place.issuer}`]);
    expect(store.read()).toBeUndefined();
  });

  it("revokes the access token where there is no other", async () => {
    await logoutCommand(start(withTokens({ accessToken: "a", scopes: [] })).context);
    expect(place.seen.at(-1)?.body).toContain("token=a&token_type_hint=access_token");
  });

  it("says that the grant ends by itself where nothing is revoked", async () => {
    place.knobs.serverMetadata = (document) => ({ ...document, revocation_endpoint: undefined });
    const { context, printed } = start();
    await logoutCommand(context);
    expect(printed[1]).toContain("revokes nothing");
  });

  it.each([
    ["refuses", () => "/nowhere", "did not revoke the grant: HTTP 404"],
    ["is reached in the clear alone", () => "http://example.com/revoke", "neither https"],
  ])("fails where the server %s, and deletes the file all the same", async (_what, endpoint, message) => {
    place.knobs.serverMetadata = (document) => ({
      ...document,
      revocation_endpoint: new URL(endpoint(), place.issuer).href,
    });
    const { context, store } = start();
    await expect(logoutCommand(context)).rejects.toThrow(message);
    expect(store.read()).toBeUndefined();
  });

  it("shows the grant to no other authorization server than its own", async () => {
    const { context, store } = start((grant) => ({ ...grant, issuer: "https://elsewhere.example.com" }));
    await expect(logoutCommand(context)).rejects.toThrow("https://elsewhere.example.com is no longer in charge");
    expect(place.count("/revoke")).toBe(0);
    expect(store.read()).toBeUndefined();
  });
});

describe("status", () => {
  const jwt = (claims: object) => `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;

  it.each([
    ["name and subject", jwt({ name: "Ada", sub: "1" }), "Ada (1)"],
    ["the subject alone", jwt({ sub: "1" }), "1"],
    ["claims of other kinds", jwt({ name: {}, sub: 7 }), "unknown: the token does not say"],
    ["no claims", "opaque", "unknown: the token does not say"],
  ])("of a token with %s names the user so", (_what, accessToken, user) => {
    const { context, printed } = start(withTokens({ accessToken, scopes: [] }));
    statusCommand(context);
    expect(printed.slice(3)).toEqual([
      `User:     ${user}`,
      "Scopes:   none",
      "Expires:  not stated; then log in again",
    ]);
    expect(printed.join()).not.toContain(accessToken);
  });

  it("of a grant that was taken back is that nobody is logged in", () => {
    const { context } = start(({ tokens: _tokens, ...grant }) => grant);
    expect(() => statusCommand(context)).toThrow("nobody is logged in");
  });
});
