import type { IncomingMessage } from "node:http";
import { type Reply, refuse } from "./rpc.ts";

/** Where this server may be reached, and from which web pages. */
export interface Reachable {
  /** Exact `Host` values, lower-case, port included unless the client leaves it out: `127.0.0.1:8080`, `mcp.example.com`. */
  readonly hosts: ReadonlySet<string>;
  /** Exact `Origin` values, lower-case, scheme included: `http://localhost:8080`. */
  readonly origins: ReadonlySet<string>;
}

/** Headers that mean two things when they come twice. Node keeps the first and drops the rest without a word. */
const singleHeaders = new Set(["host", "origin", "authorization", "content-type", "content-length"]);

/**
 * Say where a server bound to `host` and `port` may be reached: by its loopback names, by the address it is bound to, and
 * by what its operator adds. Anything else in `Host` is a page whose name was rebound to this machine.
 *
 * @see MCP 2026-07-28, "Security & Endpoint" 1: Origin is validated on every connection.
 */
export function reachableAt(
  bound: { host: string; port: number },
  allowed: { hosts: readonly string[]; origins: readonly string[] },
): Reachable {
  const names = new Set(["localhost", "127.0.0.1", "[::1]"]);
  if (!wildcards.has(bound.host)) names.add(bracketed(bound.host));
  const local = [...names].flatMap((name) => (bound.port === 80 ? [name, `${name}:80`] : [`${name}:${bound.port}`]));
  return {
    hosts: new Set([...local, ...allowed.hosts].map((host) => host.toLowerCase())),
    origins: new Set(
      [...local.map((host) => `http://${host}`), ...allowed.origins].map((origin) => origin.toLowerCase()),
    ),
  };
}

/** Refuse a request that is not for us. The first check of all. */
export function checkTarget(request: IncomingMessage, reachable: Reachable): Reply | undefined {
  if (!request.url?.startsWith("/")) {
    return refuse(400, "bad_request", "the request target must be a path, as in POST /mcp HTTP/1.1");
  }
  const repeated = repeatedHeader(request.rawHeaders);
  if (repeated !== undefined) return refuse(400, "bad_request", `the header ${repeated} may be sent once only`);
  const { host } = request.headers;
  if (host === undefined || !reachable.hosts.has(host.toLowerCase())) {
    return refuse(
      403,
      "host_not_allowed",
      "this Host is not served here; its operator can add it to the allowed hosts",
    );
  }
  return undefined;
}

/** Refuse what a web page of another origin sends. */
export function checkOrigin({ headers: { origin } }: IncomingMessage, reachable: Reachable): Reply | undefined {
  if (origin !== undefined && !reachable.origins.has(origin.toLowerCase())) {
    return refuse(403, "origin_not_allowed", "web pages of this Origin may not call this server");
  }
  return undefined;
}

const wildcards = new Set(["0.0.0.0", "::", "::0", ""]);

/** Write a bound address as it stands in a URL. */
export function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

function repeatedHeader(rawHeaders: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    if (!singleHeaders.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}
