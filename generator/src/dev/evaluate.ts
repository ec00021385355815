import { createRequire, stripTypeScriptTypes } from "node:module";
import { join, posix } from "node:path";
import { pathToFileURL } from "node:url";
import { compileFunction } from "node:vm";

/** Makes values of generated files, again and again in one process. */
export interface Evaluator {
  /**
   * The server that `registrations.ts` of these files defines. Files that are as they were, and import only such, are not run again:
   * what they export is the same value as before.
   */
  evaluate(files: ReadonlyMap<string, string>): unknown;
}

interface Evaluated {
  readonly text: string;
  /** Files that it imports. */
  readonly imports: readonly string[];
  readonly exports: Exports;
}

type Exports = Readonly<Record<string, unknown>>;

/**
 * Run generated files as functions and not as modules: the loader keeps every version of a module as long as the process lives, and a
 * function goes when nobody refers to its values any more. It can be done because all of the text is our own: imports at the top, then
 * `export const`. Types are taken out by Node, as they are when `serve` runs the same files.
 *
 * @param folder absolute, of the generated server: libraries are resolved from there
 */
export function createEvaluator(folder: string): Evaluator {
  const require = createRequire(join(folder, "registrations.ts"));
  let before = new Map<string, Evaluated>();
  return {
    evaluate(files) {
      const now = new Map<string, Evaluated>();
      const run = (path: string): Evaluated => {
        const known = now.get(path);
        if (known !== undefined) return known;
        const text = files.get(path);
        if (text === undefined) throw new Error(`${path} is imported and was not generated`);
        const old = before.get(path);
        const isSame = old?.text === text && old.imports.every((one) => run(one) === before.get(one));
        const made = isSame ? old : execute(path, text, { folder, require, run: (one) => run(one).exports });
        now.set(path, made);
        return made;
      };
      const { server } = run("registrations.ts").exports;
      before = now;
      return server;
    },
  };
}

interface Surroundings {
  readonly folder: string;
  readonly require: NodeJS.Require;
  readonly run: (path: string) => Exports;
}

function execute(path: string, text: string, { folder, require, run }: Surroundings): Evaluated {
  const imports: string[] = [];
  const load = (specifier: string): unknown => {
    if (!specifier.startsWith(".")) return require(specifier);
    const target = posix.join(posix.dirname(path), specifier);
    imports.push(target);
    return run(target);
  };
  const filename = join(folder, path);
  const body = toFunctionBody(withoutTypes(path, text));
  const exports = compileFunction(body, ["$import", "$url"], { filename })(
    load,
    pathToFileURL(filename).href,
  ) as Exports;
  return { text, imports, exports };
}

/** `schemas.ts` is one literal, too long to be parsed twice: the one type in it stands in a known place. */
function withoutTypes(path: string, text: string): string {
  if (path !== "schemas.ts") return quietly(() => stripTypeScriptTypes(text));
  return text
    .replace(/^import type .*;$/m, "")
    .replace("export const advertised: Readonly<Record<string, Advertised>> =", "export const advertised =");
}

const importStatement = /(?:\s|\/\/[^\n]*\n)*import (?:\* as (\w+)|(\{[^}]*\})) from "([^"]+)";/y;

/** Imports become constants, and what is exported becomes the function's value. */
function toFunctionBody(source: string): string {
  const constants: string[] = [];
  let at = 0;
  importStatement.lastIndex = 0;
  for (let found = importStatement.exec(source); found !== null; found = importStatement.exec(source)) {
    const [, namespace, names = "", specifier = ""] = found;
    constants.push(`const ${namespace ?? names} = $import(${JSON.stringify(specifier)});`);
    at = importStatement.lastIndex;
  }
  const exported: string[] = [];
  const rest = source
    .slice(at)
    .replace(/^export const (\w+)/gm, (_whole, name: string) => {
      exported.push(name);
      return `const ${name}`;
    })
    .replace('new URL("./llms/mcp.txt", import.meta.url)', 'new URL("./llms/mcp.txt", $url)');
  return `"use strict"; ${constants.join(" ")}\n${rest}\nreturn { ${exported.join(", ")} };`;
}

/** Node 22 and 24 say with the first use that the function may change; Node itself runs these files by it. */
function quietly<T>(act: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return act();
  } finally {
    process.emitWarning = emitWarning;
  }
}
