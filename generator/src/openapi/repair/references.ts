import { isMetaschema } from "../../schema/metaschemas.ts";
import { shown } from "../../spec/problem.ts";
import { operationKey, partsKey, type UnusableOperation } from "../contract.ts";
import { isMethod } from "../methods.ts";
import { partAt, stepsOf } from "../resolve.ts";
import { isMutable, type Mutable, mapsIn, mended, type Report } from "./report.ts";

/** A `$ref` and where it stands. */
interface Place {
  readonly ref: string;
  readonly holder: Mutable;
  /** Of the map that holds it. */
  readonly path: readonly string[];
  /** The list or map that the holder is in. */
  readonly parent: unknown;
}

/**
 * Take out references that lead nowhere: the part may then be anything.
 *
 * Operations whose request needs such a part become unusable, because what they take is not known; replies are only observed.
 */
export function mendReferences(document: Mutable, report: Report): Map<string, UnusableOperation> {
  const refs = new Set<string>();
  visitReferences(document, [], ({ ref }) => refs.add(ref));
  const broken = new Set([...refs].filter((ref) => !leadsSomewhere(document, ref)));
  if (broken.size === 0) return new Map();
  const unusable = unusableOperations(document, broken);
  for (const place of referencesIn(document, [])) if (broken.has(place.ref)) takeOut(place, report);
  return unusable;
}

function leadsSomewhere(document: Mutable, ref: string): boolean {
  if (isMetaschema(ref)) return true;
  const steps = stepsOf(ref);
  return steps !== undefined && partAt(document, steps) !== undefined;
}

/** Members whose values are data, in which a `$ref` is somebody's value. */
const dataMembers: ReadonlySet<string> = new Set(["example", "enum", "const", "value"]);

/** Every reference below a part. */
function referencesIn(root: unknown, at: readonly string[]): Place[] {
  const places: Place[] = [];
  visitReferences(root, at, (place) => places.push({ ...place, path: [...place.path] }));
  return places;
}

/** Visit every reference below a part. The place's path is only what it is during the visit. */
function visitReferences(root: unknown, at: readonly string[], visit: (place: Place) => void): void {
  const path: string[] = [...at];
  const walk = (value: unknown, parent: unknown, isMap: boolean) => {
    if (Array.isArray(value)) {
      value.forEach((item, index) => {
        path.push(String(index));
        walk(item, value, false);
        path.pop();
      });
      return;
    }
    if (!isMutable(value)) return;
    if (!isMap && typeof value.$ref === "string") visit({ ref: value.$ref, holder: value, path, parent });
    for (const name in value) {
      const member = value[name];
      if (typeof member !== "object" || member === null) continue;
      if (!isMap && (isData(name, path) || (name === "examples" && Array.isArray(member)))) continue;
      path.push(name);
      walk(member, value, !isMap && mapMembers.has(name));
      path.pop();
    }
  };
  walk(root, undefined, false);
}

function isData(name: string, path: readonly string[]): boolean {
  return (
    dataMembers.has(name) ||
    (name.startsWith("x-") && name !== partsKey) ||
    (name === "default" && path.at(-1) !== "responses")
  );
}

/** Members that are maps by names which people choose: `$ref` and `x-…` are names there. */
const mapMembers: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "schemas",
  "parameters",
  "headers",
]);

function unusableOperations(document: Mutable, broken: ReadonlySet<string>): Map<string, UnusableOperation> {
  const unusable = new Map<string, UnusableOperation>();
  for (const [path, item] of mapsIn(document.paths)) {
    for (const [method, operation] of mapsIn(item)) {
      if (!isMethod(method)) continue;
      const roots: Root[] = [
        [item.parameters, ["paths", path, "parameters"]],
        [operation.parameters, ["paths", path, method, "parameters"]],
        [operation.requestBody, ["paths", path, method, "requestBody"]],
        ...(typeof operation.$ref === "string" ? [whole(operation, ["paths", path, method])] : []),
      ];
      const needed = firstBroken(document, roots, broken);
      if (needed === undefined) continue;
      unusable.set(operationKey(method, path), {
        message: `${method.toUpperCase()} ${path} needs ${shown(needed.ref)}, which ${whatIsWrong(needed.ref)}`,
        at: [...needed.path, "$ref"],
        mend: mendOf(needed.ref),
      });
    }
  }
  return unusable;
}

type Root = readonly [part: unknown, at: readonly string[]];

/** An operation that is somewhere else as a whole. */
function whole({ $ref }: Mutable, at: readonly string[]): Root {
  return [{ $ref }, at];
}

/** The first broken reference that these parts need, references followed. */
function firstBroken(document: Mutable, roots: readonly Root[], broken: ReadonlySet<string>): Place | undefined {
  const seen = new Set<string>();
  const waiting = [...roots];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    for (const place of referencesIn(...next)) {
      if (broken.has(place.ref)) return place;
      if (seen.has(place.ref)) continue;
      seen.add(place.ref);
      const target = partAt(document, stepsOf(place.ref) ?? []);
      if (target !== undefined) waiting.push([target.value, target.at]);
    }
  }
  return undefined;
}

function takeOut({ ref, holder, path, parent }: Place, report: Report): void {
  const isItem = Array.isArray(parent);
  if (isItem && path.at(-2) === "parameters") parent.splice(parent.indexOf(holder), 1);
  else for (const name of Object.keys(holder)) delete holder[name];
  const rule = ref.startsWith("#") ? "unknown-ref" : "remote-ref";
  report(mended(rule, [...path, "$ref"], `${shown(ref)} ${whatIsWrong(ref)}: left out`, mendOf(ref)));
}

function whatIsWrong(ref: string): string {
  return ref.startsWith("#") ? "leads nowhere" : "is outside this document";
}

function mendOf(ref: string): string {
  return ref.startsWith("#")
    ? "refer to a part of this document"
    : "copy it here or beside the document, or import with --allow-remote";
}
