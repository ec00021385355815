import { describe, expect, it } from "vitest";
import {
  authorize,
  decode,
  redirectUri,
  register,
  resource,
  start,
  toAuthorizationUrl,
  Visitor,
} from "./testing/flow.ts";

/** A visitor before the login page. */
async function arrive(params: Record<string, string | undefined> = {}) {
  const { issuer } = await start();
  const clientId = await register(issuer);
  const visitor = new Visitor(issuer);
  await visitor.visit(toAuthorizationUrl(issuer, { client_id: clientId, ...params }).url);
  return { issuer, clientId, visitor };
}

/** A visitor before the consent page. */
async function logIn(account: string, params: Record<string, string | undefined> = {}) {
  const arrived = await arrive(params);
  await arrived.visitor.submit("login", { account, password: `${account}-demo` });
  return arrived;
}

describe("the login page", () => {
  it("says that it is a demonstration, who may log in, and nothing that a client could slip in", async () => {
    const { visitor } = await arrive();
    expect(visitor.text).toContain("This login is a demonstration.");
    for (const account of ["ada", "bo", "vera", "gil"]) expect(visitor.text).toContain(`${account}-demo`);
    expect(visitor.text).toContain("Test &#60;client&#62;");
    expect(visitor.text).not.toContain("<client>");
    expect(visitor.headers.get("content-security-policy")).toBe(
      `default-src 'none'; style-src 'self'; form-action 'self' ${new URL(redirectUri).origin}; base-uri 'none'; frame-ancestors 'none'`,
    );
    expect(visitor.text).not.toMatch(/<script|style="|\son\w+=/);
  });

  it("shows what can be seen of the name that a client chose", async () => {
    const { issuer } = await start();
    const visitor = new Visitor(issuer);
    const show = async (name: string) => {
      const clientId = await register(issuer, name);
      return (await visitor.visit(toAuthorizationUrl(issuer, { client_id: clientId }).url)).text;
    };
    expect(await show("Note\u202egnp\u2066\u0000 app")).toContain("<strong>Note gnp  app</strong>");
    expect(await show("\u200b\u202e")).toContain("<strong>An application without a name</strong>");
    expect(await show("x".repeat(100))).toContain(`<strong>${"x".repeat(60)}</strong>`);
  });

  it.each([
    ["a wrong password", { account: "ada", password: "bo-demo" }],
    ["nobody's name", { account: "eve", password: "eve-demo" }],
    ["nothing", {}],
  ])("asks again after %s", async (_what, fields: Record<string, string>) => {
    const { visitor } = await arrive();
    await visitor.submit("login", fields);
    expect(visitor.status).toBe(400);
    expect(visitor.text).toContain("No account has this name and password.");
  });
});

describe("the consent page", () => {
  it("names the client, the scopes in words, the account and its Spaces alone", async () => {
    const { visitor } = await logIn("vera");
    for (const text of [
      "Let Test &#60;client&#62; use Perkamo?",
      "See the program",
      "Change them",
      "Stay connected",
      "Vera Novak, viewer at Acme",
      "You are a viewer: whatever you allow here, changes will be refused.",
      'value="acme-test" required checked',
      'value="acme-live"',
      new URL(redirectUri).host,
    ]) {
      expect(visitor.text).toContain(text);
    }
    expect(visitor.text).not.toContain("globex");
  });

  it("does not take another's Space", async () => {
    const { visitor } = await logIn("gil");
    await visitor.submit("consent", { space: "acme-live" });
    expect(visitor.text).toContain('value="globex-test"');
    expect(visitor.url).not.toContain("code=");
  });

  it.each(["login", "consent"])("lets the person say no at %s", async (page) => {
    const { visitor } = page === "login" ? await arrive() : await logIn("ada");
    await visitor.submit("cancel", {});
    expect(visitor.url).toMatch(redirectUri);
    const { searchParams } = new URL(visitor.url);
    expect(searchParams.get("error")).toBe("access_denied");
    expect(searchParams.get("state")).toBe("a-state");
    expect(searchParams.has("code")).toBe(false);
  });

  it("is where somebody else can log in", async () => {
    const { visitor } = await logIn("ada");
    await visitor.submit("logout", {});
    expect(visitor.text).toContain("<h1>Log in</h1>");
    await visitor.submit("login", { account: "gil", password: "gil-demo" });
    expect(visitor.text).toContain("Gil Moreau");
    await visitor.submit("consent", { space: "globex-test" });
    expect(new URL(visitor.url).searchParams.has("code")).toBe(true);
  });
});

describe("a form", () => {
  it("counts for the page alone that it was made for", async () => {
    const { visitor } = await arrive();
    await visitor.submit("login", { csrf: "A".repeat(43), account: "ada", password: "ada-demo" });
    expect(visitor.status).toBe(403);
  });

  it("counts in the browser alone that began", async () => {
    const { issuer, visitor } = await arrive();
    const [, csrf = ""] = /name="csrf" value="([^"]*)"/.exec(visitor.text) ?? [];
    const other = new Visitor(issuer);
    await other.visit(`${visitor.url}/login`, { csrf, account: "ada", password: "ada-demo" });
    expect(other.status).toBe(400);
    expect(other.text).toContain("begun in another browser");
  });

  it("has a size", async () => {
    const { visitor } = await arrive();
    await visitor.submit("login", { account: "a".repeat(20_000) });
    expect(visitor.status).toBe(413);
  });

  it("is no link", async () => {
    const { visitor } = await arrive();
    await visitor.visit(`${visitor.url}/cancel`);
    expect(visitor.status).toBe(405);
  });
});

describe("an authorization request", () => {
  it.each([
    ["another redirect address", { redirect_uri: "http://127.0.0.1:53127/elsewhere" }],
    ["an unknown client", { client_id: "nobody" }],
  ])("with %s ends on a page of ours", async (_what, params) => {
    const { visitor } = await arrive(params);
    expect(visitor.status).toBe(400);
    expect(visitor.text).toContain("This cannot go on");
  });

  it.each([
    ["no PKCE", { code_challenge: undefined, code_challenge_method: undefined }, "invalid_request"],
    ["plain PKCE", { code_challenge_method: "plain" }, "invalid_request"],
    ["a resource of somebody else", { resource: "https://other.test/mcp" }, "invalid_target"],
  ])("with %s is refused", async (_what, params: Record<string, string | undefined>, error) => {
    const { visitor } = await arrive(params);
    expect(new URL(visitor.url).searchParams.get("error")).toBe(error);
  });

  it("without a resource means the only one", async () => {
    const { issuer } = await start();
    const { redeem } = await authorize(issuer, { account: "ada", params: { resource: undefined } });
    expect(decode((await redeem()).body.access_token).claims.aud).toBe(resource);
  });

  it("without a resource means nothing where there are several", async () => {
    const { issuer } = await start({ resources: () => [resource, "https://other.test/mcp"] });
    const { redeem } = await authorize(issuer, { account: "ada", params: { resource: undefined } });
    expect((await redeem()).body.access_token).not.toContain(".");
  });
});

it("hands out cookies that scripts cannot read, nobody can forge and other sites do not send with forms", async () => {
  const { issuer } = await start();
  const { url } = toAuthorizationUrl(issuer, { client_id: await register(issuer) });
  const cookies = (await fetch(url, { redirect: "manual" })).headers.getSetCookie();
  expect(cookies.map((line) => line.split("=")[0])).toContain("_interaction.sig");
  for (const line of cookies) expect(line).toMatch(/; samesite=lax; httponly/i);
});
