import type { HttpMethod, OpenApiDocument } from "../ir/tool.ts";
import { isObject, type ObjectValue } from "./contract.ts";
import { isMethod } from "./methods.ts";
import { partAt, stepsOf } from "./resolve.ts";
import { requirementsOf } from "./security.ts";

/** An operation by method and path, as the contract writes it. */
export interface ChosenOperation {
  readonly method: HttpMethod;
  readonly path: string;
}

export interface PruneOptions {
  /** Members to leave out wherever they are words of OpenAPI and no names, and all `x-` extensions with them. */
  readonly without?: ReadonlySet<string>;
}

/** Characters of an `x-` extension, as JSON, that are kept: a mark or a name. What is longer is another tool's data. */
const extensionMaxLength = 200;

/** Root members that no tool needs. */
const dropped: ReadonlySet<string> = new Set(["webhooks", "paths", "components", "tags", "security"]);

/**
 * The document with only the chosen operations, and all that they refer to, in its own order. It shares no part with the given one.
 *
 * Kept are info, servers, the tags and the security schemes that they use. Parts that are referred to inside other operations
 * (`#/paths/…`) move to components. Callbacks, links and long extensions are left out: no tool needs them.
 */
export function prune(
  document: OpenApiDocument,
  chosen: readonly ChosenOperation[],
  options: PruneOptions = {},
): OpenApiDocument {
  const parts = new Parts(document, options);
  const paths = chosenPaths(document, chosen, parts);
  const operations = Object.values(paths).flatMap((item) =>
    Object.entries(item as ObjectValue).flatMap(([name, value]) => (isMethod(name) && isObject(value) ? [value] : [])),
  );
  const inherits = operations.some((operation) => operation.security === undefined);
  const security = inherits && document.security !== undefined ? { security: document.security } : {};
  parts.useSchemes([...operations.map((operation) => operation.security), document.security]);
  const tags = tagsOf(document.tags, operations);
  const components = parts.components();
  const made: Record<string, unknown> = { paths, components, ...tags, ...security };
  const order = [...Object.keys(document).filter((name) => !dropped.has(name) || name in made), ...Object.keys(made)];
  const pruned: Record<string, unknown> = {};
  for (const name of new Set(order)) {
    const value =
      name in made ? made[name] : isKept(name, document[name]) ? parts.copy(document[name], [name]) : undefined;
    if (value !== undefined) pruned[name] = value;
  }
  return pruned;
}

function chosenPaths(document: OpenApiDocument, chosen: readonly ChosenOperation[], parts: Parts): ObjectValue {
  const methodsOf = new Map<string, Set<string>>();
  for (const { method, path } of chosen) methodsOf.set(path, (methodsOf.get(path) ?? new Set()).add(method));
  const paths: [string, unknown][] = [];
  for (const [path, written] of Object.entries((document.paths ?? {}) as ObjectValue)) {
    const wanted = methodsOf.get(path);
    const item = wanted === undefined ? undefined : behind(document, written);
    if (wanted === undefined || item === undefined) continue;
    const kept = Object.entries(item).filter(([name, value]) =>
      isMethod(name) ? wanted.has(name) : itemMembers.has(name) || (name.startsWith("x-") && isKept(name, value)),
    );
    paths.push([path, parts.copy(Object.fromEntries(kept), ["paths", path])]);
  }
  return Object.fromEntries(paths);
}

/** Members of a path item beside its operations. */
const itemMembers: ReadonlySet<string> = new Set(["summary", "description", "servers", "parameters"]);

/** The map behind a path item's references. */
function behind(document: OpenApiDocument, written: unknown): ObjectValue | undefined {
  let value = written;
  for (let hops = 0; hops < itemHopsMax && isObject(value) && typeof value.$ref === "string"; hops++)
    value = partAt(document, stepsOf(value.$ref) ?? ["#"])?.value;
  return isObject(value) ? value : undefined;
}

/** Path items that refer to path items: more is a circle. */
const itemHopsMax = 16;

function tagsOf(tags: unknown, operations: readonly ObjectValue[]): { readonly tags?: readonly unknown[] } {
  const used = new Set(operations.flatMap(({ tags: names }) => (Array.isArray(names) ? names : [])));
  const kept = Array.isArray(tags) ? tags.filter((tag) => isObject(tag) && used.has(tag.name)) : [];
  return kept.length === 0 ? {} : { tags: kept.map(cloned) };
}

function isKept(name: string, value: unknown): boolean {
  if (!name.startsWith("x-") || name.startsWith("x-toolspec-")) return true;
  return JSON.stringify(value ?? null).length <= extensionMaxLength;
}

/** Members whose values are data: a `$ref` or an `x-` inside is somebody's value. */
const dataMembers: ReadonlySet<string> = new Set(["example", "default", "enum", "const", "value"]);

/** Members whose values are maps by names that people choose: `x-` and `$ref` are names there. */
const mapMembers: ReadonlySet<string> = new Set([
  ...["properties", "patternProperties", "dependentSchemas", "definitions", "$defs"],
  ...["responses", "headers", "content", "encoding", "examples", "variables"],
]);

/** Members of operations and replies that no tool needs. */
const unneeded: ReadonlySet<string> = new Set(["callbacks", "links"]);

/** Copies parts of a document, and gathers the components that the copies refer to. */
class Parts {
  readonly #document: OpenApiDocument;
  /** Copies by kind and name. */
  readonly #components = new Map<string, Map<string, unknown>>();
  /** Where a part that stood elsewhere has moved to, by its old reference. */
  readonly #moved = new Map<string, string>();
  readonly #waiting: { readonly kind: string; readonly name: string; readonly steps: readonly string[] }[] = [];

  readonly #without: ReadonlySet<string> | undefined;

  constructor(document: OpenApiDocument, { without }: PruneOptions) {
    this.#document = document;
    this.#without = without;
  }

  #isUnneeded(name: string, member: unknown): boolean {
    if (unneeded.has(name) || !isKept(name, member)) return true;
    return this.#without !== undefined && (this.#without.has(name) || name.startsWith("x-"));
  }

  /** A copy of a part; what it refers to is kept, too. */
  copy(value: unknown, at: readonly string[], isMap = false): unknown {
    if (Array.isArray(value)) return value.map((item) => this.copy(item, at));
    if (!isObject(value)) return value;
    const copied: Record<string, unknown> = {};
    for (const name of Object.keys(value)) {
      const member = value[name];
      if (!isMap && this.#isUnneeded(name, member)) continue;
      set(copied, name, this.#member(name, member, at, isMap));
    }
    return copied;
  }

  #member(name: string, member: unknown, at: readonly string[], isMap: boolean): unknown {
    if (isMap) return this.copy(member, at);
    if (name === "$ref" && typeof member === "string") return this.#refer(member, at);
    if (name === "discriminator") return this.#discriminator(member);
    if (dataMembers.has(name) || (name === "examples" && Array.isArray(member))) return cloned(member);
    return this.copy(member, [...at.slice(-1), name], mapMembers.has(name));
  }

  /** Mappings name schemas by reference or by bare name. */
  #discriminator(written: unknown): unknown {
    const discriminator = cloned(written);
    if (!isObject(discriminator) || !isObject(discriminator.mapping)) return discriminator;
    for (const target of Object.values(discriminator.mapping))
      if (typeof target === "string")
        this.#refer(target.startsWith("#/") ? target : `#/components/schemas/${target}`, ["schemas"]);
    return discriminator;
  }

  /** Keep what a reference leads to; gives the reference as it is in the copy. */
  #refer(ref: string, at: readonly string[]): string {
    const steps = stepsOf(ref);
    if (steps === undefined || partAt(this.#document, steps) === undefined) return ref;
    const [root, kind, name] = steps;
    if (root === "components" && kind !== undefined && name !== undefined) {
      this.#keep(kind, name, steps.slice(0, 3));
      return ref;
    }
    const known = this.#moved.get(ref);
    if (known !== undefined) return known;
    const newKind = kindAt(at);
    const newName = this.#freeName(newKind, steps);
    const moved = `#/components/${newKind}/${newName}`;
    this.#moved.set(ref, moved);
    this.#keep(newKind, newName, steps);
    return moved;
  }

  #keep(kind: string, name: string, steps: readonly string[]): void {
    const known = this.#components.get(kind) ?? new Map<string, unknown>();
    this.#components.set(kind, known);
    if (known.has(name)) return;
    known.set(name, undefined);
    this.#waiting.push({ kind, name, steps });
  }

  #freeName(kind: string, steps: readonly string[]): string {
    const wanted =
      steps
        .slice(1)
        .join("_")
        .replaceAll(/[^A-Za-z0-9_.-]+/g, "_")
        .replace(/^_+/, "") || "Root";
    const taken = (name: string) =>
      partAt(this.#document, ["components", kind, name]) !== undefined ||
      this.#components.get(kind)?.has(name) === true;
    let name = wanted;
    for (let count = 2; taken(name); count++) name = `${wanted}${count}`;
    return name;
  }

  useSchemes(securities: readonly unknown[]): void {
    for (const name of new Set(securities.flatMap(requirementsOf).flatMap((requirement) => Object.keys(requirement))))
      this.#refer(`#/components/securitySchemes/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, []);
  }

  /** All components that were referred to, in the document's order, those that moved behind. A list of work: chains may be long. */
  components(): ObjectValue | undefined {
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      const value = partAt(this.#document, next.steps)?.value;
      this.#components.get(next.kind)?.set(next.name, this.copy(value, [next.kind, next.name]));
    }
    if (this.#components.size === 0) return undefined;
    const written = (this.#document.components ?? {}) as ObjectValue;
    return inOrder(this.#components, Object.keys(written), (kind, named) =>
      inOrder(named, Object.keys((written[kind] ?? {}) as object), (_, value) => value),
    );
  }
}

/** What kind of component stands at a place, by the two members that lead to it. */
function kindAt(at: readonly string[]): string {
  const kind = at.findLast((step) => partKinds.has(step));
  return (kind === undefined ? undefined : partKinds.get(kind)) ?? "schemas";
}

const partKinds: ReadonlyMap<string, string> = new Map([
  ["schema", "schemas"],
  ["parameters", "parameters"],
  ["requestBody", "requestBodies"],
  ["responses", "responses"],
  ["headers", "headers"],
  ["examples", "examples"],
]);

function inOrder<T, U>(
  map: ReadonlyMap<string, T>,
  order: readonly string[],
  toValue: (name: string, value: T) => U,
): Readonly<Record<string, U>> {
  const known = order.filter((name) => map.has(name));
  const others = [...map.keys()].filter((name) => !order.includes(name)).sort();
  return Object.fromEntries([...known, ...others].map((name) => [name, toValue(name, map.get(name) as T)]));
}

/** A copy of data. `structuredClone` takes ten times as long for what is mostly one word or number. */
function cloned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cloned);
  if (!isObject(value)) return value;
  const copied: Record<string, unknown> = {};
  for (const name of Object.keys(value)) set(copied, name, cloned(value[name]));
  return copied;
}

/** `__proto__` is a name like any other in a document. */
function set(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__")
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  else target[name] = value;
}
