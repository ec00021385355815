import type { JsonSchemaObject, ScopeIr, ServerIr, ToolIr } from "../ir/tool.ts";
import { block, type Doc, print } from "../print.ts";
import { typeSource } from "../schema/type-source.ts";
import { zodSource } from "../schema/zod-source.ts";
import { docComment, firstSentence } from "./doc-comment.ts";
import { createFileScope, createMentions, type FileScope, type Mentions } from "./file-scope.ts";
import { handlerSource } from "./handler.ts";
import { header } from "./header.ts";
import type { Names } from "./names.ts";
import { properties } from "./properties.ts";
import { joint, namedScopes } from "./scope-words.ts";

/** Source of one file, and how many top-level statements it has. */
export interface FileSource {
  readonly text: string;
  readonly statements: number;
  /** What the text was put together of, each a file in itself, where looking at each once is cheaper than at the whole again. */
  readonly pieces?: readonly FileSource[];
}

/** What a tool file was made with, and what came of it. */
interface Made {
  readonly names: FileScope["names"];
  readonly schemas: ServerIr["schemas"];
  readonly source: FileSource;
  readonly mentioned: Mentions;
}

/** Tools that are as they were, in a server that names things as it did, have the same file. */
const made = new WeakMap<ToolIr, Made>();

/** `tools/<tool>.ts`: the input's type, and the tool as one value. What it refers to is noted in `mentioned`. */
export function toolFile(
  tool: ToolIr,
  {
    names,
    schemas,
    mentioned,
  }: { readonly names: Names; readonly schemas: ServerIr["schemas"]; readonly mentioned: Mentions },
): FileSource {
  let known = made.get(tool);
  if (known?.names !== names || known.schemas !== schemas) {
    const own = createMentions();
    known = { names, schemas, source: write(tool, createFileScope(schemas, names, own)), mentioned: own };
    made.set(tool, known);
  }
  for (const kind of ["input", "output", "types"] as const)
    for (const name of known.mentioned[kind]) mentioned[kind].add(name);
  return known.source;
}

/** It reads as if a person had written it. */
function write(tool: ToolIr, scope: FileScope): FileSource {
  const inputType = print(inputTypeSource(tool, scope));
  const definition = print(definitionSource(tool, scope));
  const imports = [
    ...scope.libraryImports(),
    ...scope.contentImports(),
    ...scope.sharedImports(),
    ...(tool.request?.typed === true ? [`import type { paths } from "../upstream.ts";\n`] : []),
  ];
  return {
    text: `${header(tool.source, "spec")}${imports.join("")}\n${inputType}\n\n${docComment(paragraphs(tool))}${definition}\n`,
    statements: imports.length + 2,
  };
}

/** What a call's arguments must be: the declaration of the inputs as one schema. Unknown arguments are refused by name. */
function inputSchema(tool: ToolIr): JsonSchemaObject {
  return {
    type: "object",
    properties: Object.fromEntries(tool.inputs.map((input) => [input.name, input.schema])),
    required: tool.inputs.filter((input) => input.required).map((input) => input.name),
    additionalProperties: false,
  };
}

function inputTypeSource(tool: ToolIr, scope: FileScope): Doc {
  const name = scope.names.toolInput.get(tool.name) as string;
  if (tool.inputs.length === 0) return `export type ${name} = Record<string, never>;`;
  return ["export interface ", name, " ", typeSource(inputSchema(tool), scope.on("input"))];
}

function definitionSource(tool: ToolIr, scope: FileScope): Doc {
  scope.uses("defineTool");
  const input = scope.names.toolInput.get(tool.name) as string;
  const name = scope.names.tool.get(tool.name) as string;
  return [`export const ${name} = defineTool<${input}>(`, block(members(tool, scope)), ");"];
}

/** The fields of the runtime's `ToolDefinition`, in its order; what is at its default is left out. */
function members(tool: ToolIr, scope: FileScope): Doc[] {
  const sensitive = tool.inputs.filter((input) => input.sensitive).map((input) => input.name);
  const facts: Readonly<Record<string, unknown>> = {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    access: tool.access,
    scope: tool.scope,
    disposition: tool.disposition,
    dryRun: tool.dryRun,
    idempotent: tool.idempotent || undefined,
    idempotencyHeader: tool.idempotencyHeader,
    sensitive: sensitive.length > 0 ? sensitive : undefined,
    contract: tool.contract === "observe" ? undefined : tool.contract,
    timeoutMs: tool.timeoutMs,
    plan: tool.plan,
    constraints: tool.constraints.length > 0 ? tool.constraints : undefined,
  };
  return [
    ...properties(facts),
    ["input: ", zodSource(inputSchema(tool), scope.on("input"))],
    ...(tool.output === undefined ? [] : [["output: ", zodSource(tool.output, scope.on("output"))]]),
    ["handler: ", handlerSource(tool, scope)],
  ];
}

/** What the REST documentation would say first: what it does, by which request, and whether it will go. */
function paragraphs(tool: ToolIr): string[] {
  const summary = firstSentence(tool.description);
  const ended = /[.!?]$/.test(summary) ? summary : `${summary}.`;
  const request = `${sourceWords(tool)}, ${scopeWords(tool.scope)}.`;
  if (tool.deprecated === undefined) return [ended, request];
  const { since, use } = tool.deprecated;
  return [ended, request, `@deprecated since ${since}${use === undefined ? "" : `, use ${use}`}.`];
}

function sourceWords({ request, content, approvalOf }: ToolIr): string {
  if (approvalOf !== undefined) return "The queue of approvals";
  if (request !== undefined) return `\`${request.method.toUpperCase()} ${request.path}\``;
  if (content === undefined) return "Nothing";
  return "list" in content ? `Content \`${content.list}\`, listed` : `Content \`${content.get}\`, by \`${content.by}\``;
}

function scopeWords(scope: ScopeIr | undefined): string {
  if (scope === undefined) return "no scope";
  const names = namedScopes(scope).map((name) => `\`${name}\``);
  return `scope ${names.join(joint(scope))}`;
}
