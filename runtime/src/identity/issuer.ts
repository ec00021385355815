import { createLocalJWKSet, type JSONWebKeySet } from "jose";
import { isSafeAddress } from "../safe-address.ts";

/** Milliseconds for everything that one look at an issuer takes: its metadata and its keys. */
const fetchTimeoutMs = 5_000;

/** Bytes of a document. A key takes 500, or 3,000 with its certificates; issuers have a handful. */
const documentMaxBytes = 256 * 1024;

/** Keys that are looked at. Each that fits a token costs one verification. */
const keysMax = 64;

/** The keys cannot be had. The message is for the log of an operator: it names the address and what was wrong there. */
export class IssuerUnavailable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "IssuerUnavailable";
  }
}

/** Where the keys of an issuer are found. */
export interface IssuerAddress {
  readonly issuer: string;
  /** Absent: as the issuer's metadata says. */
  readonly jwksUrl?: string;
}

/**
 * Fetch an issuer's signing keys: from `jwksUrl`, or from where the issuer's metadata says that they are.
 *
 * Nothing in a token can lead here to another address. The address that the metadata gave is kept until it fails.
 *
 * @returns a function that fetches, and throws IssuerUnavailable
 */
export function createKeyFetcher({ issuer, jwksUrl }: IssuerAddress): () => Promise<JSONWebKeySet> {
  let discovered: string | undefined;
  return async () => {
    const signal = AbortSignal.timeout(fetchTimeoutMs);
    const url = jwksUrl ?? discovered ?? (await discover(issuer, signal));
    discovered = undefined;
    const keys = toKeySet(await fetchJson(url, signal), url);
    discovered = url;
    return keys;
  };
}

/**
 * Where an issuer says what it is, in the order in which MCP asks clients to look: RFC 8414 and OpenID Connect with the
 * issuer's path behind the well-known one, then OpenID Connect as it was before.
 *
 * @see MCP 2026-07-28, "Authorization Server Metadata Discovery"
 */
export function metadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  return [
    ...new Set([
      `${origin}/.well-known/oauth-authorization-server${path}`,
      `${origin}/.well-known/openid-configuration${path}`,
      `${origin}${path}/.well-known/openid-configuration`,
    ]),
  ];
}

async function discover(issuer: string, signal: AbortSignal): Promise<string> {
  for (const url of metadataUrls(issuer)) {
    const metadata = await fetchJson(url, signal, { orNothing: true });
    if (metadata === undefined) continue;
    const { issuer: named, jwks_uri: keys } = Object(metadata) as { issuer?: unknown; jwks_uri?: unknown };
    // Else anyone who can put a document on that host could name keys of his own (RFC 8414, section 3.3).
    if (named !== issuer) throw new IssuerUnavailable(`${url} is the metadata of another issuer than ${issuer}`);
    if (typeof keys === "string" && isSafeAddress(keys)) return keys;
    throw new IssuerUnavailable(`${url} has no "jwks_uri" with https`);
  }
  throw new IssuerUnavailable(`${issuer} has no metadata at ${metadataUrls(issuer).join(" or ")}`);
}

function toKeySet(document: unknown, url: string): JSONWebKeySet {
  try {
    const keySet = document as JSONWebKeySet;
    createLocalJWKSet(keySet);
    return { keys: keySet.keys.slice(0, keysMax) };
  } catch (cause) {
    throw new IssuerUnavailable(`${url} is no JSON Web Key Set`, cause);
  }
}

/** `orNothing`: where there is no such document, nothing is returned. */
async function fetchJson(url: string, signal: AbortSignal, { orNothing = false } = {}): Promise<unknown> {
  try {
    // A redirect could lead into the operator's own network.
    const response = await fetch(url, { signal, redirect: "error", headers: { accept: "application/json" } });
    if (!response.ok) {
      await response.body?.cancel();
      if (orNothing && response.status >= 400 && response.status < 500) return undefined;
      throw new IssuerUnavailable(`${url} answers ${response.status}`);
    }
    return JSON.parse(await readText(response, url));
  } catch (cause) {
    if (cause instanceof IssuerUnavailable) throw cause;
    throw new IssuerUnavailable(`${url} cannot be read: ${explain(cause)}`, cause);
  }
}

async function readText(response: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > documentMaxBytes) throw new IssuerUnavailable(`${url} is longer than ${documentMaxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Node's own "fetch failed" says nothing; what it stands for does. The words of the JSON parser quote the document. */
function explain(error: unknown): string {
  if (error instanceof SyntaxError) return "it is not JSON";
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
