/** The path of a person and a client, by HTTP alone. For tests. */
import { createHash, randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";
import { type StartOptions, startAuthorizationServer } from "../start.ts";

export const resource = "https://api.perkamo.test/mcp";
export const redirectUri = "http://127.0.0.1:53127/callback";

/** A server that ends with the test. */
export async function start(options: Partial<StartOptions> = {}) {
  const server = await startAuthorizationServer({ port: 0, resources: () => [resource], ...options });
  onTestFinished(() => server.close());
  return server;
}

// biome-ignore lint/suspicious/noExplicitAny: each assertion states the type that it expects.
type Json = any;

export async function postJson(url: string, body: object): Promise<{ status: number; body: Json }> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

export async function postForm(
  url: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Json }> {
  const response = await fetch(url, { method: "POST", headers, body: new URLSearchParams(form) });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

/** Register a client. Its redirect address has another port than the one that is used. */
export async function register(issuer: string, name = "Test <client>"): Promise<string> {
  const metadata = { client_name: name, redirect_uris: ["http://127.0.0.1/callback"] };
  const { body } = await postJson(`${issuer}/reg`, metadata);
  return body.client_id;
}

/** A browser as far as cookies, redirects and forms go. */
export class Visitor {
  readonly #cookies = new Map<string, string>();
  readonly #issuer: string;
  /** Of the last reply. */
  url = "";
  status = 0;
  headers = new Headers();
  text = "";

  constructor(issuer: string) {
    this.#issuer = issuer;
  }

  /** Follow redirects as long as they stay on the server. */
  async visit(url: string, form?: Record<string, string>): Promise<this> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const init = { headers: { cookie, accept: "text/html" }, redirect: "manual" as const };
    const body = form && { method: "POST", body: new URLSearchParams(form) };
    const response = await fetch(new URL(url, this.#issuer), { ...init, ...body });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    this.url = response.url;
    this.status = response.status;
    this.headers = response.headers;
    this.text = await response.text();
    const location = response.headers.get("location");
    if (location === null) return this;
    this.url = new URL(location, this.#issuer).href;
    return this.url.startsWith(this.#issuer) ? this.visit(this.url) : this;
  }

  /** Send the form of the page that is open, to its own address or another step of the interaction. */
  async submit(step: string, fields: Record<string, string>): Promise<this> {
    const [, csrf = ""] = /name="csrf" value="([^"]*)"/.exec(this.text) ?? [];
    return this.visit(`${this.url}/${step}`, { csrf, ...fields });
  }
}

/** What a client asks a person for. */
export function toAuthorizationUrl(issuer: string, params: Record<string, string | undefined>) {
  const verifier = randomBytes(32).toString("base64url");
  const url = new URL("/auth", issuer);
  const all: Record<string, string | undefined> = {
    response_type: "code",
    redirect_uri: redirectUri,
    scope: "mcp:read mcp:write offline_access",
    prompt: "consent",
    state: "a-state",
    resource,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...params,
  };
  for (const [name, value] of Object.entries(all)) if (value !== undefined) url.searchParams.set(name, value);
  return { url: url.href, verifier };
}

/** Go the whole way: register, log in, consent, redeem the code. `params` are those of the authorization request. */
export async function authorize(
  issuer: string,
  who: {
    readonly account: string;
    readonly space?: string;
    readonly params?: Record<string, string | undefined>;
  },
) {
  const clientId = await register(issuer);
  const visitor = new Visitor(issuer);
  const { url, verifier } = toAuthorizationUrl(issuer, { client_id: clientId, ...who.params });
  await visitor.visit(url);
  await visitor.submit("login", { account: who.account, password: `${who.account}-demo` });
  await visitor.submit("consent", { space: who.space ?? "acme-test" });
  const { searchParams } = new URL(visitor.url);
  const redeem = () =>
    postForm(`${issuer}/token`, {
      grant_type: "authorization_code",
      client_id: clientId,
      code: searchParams.get("code") ?? "",
      redirect_uri: redirectUri,
      code_verifier: verifier,
    });
  return { clientId, visitor, searchParams, redeem };
}

/** Header and claims of a JWT, not verified. */
export function decode(token: string) {
  const [header, claims] = token.split(".", 2).map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));
  return { header, claims };
}
