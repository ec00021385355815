import type { ServiceSpec } from "../spec/credentials-shape.ts";
import { parseDuration } from "../spec/duration.ts";
import type { ServerSpec } from "../spec/server-shape.ts";
import { approvalsOf, approvalTool, approvalToolIr, generatedTools } from "./approvals.ts";
import { toCollectionIr } from "./content.ts";
import type { Drafts, ToolDraft } from "./draft.ts";
import { adapterOf, type Endpoint, endpointOf, oauthOf } from "./lower-oauth.ts";
import { toToolIr } from "./lower-tool.ts";
import { toPromptIr } from "./prompts.ts";
import { namesReachedFrom, type SharedSchemas } from "./shared-schemas.ts";
import type { AuthIr, CredentialsIr, KeyKindIr, PaginationIr, ServerIr, ServicePlaceIr, ToolIr } from "./tool.ts";
import { tagsOf, toolsetsOf } from "./toolsets.ts";

/** Time for an upstream request where server.yaml names none: longer than a good API takes, shorter than a person waits. */
const timeoutDefaultMs = 10_000;

/** A folder in which nothing is wrong, as a server. Frozen, but for the contract, which may be huge. */
export function toServerIr(
  { server, contract, tools, shared, collections, prompts }: Drafts,
  folder: string,
): ServerIr {
  if (server === undefined) throw new Error(`${folder} has no server.yaml and cannot be lowered`);
  const spec = server.spec as ServerSpec;
  const pagination = stylesOf(spec);
  const mcp = { ...endpointOf(spec), toolsList: spec.mcp?.toolsList ?? "permitted" };
  const groups = groupsOf(spec);
  const approvals = approvalsOf(spec);
  const own = inOrder(tools, listedTools(spec.tools), groups === undefined).map((tool) => toToolIr(tool, pagination));
  const all = approvals === undefined ? own : withApprovalTool(own, server.file.path, groups === undefined);
  const { contract: document, ...plain } = {
    name: spec.name,
    title: spec.title,
    version: spec.version,
    description: spec.description.trim(),
    instructions: spec.instructions?.trim(),
    website: spec.website,
    mcp,
    upstream: {
      url: spec.upstream.url,
      credentials: credentialsOf(spec.upstream.credentials),
      timeoutMs: parseDuration(spec.upstream.timeout ?? "") ?? timeoutDefaultMs,
    },
    auth: spec.auth.map((scheme) => authOf(scheme, mcp)),
    adapter: adapterOf(spec, mcp),
    relay: spec.relay && { ...spec.relay, keyId: spec.relay.keyId, refusals: spec.relay.refusals ?? [] },
    scopes: spec.scopes ?? {},
    errors: (spec.errors ?? {}) as ServerIr["errors"],
    pagination,
    content: Object.fromEntries([...collections].map(([name, draft]) => [name, toCollectionIr(draft)])),
    prompts: prompts.map(toPromptIr),
    dryRunParameter: spec.dryRunParameter as ServerIr["dryRunParameter"],
    approvals,
    withheld: (spec.withheld ?? []) as ServerIr["withheld"],
    schemas: usedSchemas(tools, shared),
    tools: all,
    groups,
    toolsets: toolsetsOf(spec, {
      tools: all,
      tags: new Map(tools.map((tool) => [tool.name, tagsOf(tool)])),
      generated: generatedTools(spec),
    }),
    manifestBudgetTokens: spec.manifest?.budgetTokens,
    contract: contract?.document,
    source: folder,
  } satisfies ServerIr;
  return Object.freeze({ ...deepFreeze(plain), contract: document });
}

/** The shared schemas that inputs and outputs lead to in the end, by name; an input may have replaced its reference. */
function usedSchemas(tools: readonly ToolDraft[], shared: SharedSchemas): ServerIr["schemas"] {
  const definitions = shared.definitions();
  const before = usedBefore.get(definitions);
  if (before !== undefined && Object.keys(definitions).length === 0) return before;
  const roots = tools.flatMap(({ inputs, output }) => [...inputs.map(({ schema }) => schema), output ?? true]);
  const used = namesReachedFrom(roots, definitions);
  const schemas = Object.fromEntries(
    Object.entries(definitions)
      .filter(([name]) => used.has(name))
      .sort(byName),
  );
  if (before !== undefined && Object.keys(before).join() === Object.keys(schemas).join()) return before;
  usedBefore.set(definitions, schemas);
  return schemas;
}

/** One object as long as the same schemas are used: what was made with them is then kept too. */
const usedBefore = new WeakMap<object, ServerIr["schemas"]>();

function credentialsOf(spec: ServerSpec["upstream"]["credentials"]): CredentialsIr {
  if (spec === undefined || typeof spec === "string") return { kind: spec ?? "none" };
  if (spec.exchange !== undefined) {
    const { scope, ...exchange } = spec.exchange;
    return { kind: "exchange", ...exchange, ...(scope !== undefined && { scope }) };
  }
  if (spec.service === undefined) throw new Error("credentials of no kind have errors and cannot be lowered");
  const { identity } = spec.service;
  return { kind: "service", ...servicePlaceOf(spec.service), ...(identity === undefined ? {} : { identity }) };
}

function servicePlaceOf({ header, query, secret, basic }: ServiceSpec): ServicePlaceIr {
  if (basic !== undefined) {
    const { user, password } = basic;
    return { basic: { user, ...(password !== undefined && { password }) } };
  }
  if (secret !== undefined && header !== undefined) return { header, secret };
  if (secret !== undefined && query !== undefined) return { query, secret };
  throw new Error("a service credential without a place has errors and cannot be lowered");
}

/** Pagination styles, with every member named. */
export function stylesOf({ pagination = {} }: Partial<ServerSpec>): ServerIr["pagination"] {
  return Object.fromEntries(
    Object.entries(pagination).map(([name, { inputs, items, next, more, total }]) => [
      name,
      { inputs: inputs as PaginationIr["inputs"], items, next, more, total },
    ]),
  );
}

/** The generated tool stands in no list: it is the last of the reads, or of all where there are groups. */
function withApprovalTool(tools: readonly ToolIr[], source: string, readsFirst: boolean): readonly ToolIr[] {
  const reads = readsFirst ? tools.filter(({ access }) => access === "read").length : tools.length;
  return [...tools.slice(0, reads), approvalToolIr(source), ...tools.slice(reads)];
}

/** Where there are groups, the generated tool gets one of its own. */
function groupsOf({ tools, approvals }: ServerSpec): ServerIr["groups"] {
  if (tools === undefined || Array.isArray(tools)) return undefined;
  const groups = Object.entries(tools).map(([title, names]) => ({ title, tools: names }));
  return approvals === undefined ? groups : [...groups, { title: "Calls that wait", tools: [approvalTool] }];
}

function listedTools(tools: ServerSpec["tools"]): readonly string[] {
  return Object.values(tools ?? []).flat();
}

function authOf({ apiKey, token, oauth }: ServerSpec["auth"][number], mcp: Endpoint): AuthIr {
  if (oauth !== undefined) return oauthOf(oauth, mcp);
  if (token !== undefined)
    return { kind: "token", ...token, maxActivePerTenant: token.maxActivePerTenant, ttlDays: token.ttlDays };
  if (apiKey === undefined) throw new Error("an auth scheme of no kind has errors and cannot be lowered");
  const kinds = Object.entries(apiKey.kinds).map(([name, kind]): [string, KeyKindIr] => [
    name,
    {
      prefix: kind.prefix,
      scoped: kind.scoped ?? false,
      bypasses: kind.bypasses ?? [],
      refused: kind.refused ?? false,
      ttlDays: kind.ttlDays,
    },
  ]);
  return { kind: "apiKey", header: apiKey.header, kinds: Object.fromEntries(kinds) };
}

/** Reads first (but in groups as they stand), then as server.yaml lists them, then by name. */
function inOrder(tools: readonly ToolDraft[], listed: readonly string[], readsFirst: boolean): readonly ToolDraft[] {
  const places = new Map(listed.map((name, index) => [name, index]));
  const rank = (tool: ToolDraft) => {
    const place = places.get(tool.name) ?? listed.length;
    return (readsFirst && tool.access === "write" ? listed.length + 1 : 0) + place;
  };
  const ranked = tools.map((tool) => ({ tool, rank: rank(tool) }));
  return ranked
    .sort((one, other) => one.rank - other.rank || byName([one.tool.name], [other.tool.name]))
    .map(({ tool }) => tool);
}

function byName(one: readonly [string, ...unknown[]], other: readonly [string, ...unknown[]]): number {
  return one[0] < other[0] ? -1 : one[0] > other[0] ? 1 : 0;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
