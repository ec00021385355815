import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Grant } from "./grant-store.ts";
import type { AdapterDefinition } from "./options.ts";

/** A request that reached the fixture. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A token that was given out, and what it is good for. */
interface Issued {
  readonly scopes: readonly string[];
  readonly clientId: string;
  expiresAt: number;
}

/** What a test may turn; each server starts with all in order. */
export interface Knobs {
  tokenTtlSeconds: number;
  /** Changes what the browser brings back: return the query of the callback. */
  callback(params: URLSearchParams): URLSearchParams;
  /** Scopes that are granted of those that were asked for. */
  grant(asked: readonly string[]): readonly string[];
  /** Answers instead of the token endpoint. */
  token?: ((form: URLSearchParams, response: ServerResponse) => boolean) | undefined;
  /** Changes the documents of discovery. */
  resourceMetadata(document: Record<string, unknown>): object;
  serverMetadata(document: Record<string, unknown>): object;
  /** The scope that a call needs. */
  scopeFor(message: Message): string | undefined;
  /** Answers a message that is authorized. */
  mcp(message: Message, response: ServerResponse, seen: Seen): void | Promise<void>;
  /** Refuses every token. */
  refusesAll: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: tests read whatever stands there
export type Message = { id?: any; method?: string; params?: any };

export type Place = Awaited<ReturnType<typeof startPlace>>;

/** An authorization server and an MCP endpoint in one: small, and strict about PKCE, redirects, states, resources and rotation. */
export async function startPlace() {
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `${issuer}/mcp`;
  const seen: Seen[] = [];
  const clients = new Map<string, { redirect_uris: string[] }>();
  const codes = new Map<
    string,
    { clientId: string; challenge: string; redirectUri: string; scopes: readonly string[] }
  >();
  const access = new Map<string, Issued>();
  const refreshTokens = new Map<string, Issued & { family: string }>();
  const usedRefresh = new Map<string, string>();
  const knobs: Knobs = {
    tokenTtlSeconds: 300,
    callback: (params) => params,
    grant: (asked) => asked,
    resourceMetadata: (document) => document,
    serverMetadata: (document) => document,
    scopeFor: () => undefined,
    mcp: answerMcp,
    refusesAll: false,
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams } = new URL(request.url ?? "/", issuer);
    const entry = { method: request.method ?? "", path, headers: request.headers, body: await text(request) };
    seen.push(entry);
    const form = new URLSearchParams(entry.body);
    if (path === "/mcp") return await handleMcp(entry, response);
    if (path === "/.well-known/oauth-protected-resource/mcp" || path === "/metadata")
      return json(response, 200, knobs.resourceMetadata({ resource: url, authorization_servers: [issuer] }));
    if (path === "/.well-known/oauth-authorization-server")
      return json(response, 200, knobs.serverMetadata(metadata()));
    if (path === "/register") return handleRegister(entry, response);
    if (path === "/authorize") return handleAuthorize(searchParams, response);
    if (path === "/token") return knobs.token?.(form, response) ? undefined : handleToken(form, response);
    if (path === "/revoke") return handleRevoke(form, response);
    json(response, 404, { error: "not_found" });
  }

  function metadata() {
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      registration_endpoint: `${issuer}/register`,
      revocation_endpoint: `${issuer}/revoke`,
      response_types_supported: ["code"],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: ["none"],
      authorization_response_iss_parameter_supported: true,
    };
  }

  function handleRegister({ body }: Seen, response: ServerResponse) {
    const client = JSON.parse(body);
    const isPublic = client.token_endpoint_auth_method === "none" && client.application_type === "native";
    if (!isPublic || !client.redirect_uris.every((uri: string) => /^http:\/\/127\.0\.0\.1:\d+\/callback$/.test(uri)))
      return json(response, 400, { error: "invalid_client_metadata" });
    const client_id = randomUUID();
    clients.set(client_id, client);
    json(response, 201, { ...client, client_id });
  }

  function handleAuthorize(query: URLSearchParams, response: ServerResponse) {
    const get = (name: string) => query.get(name) ?? "";
    const clientId = get("client_id");
    const isInOrder =
      clients.get(clientId)?.redirect_uris.includes(get("redirect_uri")) &&
      get("response_type") === "code" &&
      get("code_challenge_method") === "S256" &&
      /^[\w-]{43}$/.test(get("code_challenge")) &&
      get("state").length >= 32 &&
      get("resource") === url;
    if (!isInOrder) return json(response, 400, { error: "invalid_request" });
    const code = randomUUID();
    const scopes = knobs.grant(get("scope").split(" "));
    codes.set(code, { clientId, challenge: get("code_challenge"), redirectUri: get("redirect_uri"), scopes });
    const back = knobs.callback(new URLSearchParams({ code, state: get("state"), iss: issuer }));
    response.writeHead(302, { location: `${get("redirect_uri")}?${back}` }).end();
  }

  function handleToken(form: URLSearchParams, response: ServerResponse) {
    const get = (name: string) => form.get(name) ?? "";
    const clientId = get("client_id");
    if (!clients.has(clientId)) return json(response, 401, { error: "invalid_client" });
    if (get("resource") !== url) return json(response, 400, { error: "invalid_target" });
    if (get("grant_type") === "refresh_token") return handleRefresh(get("refresh_token"), clientId, response);
    const code = codes.get(get("code"));
    codes.delete(get("code"));
    const challenge = createHash("sha256").update(get("code_verifier")).digest("base64url");
    const isGood =
      code?.clientId === clientId && code.challenge === challenge && code.redirectUri === get("redirect_uri");
    if (!isGood) return json(response, 400, { error: "invalid_grant" });
    giveTokens(code.scopes, clientId, randomUUID(), response);
  }

  /** Rotates; a token that comes a second time ends its whole family, as OAuth 2.1 asks. */
  function handleRefresh(token: string, clientId: string, response: ServerResponse) {
    const found = refreshTokens.get(token);
    refreshTokens.delete(token);
    const family = usedRefresh.get(token);
    for (const [other, entry] of refreshTokens) if (entry.family === family) refreshTokens.delete(other);
    if (found?.clientId !== clientId) return json(response, 400, { error: "invalid_grant", error_description: token });
    usedRefresh.set(token, found.family);
    giveTokens(found.scopes, clientId, found.family, response);
  }

  function giveTokens(scopes: readonly string[], clientId: string, family: string, response: ServerResponse): void {
    const claims = Buffer.from(JSON.stringify({ sub: "ada", name: "Ada\u001b[31m" })).toString("base64url");
    const [token, refreshToken] = [`head.${claims}.${randomUUID()}`, `refresh-${randomUUID()}`];
    const issued = { scopes, clientId, expiresAt: Date.now() + knobs.tokenTtlSeconds * 1000 };
    access.set(token, issued);
    refreshTokens.set(refreshToken, { ...issued, family });
    const scope = scopes.join(" ");
    const expires_in = knobs.tokenTtlSeconds;
    json(response, 200, { access_token: token, token_type: "Bearer", refresh_token: refreshToken, scope, expires_in });
  }

  function handleRevoke(form: URLSearchParams, response: ServerResponse): void {
    refreshTokens.delete(form.get("token") ?? "");
    response.writeHead(200).end();
  }

  async function handleMcp(entry: Seen, response: ServerResponse): Promise<void> {
    const resourceMetadata = `resource_metadata="${issuer}/.well-known/oauth-protected-resource/mcp"`;
    const token = access.get(entry.headers.authorization?.replace("Bearer ", "") ?? "");
    if (token === undefined || token.expiresAt <= Date.now() || knobs.refusesAll) {
      response.setHeader("www-authenticate", `Bearer ${resourceMetadata}`);
      return json(response, 401, { error: { code: "invalid_token", message: "the token is not good" } });
    }
    const message: Message = JSON.parse(entry.body);
    const needed = knobs.scopeFor(message);
    if (needed !== undefined && !token.scopes.includes(needed)) {
      const scope = `scope="${[...token.scopes, needed].join(" ")}"`;
      response.setHeader("www-authenticate", `Bearer error="insufficient_scope", ${scope}, ${resourceMetadata}`);
      return json(response, 403, {
        jsonrpc: "2.0",
        id: message.id,
        error: { code: -32004, message: "scope_required" },
      });
    }
    await knobs.mcp(message, response, entry);
  }

  return {
    url,
    issuer,
    seen,
    knobs,
    /** How often a path was asked for. */
    count: (path: string) => seen.filter((entry) => entry.path === path).length,
    /** The bodies of the messages that were authorized or not, in order. */
    messages: () => seen.filter(({ path }) => path === "/mcp"),
    /** An access token that came by no login. */
    issue: (scopes: readonly string[]) => {
      const token = randomUUID();
      access.set(token, { scopes, clientId: "", expiresAt: Date.now() + 60_000 });
      return token;
    },
    forgetClients: () => clients.clear(),
    /** A grant that came by no login, for a client that calls back at `redirectUri`. */
    grant: (redirectUri: string, ttlSeconds: number, scopes: readonly string[] = ["mcp:read"]): Grant => {
      const [clientId, accessToken, refreshToken] = [randomUUID(), randomUUID(), randomUUID()];
      const issued = { scopes, clientId, expiresAt: Date.now() + ttlSeconds * 1000 };
      clients.set(clientId, { redirect_uris: [redirectUri] });
      access.set(accessToken, issued);
      refreshTokens.set(refreshToken, { ...issued, family: clientId });
      const tokens = { accessToken, refreshToken, scopes, expiresAt: issued.expiresAt };
      return { version: 1, url, issuer, resource: url, client: { client_id: clientId }, redirectUri, tokens };
    },
    expireTokens: () => {
      for (const issued of access.values()) issued.expiresAt = 0;
    },
    revokeGrants: () => refreshTokens.clear(),
    refreshTokens,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Answers like a server of both eras: an `initialize`, 202 for what has no id, and the rest with what was asked. */
function answerMcp(message: Message, response: ServerResponse): void {
  if (message.id === undefined || message.method === undefined) return void response.writeHead(202).end();
  const result =
    message.method === "initialize" ? { protocolVersion: "2025-11-25", capabilities: {} } : { asked: message.method };
  json(response, 200, { jsonrpc: "2.0", id: message.id, result });
}

export function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** A folder that nothing else uses. */
export function temporary(): string {
  return mkdtempSync(join(tmpdir(), "adapter-"));
}

export function definitionFor(url: string): AdapterDefinition {
  return { name: "acme-pay", title: "Acme Pay", version: "1.2.3", url, scopes: ["mcp:read"] };
}

/** A browser that goes where it is sent at once, and keeps what it was shown last in `page.txt`. */
const browserScript = `
import { appendFileSync } from "node:fs";
import { join } from "node:path";
const response = await fetch(process.argv[2]);
appendFileSync(join(import.meta.dirname, "page.txt"), response.status + " " + (await response.text()));
`;

/** Start the adapter as a client does: a process of its own, of what was built, with a home of its own. */
export function startAdapter(url: string, home: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const browser = join(home, "browser.mjs");
  writeFileSync(browser, browserScript);
  const program = `import { runAdapter } from ${JSON.stringify(join(import.meta.dirname, "../../dist/adapter/adapter.js"))};
process.exitCode = await runAdapter(${JSON.stringify(definitionFor(url))}, process.argv.slice(1));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program, "--", ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      XDG_CONFIG_HOME: home,
      BROWSER: `${process.execPath} ${browser}`,
      ...env,
    },
  });
  const stdout: string[] = [];
  const stderr: string[] = [];
  child.stdout.on("data", (chunk) => stdout.push(String(chunk)));
  child.stderr.on("data", (chunk) => stderr.push(String(chunk)));
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal }));
  return {
    child,
    ended,
    stdout: () => stdout.join(""),
    stderr: () => stderr.join(""),
    send: (...messages: readonly object[]) =>
      void child.stdin.write(messages.map((message) => `${JSON.stringify(message)}\n`).join("")),
    /** Every line that was written, parsed. */
    lines: (): Record<string, unknown>[] =>
      stdout
        .join("")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
  };
}

/** Resolves once `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
