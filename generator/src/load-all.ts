import { join } from "node:path";
import type { Diagnostic, Span } from "./diagnostics.ts";
import { manifestFile, tokensOf } from "./emit/manifest.ts";
import { portable } from "./folders.ts";
import type { ServerIr } from "./ir/tool.ts";
import type { Kept } from "./kept.ts";
import { listTokens } from "./lint/tokens.ts";
import { type LoadedServer, type LoadOptions, loadServer } from "./load.ts";
import { checkSchema } from "./schema/check.ts";
import { fits } from "./schema/fits.ts";
import { misfits } from "./schema/misfits.ts";
import { compareDiagnostics } from "./spec/diagnostics-format.ts";
import { diskHost, type SpecHost } from "./spec/host.ts";

/** A server that was read without an error, and how long that took. */
export interface TimedServer {
  readonly server: ServerIr;
  readonly loadMs: number;
  /** Where a part of its contract stands. */
  readonly contractAt: (path: readonly string[]) => Span;
}

export interface LoadedServers {
  readonly servers: readonly TimedServer[];
  readonly diagnostics: readonly Diagnostic[];
  /** Texts of the files that diagnostics point into, for code frames. */
  readonly sources: ReadonlyMap<string, string>;
}

/** How a folder is read when all rooms have their say. */
export const loadOptions: LoadOptions = {
  checkSchema,
  fits,
  misfits,
  manifestTokens: (server) => tokensOf(manifestFile(server)),
  listTokens,
};

export interface LoadAllOptions {
  readonly cwd: string;
  readonly root: string;
  /** Where files are read. Default: the disk below `root`. */
  readonly host?: SpecHost;
  /** Looks at a server while what it was made from is still in memory, and says what else there is to say of it. */
  readonly inspect?: (loaded: LoadedServer) => readonly Diagnostic[];
  /** Told what comes next, for whoever waits at a terminal. */
  readonly onStep?: (text: string) => void;
  /** What an earlier run over this one folder found out. */
  readonly kept?: Kept;
}

/** Read every folder, so that all problems of all servers are seen in one run. Servers name paths from `root`, problems from `cwd`. */
export async function loadAll(
  folders: readonly string[],
  { cwd, root, host = diskHost(root), inspect, kept, onStep }: LoadAllOptions,
): Promise<LoadedServers> {
  const fromCwd = (file: string) => (cwd === root ? file : portable(cwd, join(root, file)));
  const inCwd = (span: Span): Span => ({ ...span, file: fromCwd(span.file) });
  const servers: TimedServer[] = [];
  const diagnostics: Diagnostic[] = [];
  const sources = new Map<string, string>();
  for (const folder of new Set(folders)) {
    const startMs = performance.now();
    onStep?.(`reading ${portable(cwd, folder)}`);
    const loaded = await loadServer(portable(root, folder), host, loadOptions, kept);
    const { server, contract } = loaded;
    diagnostics.push(...loaded.diagnostics, ...(inspect?.(loaded) ?? []));
    for (const [file, text] of loaded.sources) sources.set(fromCwd(file), text);
    if (server === undefined) continue;
    const namesake = servers.find((other) => other.server.name === server.name);
    if (namesake !== undefined) diagnostics.push(duplicateServer(server, namesake.server));
    const contractAt = (path: readonly string[]) => inCwd(contract?.file.at(path, "key") ?? startOf(server.source));
    servers.push({ server, loadMs: performance.now() - startMs, contractAt });
  }
  const seen = diagnostics.map((problem) => ({ ...problem, span: inCwd(problem.span) }));
  return { servers, diagnostics: seen.sort(compareDiagnostics), sources };
}

function duplicateServer(server: ServerIr, namesake: ServerIr): Diagnostic {
  return {
    rule: "duplicate-server",
    severity: "error",
    message: `the server "${server.name}" is also declared in ${namesake.source}`,
    span: startOf(server.source),
    mend: "give one of them another name, or generate them with different --out folders",
  };
}

function startOf(source: string): Span {
  const start = { line: 1, column: 1 };
  return { file: `${source}/server.yaml`, start, end: start };
}
