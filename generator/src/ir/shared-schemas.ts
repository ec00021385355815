import type { Contract } from "../openapi/contract.ts";
import { type RefWriter, toJsonSchema } from "../openapi/dialect.ts";
import { partAt, stepsOf } from "../openapi/resolve.ts";
import type { Path } from "../spec/positions.ts";
import type { SpecFile } from "../spec/spec-file.ts";
import { knownSchemas, start, type Target, type Way } from "./known-schemas.ts";
import { createReadOnlyLook } from "./request-view.ts";
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
  /**
   * A schema of a spec or of the contract as plain JSON Schema whose references are `#/$defs/Name`.
   *
   * @param use of a request, properties that the upstream sets (`readOnly`) are neither required nor taken; of one as it is received,
   *   they are not required. Schemas that lead to none are the same for every use, and have one name.
   */
  convert(schema: unknown, origin: Origin, use?: SchemaUse): JsonSchema;
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

/** What a schema describes: anything, a request as a caller may make it, or one as an upstream takes it. */
export type SchemaUse = "anything" | "request" | "receivedRequest";

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
  const waiting: {
    readonly name: string;
    readonly target: Target;
    readonly way: Way;
    readonly use: SchemaUse;
    readonly unsent: ReadonlySet<string>;
  }[] = [];
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

  const look = createReadOnlyLook<SpecFile>((ref, file) => {
    const target = targetOf(ref, file);
    return "known" in target ? undefined : target;
  });

  const nameOf = (target: Target, way: Way, { use, unsent }: View): string => {
    const view = use === "anything" ? "" : ` ${use} ${[...unsent].sort().join(" ")}`;
    const key = `${target.file.path}#${target.steps.join("/")}${way.key}${view}`;
    if (!isFinishing) uses.push(key);
    const taken = names.get(key);
    if (taken !== undefined) return taken;
    const name = freeName(target, use);
    names.set(key, name);
    schemas.set(name, { schema: true, origin: { file: target.file, path: target.steps } });
    waiting.push({ name, target, way, use, unsent });
    return name;
  };

  /** Names of server.yaml come first; the contract's give way, whoever is met first. */
  const freeName = ({ file, steps }: Target, use: SchemaUse): string => {
    const wanted = `${readableName(steps, file)}${use === "anything" ? "" : "Input"}`;
    const own = file === server?.file && steps.length === 2 && use === "anything";
    const isFree = (name: string) =>
      !schemas.has(name) && ((own && name === wanted) || !Object.hasOwn(serverSchemas, name));
    let name = wanted;
    for (let count = 2; !isFree(name); count++) name = `${wanted}${count}`;
    return name;
  };

  const convertAt = (schema: unknown, { file, path }: Origin, way: Way, { use, unsent }: View): JsonSchema => {
    const { find, wayTo, dialect } = known.at({ file, path }, way);
    const view = use === "anything" || !(unsent.size > 0 || look.reaches(schema, file)) ? undefined : use;
    const writeRef: RefWriter = (ref, at, keyword, around = noNames) => {
      const target = find(ref, at, keyword) ?? targetOf(ref, file);
      if (!("known" in target)) {
        const more = look.requiredOf(around, target.value, target.file);
        const isPlain = view === undefined || (more.size === 0 && !look.reaches(target.value, target.file));
        return `#/$defs/${nameOf(target, wayTo(target, at), isPlain ? anything : { use: view, unsent: more })}`;
      }
      if (!isFinishing) uses.push(unknownUse);
      if (target.known !== undefined) unknownRefs.push({ origin: { file, path: at }, ref, known: target.known });
      return undefined;
    };
    if (view === undefined) return toJsonSchema(schema, path, writeRef, { dialect });
    const request = {
      refuses: view === "request",
      unsent: (part: unknown) => new Set([...look.namesIn(part, file), ...(part === schema ? unsent : [])]),
    };
    return toJsonSchema(schema, path, writeRef, { dialect, request });
  };

  /** A list of work rather than recursion: chains of references may be long. */
  const finish = () => {
    if (waiting.length > 0) definitions = undefined;
    isFinishing = true;
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const origin = { file: next.target.file, path: next.target.steps };
      schemas.set(next.name, { schema: convertAt(next.target.value, origin, next.way, next), origin });
    }
    isFinishing = false;
  };

  return {
    unknownRefs,
    convert: (schema, origin, use = "anything") => convertAt(schema, origin, start, { use, unsent: noNames }),
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

/** What a schema is read for, and which names the upstream sets in it, as what is around it says. */
interface View {
  readonly use: SchemaUse;
  readonly unsent: ReadonlySet<string>;
}

const noNames: ReadonlySet<string> = new Set();
const anything: View = { use: "anything", unsent: noNames };

/** A use that leads nowhere: it is told by its place in a file, so a file that has one is read anew. */
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
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next !== "object" || next === null) continue;
    for (const [key, value] of Object.entries(next)) {
      if (typeof value === "object") pending.push(value);
      if (key !== "$ref" || typeof value !== "string") continue;
      const name = value.slice("#/$defs/".length);
      if (found.has(name)) continue;
      found.add(name);
      pending.push(definitions[name]);
    }
  }
  return found;
}
