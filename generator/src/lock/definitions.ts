import { createHash } from "node:crypto";
import { entriesByKey, fallbackKey } from "../diff/compare-content.ts";
import { wayOf } from "../diff/compare-requests.ts";
import type { CollectionIr, PromptIr, ServerIr, ToolIr } from "../ir/tool.ts";
import { advertisedInput, advertisedOutput } from "../schema/advertised.ts";
import { canonical } from "./canonical.ts";

/** The blocks of a lock, in their order. */
export const blocks = ["server", "tools", "prompts", "content"] as const;
export type Block = (typeof blocks)[number];

/** Digests by name, block by block: `sha256:` and 64 hexadecimal digits. */
export type Digests = Readonly<Record<Block, ReadonlyMap<string, string>>>;

/** What a server promises and allows, as digests. The same specs give the same digests, wherever and whenever. */
export function digestsOf(server: ServerIr): Digests {
  return {
    server: new Map(Object.entries(factsOf(server)).map(([name, fact]) => [name, digest(fact)])),
    tools: new Map(server.tools.map((tool) => [tool.name, digest(definitionOf(tool, server))])),
    prompts: new Map(server.prompts.map((prompt) => [prompt.name, digest(promptOf(prompt))])),
    content: new Map(Object.entries(server.content).flatMap(contentOf)),
  };
}

/** Keys of server.yaml at which a fact of the lock begins. */
export const factKeys: Readonly<Record<string, string>> = {
  address: "mcp",
  approvals: "approvals",
  auth: "auth",
  errors: "errors",
  instructions: "instructions",
  manifest: "groups",
  scopes: "scopes",
  toolsets: "toolsets",
  upstream: "upstream",
};

/** Facts about the whole server that clients are told, or that decide what callers may do. */
function factsOf(server: ServerIr): Readonly<Record<string, unknown>> {
  const { name, mcp, title, description, instructions, upstream, relay, dryRunParameter } = server;
  const { website, groups, pagination, withheld, adapter } = server;
  return {
    address: { name, mcp },
    approvals: { approvals: server.approvals, dryRunParameter },
    auth: server.auth,
    errors: server.errors,
    instructions: { title, description, instructions },
    manifest: { website, groups, pagination, withheld, adapter },
    scopes: server.scopes,
    // Only where there are some: a lock that was written before there were toolsets still says all that there is.
    ...(server.toolsets.length > 0 && { toolsets: server.toolsets }),
    upstream: { url: upstream.url, credentials: upstream.credentials, relay },
  };
}

/** What `tools/list` says of a tool, what it takes to call it, and which request comes of it. */
function definitionOf(tool: ToolIr, server: ServerIr): unknown {
  const { name, title, description, annotations, scope, disposition, dryRun, request, content } = tool;
  // How the handler is typed is ours alone; all else of a request goes on the wire.
  const { typed: _, ...sent } = request ?? {};
  return {
    name,
    title,
    description,
    inputSchema: advertisedInput(tool, server.schemas),
    outputSchema: advertisedOutput(tool, server.schemas, { canPark: server.approvals !== undefined }),
    annotations,
    scope,
    disposition,
    dryRun,
    constraints: tool.constraints,
    sensitive: tool.inputs.filter((input) => input.sensitive).map((input) => input.name),
    request: request && sent,
    idempotencyHeader: tool.idempotencyHeader,
    sentAs: tool.inputs.map((input) => ({ name: input.name, ...wayOf(input) })),
    content,
    contract: tool.contract,
    examples: tool.examples,
    words: { plan: tool.plan, tags: tool.tags, pagination: tool.pagination, deprecated: tool.deprecated },
    notes: tool.notes,
    timeoutMs: tool.timeoutMs,
  };
}

function promptOf({ name, title, description, text, arguments: given }: PromptIr): unknown {
  return { name, title, description, text, arguments: given };
}

/** A collection by its name, and each of its entries by both names: an entry is what a tool answers. */
function contentOf([name, collection]: readonly [string, CollectionIr]): readonly (readonly [string, string])[] {
  const entries = [...entriesByKey(collection)].map(([key, entry]) => [`${name}.${key}`, digest(entry)] as const);
  return [[name, digest({ key: collection.key, fallback: fallbackKey(collection) })], ...entries];
}

function digest(value: unknown): string {
  return `sha256:${createHash("sha256").update(canonical(value)).digest("hex")}`;
}
