import type { HttpMethod } from "../ir/tool.ts";
import { lastName, pathWords } from "./path-words.ts";

/** An operation that becomes a tool. */
export interface NamedOperation {
  /** The tool's. */
  readonly name: string;
  readonly method: HttpMethod;
  readonly path: string;
  readonly tags: readonly string[];
  readonly deprecated: boolean;
  /** What its entry in `tools/list` will take, near enough. */
  readonly bytes: () => number;
}

/** How much a list may have. */
export interface ListLimits {
  readonly tools: number;
  readonly bytes: number;
  /** Of one tool. What takes more crowds out several others. */
  readonly toolBytes: number;
}

/** The tools that most callers need, and the things that they are about, in words. */
export interface CoreTools {
  readonly names: readonly string[];
  readonly things: readonly string[];
}

/**
 * Choose the tools of an API's main things: those on which most of the API hangs.
 *
 * A thing is a path that can be read and that leads to one of several (`/repos/{owner}/{repo}`), or to the only one (`/user`). It weighs
 * as much as there are operations further down its path. The heaviest come first, each with the tools that list, read, create
 * and update it, as long as they fit. Nothing that is deprecated or deletes: what is given unasked should do no harm by a slip.
 */
export function coreTools(operations: readonly NamedOperation[], max: ListLimits): CoreTools {
  const byPath = Map.groupBy(
    operations.filter(({ deprecated }) => !deprecated),
    ({ path }) => path,
  );
  const at = (path: string, ...methods: readonly HttpMethod[]) => {
    const found = byPath.get(path) ?? [];
    return methods.flatMap((method) => found.find((one) => one.method === method) ?? []).slice(0, 1);
  };
  const names: string[] = [];
  let bytes = 0;
  const things: string[] = [];
  for (const path of thingsIn(operations, [...byPath.keys()])) {
    const collection = path.endsWith("}") ? parentOf(path) : "";
    const read = at(path, "get");
    if (read.length === 0 || names.length === max.tools) continue;
    // Where things have things of their own below a placeholder, the one's item is the other's collection.
    const own = [
      ...at(collection, "get"),
      ...read,
      ...at(collection, "post"),
      ...at(path, "patch", "put", "post"),
    ].filter((one) => one.bytes() <= max.toolBytes && !names.includes(one.name));
    const more = own.reduce((sum, one) => sum + one.bytes(), 0);
    if (own.length === 0 || names.length + own.length > max.tools || bytes + more > max.bytes) continue;
    names.push(...own.map(({ name }) => name));
    bytes += more;
    things.push(wordsFor(path));
  }
  return { names, things: [...new Set(things)] };
}

/** Paths that lead to one thing, the heaviest first; of equals the shortest, then the first. */
function thingsIn(operations: readonly NamedOperation[], paths: readonly string[]): readonly string[] {
  const weights = new Map<string, number>();
  for (const { path } of operations)
    for (let above = parentOf(path); above !== ""; above = parentOf(above))
      weights.set(above, (weights.get(above) ?? 0) + 1);
  const collections = new Set(paths.filter((path) => path.endsWith("}")).map(parentOf));
  return paths
    .filter((path) => path.endsWith("}") || !collections.has(path))
    .map((path) => ({ path, weight: weights.get(path) ?? 0, steps: path.split("/").length }))
    .sort((one, other) => other.weight - one.weight || one.steps - other.steps)
    .map(({ path }) => path);
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** `/repos/{owner}/{repo}`: `repos`. */
function wordsFor(path: string): string {
  const words = pathWords(path);
  return words.steps[lastName(words)]?.words.join(" ") ?? path;
}
