import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { check, type Report, type ServerReport } from "../generate.ts";
import { summarize } from "../spec/diagnostics-format.ts";
import { type Check, fault, ok, warning } from "./check.ts";

/** What doctor needs to know of one server.yaml, sound or not. */
export interface ServerFacts {
  readonly folder: string;
  readonly name: string;
  /** Where MCP is served. */
  readonly path: string;
  /** With its `${NAME}`s. */
  readonly upstreamUrl: string | undefined;
  /** Of every `${NAME}`, whether it has a default. */
  readonly variables: ReadonlyMap<string, boolean>;
}

/** The specs, the generated code and the lock of every folder. */
export async function specsChecks(folders: readonly string[], cwd: string): Promise<readonly Check[]> {
  const report = await check({ specs: folders.map((folder) => resolve(cwd, folder)), cwd });
  return [soundness(report, folders), ...report.servers.flatMap((server) => [inStep(server), inLock(server)])];
}

function soundness({ diagnostics, servers }: Report, folders: readonly string[]): Check {
  if (!diagnostics.some(({ severity }) => severity === "error"))
    return ok("specs", `${folders.join(", ")}: ${servers.reduce((sum, { tools }) => sum + tools, 0)} tools, no error`);
  const [first] = diagnostics.filter(({ severity }) => severity === "error");
  const place = first === undefined ? "" : `, the first at ${first.span.file}:${first.span.start.line}`;
  return fault("specs", `${summarize(diagnostics).replace(/^\S+ /, "")}${place}`, "see all of them: toolspec check");
}

function inStep({ name, source, changes, obstacles }: ServerReport): Check {
  if (obstacles.length > 0)
    return fault(
      "generated",
      `${name}: ${obstacles.length} files are in the way of generated ones`,
      "see them: toolspec check",
    );
  if (changes.length === 0) return ok("generated", `generated/${name} is what the specs say`);
  const what = changes.length === 1 ? "1 file of generated code is" : `${changes.length} files of generated code are`;
  return fault("generated", `${name}: ${what} not what the specs say`, `toolspec generate ${source}`);
}

function inLock({ name, source, unlocked }: ServerReport): Check {
  if (unlocked.length === 0) return ok("lock", `${name}: nothing differs from what was accepted`);
  const what = unlocked.length === 1 ? "1 definition differs" : `${unlocked.length} definitions differ`;
  return warning(
    "lock",
    `${name}: ${what} from toolspec.lock`,
    `read toolspec diff ${source}, then accept: toolspec lock ${source}`,
  );
}

/** The facts of a folder's server.yaml, as far as it can be read. */
export function factsOf(folder: string, cwd: string): ServerFacts | undefined {
  let data: unknown;
  const text = readFileSync(join(resolve(cwd, folder), "server.yaml"), "utf8");
  try {
    data = parse(text, { logLevel: "silent" });
  } catch {
    return undefined;
  }
  const { name, mcp, upstream } = (data ?? {}) as Record<string, unknown>;
  const { path } = (mcp ?? {}) as { readonly path?: unknown };
  const { url } = (upstream ?? {}) as { readonly url?: unknown };
  return {
    folder,
    name: String(name),
    path: typeof path === "string" ? path : "/mcp",
    upstreamUrl: typeof url === "string" ? url : undefined,
    variables: variablesIn(data),
  };
}

function variablesIn(data: unknown): ReadonlyMap<string, boolean> {
  const found = new Map<string, boolean>();
  const walk = (value: unknown) => {
    if (typeof value === "string")
      for (const [, name = "", preset] of value.matchAll(variable))
        found.set(name, (found.get(name) ?? true) && preset !== undefined);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(walk);
  };
  walk(data);
  return found;
}

/** `${NAME}` and `${NAME:-default}` (language, "The server"). */
const variable = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** A text with its variables filled in; nothing where one is missing. */
export function filled(text: string, environment: NodeJS.ProcessEnv): string | undefined {
  let isWhole = true;
  const result = text.replaceAll(variable, (_, name: string, preset: string | undefined) => {
    const value = environment[name] || preset;
    if (value === undefined) isWhole = false;
    return value ?? "";
  });
  return isWhole ? result : undefined;
}

/** Variables that server.yaml needs: their names, never what they hold. */
export function variablesCheck({ folder, variables }: ServerFacts, environment: NodeJS.ProcessEnv): Check {
  const missing = [...variables].flatMap(([name, hasDefault]) => (hasDefault || environment[name] ? [] : [name]));
  if (missing.length === 0) return ok("variables", `${folder}: every variable is set or has a default`);
  return fault(
    "variables",
    `${folder}: ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not set`,
    `export ${missing[0]}=…`,
  );
}
