import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import { parse } from "yaml";
import { exit } from "../commands/command.ts";
import { findSpecs } from "../folders.ts";
import type { Contract } from "../openapi/contract.ts";
import { loadContract } from "../openapi/load.ts";
import { diskHost } from "../spec/host.ts";
import type { ImportFlags } from "./flags.ts";
import { mergeFolder } from "./merge-folder.ts";
import { type ImportRecord, readRecord, type Selection } from "./select.ts";
import { serverName } from "./server-name.ts";
import { showBroken, showMerge } from "./show-merge.ts";
import type { SourceResult } from "./source.ts";
import { compareSpecs, writeSpecs } from "./write.ts";

export interface MergeWorld {
  readonly cwd: string;
  readonly signal: AbortSignal;
}

/**
 * Do what `toolspec import openapi --merge` says.
 *
 * @returns 0; 1 where a person must mend something before code can be generated, or something was in the way; 2 where there is nothing
 * to merge with; 3 where a file there cannot be read.
 */
export async function runMerge(
  source: SourceResult & { readonly contract: Contract },
  flags: ImportFlags,
  { cwd, signal }: MergeWorld,
): Promise<number> {
  if (choosesAnew(flags))
    return refuse(
      "a merge chooses as the import did",
      "leave --tag, --path, --method, --id, --exclude and --reads out",
    );
  const folder = folderOf(source, flags, cwd);
  const shown = (file: string) => portable(cwd, join(folder, file));
  const imported = await readImported(folder, shown("openapi.json"), cwd);
  if (!("record" in imported))
    return "refused" in imported ? refuse(imported.refused, imported.mend) : showBroken(imported.broken, flags.format);
  const server = readFileSync(join(folder, "server.yaml"), "utf8");
  const name = nameIn(server);
  if (name === undefined) return refuse(`${shown("server.yaml")} has no name`, "add name: to it");
  const tools = readTools(folder);
  const result = mergeFolder({
    root: cwd,
    folder,
    name,
    old: imported.contract,
    now: source.contract,
    record: imported.record,
    selection: imported.selection,
    source: source.source,
    baseUrl: source.baseUrl,
    server,
    tools,
    shownAs: shown,
  });
  if ("broken" in result) return showBroken(result.broken, flags.format);
  signal.throwIfAborted();
  const files = { root: cwd, files: result.files, overwrite: true };
  const dryRun = flags.dryRun === true;
  const { changes, obstacles } = dryRun ? compareSpecs(files) : writeSpecs(files, { signal });
  showMerge({ result, changes, obstacles, cwd, folder, dryRun, format: flags.format, source });
  if (obstacles.length > 0) return exit.findings;
  return result.notes.some(({ severity }) => severity === "error") ? exit.findings : exit.fine;
}

function choosesAnew({ tag, path, method, id, exclude, reads }: ImportFlags): boolean {
  return reads === true || [tag, path, method, id, exclude].some((list) => list.length > 0);
}

function refuse(problem: string, mend: string): number {
  process.stderr.write(`toolspec import --merge: ${problem}\n  ${mend}\nNothing was written.\n`);
  return exit.usage;
}

/** As it is named, else by the document's title, else the only folder that was imported from a document of this title or file. */
function folderOf(
  { contract, source }: SourceResult & { readonly contract: Contract },
  flags: ImportFlags,
  cwd: string,
): string {
  if (flags.into !== undefined) return resolve(cwd, flags.into);
  if (flags.name !== undefined) return resolve(cwd, "specs", flags.name);
  const { title } = (contract.document.info ?? {}) as { readonly title?: unknown };
  const usual = resolve(cwd, "specs", serverName(title, basename(source).split(".")[0] ?? "api"));
  if (existsSync(join(usual, "openapi.json"))) return usual;
  const alike = findSpecs(cwd).filter((folder) => {
    const text = readOr(join(cwd, folder, "openapi.json"));
    const found = text === undefined ? undefined : recordIn(text);
    return found !== undefined && (found.record.title === title || found.record.source === source);
  });
  return alike.length === 1 ? resolve(cwd, alike[0] as string) : usual;
}

function recordIn(text: string): ReturnType<typeof readRecord> {
  try {
    return readRecord(JSON.parse(text) as object);
  } catch {
    return undefined;
  }
}

type Imported =
  | { readonly contract: Contract; readonly record: ImportRecord; readonly selection: Selection }
  | { readonly refused: string; readonly mend: string }
  | { readonly broken: Parameters<typeof showBroken>[0] };

async function readImported(folder: string, shownAs: string, cwd: string): Promise<Imported> {
  if (!existsSync(join(folder, "openapi.json")) || !existsSync(join(folder, "server.yaml")))
    return {
      refused: `there is nothing to merge with: ${portable(cwd, folder)} was not imported`,
      mend: "name the folder with --into, or import without --merge",
    };
  const { contract, diagnostics } = await loadContract(shownAs, diskHost(cwd));
  if (contract === undefined) return { broken: diagnostics };
  const found = readRecord(contract.document);
  if (found === undefined)
    return {
      refused: `${shownAs} was not written by import: it has no x-toolspec-import`,
      mend: "import into another folder, and copy over what you need",
    };
  return { contract, ...found };
}

function nameIn(server: string): string | undefined {
  const { name } = (parse(server, { logLevel: "error" }) ?? {}) as { readonly name?: unknown };
  return typeof name === "string" ? name : undefined;
}

/** Links are not followed: generating names them. */
function readTools(folder: string): ReadonlyMap<string, string> {
  const tools = join(folder, "tools");
  const names = existsSync(tools) ? readdirSync(tools).sort() : [];
  const files = names.filter((name) => name.endsWith(".yaml") && lstatSync(join(tools, name)).isFile());
  return new Map(files.map((name) => [`tools/${name}`, readFileSync(join(tools, name), "utf8")]));
}

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function portable(from: string, to: string): string {
  return relative(from, to).split(sep).join("/");
}
