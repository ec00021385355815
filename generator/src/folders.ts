import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { sourceOf } from "./emit/header.ts";

/** Folders of `./specs` that hold a server.yaml, by name, relative to `cwd`. */
export function findSpecs(cwd: string): string[] {
  return namesIn(join(cwd, "specs"))
    .filter((name) => existsSync(join(cwd, "specs", name, "server.yaml")))
    .map((name) => `specs/${name}`);
}

/** One folder of generated files, and the specs folder that its registrations say they were made from. */
export interface GeneratedFolder {
  readonly name: string;
  /** Relative to the project, as the header has it. */
  readonly source: string;
  /** Absolute path of `registrations.ts`. */
  readonly registrations: string;
}

/** Folders of the output that toolspec wrote. */
export function findGenerated(out: string): GeneratedFolder[] {
  return namesIn(out).flatMap((name): GeneratedFolder[] => {
    const registrations = join(out, name, "registrations.ts");
    const source = sourceOf(readIfThere(registrations) ?? "");
    return source === undefined ? [] : [{ name, source, registrations }];
  });
}

/** The file's text, if there is a file. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Whatever is there instead, comparing will name it.
    return undefined;
  }
}

/** The path from one folder to another, with forward slashes on every system. */
export function portable(from: string, to: string): string {
  return relative(from, to).replaceAll(sep, "/") || ".";
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
