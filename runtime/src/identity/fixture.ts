import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  SignJWT,
} from "jose";
import type { Caller } from "../call.ts";
import type { AuthScheme, OAuthAuth } from "../codegen.ts";
import { GatewayError } from "../errors.ts";
import type { Clock, Logger } from "../ports.ts";
import { type CredentialStore, createAuthenticator } from "./authenticator.ts";
import type { Headers } from "./credential.ts";
import type { Refusal } from "./refusal.ts";

/** The audience of the tokens of `startIssuer`. */
export const audience = "https://api.perkamo.example/mcp";

/** An authorization server of tests, on loopback. It counts what it is asked and does what it is told. */
export interface TestIssuer {
  readonly issuer: string;
  /** Paths of all requests, in order. */
  readonly requests: string[];
  /** The public half of the key that signs at present. */
  readonly publicKey: () => JWK;
  /** An access token as a good issuer makes it, with changes. A claim of `undefined` is left out. */
  token(claims?: JWTPayload, options?: TokenOptions): Promise<string>;
  /** Sign with a new key from now on, and publish it; the keys before are published still, or no more. */
  rotate(options?: { readonly keepsOld?: boolean }): Promise<void>;
  /** Answer requests for this path otherwise, or as always again. */
  answer(path: string, reply: ((response: ServerResponse) => void) | undefined): void;
  readonly keysPath: string;
  close(): Promise<void>;
}

/** What of a token is not a claim. */
export interface TokenOptions {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly key?: CryptoKey | Uint8Array;
}

/** Start an issuer that signs with ES256. `now` is its clock, in Unix milliseconds. */
export async function startIssuer(now: () => number = Date.now): Promise<TestIssuer> {
  const requests: string[] = [];
  const answers = new Map<string, (response: ServerResponse) => void>();
  const keysPath = "/keys";
  let signing = await newKey();
  let published = [signing.jwk];

  const server = createServer((request, response) => {
    const path = request.url ?? "";
    requests.push(path);
    const answer = answers.get(path);
    if (answer !== undefined) return answer(response);
    if (path === keysPath) return json(response, { keys: published } satisfies JSONWebKeySet);
    if (path === "/.well-known/oauth-authorization-server")
      return json(response, { issuer, jwks_uri: `${issuer}${keysPath}` });
    response.writeHead(404).end();
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    issuer,
    requests,
    keysPath,
    publicKey: () => signing.jwk,
    async token(claims = {}, { header = {}, key = signing.privateKey } = {}) {
      const nowSeconds = Math.floor(now() / 1000);
      const all = {
        iss: issuer,
        aud: audience,
        sub: "ada",
        exp: nowSeconds + 300,
        iat: nowSeconds,
        jti: "1",
        client_id: "claude",
        scope: "mcp:read mcp:write",
        space: "acme-test",
        role: "owner",
        name: "Ada",
        ...claims,
      };
      return await new SignJWT(all)
        .setProtectedHeader({
          alg: "ES256",
          typ: "at+jwt",
          ...(signing.jwk.kid && { kid: signing.jwk.kid }),
          ...header,
        })
        .sign(key);
    },
    async rotate({ keepsOld = true } = {}) {
      signing = await newKey();
      published = keepsOld ? [...published, signing.jwk] : [signing.jwk];
    },
    answer(path, reply) {
      if (reply === undefined) answers.delete(path);
      else answers.set(path, reply);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let made = 0;

async function newKey(): Promise<{ readonly privateKey: CryptoKey; readonly jwk: JWK }> {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: `key-${++made}`, use: "sig", alg: "ES256" } };
}

/** Answer with this JSON. */
export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

/** The scheme of a server that takes this issuer's tokens. */
export function schemeOf(issuer: string, changes: Partial<OAuthAuth> = {}): OAuthAuth {
  return {
    kind: "oauth",
    path: "/mcp",
    issuer,
    audience,
    algorithms: ["RS256", "PS256", "ES256", "EdDSA"],
    clockSkewSeconds: 5,
    tenant: { claim: "space", title: "Space" },
    role: {
      claim: "role",
      scopes: { viewer: ["mcp:read"], admin: ["mcp:read", "mcp:write"], owner: ["mcp:read", "mcp:write"] },
    },
    ...changes,
  };
}

/** An authenticator over a store, and what it says to the log and to the audit trail. */
export function authenticatorOver(store: CredentialStore, auth: readonly AuthScheme[], clock: Clock) {
  const lines: string[] = [];
  const note = (message: string, fields?: unknown) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  const refusals: Refusal[] = [];
  const { authenticate } = createAuthenticator({
    server: { auth, scopes: { "mcp:read": "Read.", "mcp:write": "Write." } },
    store,
    clock,
    logger,
    onRefused: (refusal) => refusals.push(refusal),
  });
  const by = async (text: string, path?: string) => await authenticate(bearer(text), path);
  return { lines, refusals, authenticate, by };
}

/** A credential as clients send it. */
export const bearer = (text: string): Headers => ({ authorization: `Bearer ${text}` });

/** The error of a request that must not get through. */
export async function refused(promise: Promise<Caller>): Promise<GatewayError & { readonly cause: Refusal }> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof GatewayError)) throw new Error(`not refused: ${String(error)}`);
  return error as GatewayError & { readonly cause: Refusal };
}
