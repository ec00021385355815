import { isDeepStrictEqual } from "node:util";
import { toPointer } from "../schema/pointer.ts";
import type { Path } from "../spec/positions.ts";
import { isObject, type ObjectValue } from "./contract.ts";
import { type Dialect, dialectOf, partsOfSchema } from "./keyword-kinds.ts";
import { partAt, stepsOf } from "./resolve.ts";

/** A document, or a part of one with an `$id` of its own: what a reference without an address is relative to. */
export interface Resource {
  /** Of the document that it is in. Two documents never have the same. */
  readonly document: string;
  readonly steps: readonly string[];
  readonly value: unknown;
  /** Absolute, without a fragment. */
  readonly uri: string;
  readonly dialect: Dialect;
  /** Steps from the document's root, by name; nothing where two schemas have one name. */
  readonly anchors: Map<string, readonly string[] | undefined>;
  /** Those of `anchors` that `$dynamicRef` may replace. */
  readonly dynamic: Set<string>;
}

/** What a reference leads to. */
export interface Identified {
  readonly resource: Resource;
  /** From the document's root. */
  readonly steps: readonly string[];
  readonly value: unknown;
  /** The anchor by which it was named, where that is one that `$dynamicRef` may replace. */
  readonly dynamicAnchor: string | undefined;
}

/** Documents, or the parts of them that are schemas. */
export interface Place {
  readonly document: string;
  readonly steps: Path;
}

/** Words that make a reference mean something else than its path from the root. */
const words = /\$(?:id|anchor|dynamic(?:Anchor|Ref))\b/;

/** Whether a text may hold identifiers: what does not is not looked through. */
export function mayIdentify(text: string): boolean {
  return words.test(text);
}

/** A document by its address; nothing where there is none. */
export type Library = (uri: string) => unknown;

/** All that is known by `$id`, `$anchor` and `$dynamicAnchor` (JSON Schema 2020-12 core, 8.2). */
export class Identifiers {
  /** By document and pointer. */
  readonly #resources = new Map<string, Resource>();
  /** How many there are of a document: of most, only the document itself. */
  readonly #counts = new Map<string, number>();
  /** By address; nothing where two resources claim it. */
  readonly #byUri = new Map<string, Resource | undefined>();
  readonly #library: Library;

  constructor(library: Library = () => undefined) {
    this.#library = library;
  }

  /** Add a document whose references are relative to an address; schemas in it are added one by one. */
  addDocument(value: unknown, document: string, base: string, dialect: Dialect = "2020-12"): Resource {
    const root = resourceOf(value, { document, steps: [] }, base, dialect);
    this.#keep(root);
    return root;
  }

  /** Look through a schema that stands in a resource. */
  addSchema(schema: unknown, steps: Path, parent: Resource): void {
    if (!isObject(schema)) return;
    const at = steps.map(String);
    const resource = this.#own(schema, at, parent);
    const isHidden = resource.dialect === "draft-07" && typeof schema.$ref === "string";
    if (!isHidden) nameAnchors(schema, at, resource);
    for (const part of partsOfSchema(schema, resource.dialect))
      this.addSchema(part.schema, [...at, ...part.path], resource);
  }

  /** The resource that begins with this schema, or the one that it stands in. */
  #own(schema: ObjectValue, steps: readonly string[], parent: Resource): Resource {
    const { $id: id } = schema;
    const dialect = dialectOf(schema.$schema) ?? parent.dialect;
    const isHidden = dialect === "draft-07" && typeof schema.$ref === "string";
    const isNamed = typeof id === "string" && !id.startsWith("#") && !isHidden;
    // An address that is none still makes a document of its own.
    const uri = isNamed ? (resolved(id, parent.uri) ?? id) : parent.uri;
    const isRoot = steps.length === parent.steps.length;
    if (!isNamed && !(isRoot && dialect !== parent.dialect)) return parent;
    const resource = resourceOf(schema, { document: parent.document, steps }, uri, dialect);
    // A document that calls itself something else is known by both names.
    if (isRoot) this.#byUri.set(parent.uri, resource);
    this.#keep(resource);
    return resource;
  }

  #keep(resource: Resource): void {
    const key = keyOf(resource);
    const { document } = resource;
    if (!this.#resources.has(key)) this.#counts.set(document, (this.#counts.get(document) ?? 0) + 1);
    this.#resources.set(key, resource);
    const known = this.#byUri.get(resource.uri);
    const isClash = this.#byUri.has(resource.uri) && !isDeepStrictEqual(known?.value, resource.value);
    this.#byUri.set(resource.uri, isClash ? undefined : (known ?? resource));
  }

  /** The resources around a place, from the outermost. */
  around({ document, steps }: Place): readonly Resource[] {
    const root = this.#resources.get(keyOf({ document, steps: [] }));
    if (root !== undefined && this.#counts.get(document) === 1) return [root];
    const at = steps.map(String);
    return Array.from({ length: at.length + 1 }, (_, length) =>
      this.#resources.get(keyOf({ document, steps: at.slice(0, length) })),
    ).filter((resource) => resource !== undefined);
  }

  /**
   * What a reference at this place leads to; nothing where nothing is known by it, or two things are. `base`: what addresses are
   * relative to in a document that is not known.
   */
  resolve(ref: string, place: Place, base: string): Identified | undefined {
    const own = this.around(place).at(-1);
    const hash = ref.indexOf("#");
    const [address, fragment] = hash < 0 ? [ref, ""] : [ref.slice(0, hash), ref.slice(hash + 1)];
    const uri = address === "" ? own?.uri : resolved(address, own?.uri ?? base);
    if (uri === undefined) return undefined;
    const resource = uri === own?.uri ? own : this.#known(uri);
    return resource === undefined ? undefined : inside(resource, fragment);
  }

  #known(uri: string): Resource | undefined {
    if (this.#byUri.has(uri)) return this.#byUri.get(uri);
    const document = this.#library(uri);
    if (document === undefined) return undefined;
    this.addSchema(document, [], this.addDocument(document, uri, uri));
    return this.#byUri.get(uri);
  }
}

function resourceOf(
  value: unknown,
  { document, steps }: { readonly document: string; readonly steps: readonly string[] },
  uri: string,
  dialect: Dialect,
): Resource {
  return { document, steps, value, uri: withoutFragment(uri), dialect, anchors: new Map(), dynamic: new Set() };
}

function nameAnchors(schema: ObjectValue, at: readonly string[], { anchors, dynamic, dialect }: Resource): void {
  const { $anchor, $dynamicAnchor, $id } = schema;
  const isOld = dialect === "draft-07";
  // Draft 7 has no other way to name a place.
  const old = isOld && typeof $id === "string" && $id.startsWith("#") ? $id.slice(1) : undefined;
  const names = isOld ? [old] : [$anchor, $dynamicAnchor];
  for (const name of names) if (typeof name === "string") anchors.set(name, anchors.has(name) ? undefined : at);
  if (!isOld && typeof $dynamicAnchor === "string") dynamic.add($dynamicAnchor);
}

/** What a fragment means in a resource: a path from its root, or a name. */
export function inside(resource: Resource, fragment: string): Identified | undefined {
  const isPointer = fragment === "" || fragment.startsWith("/");
  const inner = isPointer ? stepsOf(`#${fragment}`) : undefined;
  const name = decoded(fragment);
  const steps = isPointer
    ? inner && [...resource.steps, ...inner]
    : name === undefined
      ? undefined
      : resource.anchors.get(name);
  if (steps === undefined) return undefined;
  const part = partAt(resource.value, steps.slice(resource.steps.length));
  if (part === undefined) return undefined;
  const dynamicAnchor = !isPointer && name !== undefined && resource.dynamic.has(name) ? name : undefined;
  return { resource, steps, value: part.value, dynamicAnchor };
}

function keyOf({ document, steps }: { readonly document: string; readonly steps: readonly string[] }): string {
  return `${document}#${toPointer(steps)}`;
}

function resolved(ref: string, base: string): string | undefined {
  const url = URL.parse(ref, base);
  return url === null ? undefined : withoutFragment(url.href);
}

function withoutFragment(uri: string): string {
  const hash = uri.indexOf("#");
  return hash < 0 ? uri : uri.slice(0, hash);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
