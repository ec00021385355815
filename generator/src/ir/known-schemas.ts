/** What references may name otherwise than by a path from a root: by address, by anchor, and by where one comes from. */
import type { Contract } from "../openapi/contract.ts";
import { type Identified, Identifiers, inside, mayIdentify, type Resource } from "../openapi/identifiers.ts";
import { type Dialect, dialectOf } from "../openapi/keyword-kinds.ts";
import { contractBase } from "../openapi/resolve-identifiers.ts";
import { schemasIn } from "../openapi/schemas-in.ts";
import { metaschemas } from "../schema/metaschemas.ts";
import type { Path } from "../spec/positions.ts";
import type { SpecFile } from "../spec/spec-file.ts";

/** A part of a file that a reference leads to. */
export interface Target {
  readonly file: SpecFile;
  readonly steps: readonly string[];
  readonly value: unknown;
}

/**
 * How one has come to a schema. `$dynamicRef` finds, by name, the first schema with that `$dynamicAnchor` on the way (JSON Schema
 * 2020-12 core, 7.1), so a schema that is reached on ways that differ in this is a schema of its own for each.
 */
export interface Way {
  readonly anchors: ReadonlyMap<string, Target>;
  /** The same for the same anchors; empty for none. */
  readonly key: string;
}

/** No way: a schema that is looked at first. */
export const start: Way = { anchors: new Map(), key: "" };

/** How references of one schema are read. */
interface Reader {
  readonly dialect: Dialect;
  /** What is known by a reference at a place; nothing where it is to be read as a path from the file's root. */
  readonly find: (ref: string, at: Path, keyword: "$ref" | "$dynamicRef") => Target | undefined;
  /** The way to what a reference at a place leads to. */
  readonly wayTo: (target: Target, at: Path) => Way;
}

interface Sources {
  readonly contract: Contract | undefined;
  readonly documents?: ReadonlyMap<string, unknown>;
}

/** What relative addresses in specs are relative to: an address that nothing else has. */
const specBase = "https://specs.invalid/";

export function knownSchemas({ contract, documents = metaschemas }: Sources) {
  const identifiers = new Identifiers((uri) => documents.get(uri));
  const files = new Map<string, SpecFile>();
  if (contract !== undefined) {
    files.set(contract.file.path, contract.file);
    addContract(contract, identifiers);
  }
  return {
    at: ({ file, path }: Place, way: Way): Reader => {
      const resourcesAt = (at: Path) => identifiers.around({ document: file.path, steps: at });
      const toTarget = ({ resource: { document }, steps, value }: Identified): Target => ({
        file: document === file.path ? file : (files.get(document) ?? libraryFile(document, files)),
        steps,
        value,
      });
      const enter = (before: Way, resource: Resource): Way => {
        const anchors = new Map(before.anchors);
        for (const name of resource.dynamic) {
          const found = anchors.has(name) ? undefined : inside(resource, name);
          if (found !== undefined) anchors.set(name, toTarget(found));
        }
        return anchors.size === before.anchors.size ? before : { anchors, key: keyOf(anchors) };
      };
      /** Of what is around the schema, the innermost has been entered; what begins inside it is, on the way to a place. */
      const wayAt = (at: Path): Way => {
        const outside = resourcesAt(path).length;
        return resourcesAt(at)
          .slice(Math.max(outside - 1, 0))
          .reduce(enter, way);
      };
      return {
        dialect: resourcesAt(path).at(-1)?.dialect ?? "2020-12",
        find: (ref, at, keyword) => {
          const isPath = ref === "#" || ref.startsWith("#/");
          if (isPath && resourcesAt(at).length <= 1 && !documents.has(file.path)) return undefined;
          const found = identifiers.resolve(ref, { document: file.path, steps: at }, specBase);
          if (found === undefined) return undefined;
          const { dynamicAnchor } = found;
          const isBound = keyword === "$dynamicRef" && dynamicAnchor !== undefined;
          return (isBound ? wayAt(at).anchors.get(dynamicAnchor) : undefined) ?? toTarget(found);
        },
        wayTo: ({ file: { path: document }, steps }, at) => {
          const resource = identifiers.around({ document, steps }).at(-1);
          return resource === undefined ? wayAt(at) : enter(wayAt(at), resource);
        },
      };
    },
  };
}

interface Place {
  readonly file: SpecFile;
  readonly path: Path;
}

function addContract({ file, document }: Contract, identifiers: Identifiers): void {
  const dialect = dialectOf(document.jsonSchemaDialect);
  const root = identifiers.addDocument(document, file.path, contractBase, dialect);
  if (mayIdentify(file.text))
    for (const { schema, steps } of schemasIn(document)) identifiers.addSchema(schema, steps, root);
}

function keyOf(anchors: ReadonlyMap<string, Target>): string {
  return [...anchors]
    .map(([name, { file, steps }]) => `|${name}=${file.path}#${steps.join("/")}`)
    .toSorted()
    .join("");
}

/** A document that is known by its address, and stands in no file. */
function libraryFile(path: string, files: Map<string, SpecFile>): SpecFile {
  const start = { line: 1, column: 1 };
  const file: SpecFile = { path, text: "", data: undefined, at: () => ({ file: path, start, end: start }) };
  files.set(path, file);
  return file;
}
