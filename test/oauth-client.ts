/** A client of the SDK with its own OAuth, and what a person does in the browser for it. For tests. */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { OAuthClientProvider } from "@modelcontextprotocol/client";
import type { Page } from "playwright-core";
import { onTestFinished } from "vitest";

/** A server on a free port of this machine, closed with the test. */
export async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A client of the SDK that keeps what it learns, and a loopback address at which it waits for the answer. */
export async function createClient() {
  const origin = await listen((_request, response) => response.end("You may close this page."));
  const redirectUrl = `${origin}/callback`;
  const kept: {
    client?: Awaited<ReturnType<OAuthClientProvider["clientInformation"]>>;
    tokens?: Awaited<ReturnType<OAuthClientProvider["tokens"]>>;
    discovery?: Awaited<ReturnType<NonNullable<OAuthClientProvider["discoveryState"]>>>;
    verifier: string;
    authorizationUrl?: URL;
  } = { verifier: "" };
  const provider: OAuthClientProvider = {
    redirectUrl,
    clientMetadata: {
      client_name: "The SDK's own client",
      redirect_uris: [redirectUrl],
      grant_types: ["authorization_code", "refresh_token"],
      token_endpoint_auth_method: "none",
    },
    state: () => "a-state",
    clientInformation: () => kept.client,
    saveClientInformation(client) {
      kept.client = client;
    },
    tokens: () => kept.tokens,
    saveTokens(tokens) {
      kept.tokens = tokens;
    },
    discoveryState: () => kept.discovery,
    saveDiscoveryState(discovery) {
      kept.discovery = discovery;
    },
    redirectToAuthorization(url) {
      kept.authorizationUrl = url;
    },
    saveCodeVerifier(verifier) {
      kept.verifier = verifier;
    },
    codeVerifier: () => kept.verifier,
    invalidateCredentials(what) {
      if (what === "tokens" || what === "all") delete kept.tokens;
    },
  };
  return { provider, kept, redirectUrl };
}

export async function logIn(page: Page, account: string): Promise<void> {
  await page.getByLabel("Account").fill(account);
  await page.getByLabel("Password").fill(`${account}-demo`);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { level: 1, name: "use Perkamo?" }).waitFor();
}

/** What the authorization server sent to the client's address, where the page stands now. */
export function readAnswer(page: Page): { readonly authorizationCode: string; readonly iss: string } {
  const { searchParams } = new URL(page.url());
  return { authorizationCode: searchParams.get("code") ?? "", iss: searchParams.get("iss") ?? "" };
}
