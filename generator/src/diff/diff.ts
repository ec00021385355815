/** `toolspec diff` as a function: both versions of each server, what changed between them, and which version that asks for. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Diagnostic, Span } from "../diagnostics.ts";
import { findSpecs, portable } from "../folders.ts";
import type { ServerIr } from "../ir/tool.ts";
import { loadServer } from "../load.ts";
import { loadAll } from "../load-all.ts";
import { lockName } from "../lock/lock-file.ts";
import { type Change, tell } from "./change.ts";
import { compareServers } from "./compare-servers.ts";
import { GitProblem, openRevision, type Revision, topOf } from "./git-host.ts";
import { createLocator } from "./locate.ts";
import { judgeVersion, type VersionVerdict } from "./semver.ts";

export interface DiffOptions {
  /** Specs folders. Default: every folder of `./specs` that holds a server.yaml, and those that are gone. */
  readonly specs?: readonly string[];
  /** A git revision. Default: `HEAD`. */
  readonly against?: string;
  /** The folder's name in the old version, where it has another and `name:` does not tell. */
  readonly from?: string;
  /** What paths start from. Default: the working directory. */
  readonly cwd?: string;
  /** Told what begins, for whoever waits. */
  readonly onStep?: (text: string) => void;
}

export interface LocatedChange extends Change {
  /** In the new file; in the old one, as `revision` has it, where it is gone. */
  readonly span: Span;
  readonly revision?: string;
}

export interface ServerDiff {
  readonly name: string;
  /** The folder; the old one where the server is gone. */
  readonly source: string;
  /** The old folder; undefined where the server is new. */
  readonly from: string | undefined;
  readonly changes: readonly LocatedChange[];
  /** Undefined where the server is new or gone. */
  readonly version: VersionVerdict | undefined;
  /** Whether a toolspec.lock lies there; of a server that is gone there is nothing to lock. */
  readonly isLocked: boolean;
}

export interface DiffReport {
  readonly against: string;
  readonly commit: string;
  /** Problems of either version; while there is an error, no server is compared. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, string>;
  readonly servers: readonly ServerDiff[];
}

/** @throws GitProblem where there is no git, no repository or no such revision. */
export async function diffSpecs(options: DiffOptions = {}): Promise<DiffReport> {
  const cwd = options.cwd ?? process.cwd();
  const folders = (options.specs ?? findSpecs(cwd)).map((folder) => resolve(cwd, folder));
  const root = rootOf(folders, cwd);
  const revision = openRevision(root, options.against ?? "HEAD");
  const about = { against: revision.name, commit: revision.commit };
  const { onStep } = options;
  const now = await loadAll(folders, { cwd, root, ...(onStep && { onStep }) });
  const problems = now.diagnostics.filter(({ severity }) => severity === "error");
  if (problems.length > 0) return { ...about, diagnostics: problems, sources: now.sources, servers: [] };

  const servers: ServerDiff[] = [];
  const diagnostics: Diagnostic[] = [];
  const sources = new Map<string, string>();
  const used = new Set<string>();
  const read = async (folder: string) => {
    used.add(folder);
    onStep?.(`reading ${revision.name}:${folder}`);
    const loaded = await loadServer(folder, revision.host);
    const named = (path: string) => `${revision.name}:${path}`;
    if (loaded.server === undefined) {
      for (const [file, text] of loaded.sources) sources.set(named(file), text);
      const errors = loaded.diagnostics.filter(({ severity }) => severity === "error");
      diagnostics.push(...errors.map((one) => ({ ...one, span: { ...one.span, file: named(one.span.file) } })));
    }
    return loaded;
  };
  const shownAs = (file: string) => portable(cwd, join(root, file));
  const locate = createLocator(now.sources);
  const locateNow: Locate = (file, path) => locate(shownAs(file), path);
  for (const { server: after } of now.servers) {
    const from = await oldFolderOf(
      after,
      revision,
      options.from === undefined ? undefined : portable(root, resolve(cwd, options.from)),
    );
    if (from === undefined) {
      servers.push({
        ...newServer(after, locateNow),
        source: shownAs(after.source),
        isLocked: existsSync(resolve(root, after.source, lockName)),
      });
      continue;
    }
    const { server: before, sources: texts } = await read(from);
    if (before === undefined) continue;
    const locateOld = createLocator(texts);
    const changes = compareServers(before, after).map((change) => {
      const { side, file, path } = change.place;
      return side === "after"
        ? { ...change, span: locateNow(file, path) }
        : { ...change, span: locateOld(file, path), revision: revision.name };
    });
    const version = judgeVersion(changes, before.version, after.version);
    const isLocked = existsSync(resolve(root, after.source, lockName));
    servers.push({ name: after.name, source: shownAs(after.source), from: shownAs(from), changes, version, isLocked });
  }
  if (options.specs === undefined) {
    for (const folder of goneFolders(revision, used)) {
      const { server } = await read(folder);
      if (server !== undefined) servers.push(goneServer(server, revision.name));
    }
  }
  return { ...about, diagnostics, sources, servers: diagnostics.length > 0 ? [] : servers };
}

type Locate = ReturnType<typeof createLocator>;

/** What the paths of both versions start from: the working directory, or the repository where a folder lies outside. */
function rootOf(folders: readonly string[], cwd: string): string {
  const isOutside = (root: string) => folders.some((folder) => portable(root, folder).startsWith(".."));
  if (!isOutside(cwd)) return cwd;
  const top = topOf(cwd);
  if (isOutside(top))
    throw new GitProblem(`a folder lies outside the git repository ${top}: start \`toolspec diff\` inside its own`);
  return top;
}

/** The folder of that name, else the one whose server.yaml says the same `name:` and whose folder is gone since. */
async function oldFolderOf(
  { source, name }: ServerIr,
  revision: Revision,
  from: string | undefined,
): Promise<string | undefined> {
  const has = (folder: string) => revision.paths.includes(`${folder}/server.yaml`);
  if (from !== undefined) return from;
  if (has(source)) return source;
  const others = revision.paths.filter((path) => path.endsWith("/server.yaml"));
  for (const path of others) {
    const read = await revision.host.read(path, serverMaxBytes);
    if (read.kind === "text" && new RegExp(`^name:\\s*["']?${name}["']?\\s*(?:#.*)?$`, "m").test(read.text))
      return path.slice(0, -"/server.yaml".length);
  }
  return undefined;
}

/** Bytes of a server.yaml that may be a renamed one's; specs have no larger files. */
const serverMaxBytes = 1024 * 1024;

function goneFolders({ paths }: Revision, used: ReadonlySet<string>): readonly string[] {
  return paths
    .filter((path) => /^specs\/[^/]+\/server\.yaml$/.test(path))
    .map((path) => path.slice(0, -"/server.yaml".length))
    .filter((folder) => !used.has(folder));
}

function newServer(server: ServerIr, locate: Locate): Omit<ServerDiff, "isLocked"> {
  const file = `${server.source}/server.yaml`;
  const message = `the server is new, with ${server.tools.length} ${server.tools.length === 1 ? "tool" : "tools"}`;
  const change = tell({ rule: "server-added", message, place: { side: "after", file, path: [] } });
  const changes = [{ ...change, span: locate(file, []) }];
  return { name: server.name, source: server.source, from: undefined, changes, version: undefined };
}

function goneServer({ name, source, tools }: ServerIr, revision: string): ServerDiff {
  const file = `${source}/server.yaml`;
  const message = `the server is gone, with ${tools.length} ${tools.length === 1 ? "tool" : "tools"}`;
  const change = tell({ rule: "server-removed", message, place: { side: "before", file, path: [] } });
  const start = { line: 1, column: 1 };
  const changes = [{ ...change, span: { file, start, end: start }, revision }];
  return { name, source, from: source, changes, version: undefined, isLocked: true };
}
