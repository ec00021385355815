/** `serve` and the commands on a server's store are the runtime's: find the generated code that is meant, and hand everything over. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import { findGenerated, findSpecs, portable } from "./folders.ts";

/**
 * Serve one specs folder: `serve specs/vauchflow --port 0` becomes `serve …/generated/vauchflow/registrations.ts --port 0`.
 *
 * @returns the exit code: 1 if the generated code is missing or stale, 2 if no folder is named, 3 if the specs are invalid.
 */
export async function serve(args: readonly string[]): Promise<number> {
  const [first = "", ...rest] = args;
  if (first === "--help" || first === "-h") return handOver(["serve", ...args]);
  const only = findSpecs(process.cwd());
  const isNamed = first !== "" && !first.startsWith("-");
  const folder = isNamed ? first : only.length === 1 ? only[0] : undefined;
  if (folder === undefined) {
    process.stderr.write(`toolspec serve: say which specs to serve: toolspec serve ${only[0] ?? "specs/<name>"}\n`);
    return 2;
  }
  if (folder.endsWith(".ts") || folder.endsWith(".js")) return handOver(["serve", ...args]);
  // Only here: whoever hands a command over waits for no compiler.
  const { check, isSound } = await import("./generate.ts");
  const { showReport } = await import("./report.ts");
  const report = await check({ specs: [folder] });
  const [server] = report.servers;
  if (server === undefined || !isSound(report)) {
    showReport(report, { format: "pretty", kind: "written" });
    return server === undefined ? 3 : 1;
  }
  if (server.changes.length > 0) {
    process.stderr.write(
      `toolspec serve: generated/${server.name} is not what ${folder} says: run \`toolspec generate ${folder}\`\n`,
    );
    return 1;
  }
  return handOver(["serve", resolve("generated", server.name, "registrations.ts"), ...(isNamed ? rest : args)]);
}

/** Commands of the runtime that are handed over as they stand. */
export type Administration =
  | "keys"
  | "tokens"
  | "tenants"
  | "approvals"
  | "policy"
  | "audit"
  | "webhooks"
  | "operators";

/** Hand a command over; an argument that is a specs folder becomes its generated registrations. */
export async function administer(command: Administration, args: readonly string[]): Promise<number> {
  return handOver([command, ...args.map((argument) => registrationsOf(argument) ?? argument)]);
}

/**
 * Call one tool: of a server that runs where there is `--url`, else of the generated code of the folder that is named, or of the only
 * one that there is. That it is up to date is not asked: whoever tries a tool out is told what is generated.
 */
export async function call(args: readonly string[]): Promise<number> {
  const named = args.map((argument) => registrationsOf(argument) ?? argument);
  const isElsewhere = args.some((argument) => argument === "--url" || argument.startsWith("--url="));
  const isNamed = named.some((argument, index) => argument !== args[index] || /\.[cm]?[jt]s$/.test(argument));
  const [only, ...others] = isElsewhere || isNamed ? [] : findSpecs(process.cwd());
  const registrations = only === undefined || others.length > 0 ? undefined : registrationsOf(only);
  return handOver(["call", ...named, ...(registrations === undefined ? [] : [registrations])]);
}

/** The registrations that were generated from this folder, by their header. */
function registrationsOf(argument: string): string | undefined {
  if (!existsSync(join(argument, "server.yaml"))) return undefined;
  const source = portable(process.cwd(), resolve(argument));
  return findGenerated(resolve("generated")).find((folder) => folder.source === source)?.registrations;
}

/** Looked up by name when they are needed, and never part of this package: the generator does without the runtime. */
const runtimeCli = "@toolspec/runtime/cli";
const runtimeDev = "@toolspec/runtime/dev";

interface RuntimeCli {
  run(argv: readonly string[]): Promise<number>;
  examine(options: ExamineOptions): Promise<readonly RuntimeFinding[]>;
}

export interface ExamineOptions {
  readonly server: { readonly name: string; readonly path: string } | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** One thing that the runtime has looked at for `doctor`. */
export interface RuntimeFinding {
  readonly check: string;
  readonly state: "ok" | "warning" | "problem";
  readonly unreachable?: boolean;
  readonly message: string;
  readonly mend?: string;
}

/** What the runtime finds on this machine, and its version; nothing where it is not installed. */
export async function examineRuntime(
  options: ExamineOptions,
): Promise<{ readonly version: string; readonly findings: readonly RuntimeFinding[] } | undefined> {
  const url = runtimeUrl(runtimeCli);
  if (url === undefined) return undefined;
  const about = JSON.parse(readFileSync(new URL("../package.json", url), "utf8")) as { readonly version: string };
  const { examine } = (await import(url)) as RuntimeCli;
  return { version: about.version, findings: await examine(options) };
}

/** What `dev` uses of the runtime: a server whose definition, made from generated code and opaque here, can be replaced. */
export interface RuntimeDev {
  serveForDevelopment(options: {
    readonly server: unknown;
    readonly host: string;
    readonly port: number;
    readonly folder: string;
    readonly upstream?: { readonly url: string; readonly isMock: boolean } | undefined;
    readonly variables: NodeJS.ProcessEnv;
    /** One caller over a pair of streams, beside those who come over HTTP. Default of each: this process's own. */
    readonly stdio?: { readonly input?: Readable; readonly output?: Writable } | undefined;
  }): Promise<DevServer>;
}

export interface DevPlaces {
  readonly mcp: string;
  readonly console: string | undefined;
  readonly access: { readonly header: string; readonly credential: string | undefined; readonly note: string };
}

export interface DevServer extends DevPlaces {
  readonly operator: { readonly name: string; readonly password: string } | undefined;
  /** Resolves when the connection over stdio has ended; absent where there is none. */
  readonly disconnected: Promise<void> | undefined;
  replace(
    server: unknown,
  ): Promise<DevPlaces & { readonly changed: { readonly tools: boolean; readonly prompts: boolean } }>;
  close(): Promise<void>;
}

/** The runtime's part of `dev`; nothing, and said so, where it is not installed. */
export async function loadRuntimeDev(): Promise<RuntimeDev | undefined> {
  const url = runtimeUrl(runtimeDev);
  if (url === undefined) return sayMissing();
  return (await import(url)) as RuntimeDev;
}

function sayMissing(): undefined {
  process.stderr.write("toolspec: serving needs the runtime: npm install @toolspec/runtime\n");
}

async function handOver(argv: readonly string[]): Promise<number> {
  const url = runtimeUrl(runtimeCli);
  if (url === undefined) {
    sayMissing();
    return 1;
  }
  const { run } = (await import(url)) as RuntimeCli;
  return run(argv);
}

/** The project's own runtime first, because its generated code was made for that; then the one beside this package. */
function runtimeUrl(part: string): string | undefined {
  const attempts = [
    () => pathToFileURL(createRequire(join(process.cwd(), "package.json")).resolve(part)).href,
    () => import.meta.resolve(part),
  ];
  for (const attempt of attempts) {
    try {
      const url = attempt();
      if (existsSync(new URL(url))) return url;
    } catch {
      // Not installed there: the next place may have it.
    }
  }
  return undefined;
}
