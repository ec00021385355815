import { join } from "node:path";
import type { Diagnostic } from "../diagnostics.ts";
import type { OpenApiDocument } from "../ir/tool.ts";
import type { Contract } from "../openapi/contract.ts";
import { listOperations } from "../openapi/list.ts";
import type { ListedOperation } from "../openapi/listed.ts";
import { readYaml } from "../spec/yaml.ts";
import { matchOperations } from "./match-operations.ts";
import { mergeServer, mergeTool } from "./merge.ts";
import { diagnosticsOf, toNote } from "./merge-notes.ts";
import type { BlockChange } from "./merge-outcome.ts";
import { label, lookOf, readTool, scopesIn, withLook, withoutLook } from "./merge-tool-file.ts";
import { keepVanished, vanishedSince } from "./merge-vanished.ts";
import { operationKey } from "./names.ts";
import { contractText, type ImportPlan, planImport } from "./plan.ts";
import { type ToolSeed, toolText } from "./seed.ts";
import { type ImportRecord, recordKey, type Selection, selects } from "./select.ts";
import { noToolsets } from "./toolsets.ts";

export interface FolderMergeOptions {
  /** Absolute; where node_modules lies. */
  readonly root: string;
  /** Absolute; the specs folder. */
  readonly folder: string;
  /** The server's name, as server.yaml has it. */
  readonly name: string;
  /** openapi.json of the folder, and the document that is brought in. */
  readonly old: Contract;
  readonly now: Contract;
  readonly record: ImportRecord;
  readonly selection: Selection;
  readonly source: string;
  readonly baseUrl?: string | undefined;
  /** server.yaml, and the tools by file name. */
  readonly server: string;
  readonly tools: ReadonlyMap<string, string>;
  /** How problems name a file of the folder. */
  readonly shownAs: (file: string) => string;
}

/** What became of one file, in a person's words and for programs. */
export interface FileMerge {
  /** Relative to the folder. */
  readonly file: string;
  readonly what: "new" | "changed" | "vanished" | "back";
  readonly operation?: string;
  readonly changes: readonly BlockChange[];
  /** Where the operation has moved from. */
  readonly movedFrom?: string;
}

export interface FolderMerge {
  /** Texts by absolute path; only what a merge may change. */
  readonly files: ReadonlyMap<string, string>;
  readonly merged: readonly FileMerge[];
  readonly notes: readonly Diagnostic[];
  /** Versions of the document, where it states them. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Operations whose tools a person has removed, and that stay away. */
  readonly removed: readonly string[];
}

/** A tool's file that cannot be read cannot be merged either. */
export type FolderMergeResult = FolderMerge | { readonly broken: readonly Diagnostic[] };

/** Bring a new document into a folder that import once wrote. Pure: gives the texts, writes nothing. */
export function mergeFolder(options: FolderMergeOptions): FolderMergeResult {
  const { folder, old, now, record, selection, shownAs } = options;
  const files = [...options.tools].map(([file, text]) => readTool(file, text, shownAs));
  const broken = files.flatMap(({ problems }) => problems);
  const server = readYaml(shownAs("server.yaml"), options.server);
  if (broken.length + server.diagnostics.length > 0) return { broken: [...broken, ...server.diagnostics] };

  const olds = listOperations(old);
  const matches = matchOperations(olds, listOperations(now));
  const asked = new Set(files.flatMap(({ key }) => (key === undefined ? [] : [key])));
  const known = new Map(Object.entries(record.tools));
  const removed = [...known.keys()].filter((key) => !asked.has(key));
  const wanted = new Set([...asked].map((key) => keyOf(matches.get(key)) ?? key));
  const handled = new Set([...matches].map(([, operation]) => operationKey(operation)).concat([...known.keys()]));
  const movedNames = [...known].map(([key, tool]) => [keyOf(matches.get(key)) ?? key, tool] as const);
  const shared = {
    root: options.root,
    folder,
    name: options.name,
    selection,
    source: options.source,
    baseUrl: options.baseUrl,
  };
  const base = planImport({
    ...shared,
    contract: old,
    known: record.tools,
    // A merge adds to sets that there are, and begins none: which tools a client gets unasked would change.
    ...(hasToolsets(server.file?.data) ? {} : { toolsets: noToolsets }),
    chooses: () => true,
  });
  const theirs = planImport({
    ...shared,
    contract: now,
    toolsets: base.toolsets,
    known: Object.fromEntries(movedNames),
    chooses: (operation) => {
      const key = operationKey(operation);
      return wanted.has(key) || (!handled.has(key) && selects(selection, operation));
    },
  });

  const to = recordOf(theirs).version;
  const seeds = { before: seedsOf(base), after: seedsOf(theirs) };
  const gone: ListedOperation[] = [];
  const merged: FileMerge[] = [];
  const notes: Diagnostic[] = [];
  const texts = new Map<string, string>();
  for (const { file, text, key } of files) {
    const operation = olds.find((one) => operationKey(one) === key);
    if (key === undefined || operation === undefined) continue;
    const match = matches.get(key);
    const [before, after] = [seeds.before.get(key), match && seeds.after.get(operationKey(match))];
    const since = vanishedSince(old.document, operation);
    if (match === undefined || after === undefined) {
      gone.push(operation);
      const reason = theirs.refused.find(
        (one) => match !== undefined && operationKey(one.operation) === operationKey(match),
      )?.reason;
      const result = since === undefined ? withLook(text, lookOf(operation, to, reason)) : text;
      texts.set(file, result);
      if (since === undefined) merged.push({ file, what: "vanished", operation: label(operation), changes: [] });
      continue;
    }
    if (before === undefined) continue;
    const own = since === undefined ? text : withoutLook(text, lookOf(operation, since, undefined));
    const required = { before: new Set(before.required), now: new Set(after.required) };
    const result = mergeTool({ base: toolText(before), ours: own, theirs: toolText(after) }, { required });
    texts.set(file, result.text);
    notes.push(...diagnosticsOf(result, { file: shownAs(file), operation: label(match) }));
    const movedFrom = operationKey(match) === key ? undefined : label(operation);
    if (result.text !== text || movedFrom !== undefined)
      merged.push({
        file,
        what: since === undefined ? "changed" : "back",
        operation: label(match),
        changes: result.changes,
        ...(movedFrom !== undefined && { movedFrom }),
      });
  }

  const names = new Map(Object.entries(recordOf(theirs).tools));
  for (const seed of theirs.seeds) {
    const key = `${seed.method} ${seed.path}`;
    if (wanted.has(key)) continue;
    const file = freeFile(seed.name, (one) => options.tools.has(one) || texts.has(one));
    names.set(key, file.slice("tools/".length, -".yaml".length));
    texts.set(file, toolText(seed));
    merged.push({ file, what: "new", operation: label(seed), changes: [] });
  }

  const usedScopes = new Set([...options.tools, ...texts].flatMap(([, text]) => scopesIn(text)));
  const settled = mergeServer(
    { base: base.serverYaml, ours: options.server, theirs: theirs.serverYaml },
    { usedScopes },
  );
  notes.push(...diagnosticsOf(settled, { file: shownAs("server.yaml") }));
  notes.push(...groupNotes(settled.text, merged, shownAs));
  if (settled.text !== options.server) merged.push({ file: "server.yaml", what: "changed", changes: settled.changes });
  texts.set("server.yaml", settled.text);
  texts.set("openapi.json", contractText(documentOf({ theirs, old: old.document, gone, to, names, known, removed })));
  return {
    files: new Map([...texts].map(([file, text]) => [join(folder, file), text])),
    merged: merged.sort((one, other) => (one.file < other.file ? -1 : 1)),
    notes,
    from: record.version,
    to,
    removed: removed.map((key) => key.replace(/^\S+/, (method) => method.toUpperCase())),
  };
}

function hasToolsets(data: unknown): boolean {
  return typeof data === "object" && data !== null && "toolsets" in data;
}

interface DocumentParts {
  readonly theirs: ImportPlan;
  readonly old: OpenApiDocument;
  readonly gone: readonly ListedOperation[];
  readonly to: string | undefined;
  readonly names: ReadonlyMap<string, string>;
  readonly known: ReadonlyMap<string, string>;
  readonly removed: readonly string[];
}

/** The new contract: vanished operations in it, and a record that remembers what a person has removed. */
function documentOf({ theirs, old, gone, to, names, known, removed }: DocumentParts): OpenApiDocument {
  const document = keepVanished(theirs.document, old, gone, to ?? "the last import");
  const stay = [...removed, ...gone.map(operationKey)].flatMap((key) => {
    const name = known.get(key);
    return name === undefined ? [] : [[key, name] as const];
  });
  const record = recordOf(theirs);
  const { [recordKey]: _, ...rest } = document as unknown as Record<string, unknown>;
  return {
    ...rest,
    [recordKey]: { ...record, tools: Object.fromEntries([...names, ...stay]) },
  } as unknown as OpenApiDocument;
}

function recordOf({ document }: ImportPlan): ImportRecord {
  return (document as unknown as Record<string, ImportRecord>)[recordKey] as ImportRecord;
}

function seedsOf({ seeds }: ImportPlan): ReadonlyMap<string, ToolSeed> {
  return new Map(seeds.map((seed) => [`${seed.method} ${seed.path}`, seed]));
}

function keyOf(operation: ListedOperation | undefined): string | undefined {
  return operation && operationKey(operation);
}

function freeFile(name: string, isTaken: (file: string) => boolean): string {
  let file = `tools/${name}.yaml`;
  for (let count = 2; isTaken(file); count++) file = `tools/${name.slice(0, nameStemMax)}_${count}.yaml`;
  return file;
}

/** A name has at most 40 characters, and a number comes behind. */
const nameStemMax = 37;

/** Groups of server.yaml name every tool: where a new one goes is a person's decision. */
function groupNotes(server: string, merged: readonly FileMerge[], shownAs: (file: string) => string): Diagnostic[] {
  const { file } = readYaml(shownAs("server.yaml"), server);
  const { tools } = (file?.data ?? {}) as { readonly tools?: unknown };
  const added = merged
    .filter(({ what }) => what === "new")
    .map((one) => one.file.slice("tools/".length, -".yaml".length));
  if (file === undefined || typeof tools !== "object" || tools === null || Array.isArray(tools) || added.length === 0)
    return [];
  return [
    toNote({
      rule: "merge-tool-group",
      severity: "error",
      span: file.at(["tools"], "key"),
      message: `${added.join(", ")}: new, and in no group`,
      mend: "add each to one of the groups under tools:",
    }),
  ];
}
