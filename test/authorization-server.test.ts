/** A person's path in a real browser, a client's path with the SDK's own OAuth client, against a resource that is a stub. */
import { auth } from "@modelcontextprotocol/client";
import { startAuthorizationServer } from "@toolspec/example-authorization-server";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { describe, expect, it, onTestFinished } from "vitest";
import { browserTestTimeoutMs, shareBrowser } from "./browser.ts";
import { createClient, listen, logIn, readAnswer } from "./oauth-client.ts";
import { findFlaws } from "./page-flaws.ts";

/** An authorization server, and a resource that says where it is and lets in who comes from there. */
async function startBoth() {
  const urls: string[] = [];
  const login = await startAuthorizationServer({ port: 0, resources: () => urls });
  onTestFinished(() => login.close());
  const keys = createRemoteJWKSet(new URL(`${login.issuer}/jwks`));
  const origin = await listen(async (request, response) => {
    const metadataPath = "/.well-known/oauth-protected-resource/mcp";
    if (request.url === metadataPath) {
      const metadata = {
        resource: mcpUrl,
        authorization_servers: [login.issuer],
        scopes_supported: ["mcp:read", "mcp:write"],
      };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(metadata));
      return;
    }
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const expected = { issuer: login.issuer, audience: mcpUrl, algorithms: ["RS256"], typ: "at+jwt" };
    await jwtVerify(token, keys, expected).then(
      ({ payload }) => response.end(JSON.stringify(payload)),
      () =>
        response.writeHead(401, { "www-authenticate": `Bearer resource_metadata="${origin}${metadataPath}"` }).end(),
    );
  });
  const mcpUrl = `${origin}/mcp`;
  urls.push(mcpUrl);
  return { login, mcpUrl };
}

const openPage = shareBrowser();

/** What the resource reads in the token. */
async function call(mcpUrl: string, token: string | undefined) {
  const response = await fetch(mcpUrl, { headers: { authorization: `Bearer ${token}` } });
  return response.ok ? await response.json() : response.status;
}

describe("logging in", { timeout: browserTestTimeoutMs }, () => {
  it("leads the SDK's own client from nothing to a call, a refresh, and out again", async () => {
    const { login, mcpUrl } = await startBoth();
    const { provider, kept, redirectUrl } = await createClient();
    expect(await call(mcpUrl, undefined)).toBe(401);
    expect(await auth(provider, { serverUrl: mcpUrl })).toBe("REDIRECT");

    const page = await openPage();
    await page.goto(String(kept.authorizationUrl));
    await expect(page.title()).resolves.toContain("demonstration");
    expect(await page.getByText("This login is a demonstration.").isVisible()).toBe(true);
    await logIn(page, "bo");
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Let The SDK's own client use Perkamo?");
    expect(await page.getByRole("listitem").allTextContents()).toEqual([
      expect.stringContaining("mcp:read"),
      expect.stringContaining("mcp:write"),
      expect.stringContaining("offline_access"),
    ]);
    await page.getByRole("radio", { name: "Acme, live" }).check();
    await page.getByRole("button", { name: "Allow" }).click();
    await page.waitForURL(`${redirectUrl}**`);
    expect(new URL(page.url()).searchParams.get("state")).toBe("a-state");
    expect(await auth(provider, { serverUrl: mcpUrl, ...readAnswer(page) })).toBe("AUTHORIZED");
    const first = kept.tokens;
    const claims = { sub: "bo", role: "admin", space: "acme-live", scope: "mcp:read mcp:write", aud: mcpUrl };
    expect(await call(mcpUrl, first?.access_token)).toMatchObject(claims);

    expect(await auth(provider, { serverUrl: mcpUrl })).toBe("AUTHORIZED");
    expect(kept.tokens?.access_token).not.toBe(first?.access_token);
    expect(kept.tokens?.refresh_token).not.toBe(first?.refresh_token);
    expect(await call(mcpUrl, kept.tokens?.access_token)).toMatchObject(claims);

    login.revokeGrants("bo");
    expect(await auth(provider, { serverUrl: mcpUrl })).toBe("REDIRECT");
  });

  it("can be done with the keyboard alone, and asks only for consent the second time", async () => {
    const { mcpUrl } = await startBoth();
    const { provider, kept, redirectUrl } = await createClient();
    await auth(provider, { serverUrl: mcpUrl, scope: "mcp:read" });
    const page = await openPage();
    await page.goto(String(kept.authorizationUrl));
    // A page takes keys once it has the focus, which on a busy machine comes after it is there.
    await page.locator("input:focus").waitFor();
    for (const key of ["a", "d", "a", "Tab", "a", "d", "a", "-", "d", "e", "m", "o", "Enter"])
      await page.keyboard.press(key);
    await page.getByRole("radio").first().waitFor();
    await page.waitForLoadState();
    for (const key of ["Tab", "Tab", "ArrowDown", "Tab", "Enter"]) await page.keyboard.press(key);
    await page.waitForURL(`${redirectUrl}**`);
    await auth(provider, { serverUrl: mcpUrl, ...readAnswer(page) });
    expect(await call(mcpUrl, kept.tokens?.access_token)).toMatchObject({ space: "acme-live", scope: "mcp:read" });

    // A client that asked for less asks for more: the step-up of the MCP specification.
    await auth(provider, { serverUrl: mcpUrl, scope: "mcp:read mcp:write", forceReauthorization: true });
    await page.goto(String(kept.authorizationUrl));
    await page.getByRole("button", { name: "Allow" }).click();
    await page.waitForURL(`${redirectUrl}**`);
    await auth(provider, { serverUrl: mcpUrl, ...readAnswer(page) });
    expect(await call(mcpUrl, kept.tokens?.access_token)).toMatchObject({ sub: "ada", scope: "mcp:read mcp:write" });
  });

  it("can be left, and done as somebody else", async () => {
    const { mcpUrl } = await startBoth();
    const { provider, kept, redirectUrl } = await createClient();
    await auth(provider, { serverUrl: mcpUrl });
    const page = await openPage();
    await page.goto(String(kept.authorizationUrl));
    await logIn(page, "ada");
    await page.getByRole("button", { name: "Log in as somebody else" }).click();
    await logIn(page, "gil");
    expect(await page.getByRole("radio").count()).toBe(1);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.waitForURL(`${redirectUrl}**`);
    expect(new URL(page.url()).searchParams.get("error")).toBe("access_denied");
    expect(kept.tokens).toBeUndefined();
  });

  it.each(["light", "dark"] as const)("can be read in %s and on a phone", async (colorScheme) => {
    const { mcpUrl } = await startBoth();
    const { provider, kept } = await createClient();
    await auth(provider, { serverUrl: mcpUrl });
    const page = await openPage({ colorScheme, viewport: { width: 320, height: 640 } });
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(String(kept.authorizationUrl));
    expect(await findFlaws(page)).toEqual([]);
    await logIn(page, "vera");
    expect(await findFlaws(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
