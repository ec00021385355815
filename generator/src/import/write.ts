import * as nodeFs from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { applyChanges, type Disk, type FileChange, type Obstacle } from "../files.ts";

export interface SpecFiles {
  /** The project; nothing outside of it is written. Absolute. */
  readonly root: string;
  /** Text by absolute path. */
  readonly files: ReadonlyMap<string, string>;
  /** Whether files that are there with another text are replaced. Nothing is ever removed. */
  readonly overwrite: boolean;
}

/** What writing would change, and what is in its way. */
export interface SpecChanges {
  readonly changes: readonly FileChange[];
  readonly obstacles: readonly Obstacle[];
}

/** Compare files of specs with what is there. Only reads. */
export function compareSpecs({ root, files, overwrite }: SpecFiles): SpecChanges {
  const changes: FileChange[] = [];
  const obstacles = new Map<string, Obstacle>();
  const sound = new Map<string, boolean>();
  const refuse = (path: string, problem: string, mend: string) => {
    obstacles.set(path, { path, problem, mend });
    return false;
  };
  const isPlainFolder = (folder: string): boolean => {
    const known = sound.get(folder);
    if (known !== undefined) return known;
    const inside = relative(root, folder);
    const above = inside === "" || isPlainFolder(dirname(folder));
    const stat = nodeFs.lstatSync(folder, { throwIfNoEntry: false });
    const fine =
      above &&
      (inside === "" ||
        stat === undefined ||
        stat.isDirectory() ||
        refuse(
          folder,
          stat.isSymbolicLink()
            ? "it is a link, and specs are written to plain folders only"
            : "it is a file where a folder belongs",
          "remove it, or choose another folder with --into",
        ));
    sound.set(folder, fine);
    return fine;
  };
  for (const [path, after] of files) {
    const inside = relative(root, path);
    if (inside.startsWith("..") || inside === "" || inside.split(sep).includes("..")) {
      refuse(path, "it lies outside this project", "choose a folder in it with --into");
      continue;
    }
    if (!isPlainFolder(dirname(path))) continue;
    const stat = nodeFs.lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) changes.push({ path, folder: dirname(path), after });
    else if (!stat.isFile())
      refuse(
        path,
        stat.isSymbolicLink() ? "it is a link, and specs are written to plain files only" : "it is no file",
        "remove it",
      );
    else {
      const before = nodeFs.readFileSync(path, "utf8");
      if (before === after) continue;
      if (overwrite) changes.push({ path, folder: dirname(path), before, after });
      else
        refuse(
          path,
          "it is there already",
          "import with --merge to bring in what changed, or with --force to write it anew",
        );
    }
  }
  return { changes, obstacles: [...obstacles.values()] };
}

/**
 * Write files of specs: all of them, or nothing where something is in the way.
 *
 * Every text goes to a temporary file first and all are renamed then, without a pause in which a signal could be heard; so every file is whole.
 *
 * @throws what the disk throws; before the first rename nothing has changed.
 */
export function writeSpecs(files: SpecFiles, options: { disk?: Disk; signal?: AbortSignal } = {}): SpecChanges {
  const comparison = compareSpecs(files);
  if (comparison.obstacles.length === 0) applyChanges(comparison.changes, options);
  return comparison;
}

/** Where the installed package's editor schemas lie, as a modeline in `folder` names them. Relative, with forward slashes. */
export function schemaPath(root: string, folder: string, file: "tool.schema.json" | "server.schema.json"): string {
  return relative(folder, join(root, "node_modules/@toolspec/generator/schema", file)).replaceAll(sep, "/");
}
