import type { Contract } from "../openapi/contract.ts";
import { toJsonSchema } from "../openapi/dialect.ts";
import { partAt, stepsOf } from "../openapi/resolve.ts";
import type { Path } from "../spec/positions.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import { knownSchemas, start, type Target, type Way } from "./known-schemas.ts";
import type { ServerDraft } from "./server-draft.ts";
import type { JsonSchema } from "./tool.ts";

/** Where a schema stands. */
export interface Origin {
  readonly file: SpecFile;
  readonly path: Path;
}

/** A `$ref` that leads start, and the names that it might have meant. */
export interface UnknownRef {
  readonly origin: Origin;
  readonly ref: string;
  readonly known: readonly string[];
}

/**
 * The schemas that inputs and outputs refer to: gathered when first referred to, once each, circles included.
 *
 * `#/schemas/Name` is server.yaml's; `openapi.yaml#/…`, and inside the contract `#/…`, the contract's. What the contract
 * names by `$id` and `$anchor` is known by that, and so are the metaschemas.
 */
export interface SharedSchemas {
  /** A schema of a spec or of the contract as plain JSON Schema whose references are `#/$defs/Name`. */
  convert(schema: unknown, origin: Origin): JsonSchema;
  /** The schema behind `#/$defs/Name`, through several references; other schemas as they are. */
  resolve(schema: JsonSchema): JsonSchema;
  /** All that were referred to, by name. */
  all(): ReadonlyMap<string, SharedSchema>;
  /** The same as definitions, for `#/$defs/Name`: one object as long as nothing is added. */
  definitions(): Readonly<Record<string, JsonSchema>>;
  /** Each use so far, in order, since this was last asked: the same uses in the same order give the same names and schemas. */
  takeUses(): readonly string[];
  readonly unknownRefs: readonly UnknownRef[];
}

export interface SharedSchema {
  readonly schema: JsonSchema;
  readonly origin: Origin;
}

interface Sources {
  readonly server: ServerDraft | undefined;
  readonly contract: Contract | undefined;
  /** The contract's name in references, e.g. `openapi.yaml`. */
  readonly contractName: string;
  /** It has been refused, so nothing is known of what it holds. */
  readonly contractBroken: boolean;
  /** Schemas that references may name by address. Default: the metaschemas. */
  readonly documents?: ReadonlyMap<string, unknown>;
}

export function createSharedSchemas(sources: Sources): SharedSchemas {
  const { server, contract, contractName, contractBroken } = sources;
  const known = knownSchemas(sources);
  const serverSchemas: Readonly<Record<string, unknown>> = server?.spec.schemas ?? {};
  const schemas = new Map<string, SharedSchema>();
  /** Names by what they stand for: file and pointer. */
  const names = new Map<string, string>();
  const waiting: { readonly name: string; readonly target: Target; readonly way: Way }[] = [];
  const unknownRefs: UnknownRef[] = [];
  let uses: string[] = [];
  /** What schemas lead to follows from those that were used, and is no use of its own. */
  let isFinishing = false;
  let definitions: Readonly<Record<string, JsonSchema>> | undefined;

  const targetOf = (ref: string, file: SpecFile): Target | UnknownTarget => {
    const [document = "", pointer = ""] = splitRef(ref);
    const steps = stepsOf(`#${pointer}`);
    // An anchor is no pointer, and must not be taken for the root.
    if (steps === undefined) return { known: contract === undefined ? [] : contractRefs(contract, document) };
    if (file === contract?.file ? document === "" : document === contractName) {
      if (contract === undefined) return contractBroken ? { known: undefined } : { known: [] };
      const part = partAt(contract.document, steps);
      return part === undefined
        ? { known: contractRefs(contract, document) }
        : { file: contract.file, steps, value: part.value };
    }
    const [root, name] = steps;
    const own = Object.keys(serverSchemas).map((one) => `#/schemas/${one}`);
    const names = document === "" || contract === undefined ? own : [...own, ...contractRefs(contract, contractName)];
    if (document === "" && server === undefined) return { known: undefined };
    if (document !== "" || root !== "schemas" || name === undefined || server === undefined) return { known: names };
    const part = partAt(serverSchemas, steps.slice(1));
    return part === undefined ? { known: names } : { file: server.file, steps, value: part.value };
  };

  const nameOf = (target: Target, way: Way): string => {
    const key = `${target.file.path}#${target.steps.join("/")}${way.key}`;
    if (!isFinishing) uses.push(key);
    const taken = names.get(key);
    if (taken !== undefined) return taken;
    const name = freeName(target);
    names.set(key, name);
    schemas.set(name, { schema: true, origin: { file: target.file, path: target.steps } });
    waiting.push({ name, target, way });
    return name;
  };

  /** Names of server.yaml come first; the contract's give way, whoever is met first. */
  const freeName = ({ file, steps }: Target): string => {
    const wanted = readableName(steps, file);
    const own = file === server?.file && steps.length === 2;
    const isFree = (name: string) =>
      !schemas.has(name) && ((own && name === wanted) || !Object.hasOwn(serverSchemas, name));
    let name = wanted;
    for (let count = 2; !isFree(name); count++) name = `${wanted}${count}`;
    return name;
  };

  const convertAt = (schema: unknown, { file, path }: Origin, way: Way): JsonSchema => {
    const { find, wayTo, dialect } = known.at({ file, path }, way);
    return toJsonSchema(
      schema,
      path,
      (ref, at, keyword) => {
        const identified = find(ref, at, keyword);
        const target = identified ?? targetOf(ref, file);
        if (!("known" in target)) return `#/$defs/${nameOf(target, wayTo(target, at))}`;
        if (!isFinishing) uses.push(unknownUse);
        if (target.known !== undefined) unknownRefs.push({ origin: { file, path: at }, ref, known: target.known });
        return undefined;
      },
      dialect,
    );
  };

  /** A list of work rather than recursion: chains of references may be long. */
  const finish = () => {
    if (waiting.length > 0) definitions = undefined;
    isFinishing = true;
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const origin = { file: next.target.file, path: next.target.steps };
      schemas.set(next.name, { schema: convertAt(next.target.value, origin, next.way), origin });
    }
    isFinishing = false;
  };

  return {
    unknownRefs,
    convert: (schema, origin) => convertAt(schema, origin, start),
    resolve: (schema) => {
      finish();
      uses.push("resolve");
      let current = schema;
      for (let hops = 0; hops < schemas.size + 1; hops++) {
        if (typeof current === "boolean" || typeof current.$ref !== "string") break;
        current = schemas.get(current.$ref.slice("#/$defs/".length))?.schema ?? true;
      }
      return current;
    },
    all: () => {
      finish();
      return schemas;
    },
    definitions: () => {
      finish();
      definitions ??= Object.fromEntries([...schemas].map(([name, { schema }]) => [name, schema]));
      return definitions;
    },
    takeUses: () => {
      const taken = uses;
      uses = [];
      return taken;
    },
  };
}

/** A use that leads start: it is told by its place in a file, so a file that has one is read anew. */
export const unknownUse = "unknown";

interface UnknownTarget {
  /** Names that might have been meant; nothing where it cannot be told whether the reference is wrong. */
  readonly known: readonly string[] | undefined;
}

function splitRef(ref: string): readonly [string, string] {
  const hash = ref.indexOf("#");
  return hash < 0 ? [ref, ""] : [ref.slice(0, hash), ref.slice(hash + 1)];
}

function contractRefs(contract: Contract, document: string): readonly string[] {
  const names = Object.keys((partAt(contract.document, ["components", "schemas"])?.value as object | undefined) ?? {});
  return names.map((name) => `${document}#/components/schemas/${name}`);
}

/** `Voucher` for `/components/schemas/Voucher`; deeper parts are named by the steps that lead to them. */
function readableName(steps: readonly string[], file: SpecFile): string {
  const [root, kind] = steps;
  const inner =
    root === "components" && kind === "schemas" ? steps.slice(2) : root === "schemas" ? steps.slice(1) : steps;
  return inner.join("_").replaceAll(/[^A-Za-z0-9_.-]+/g, "_") || rootName(file);
}

/** `schema` for `https://json-schema.org/draft/2020-12/schema`. */
function rootName({ path }: SpecFile): string {
  const [name = ""] = path.includes("://") ? (/[A-Za-z0-9_-]+(?=[^/]*$)/.exec(path) ?? []) : [];
  return name || "Root";
}

/** Names of the shared schemas that these lead to. */
export function namesReachedFrom(
  schemas: readonly JsonSchema[],
  definitions: Readonly<Record<string, JsonSchema>>,
): ReadonlySet<string> {
  const found = new Set<string>();
  if (Object.keys(definitions).length === 0) return found;
  const pending: unknown[] = [...schemas];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== "object" || next === null) continue;
    for (const [key, value] of Object.entries(next)) {
      if (typeof value === "object") pending.push(value ?? undefined);
      if (key !== "$ref" || typeof value !== "string") continue;
      const name = value.slice("#/$defs/".length);
      if (found.has(name)) continue;
      found.add(name);
      pending.push(definitions[name]);
    }
  }
  return found;
}
