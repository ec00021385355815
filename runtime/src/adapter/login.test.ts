import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Place, startPlace } from "./fixture.ts";
import { type LoginRequest, logIn } from "./login.ts";

let place: Place;
beforeEach(async () => {
  place = await startPlace();
});
afterEach(() => place.close());

/** What the browser was shown, in order. */
interface Shown {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

function request(changes: Partial<LoginRequest> = {}) {
  const shown: Shown[] = [];
  const lines: string[] = [];
  const urls: URL[] = [];
  const visit = async (url: URL | string) => {
    const response = await fetch(url);
    shown.push({ status: response.status, body: await response.text(), headers: response.headers });
  };
  const login: LoginRequest = {
    url: place.url,
    scopes: ["mcp:read"],
    client: { name: "acme-pay", title: "Acme <Pay>", version: "1.2.3" },
    previous: undefined,
    signal: new AbortController().signal,
    openBrowser: async (url) => {
      urls.push(url);
      void visit(url);
    },
    notify: (line) => lines.push(line),
    ...changes,
  };
  return { login, shown, lines, urls, visit };
}

describe("a login", () => {
  it("registers, proves that it began what it ends, and keeps what was granted", async () => {
    const { login, lines, urls } = request();
    place.knobs.serverMetadata = (document) => ({ ...document, scopes_supported: ["offline_access"] });
    const grant = await logIn(login);
    expect(grant).toMatchObject({
      version: 1,
      url: place.url,
      issuer: place.issuer,
      resource: place.url,
      tokens: { scopes: ["mcp:read", "offline_access"] },
    });
    expect(grant.tokens?.expiresAt).toBeGreaterThan(Date.now() + 200_000);
    const registration = JSON.parse(place.seen.find(({ path }) => path === "/register")?.body ?? "");
    expect(registration).toMatchObject({ client_name: "Acme <Pay> MCP adapter", redirect_uris: [grant.redirectUri] });
    expect(registration).not.toHaveProperty("scope");
    expect(lines).toEqual([expect.stringContaining(urls[0]?.href ?? "")]);
  });

  it("takes what was asked for as granted where the server does not say", async () => {
    place.knobs.token = (_form, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ access_token: "a", token_type: "bearer" }));
      return true;
    };
    expect((await logIn(request().login)).tokens).toEqual({ accessToken: "a", scopes: ["mcp:read"] });
  });

  it("uses its registration and its port again, and registers anew where that port is taken", async () => {
    const first = await logIn(request().login);
    const second = await logIn(request({ previous: first }).login);
    expect(second.client).toEqual(first.client);
    expect(place.count("/register")).toBe(1);
    const blocker = await startPlace();
    const third = await logIn(request({ previous: { ...first, redirectUri: `${blocker.issuer}/callback` } }).login);
    blocker.close();
    expect(third.redirectUri).not.toBe(first.redirectUri);
    expect(place.count("/register")).toBe(2);
  });

  it("never shows a registration of one authorization server to another", async () => {
    const first = await logIn(request().login);
    const moved = { ...first, issuer: "https://elsewhere.example.com" };
    expect((await logIn(request({ previous: moved }).login)).client).not.toEqual(first.client);
  });

  it("ends with a plain page that needs nothing and escapes what it says", async () => {
    const { login, shown } = request();
    await logIn(login);
    await expect.poll(() => shown).toHaveLength(1);
    expect(shown[0]?.status).toBe(200);
    expect(shown[0]?.body).toContain("You are logged in to Acme &#60;Pay&#62;. You can close this window.");
    const [, style = ""] = /<style>(.*)<\/style>/.exec(shown[0]?.body ?? "") ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    expect(shown[0]?.headers.get("content-security-policy")).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'`,
    );
    expect(shown[0]?.headers.get("cache-control")).toBe("no-store");
  });

  it("is not ended by a callback of somebody else, and goes on", async () => {
    const { login, shown, visit } = request();
    const grant = await logIn({
      ...login,
      openBrowser: async (url) => {
        const callback = url.searchParams.get("redirect_uri") ?? "";
        await visit(`${callback}?code=stolen&state=guessed`);
        await visit(`${callback}?error=access_denied`);
        await visit(`${new URL(callback).origin}/favicon.ico`);
        // No URL: what a page of any origin may ask must not end this process.
        await visit(`${new URL(callback).origin}//`);
        void visit(url);
      },
    });
    expect(grant.tokens?.accessToken).toBeDefined();
    expect(shown.slice(0, 4).map(({ status }) => status)).toEqual([400, 400, 404, 404]);
  });

  it.each([
    ["no to", { error: "access_denied" }, "access_denied", "declined"],
    ["an error for", { error: "server_error" }, "server_error", "failed"],
    ["markup for", { error: "<b>\u001b[31m" }, "an unknown error", "failed"],
    ["nothing for", {}, "neither a code nor an error", "failed"],
  ])("that gets %s an answer says so, here and in the browser", async (_what, answer, message, kind) => {
    place.knobs.callback = (params) =>
      new URLSearchParams({ state: params.get("state") ?? "", iss: place.issuer, ...answer } as Record<string, string>);
    const { login, shown } = request();
    await expect(logIn(login)).rejects.toMatchObject({ message: expect.stringContaining(message), kind });
    await expect.poll(() => shown).toHaveLength(1);
    expect(shown[0]).toMatchObject({ status: 400, body: expect.stringContaining(message) });
    expect(place.count("/token")).toBe(0);
  });

  it.each([
    ["another", "https://evil.example.com"],
    ["no", undefined],
  ])("whose callback names %s issuer gives no code away and believes no error", async (_what, iss) => {
    place.knobs.callback = (params) => {
      params.delete("iss");
      if (iss !== undefined) params.set("iss", iss);
      params.set("error", "access_denied");
      return params;
    };
    await expect(logIn(request().login)).rejects.toMatchObject({
      message: expect.stringContaining("issuer"),
      kind: "failed",
    });
    expect(place.count("/token")).toBe(0);
  });

  it("that nobody comes back from ends in time", async () => {
    const { login } = request({ openBrowser: async () => {}, timeoutMs: 50 });
    await expect(logIn(login)).rejects.toThrow("nobody logged in within 1 min");
  });

  it("ends when nobody wants it any more", async () => {
    const abort = new AbortController();
    const { login } = request({ openBrowser: async () => abort.abort(), signal: abort.signal });
    await expect(logIn(login)).rejects.toMatchObject({ kind: "cancelled" });
  });

  it("whose code is refused says the code of the error and nothing of the reply", async () => {
    place.knobs.token = (form, response) => {
      response.writeHead(400, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: "invalid_grant", error_description: `bad ${form.get("code")}` }));
      return true;
    };
    await expect(logIn(request().login)).rejects.toThrow(
      /^the authorization server did not complete the login: invalid_grant\.$/,
    );
  });

  it.each([
    ["which is no OAuth error", 500, '{"access_token":"leak"}'],
    ["which is no JSON", 200, "leak"],
    ["without a token", 200, '{"leak":"leak"}'],
    ["with a token of another kind", 200, '{"access_token":"leak","token_type":"DPoP"}'],
    ["with a token that no header holds", 200, '{"access_token":"leak\\nleak","token_type":"Bearer"}'],
    ["without end", 200, `{"access_token":"leak${"x".repeat(300_000)}","token_type":"Bearer"}`],
  ])("with a reply %s fails without a word of it", async (_what, status, body) => {
    place.knobs.token = (_form, response) => {
      response.writeHead(status, { "content-type": "application/json" }).end(body);
      return true;
    };
    const error = await logIn(request().login).catch((reason: Error) => reason);
    expect(error).toMatchObject({ name: "AdapterError", message: expect.not.stringContaining("leak") });
  });
});

describe("discovery", () => {
  it.each([
    ["tokens for another server", { resource: "https://evil.example.com/mcp" }, "for another server"],
    ["tokens for another path", { resource: "/mcp/other" }, "for another server"],
    ["no authorization server", { authorization_servers: [] }, "names no authorization server"],
    ["one that cannot be reached", { authorization_servers: ["http://127.0.0.1:2"] }, "ECONNREFUSED"],
    ["one in the clear", { authorization_servers: ["http://login.example.com"] }, "neither https nor on this machine"],
  ])("of an endpoint that wants %s is refused", async (_what, change, message) => {
    place.knobs.resourceMetadata = (document) => {
      const changed = { ...document, ...change } as { resource: string };
      return { ...changed, resource: new URL(changed.resource, place.url).href };
    };
    await expect(logIn(request().login)).rejects.toThrow(message);
    expect(place.count("/register")).toBe(0);
  });

  it.each([
    ["is another issuer", { issuer: "https://evil.example.com" }, "issuer"],
    ["has no PKCE", { code_challenge_methods_supported: ["plain"] }, "PKCE"],
    ["does not speak of PKCE", { code_challenge_methods_supported: undefined }, "PKCE"],
    ["sends the browser elsewhere than to a page", { authorization_endpoint: "file:///etc/passwd" }, "neither https"],
    ["sends the browser over the open wire", { authorization_endpoint: "http://example.com/a" }, "neither https"],
    ["takes codes in the clear", { token_endpoint: "http://example.com/token" }, "http"],
    ["registers nobody", { registration_endpoint: undefined }, "does not support dynamic client registration"],
    ["refuses to register", { registration_endpoint: "/nowhere" }, "did not register this adapter: HTTP 404."],
    ["is not there", undefined, "publishes no metadata"],
    ["is something else", { response_types_supported: 7 }, "not what OAuth asks for"],
  ])("of an authorization server that %s is refused", async (_what, change, message) => {
    place.knobs.serverMetadata = (document) => {
      const changed = { ...document, ...change } as Record<string, unknown>;
      const { registration_endpoint: endpoint } = changed;
      return endpoint === "/nowhere" ? { ...changed, registration_endpoint: place.issuer + endpoint } : changed;
    };
    if (change === undefined)
      place.knobs.resourceMetadata = (document) => ({ ...document, authorization_servers: [`${place.issuer}/none`] });
    await expect(logIn(request().login)).rejects.toThrow(message);
  });

  it("of an endpoint without metadata says so", async () => {
    await expect(logIn(request({ url: `${place.issuer}/other` }).login)).rejects.toThrow("Protected Resource Metadata");
  });

  it("looks where the challenge says", async () => {
    const metadataUrl = `${place.issuer}/metadata`;
    const { login } = request({ metadataUrl });
    expect((await logIn(login)).metadataUrl).toBe(metadataUrl);
    expect(place.seen[0]?.path).toBe("/metadata");
    const elsewhere = request({ metadataUrl: "http://metadata.example.com/x" });
    await expect(logIn(elsewhere.login)).rejects.toThrow("neither https");
  });
});
