import type { Span } from "../diagnostics.ts";
import type { Path } from "../spec/positions.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import { readYaml } from "../spec/yaml.ts";

/** Finds the place of a change in the texts of one version, which are read again only where something changed. */
export function createLocator(sources: ReadonlyMap<string, string>): (file: string, path: Path) => Span {
  const files = new Map<string, SpecFile | undefined>();
  return (file, path) => {
    const text = sources.get(file);
    if (text !== undefined && !files.has(file)) files.set(file, readYaml(file, text).file);
    const start = { line: 1, column: 1 };
    const found = files.get(file);
    return found?.at(asWritten(found.data, path), "key") ?? { file, start, end: start };
  };
}

/** `inputs.count` may be written `count?:`, or as an item of a list. */
function asWritten(data: unknown, path: Path): Path {
  const [block, name, ...rest] = path;
  if (block !== "inputs" || name === undefined) return path;
  const inputs = (data as { readonly inputs?: unknown }).inputs;
  if (Array.isArray(inputs)) return [block, inputs.indexOf(name)];
  const isOptional = typeof inputs === "object" && inputs !== null && Object.hasOwn(inputs, `${name}?`);
  return [block, isOptional ? `${name}?` : name, ...rest];
}
