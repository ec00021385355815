import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { findAccount } from "./accounts.ts";
import { createClaims, toClaims } from "./claims.ts";
import type { Exchange } from "./exchange.ts";
import { createInteractions } from "./interactions.ts";
import { Memory } from "./memory.ts";
import { STYLE_PATH } from "./pages/page.ts";
import { STYLE } from "./pages/style.ts";
import { createProvider, READY_MADE_CLIENT } from "./provider.ts";
import { ACCESS_TOKEN_SECONDS, findResource, toResourceServer } from "./resources.ts";
import { createSigningKey } from "./signing-keys.ts";

/** Requests that are kept for tests to look at. */
const REQUESTS_MAX = 1000;

export interface StartOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** MCP addresses that tokens may be asked for (RFC 8707). Asked each time, so that they may come to be known later. */
  readonly resources: () => readonly string[];
  /** Lets one client exchange tokens for those of an upstream (RFC 8693). */
  readonly exchange?: Exchange;
}

/** What a ready-made token is to say. */
export interface AccessTokenOptions {
  readonly account: string;
  /** Default: the first Space of the account. */
  readonly space?: string;
  readonly scopes: readonly string[];
  readonly resource: string;
  /** Default: five minutes, as with every token. */
  readonly ttlSeconds?: number;
}

/** A request as it came, without its query, in which codes may stand. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
}

/** A running authorization server. */
export interface AuthorizationServer {
  /** Origin without a slash at the end, and `iss` of the tokens. */
  readonly issuer: string;
  /** The last requests, oldest first. */
  readonly requests: readonly LoggedRequest[];
  /**
   * Issue an access token as if somebody had logged in and consented.
   *
   * @throws Error when there is no such account, Space or resource.
   */
  accessToken(options: AccessTokenOptions): Promise<string>;
  /** Sign with a new key from now on. The old ones stay published. */
  rotateKeys(): Promise<void>;
  /** Take an account's consents back: its refresh tokens end, access tokens that are out there hold until they expire. */
  revokeGrants(account: string): void;
  /** Accept no more, drop what runs, forget everything. */
  close(): Promise<void>;
}

/**
 * Start the authorization server of the demonstration, everything in memory.
 *
 * @throws Error naming the address when it is taken or may not be used.
 */
export async function startAuthorizationServer(options: StartOptions): Promise<AuthorizationServer> {
  const { resources } = options;
  const requests: LoggedRequest[] = [];
  let answer: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) =>
    void response.writeHead(503).end();
  const { issuer, close } = await listen(options, (request, response) => {
    const path = (request.url ?? "").split("?", 1)[0] as string;
    requests.push({ method: request.method ?? "", path });
    if (requests.length > REQUESTS_MAX) requests.shift();
    answer(request, response);
  });

  const memory = new Memory();
  const claims = createClaims(memory);
  const interactions = createInteractions({ claims, csrfKey: randomBytes(32) });
  let keys = [await createSigningKey()];
  const fixed = { issuer, memory, claims, resources, exchange: options.exchange, cookieKeys: [randomSecret()] };
  let provider = createProvider({ ...fixed, keys });
  let callback = provider.callback();
  const answerWhole = async (request: IncomingMessage, response: ServerResponse) => {
    if (!(await interactions(provider, request, response))) await callback(request, response);
  };
  answer = (request, response) => {
    if (answerPlainly(request, response)) return;
    answerWhole(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  };

  return {
    issuer,
    requests,
    close,
    revokeGrants: (account) => memory.revokeGrants(account),
    async rotateKeys() {
      keys = [await createSigningKey(), ...keys];
      // oidc-provider takes its keys once. A new one over the same memory knows every session, client and grant.
      provider = createProvider({ ...fixed, keys });
      callback = provider.callback();
    },
    async accessToken({ account: id, space, scopes, resource, ttlSeconds = ACCESS_TOKEN_SECONDS }) {
      const account = findAccount(id);
      const chosen = account?.spaces.find((one) => space === undefined || one.id === space);
      const audience = findResource(resource, resources());
      const client = await provider.Client.find(READY_MADE_CLIENT);
      if (account === undefined || chosen === undefined || audience === undefined || client === undefined) {
        throw new Error(
          `No token for ${id} in ${space ?? "its first Space"} and ${resource}: one of them does not exist.`,
        );
      }
      const token = new provider.AccessToken({
        client,
        accountId: id,
        grantId: "",
        gty: "ready_made",
        scope: scopes.join(" "),
        resourceServer: new provider.ResourceServer(audience, toResourceServer(audience)),
        expiresIn: ttlSeconds,
      });
      claims.state(token, toClaims(account, chosen.id));
      return token.save();
    },
  };
}

/** Answer what oidc-provider does not: the style sheet, and browsers' questions whether they may register a client. */
function answerPlainly(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.url === STYLE_PATH) {
    response.writeHead(200, { "content-type": "text/css; charset=utf-8", "x-content-type-options": "nosniff" });
    response.end(STYLE);
    return true;
  }
  if (request.url !== "/reg") return false;
  response.setHeader("access-control-allow-origin", "*");
  if (request.method !== "OPTIONS") return false;
  response.writeHead(204, { "access-control-allow-methods": "POST", "access-control-allow-headers": "content-type" });
  response.end();
  return true;
}

/** Take the port first: the issuer is its address. */
async function listen(
  { port, host = "127.0.0.1" }: StartOptions,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
) {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(new Error(`The login cannot listen on ${host}:${port}`, { cause })));
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  let closed: Promise<void> | undefined;
  return {
    issuer: `http://${name}:${address.port}`,
    close() {
      closed ??= new Promise<void>((resolve) => {
        server.close(() => resolve());
        // Browsers keep connections open that they never used.
        server.closeAllConnections();
      });
      return closed;
    },
  };
}

function randomSecret(): string {
  return randomBytes(32).toString("base64url");
}
