import { join, sep } from "node:path";
import type { OpenApiDocument } from "../ir/tool.ts";
import { type Contract, isObject, partsKey } from "../openapi/contract.ts";
import { listOperations } from "../openapi/list.ts";
import type { ListedOperation } from "../openapi/listed.ts";
import { prune } from "../openapi/prune.ts";
import type { NamedOperation } from "./core-tools.ts";
import { entryBytes } from "./entry-bytes.ts";
import { mendMediaTypes } from "./media-types.ts";
import { type Mended, mendDocument } from "./mend-document.ts";
import { nameOperations, operationKey } from "./names.ts";
import { refusal } from "./refusal.ts";
import { type SeedContext, type ToolSeed, toolSeed, toolText } from "./seed.ts";
import { type ImportRecord, recorded, recordKey, type Selection, selects } from "./select.ts";
import { serverPlan, serverText } from "./server-yaml.ts";
import { describe } from "./text.ts";
import { extendToolsets, proposeToolsets, type ToolsetPlan } from "./toolsets.ts";
import { schemaPath } from "./write.ts";

export interface PlanOptions {
  /** Absolute; where node_modules lies. */
  readonly root: string;
  /** Absolute; the specs folder. */
  readonly folder: string;
  readonly name: string;
  readonly contract: Contract;
  readonly selection: Selection;
  /** Which operations become tools, where that is not what the selection says: a merge keeps those that a person has. */
  readonly chooses?: (operation: ListedOperation) => boolean;
  /** For the record: the document's name or relative path. */
  readonly source: string;
  /** From an earlier import: names that stay as they are. */
  readonly known?: Readonly<Record<string, string>>;
  /** From an earlier import: toolsets that stay, to which what is new is added; none begins where there is none. Default: proposed. */
  readonly toolsets?: ToolsetPlan;
  readonly baseUrl?: string | undefined;
}

/** An operation that was chosen and is no tool. */
export interface Refused {
  readonly operation: ListedOperation;
  readonly reason: string;
}

/** What import would write, and what it leaves out. */
export interface ImportPlan {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  readonly seeds: readonly ToolSeed[];
  readonly refused: readonly Refused[];
  /** Operations that were not chosen. */
  readonly others: number;
  readonly document: OpenApiDocument;
  /** What tools could not have inherited from the document as it was. */
  readonly mended: readonly Mended[];
  readonly toolsets: ToolsetPlan;
  readonly serverYaml: string;
}

/** Turn a contract into a folder of specs. The same contract and selection give the same texts. */
export function planImport(options: PlanOptions): ImportPlan {
  const { contract, selection, root, folder, name } = options;
  mendMediaTypes(contract.document);
  const all = listOperations(contract);
  const names = nameOperations(all, options.known);
  const chosen = all.filter(options.chooses ?? ((operation) => selects(selection, operation)));
  const server = serverPlan(name, contract, chosen);
  const context: SeedContext = {
    contract,
    names,
    schemaPath: schemaPath(root, join(folder, "tools"), "tool.schema.json"),
    setByServer: server.setByServer,
  };
  const refused: Refused[] = [];
  const written: ListedOperation[] = [];
  for (const operation of chosen) {
    const reason = refusal(operation, context);
    if (reason !== undefined) refused.push({ operation, reason });
    else written.push(operation);
  }
  const named = written.map((operation) => namedOperation(operation, context));
  const toolsets =
    options.toolsets === undefined
      ? proposeToolsets(named, contract)
      : extendToolsets(options.toolsets, named, contract);
  const seeds = written.map((operation) => toolSeed(operation, { ...context, ownTags: toolsets.ownTags }));
  const tools = Object.fromEntries(
    written.map((operation) => [operationKey(operation), names.get(operationKey(operation)) as string]),
  );
  const record = recordOf(options, tools);
  // Parts of other documents have moved to components.
  const { [partsKey]: _, ...pruned } = prune(contract.document, written) as Record<string, unknown>;
  const document: OpenApiDocument = { ...pruned, [recordKey]: record };
  const mended = mendDocument(document);
  const serverYaml = serverText({
    plan: server,
    contract,
    operations: written,
    toolsets: toolsets.sets,
    schemaPath: schemaPath(root, folder, "server.schema.json"),
    baseUrl: options.baseUrl,
  });
  return { name, folder, seeds, refused, others: all.length - chosen.length, document, mended, toolsets, serverYaml };
}

function namedOperation(listed: ListedOperation, { contract, names }: SeedContext): NamedOperation {
  const { method, path, tags, deprecated, operation } = listed;
  const name = names.get(operationKey(listed)) as string;
  const bytes = () => (operation === undefined ? 0 : entryBytes(contract, operation, describe(name, listed).text));
  return { name, method, path, tags, deprecated, bytes };
}

function recordOf({ contract, selection, source }: PlanOptions, tools: Readonly<Record<string, string>>): ImportRecord {
  const info = isObject(contract.document.info) ? contract.document.info : {};
  const named = (key: "title" | "version") => (typeof info[key] === "string" ? { [key]: info[key] } : {});
  return { source: source.replaceAll(sep, "/"), ...named("title"), ...named("version"), ...recorded(selection), tools };
}

/** The files of an import, by absolute path. */
export function filesOf({ folder, seeds, document, serverYaml }: ImportPlan): ReadonlyMap<string, string> {
  return new Map([
    [join(folder, "server.yaml"), serverYaml],
    [join(folder, "openapi.json"), contractText(document)],
    ...seeds.map((seed): [string, string] => [join(folder, "tools", `${seed.name}.yaml`), toolText(seed)]),
  ]);
}

/** A contract as import writes it: two blanks, the document's own order. */
export function contractText(document: OpenApiDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
