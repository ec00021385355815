import type { Caller } from "../call.ts";
import type { OAuthAuth, ServerDefinition } from "../codegen.ts";
import { errorTable, type GatewayError } from "../errors.ts";
import type { Page } from "./pages.ts";
import { toJsonReply } from "./rpc.ts";

/** Where clients look for the authorization server of what they want to use (RFC 9728, section 3). */
const wellKnown = "/.well-known/oauth-protected-resource";

/** Seconds for which the metadata may be kept. It changes with a release; an hour is how long clients then look in the wrong place. */
const metadataMaxAgeSeconds = 3_600;

/** The paths of MCP, each with the scheme of the access tokens that are taken there, or undefined where keys or tokens are. */
export type Endpoints = ReadonlyMap<string, OAuthAuth | undefined>;

/** Say where MCP is served. Access tokens have a path of their own where there are keys or tokens too. */
export function endpointsOf({ mcp, auth }: Pick<ServerDefinition, "mcp" | "auth">): Endpoints {
  const schemes = auth.filter((scheme) => scheme.kind === "oauth");
  const isOAuthOnly = schemes.length > 0 && schemes.length === auth.length;
  return new Map([
    ...(isOAuthOnly ? [] : [[mcp.path, undefined] as const]),
    ...schemes.map((scheme) => [scheme.path, scheme] as const),
  ]);
}

/**
 * The pages that name the authorization server, by path: public, also to web pages, because whoever reads them has no
 * credential yet. The form without a path is for the whole host, so only where no other credential is taken.
 */
export function metadataPages(server: ServerDefinition): ReadonlyMap<string, Page> {
  const pages = new Map<string, Page>();
  const schemes = server.auth.filter((scheme) => scheme.kind === "oauth");
  for (const scheme of schemes) {
    const page = metadataPage(scheme, server);
    // Where a proxy serves this under another path, clients ask for that one.
    const paths = [
      scheme.path,
      new URL(scheme.audience).pathname,
      ...(schemes.length === server.auth.length ? [""] : []),
    ];
    for (const path of paths.map(withoutSlash)) {
      pages.set(`${wellKnown}${path}`, page);
      pages.set(`${wellKnown}${path}/`, page);
    }
  }
  return pages;
}

function metadataPage(scheme: OAuthAuth, server: ServerDefinition): Page {
  const metadata = {
    resource: scheme.audience,
    authorization_servers: [scheme.issuer],
    scopes_supported: Object.keys(server.scopes),
    bearer_methods_supported: ["header"],
    resource_name: server.title,
    ...(server.website !== undefined && { resource_documentation: server.website }),
  };
  const headers = {
    "access-control-allow-origin": "*",
    "cache-control": `public, max-age=${metadataMaxAgeSeconds}`,
  };
  const reply = toJsonReply(200, metadata, headers);
  return () => reply;
}

/**
 * The status of a refused credential: 401, but 400 where a request carries two and is therefore no request at all, so that no client
 * throws a good token away for it (RFC 6750, section 3.1, `invalid_request`).
 */
export function refusalStatus({ code, meta }: GatewayError): number {
  const exit = errorTable[code];
  if (exit.leavesAs !== "http") return 500;
  return code === "unauthenticated" && meta.error === "invalid_request" ? 400 : exit.http;
}

/**
 * `WWW-Authenticate` of a refused credential: why, in one of RFC 6750's own words, where something was presented at all; and where access
 * tokens are taken, where to get one and for what (RFC 9728, section 5.1).
 *
 * Elsewhere no metadata is named: a client that was told of an authorization server would drop its own header.
 */
export function unauthorizedChallenge(
  server: ServerDefinition,
  scheme: OAuthAuth | undefined,
  error: GatewayError,
): string {
  return challenge({
    realm: server.name,
    error: typeof error.meta.error === "string" ? error.meta.error : undefined,
    ...(scheme && { resource_metadata: metadataUrl(scheme), scope: scopeText(Object.keys(server.scopes)) }),
  });
}

/**
 * `WWW-Authenticate` of a 403: the scopes that the caller has and what it needs besides, so that asking for them loses none
 * (MCP 2026-07-28, "Scope Challenge Handling").
 */
export function scopeChallenge(scheme: OAuthAuth, { scopes }: Caller, { meta }: GatewayError): string {
  const required = Array.isArray(meta.required) ? meta.required.map(String) : [];
  // Where any one of them will do, the first is what the tool's author put first.
  const needed = meta.all === true ? required : required.slice(0, 1);
  return challenge({
    error: "insufficient_scope",
    scope: scopeText([...new Set([...scopes, ...needed])]),
    resource_metadata: metadataUrl(scheme),
  });
}

function metadataUrl({ audience }: OAuthAuth): string {
  const { origin, pathname } = new URL(audience);
  return `${origin}${wellKnown}${withoutSlash(pathname)}`;
}

function withoutSlash(path: string): string {
  return path.replace(/\/$/, "");
}

/** Scopes that can stand in a challenge (RFC 6749, appendix A.4). */
function scopeText(scopes: readonly string[]): string {
  return scopes.filter((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)).join(" ");
}

function challenge(parameters: Readonly<Record<string, string | undefined>>): string {
  const parts = Object.entries(parameters).flatMap(([name, value]) => (value ? [`${name}=${quoted(value)}`] : []));
  return `Bearer ${parts.join(", ")}`;
}

/** A quoted-string (RFC 9110, section 5.6.4) of printable ASCII: nothing can end it early, or begin another header. */
function quoted(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, "?").replace(/["\\]/g, "\\$&")}"`;
}
