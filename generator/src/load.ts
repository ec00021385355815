import { isAbsolute, posix } from "node:path";
import type { Diagnostic } from "./diagnostics.ts";
import { generatedTools } from "./ir/approvals.ts";
import { type CollectionFiles, draftCollections } from "./ir/content.ts";
import type { Drafts, Finding, ToolDraft } from "./ir/draft.ts";
import { stylesOf, toServerIr } from "./ir/lower-server.ts";
import { draftTool, toolNameOf } from "./ir/lower-tool.ts";
import { draftPrompt } from "./ir/prompts.ts";
import type { ServerDraft } from "./ir/server-draft.ts";
import { createSharedSchemas, unknownUse } from "./ir/shared-schemas.ts";
import { soundPart } from "./ir/sound.ts";
import type { ServerIr } from "./ir/tool.ts";
import type { Kept, KeptTool, KeptWorld } from "./kept.ts";
import type { Contract } from "./openapi/contract.ts";
import { Reading } from "./reading.ts";
import { contentEntries, type Misfits } from "./rules/content-entries.ts";
import { exampleValues, type Fits } from "./rules/example-values.ts";
import { manifestBudget } from "./rules/manifest-budget.ts";
import { rules } from "./rules/rules.ts";
import { type CheckSchema, schemaRule } from "./rules/schema.ts";
import { type ToolTokens, tokenBudget } from "./rules/token-budget.ts";
import type { SpecHost } from "./spec/host.ts";
import { checkServerVariables, checkToolVariables } from "./spec/interpolation.ts";
import { didYouMean } from "./spec/near.ts";
import { shown } from "./spec/problem.ts";
import { type PromptSpec, promptShape } from "./spec/prompt-shape.ts";
import { type ServerSpec, serverShape } from "./spec/server-shape.ts";
import { checkShape, withoutEchoes } from "./spec/shape.ts";
import type { SpecFile } from "./spec/spec-file.ts";
import { checkTool, type ToolSpec } from "./spec/tool-shape.ts";

export interface LoadedServer {
  /** Absent if there is an error among the diagnostics. */
  readonly server: ServerIr | undefined;
  /** The upstream's contract, if it could be read. */
  readonly contract: Contract | undefined;
  /** All problems of all files, by file and place. */
  readonly diagnostics: readonly Diagnostic[];
  /** What the folder says, file by file, for whoever looks at more than errors. */
  readonly drafts: Drafts;
  /** Text of each file that was read, by path, with literal secrets blotted out: for code frames. */
  readonly sources: ReadonlyMap<string, string>;
}

export interface LoadOptions {
  /** The schema room's check of one schema. */
  readonly checkSchema?: CheckSchema;
  /** The schema room's verdict on one value. */
  readonly fits?: Fits;
  /** The schema room's word on where a value does not fit. */
  readonly misfits?: Misfits;
  /** Tokens of the manifest that a server will have. */
  readonly manifestTokens?: (server: ServerIr) => number;
  /** Tokens of each tool's entry in `tools/list`. */
  readonly listTokens?: (server: ServerIr) => readonly ToolTokens[];
}

/** Read a folder of specs: read → parse → shape → resolve against OpenAPI → draft → rules → IR. */
export async function loadServer(
  folder: string,
  host: SpecHost,
  options: LoadOptions = {},
  kept?: Kept,
): Promise<LoadedServer> {
  const reading = new Reading(host, kept);
  const [serverFile, toolFiles, promptFiles] = await Promise.all([
    reading.spec(`${folder}/server.yaml`),
    reading.tools(`${folder}/tools`),
    reading.texts(`${folder}/prompts`, { nouns: "prompts", max: promptsMax }),
  ]);
  const server = serverFile === undefined ? undefined : draftServer(serverFile, reading);
  const contract = await readContract(reading, folder, server);

  const content = await readContent(reading, folder, server);
  const others = [...[...content.values()].flatMap(({ files }) => files), ...promptFiles.files];
  const read: ReadFolder = { server, contract, content, others, files: toolFiles.files };
  const { shared, collections, tools } = draftAll(read, kept);
  for (const { file, problems } of tools) reading.report(file, problems);

  const prompts = promptFiles.files.map((file) => {
    const shape = checkShape(promptShape, file.data);
    reading.report(file, withoutEchoes(shape));
    return draftPrompt(file, soundPart<PromptSpec>(file.data, shape));
  });

  const drafts: Drafts = {
    server,
    contract: contract.document,
    tools: tools.map(({ draft }) => draft),
    toolNames: toolFiles.paths.map(toolNameOf),
    generatedTools: generatedTools(server?.spec ?? {}),
    shared,
    collections,
    prompts,
  };
  const all = [
    ...rules,
    ...(options.checkSchema === undefined ? [] : [schemaRule(options.checkSchema)]),
    ...(options.fits === undefined ? [] : [exampleValues(options.fits)]),
  ];
  for (const rule of all) for (const finding of rule(drafts)) reading.find(finding);
  const { misfits } = options;
  // Entries are read against their schemas, which must be sound for that.
  if (misfits !== undefined && !hasErrors(reading))
    for (const finding of contentEntries(misfits)(drafts)) reading.find(finding);
  let ir = hasErrors(reading) ? undefined : toServerIr(drafts, folder);
  if (ir !== undefined && server !== undefined) {
    for (const finding of budgetFindings({ server, tools: drafts.tools }, ir, options)) reading.find(finding);
    if (hasErrors(reading)) ir = undefined;
  }
  kept?.endRun();
  return {
    server: ir,
    contract: contract.document,
    diagnostics: reading.diagnostics(),
    drafts,
    sources: reading.sources,
  };
}

/** What the server's budgets are, and what is above them; without budgets nothing is counted. */
function budgetFindings(
  { server, tools }: { readonly server: ServerDraft; readonly tools: readonly ToolDraft[] },
  ir: ServerIr,
  { manifestTokens, listTokens }: LoadOptions,
): readonly Finding[] {
  const hasBudgets = server.spec.lint?.budgets !== undefined;
  return [
    ...(ir.manifestBudgetTokens === undefined || manifestTokens === undefined
      ? []
      : manifestBudget(server, manifestTokens(ir))),
    ...(!hasBudgets || listTokens === undefined
      ? []
      : tokenBudget({ server, tools, toolsets: ir.toolsets }, listTokens(ir))),
  ];
}

/** All files of a folder, read. */
interface ReadFolder {
  readonly server: ServerDraft | undefined;
  readonly contract: ReadContract;
  readonly content: ReadonlyMap<string, CollectionFiles>;
  /** Of content and prompts. */
  readonly others: readonly SpecFile[];
  readonly files: readonly SpecFile[];
}

type World = Pick<KeptWorld, "shared" | "collections" | "tools">;

/** Draft every tool, or only those whose files are not as they were when nothing else has changed. */
function draftAll(read: ReadFolder, kept: Kept | undefined): World {
  const world = (kept?.world && redraft(read, kept.world)) ?? draftWorld(read);
  if (kept !== undefined) {
    const { server, contract, others } = read;
    const isWhole = server !== undefined && !contract.broken;
    kept.world = isWhole
      ? { ...world, server, contract: contract.document, contractName: contract.name, others }
      : undefined;
  }
  return world;
}

function draftWorld({ server, contract, content, files }: ReadFolder): World {
  const shared = createSharedSchemas({
    server,
    contract: contract.document,
    contractName: contract.name,
    contractBroken: contract.broken,
  });
  const collections = draftCollections(server, content, shared);
  shared.takeUses();
  const pagination = stylesOf(server?.spec ?? {});
  const tools = files.map((file) => draftFile(file, { contract, shared, collections, pagination }));
  return { shared, collections, tools };
}

/** Nothing where a tool would leave the shared schemas otherwise than they are: names may depend on who is met first. */
function redraft({ server, contract, others, files }: ReadFolder, world: KeptWorld): World | undefined {
  const isSame =
    server?.file === world.server.file &&
    contract.document === world.contract &&
    contract.name === world.contractName &&
    !contract.broken &&
    sameItems(others, world.others) &&
    sameItems(
      files.map(pathOf),
      world.tools.map(({ file }) => pathOf(file)),
    );
  if (!isSame) return undefined;
  const { shared, collections } = world;
  shared.takeUses();
  const pagination = stylesOf(world.server.spec);
  const tools: KeptTool[] = [];
  for (const [index, file] of files.entries()) {
    const before = world.tools[index] as KeptTool;
    const tool = before.file === file ? before : draftFile(file, { contract, shared, collections, pagination });
    if (tool !== before && (!sameItems(tool.uses, before.uses) || tool.uses.includes(unknownUse))) return undefined;
    tools.push(tool);
  }
  return { shared, collections, tools };
}

function draftFile(
  file: SpecFile,
  world: Omit<Parameters<typeof draftTool>[2], "contract"> & { readonly contract: ReadContract },
): KeptTool {
  const { contract, shared } = world;
  const shape = checkTool(file.data);
  const sound = soundPart<ToolSpec>(file.data, shape);
  const { draft, problems } = draftTool(file, sound, { ...world, contract: contract.document });
  return {
    file,
    draft: contract.broken ? { ...draft, broken: new Set([...draft.broken, "inputs"]), inputs: [] } : draft,
    problems: [
      ...withoutEchoes(shape),
      ...(file.text.includes("${") ? checkToolVariables(file.data) : []),
      ...problems,
    ],
    uses: shared.takeUses(),
  };
}

function pathOf({ path }: SpecFile): string {
  return path;
}

function sameItems<T>(some: readonly T[], others: readonly T[]): boolean {
  return some.length === others.length && some.every((item, index) => item === others[index]);
}

function hasErrors(reading: Reading): boolean {
  return reading.diagnostics().some(({ severity }) => severity === "error");
}

function draftServer(file: SpecFile, reading: Reading): ServerDraft {
  const shape = checkShape(serverShape, file.data);
  const { spec, broken } = soundPart<ServerSpec>(file.data, shape);
  reading.report(file, [...withoutEchoes(shape), ...checkServerVariables(file.data)]);
  return { file, spec, broken };
}

/** Prompts of one server: a person chooses among them in a menu. */
const promptsMax = 100;

/** Entries of one collection. All of them are in memory while a server runs, and a list of more is of no use to a model. */
const entriesMax = 1_000;

/** The files of every collection that server.yaml declares. */
async function readContent(
  reading: Reading,
  folder: string,
  server: ServerDraft | undefined,
): Promise<ReadonlyMap<string, CollectionFiles>> {
  const names = Object.keys(server?.spec.content ?? {});
  const found = await Promise.all(
    names.map(
      async (name): Promise<[string, CollectionFiles]> => [
        name,
        await reading.texts(`${folder}/content/${name}`, { nouns: "entries", max: entriesMax }),
      ],
    ),
  );
  if (server !== undefined && !server.broken.has("content")) {
    for (const stray of ((await reading.folders(`${folder}/content`)) ?? []).filter((name) => !names.includes(name))) {
      const mend = didYouMean(stray, names) ?? `add it under content: of ${folder}/server.yaml`;
      reading.refuse(`${folder}/content/${stray}`, "unknown-content", `${shown(stray)} is no collection`, mend);
    }
  }
  return new Map(found);
}

interface ReadContract {
  readonly document: Contract | undefined;
  /** As references name it. */
  readonly name: string;
  /** It is there but cannot be used, so nothing can be said about inputs. */
  readonly broken: boolean;
}

/** The contract that server.yaml names, or `openapi.yaml` beside it, if there is one. */
async function readContract(reading: Reading, folder: string, server: ServerDraft | undefined): Promise<ReadContract> {
  const written = server?.spec.upstream?.openapi;
  if (server === undefined || server.broken.has("upstream")) {
    return { document: undefined, name: "openapi.yaml", broken: true };
  }
  if (written !== undefined && !isInside(written)) {
    const message = `${shown(written)} is not a file of this folder`;
    const mend = "copy the contract beside server.yaml";
    reading.report(server.file, [{ rule: "contract-path", path: ["upstream", "openapi"], message, mend }]);
    return { document: undefined, name: written, broken: true };
  }
  const name = written ?? "openapi.yaml";
  if (written === undefined && !(await reading.exists(`${folder}/${name}`)))
    return { document: undefined, name, broken: false };
  const document = await reading.contract(`${folder}/${name}`, () => {
    const message = `there is no ${shown(name)} beside server.yaml`;
    reading.report(server.file, [
      { rule: "missing-file", path: ["upstream", "openapi"], message, mend: "add the file, or remove openapi:" },
    ]);
  });
  return { document, name, broken: document === undefined };
}

function isInside(path: string): boolean {
  return !isAbsolute(path) && !/^[a-z]+:|\\/i.test(path) && !posix.normalize(path).startsWith("..");
}
