import type { AuthIr, KeyKindIr, ServerIr } from "../ir/tool.ts";
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
  const text = [
    header(server.source, "specs"),
    importLine(["defineServer"], codegen),
    importLine(["advertised"], "./schemas.ts"),
    ...imports,
    `\n/** ${server.tools.length === 1 ? "One tool" : `${server.tools.length} tools`}, reads first. */\n`,
    print(["export const server = defineServer(", block(members(server, names)), ");"]),
    "\n",
  ].join("");
  return { text, statements: 3 + imports.length };
}

function members(server: ServerIr, names: Names): Doc[] {
  const { upstream } = server;
  const facts: Readonly<Record<string, unknown>> = {
    toolspec: 1,
    name: server.name,
    title: server.title,
    version: server.version,
    description: server.description,
    instructions: server.instructions,
    website: server.website,
    mcp: { path: server.mcp.path, ...(server.mcp.toolsList === "all" && { toolsList: "all" }) },
    upstream: { url: upstream.url, credentials: upstream.credentials, timeoutMs: upstream.timeoutMs },
  };
  const tools = server.tools.map((tool) => names.tool.get(tool.name) as string);
  return [
    ...properties(facts),
    ["auth: ", list("[", server.auth.map(authSource), "]")],
    ["scopes: ", record(server.scopes)],
    ["errors: ", block(Object.entries(server.errors).map(errorSource))],
    ...properties({ dryRunParameter: server.dryRunParameter }),
    `manifest: new URL("./llms/mcp.txt", import.meta.url)`,
    ["tools: ", list("[", tools, "]")],
    "advertised",
  ];
}

function authSource(auth: AuthIr): Doc {
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
function errorSource([name, { rpc, message }]: readonly [string, ServerIr["errors"][string]]): Doc {
  return [propertyName(name), ": ", braces([`rpc: ${rpc}`, ...properties({ message })])];
}

/** One entry a line: a table that grows by a line. */
function record(values: Readonly<Record<string, unknown>>): Doc {
  return block(properties(values));
}
