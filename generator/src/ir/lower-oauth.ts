import { parseDuration } from "../spec/duration.ts";
import type { ServerSpec } from "../spec/server-shape.ts";
import type { OAuthAuthIr, ServerIr } from "./tool.ts";

/** `oauth:` of server.yaml. */
export type OAuthSpec = NonNullable<ServerSpec["auth"][number]["oauth"]>;

/** Where MCP is served, and the public address of that, where server.yaml names one. */
export interface Endpoint {
  readonly path: string;
  readonly url: string | undefined;
}

/** What authorization servers sign with by default: RSA, both paddings, and the two usual curves. */
const algorithmsDefault = ["RS256", "PS256", "ES256", "EdDSA"];

/** Seconds that clocks may differ, where server.yaml does not say: servers' clocks are kept, tokens live minutes. */
const clockSkewDefaultSeconds = 5;

/** `mcp:` of server.yaml, its path filled in. */
export function endpointOf({ mcp }: Partial<ServerSpec>): Endpoint {
  return { path: mcp?.path ?? "/mcp", url: mcp?.url };
}

/**
 * The public address of another path of the same server; nothing where it does not follow from `mcp.url`.
 *
 * What stands before `mcp.path` in the address is a proxy's, and stays.
 */
export function addressOf(path: string, mcp: Endpoint): string | undefined {
  if (mcp.url === undefined || path === mcp.path) return mcp.url;
  return mcp.url.endsWith(mcp.path) ? mcp.url.slice(0, -mcp.path.length) + path : undefined;
}

/** An OAuth scheme, with every default filled in. */
export function oauthOf(spec: OAuthSpec, mcp: Endpoint): OAuthAuthIr {
  const path = spec.path ?? mcp.path;
  const audience = spec.audience ?? addressOf(path, mcp);
  if (audience === undefined) throw new Error("an oauth scheme without audience has errors and cannot be lowered");
  const skewMs = parseDuration(spec.clockSkew ?? "");
  return {
    kind: "oauth",
    path,
    issuer: spec.issuer,
    audience,
    jwksUrl: spec.jwksUrl,
    algorithms: spec.algorithms ?? algorithmsDefault,
    clockSkewSeconds: skewMs === undefined ? clockSkewDefaultSeconds : skewMs / 1_000,
    tenant: spec.tenant,
    role: spec.role,
  };
}

/** The package for clients that speak stdio only, and where it leads. */
export function adapterOf({ adapter, auth }: Pick<ServerSpec, "adapter" | "auth">, mcp: Endpoint): ServerIr["adapter"] {
  if (adapter === undefined) return undefined;
  const oauth = auth.find((scheme) => scheme.oauth !== undefined)?.oauth;
  const url = oauth && addressOf(oauth.path ?? mcp.path, mcp);
  if (url === undefined) throw new Error("an adapter without an address has errors and cannot be lowered");
  return { package: adapter.package, url };
}
