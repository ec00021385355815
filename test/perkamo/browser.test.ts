/** A person's way in: the SDK's own client and OAuth, a real authorization server, a real browser. Nothing goes on behind its back. */
import { auth, Client, StreamableHTTPClientTransport, UnauthorizedError } from "@modelcontextprotocol/client";
import type { Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { browserTestTimeoutMs, shareBrowser } from "../browser.ts";
import { createClient, logIn, readAnswer } from "../oauth-client.ts";
import { verifies } from "../requirements.ts";
import { allTools, startSystem } from "./system.ts";

type OAuthClient = Awaited<ReturnType<typeof createClient>>;

const openPage = shareBrowser();

const customer = { userId: "browser-1", email: "browser@example.com" };

/** Connect as an application does that was given the address and nothing else. */
async function connect(url: string, { provider }: OAuthClient, ask?: (message: string) => boolean): Promise<Client> {
  const client = new Client(
    { name: "browser test", version: "1" },
    {
      versionNegotiation: { mode: { pin: "2026-07-28" } },
      ...(ask && { capabilities: { elicitation: { form: {} } } }),
    },
  );
  if (ask !== undefined) {
    client.setRequestHandler("elicitation/create", ({ params }) => ({
      action: "accept",
      content: { confirm: ask(params.message) },
    }));
  }
  onTestFinished(() => client.close());
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider: provider }));
  return client;
}

/** Go where the client sends its user, and come back with what was answered there. */
async function allow(page: Page, { kept, redirectUrl }: OAuthClient, account?: string, space?: string) {
  await page.goto(String(kept.authorizationUrl));
  if (account !== undefined) await logIn(page, account);
  if (space !== undefined) await page.getByRole("radio", { name: space }).check();
  await page.getByRole("button", { name: "Allow" }).click();
  await page.waitForURL(`${redirectUrl}**`);
  return readAnswer(page);
}

const textOf = (result: { readonly content?: unknown }) =>
  JSON.parse((result.content as readonly { text: string }[])[0]?.text ?? "null");

verifies(
  ["perkamo:browser-login", "perkamo:claude-code-login", "perkamo:claude-connector", "perkamo:own-account"],
  "lets a client with the address alone log its person in, call, ask, refresh, and find itself out again",
  async () => {
    const system = await startSystem();
    const oauth = await createClient();
    await expect(connect(system.url, oauth)).rejects.toThrow(UnauthorizedError);
    const page = await openPage();
    const answer = await allow(page, oauth, "ada", "Acme, live");
    expect(await auth(oauth.provider, { serverUrl: system.url, ...answer })).toBe("AUTHORIZED");

    const forms: string[] = [];
    const client = await connect(system.url, oauth, (message) => forms.push(message) > 0);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(allTools);
    const program = await client.callTool({ name: "get_program", arguments: {} });
    expect(textOf(program)).toMatchObject({ space: "acme-live", environment: "live" });
    const written = await client.callTool({ name: "identify_customer", arguments: customer });
    expect(textOf(written)).toMatchObject(customer);
    expect(forms).toHaveLength(1);
    expect(forms[0]).toContain("Space: acme-live");
    expect(forms[0]).toContain("browser@example.com");

    // The access token ends, the grant goes on: the client refreshes by itself.
    const first = oauth.kept.tokens;
    if (first === undefined) throw new Error("the client has no tokens");
    oauth.kept.tokens = { ...first, access_token: await system.tokenFor({ ttlSeconds: -60 }) };
    expect((await client.callTool({ name: "get_usage", arguments: {} })).isError).not.toBe(true);
    expect(oauth.kept.tokens.refresh_token).not.toBe(first.refresh_token);

    // The person takes the consent back: nothing is left to refresh with, and the client is sent to log in again.
    system.login.revokeGrants("ada");
    oauth.kept.tokens = { ...oauth.kept.tokens, access_token: await system.tokenFor({ ttlSeconds: -60 }) };
    await expect(client.callTool({ name: "get_usage", arguments: {} })).rejects.toThrow(UnauthorizedError);
  },
  browserTestTimeoutMs,
);

verifies(
  ["perkamo:codex-login-scopes", "perkamo:read-only-grant"],
  "gives a login what it asked for, and steps up when its person allows more",
  async () => {
    const system = await startSystem();
    const oauth = await createClient();
    expect(await auth(oauth.provider, { serverUrl: system.url, scope: "mcp:read" })).toBe("REDIRECT");
    const page = await openPage();
    const answer = await allow(page, oauth, "ada", "Acme, test");
    await auth(oauth.provider, { serverUrl: system.url, scope: "mcp:read", ...answer });

    const reader = await connect(system.url, oauth);
    expect(textOf(await reader.callTool({ name: "get_program", arguments: {} }))).toMatchObject({ space: "acme-test" });
    const write = { name: "identify_customer", arguments: { ...customer, confirm: true } };
    await expect(reader.callTool(write)).rejects.toThrow(UnauthorizedError);
    const asked = new URL(String(oauth.kept.authorizationUrl)).searchParams.get("scope")?.split(" ");
    expect(asked).toEqual(expect.arrayContaining(["mcp:read", "mcp:write"]));
    expect(system.upstream.requests().some(({ method }) => method === "PUT")).toBe(false);

    const more = await allow(page, oauth, undefined, "Acme, test");
    await auth(oauth.provider, { serverUrl: system.url, ...more });
    const writer = await connect(system.url, oauth);
    expect(textOf(await writer.callTool(write))).toMatchObject(customer);
  },
  browserTestTimeoutMs,
);
