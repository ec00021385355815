import type { AuthIr, KeyKindIr, PromptIr, RelayIr, ServerIr, ToolsetIr } from "../ir/tool.ts";
import { property, propertyName } from "../literal.ts";
import { block, braces, type Doc, list, print } from "../print.ts";
import { codegen, importLine } from "./file-scope.ts";
import { header } from "./header.ts";
import type { Names } from "./names.ts";
import { properties } from "./properties.ts";
import type { FileSource } from "./tool-file.ts";

/** `registrations.ts`: the import list, and the server as one value. What is left at its default is left out. */
export function registrationsFile(server: ServerIr, names: Names): FileSource {
  const imports = server.tools
    .map((tool) => importLine([names.tool.get(tool.name) as string], `./tools/${tool.name}.ts`))
    .sort();
  const hasPrompts = server.prompts.length > 0;
  const order = server.groups === undefined ? "reads first" : "by their groups";
  const text = [
    header(server.source, "specs"),
    importLine(["defineServer"], codegen),
    ...(hasPrompts ? [importLine(["prompts"], "./prompts.ts")] : []),
    importLine(["advertised"], "./schemas.ts"),
    ...imports,
    `\n/** ${server.tools.length === 1 ? "One tool" : `${server.tools.length} tools`}, ${order}. */\n`,
    print(["export const server = defineServer(", block(members(server, names)), ");"]),
    "\n",
  ].join("");
  return { text, statements: 3 + imports.length + (hasPrompts ? 1 : 0) };
}

function members(server: ServerIr, names: Names): Doc[] {
  const { upstream } = server;
  const facts: Readonly<Record<string, unknown>> = {
    toolspec: 1,
    name: server.name,
    title: server.title,
    version: server.version,
    description: server.description,
    instructions: instructionsOf(server),
    website: server.website,
    mcp: { path: server.mcp.path, ...(server.mcp.toolsList === "all" && { toolsList: "all" }) },
    upstream: { url: upstream.url, credentials: upstream.credentials, timeoutMs: upstream.timeoutMs },
  };
  const tools = server.tools.map((tool) => names.tool.get(tool.name) as string);
  return [
    ...properties(facts),
    ["auth: ", list("[", server.auth.map(authSource), "]")],
    ...properties({ relay: server.relay && relayFacts(server.relay) }),
    ["scopes: ", record(server.scopes)],
    ["errors: ", block(Object.entries(server.errors).map(errorSource))],
    ...properties({ dryRunParameter: server.dryRunParameter, approvals: server.approvals }),
    `manifest: new URL("./llms/mcp.txt", import.meta.url)`,
    ["tools: ", list("[", tools, "]")],
    ...(server.toolsets.length > 0
      ? [["toolsets: ", block(server.toolsets.map((set) => toolsetSource(set, names)))]]
      : []),
    ...(server.prompts.length > 0 ? ["prompts"] : []),
    "advertised",
  ];
}

/** By the tools themselves, so that a set that names none that there is does not compile. */
function toolsetSource({ name, description, isDefault, tools }: ToolsetIr, names: Names): Doc {
  const members = tools.map((tool) => names.tool.get(tool) as string);
  const facts = properties({ description, default: isDefault ? true : undefined });
  return [propertyName(name), ": ", block([...facts, ["tools: ", list("[", members, "]")]])];
}

/** The author's text, then the recommended order of calls of every prompt. */
function instructionsOf({ instructions, prompts }: ServerIr): string | undefined {
  const lines = prompts.filter(({ calls }) => calls.length > 0).map(orderOfCalls);
  const parts = [...(instructions === undefined ? [] : [instructions]), ...lines];
  return parts.length === 0 ? undefined : parts.join("\n");
}

function orderOfCalls({ title, calls }: PromptIr): string {
  return `${title}: ${calls.join(" → ")}.`;
}

function relayFacts({ header, secret, keyId, refusals }: RelayIr): Readonly<Record<string, unknown>> {
  return { header, secret, ...(keyId !== undefined && { keyId }), ...(refusals.length > 0 && { refusals }) };
}

function authSource(auth: AuthIr): Doc {
  if (auth.kind !== "apiKey") return block(properties({ ...auth }));
  const kinds = Object.entries(auth.kinds).map(([name, kind]): Doc => property(name, keyKind(kind)));
  return block([...properties({ kind: auth.kind, header: auth.header }), ["kinds: ", block(kinds)]]);
}

function keyKind(kind: KeyKindIr): Readonly<Record<string, unknown>> {
  return {
    prefix: kind.prefix,
    ...(kind.scoped && { scoped: true }),
    ...(kind.bypasses.length > 0 && { bypasses: kind.bypasses }),
    ...(kind.refused && { refused: true }),
    ...(kind.ttlDays && { ttlDays: kind.ttlDays }),
  };
}

/** A JSON-RPC number reads as one: without separators. */
function errorSource([name, { rpc, message, fix }]: readonly [string, ServerIr["errors"][string]]): Doc {
  const number = rpc === undefined ? [] : [`rpc: ${rpc}`];
  return [propertyName(name), ": ", braces([...number, ...properties({ message, fix })])];
}

/** One entry a line: a table that grows by a line. */
function record(values: Readonly<Record<string, unknown>>): Doc {
  return block(properties(values));
}
