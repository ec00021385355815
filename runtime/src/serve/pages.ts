import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/server";
import type { ServerDefinition } from "../codegen.ts";
import type { Logger } from "../ports.ts";
import { type Reply, refuse, toJsonReply } from "./rpc.ts";

/** Where the manifest for models is served: what this server offers, as text (llmstxt.org). */
export const manifestPath = "/llms/mcp.txt";

/** The SDK lists only what `initialize` can negotiate; the modern revisions it serves it keeps to itself. */
const modernVersions = ["2026-07-28"];

/** One page that is the same for everyone. */
export type Page = (request: IncomingMessage) => Reply;

/**
 * Say what lives at the MCP path to someone who looks at it with GET: name, version, protocol versions, documentation.
 *
 * A client that accepts only `text/event-stream` asks for the stream of the 2025 era, which is not offered: 405.
 */
export function identityPage(server: ServerDefinition): Page {
  const identity = toJsonReply(200, {
    name: server.name,
    title: server.title,
    version: server.version,
    description: server.description,
    transport: "streamable-http",
    protocolVersions: [...modernVersions, ...SUPPORTED_PROTOCOL_VERSIONS],
    tools: server.tools.length,
    ...(server.toolsets !== undefined && { toolsets: listedSets(server.toolsets) }),
    documentation: server.website ?? manifestPath,
    manifest: manifestPath,
  });
  const found: Reply = { ...identity, headers: { ...identity.headers, vary: "accept" } };
  const noStream = methodNotAllowed(
    "GET, HEAD, POST",
    "there is no event stream here: send JSON-RPC messages with POST",
  );
  return (request) => (wantsOnlyStream(request.headers.accept) ? noStream : found);
}

/** What a person or a client may ask for by `?toolsets=`. */
function listedSets(toolsets: NonNullable<ServerDefinition["toolsets"]>) {
  return Object.entries(toolsets).map(([name, { description, tools, default: isDefault = false }]) => ({
    name,
    description,
    tools: tools.length,
    default: isDefault,
  }));
}

/**
 * Serve the generated manifest, byte for byte, with an ETag. It is read once, now.
 *
 * A missing file is a page that is missing, not a server that does not start: tools do not depend on it.
 */
export async function manifestPage(server: ServerDefinition, logger: Logger): Promise<Page> {
  const bytes = await readFile(server.manifest).catch((error: unknown) => {
    logger.warn("the manifest cannot be read; run `toolspec generate`", {
      file: server.manifest.href,
      error: String(error),
    });
    return undefined;
  });
  if (bytes === undefined) return () => refuse(404, "not_found", "this server was started without its manifest");
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  const headers = { etag, "cache-control": "no-cache" };
  const found: Reply = {
    status: 200,
    headers: { ...headers, "content-type": "text/markdown; charset=utf-8" },
    body: bytes,
  };
  const unchanged: Reply = { status: 304, headers, body: undefined };
  return (request) => (matches(request.headers["if-none-match"], etag) ? unchanged : found);
}

/** Refuse a method that exists but is not for this path. */
export function methodNotAllowed(allow: string, message = "this path does not take this method"): Reply {
  return refuse(405, "method_not_allowed", message, { allow });
}

/** Whether a client asks for the event stream of the 2025 era, and would take nothing else. */
export function wantsOnlyStream(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  return accept.split(",").every((range) => range.split(";", 1)[0]?.trim().toLowerCase() === "text/event-stream");
}

/** Weak comparison (RFC 9110 §13.1.2). */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}
