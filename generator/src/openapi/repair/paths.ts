import { shown } from "../../spec/problem.ts";
import { checkPath } from "../../spec/request-line.ts";
import { isMethod } from "../methods.ts";
import { partAt, stepsOf } from "../resolve.ts";
import { isMutable, type Mutable, mended, type Report } from "./report.ts";

/** A path that requests can be sent to, and what the one that is written says besides. */
interface Address {
  readonly path: string;
  /** Query parameters that belong to it, with their value. */
  readonly constants: readonly (readonly [name: string, value: string])[];
  /** Placeholders by the name that they had; several where one stood for several segments. */
  readonly renamed: ReadonlyMap<string, readonly string[]>;
}

/**
 * Make paths what requests are sent to: a query becomes parameters, a fragment (which some use to tell operations apart) goes, placeholders
 * get names, `{name=shelves/*}` (Google's) becomes `shelves/{shelves_id}`.
 *
 * An operation stays where it is if another has the method and the path that it would have: no document can hold both.
 */
export function mendPaths(document: Mutable, report: Report): void {
  const written = document.paths as Mutable;
  const names = Object.keys(written);
  if (names.every((path) => path.startsWith("x-") || checkPath(path) === undefined)) return;
  const paths: Mutable = {};
  for (const path of names) {
    const item = written[path];
    const address = checkPath(path) === undefined || !isMutable(item) ? undefined : addressOf(path);
    if (address === undefined || checkPath(address.path) !== undefined) {
      paths[path] = isMutable(paths[path]) && isMutable(item) ? { ...item, ...paths[path] } : item;
      continue;
    }
    const { moved, left } = divided(item as Mutable, address, {
      document,
      taken: [written[address.path], paths[address.path]],
    });
    if (Object.keys(moved).length > 0) {
      const there = paths[address.path] ?? written[address.path];
      paths[address.path] = isMutable(there) ? { ...there, ...moved } : moved;
      const message = `${shown(path)} is read as ${shown(address.path)}`;
      report(mended("mended-path", ["paths", path], message, "write the path as it is requested"));
    }
    if (Object.keys(left).length > 0) paths[path] = left;
  }
  document.paths = paths;
}

function addressOf(path: string): Address {
  const [, bare = "", query = ""] = /^([^?#]*)(?:\?([^#]*))?/.exec(path) ?? [];
  const constants = query.split("&").flatMap((pair): [string, string][] => {
    const [name = "", value] = pair.split("=", 2);
    return name === "" || value === undefined || /[{}]/.test(pair) ? [] : [[name, value]];
  });
  const renamed = new Map<string, readonly string[]>();
  const filled = bare.replaceAll(/\{([^{}]*)\}/g, (whole, inside: string) => {
    const [name = "", pattern] = splitOnce(inside, "=");
    // Several segments are no placeholder: what is sent in one is encoded.
    if (/\*\*/.test(pattern ?? "") || /^[+*/?;&#]|\*$/.test(name)) return whole;
    if (pattern === undefined || pattern === "*") {
      const mended = nameOf(name.replace(/[:?].*$/s, ""));
      if (mended !== name || pattern !== undefined) renamed.set(name, [mended]);
      return `{${mended}}`;
    }
    const parts: string[] = [];
    const segments = pattern.split("/").map((segment, index, all) => {
      if (segment !== "*") return segment;
      const part = nameOf(`${index === 0 ? name : all[index - 1]}_id`);
      parts.push(parts.includes(part) ? `${part}_${parts.length + 1}` : part);
      return `{${parts.at(-1)}}`;
    });
    renamed.set(name, parts);
    return segments.join("/");
  });
  const rooted = /^(\/|https?:)/i.test(filled) ? filled : `/${filled}`;
  const path_ = rooted.replaceAll(/[^A-Za-z0-9\-._~!$&'()*+,;=:@%/{}]+/g, encodeURIComponent);
  return { path: path_, constants, renamed };
}

function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** Letters of a placeholder's name. */
function nameOf(written: string): string {
  return written.replaceAll(/[^A-Za-z0-9_.-]+/g, "_").replace(/^[^A-Za-z0-9_]+|_+$/g, "") || "value";
}

interface World {
  readonly document: Mutable;
  /** What stands at the new path already. */
  readonly taken: readonly unknown[];
}

/** A path item in two: what can move to the new path, with its parameters, and what cannot. */
function divided(item: Mutable, address: Address, { document, taken }: World): { moved: Mutable; left: Mutable } {
  const isTaken = (method: string) => taken.some((one) => isMutable(one) && one[method] !== undefined);
  const shared = Array.isArray(item.parameters) ? item.parameters : [];
  const moved: Mutable = {};
  const left: Mutable = {};
  for (const [name, value] of Object.entries(item)) {
    if (!isMethod(name) || !isMutable(value) || isTaken(name)) left[name] = value;
    else {
      const own = Array.isArray(value.parameters) ? value.parameters : [];
      moved[name] = { ...value, parameters: readdressed(document, [...shared, ...own], address) };
    }
  }
  return { moved, left: Object.keys(left).some(isMethod) ? left : {} };
}

/** An operation's parameters where it stands now. */
function readdressed(document: Mutable, parameters: readonly unknown[], { constants, renamed }: Address): unknown[] {
  const kept = parameters.flatMap((written): unknown[] => {
    const parameter = behind(document, written);
    if (parameter === undefined) return [written];
    const names = parameter.in === "path" ? renamed.get(String(parameter.name)) : undefined;
    if (names === undefined)
      return constants.some(([name]) => parameter.in === "query" && parameter.name === name) ? [] : [written];
    const [only] = names;
    if (names.length === 1 && only !== undefined && nameOf(String(parameter.name)) === only)
      return [{ ...parameter, name: only }];
    const text = { type: "string" };
    return names.map((name) => ({ name, in: "path", required: true, schema: text }));
  });
  const fixed = constants.map(([name, value]) => ({
    name,
    in: "query",
    required: true,
    schema: { type: "string", enum: [value] },
  }));
  return [...kept, ...fixed];
}

function behind(document: Mutable, written: unknown): Mutable | undefined {
  if (!isMutable(written) || typeof written.$ref !== "string") return isMutable(written) ? written : undefined;
  const target = partAt(document, stepsOf(written.$ref) ?? ["#"])?.value;
  return isMutable(target) ? target : undefined;
}
