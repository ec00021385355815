import { realpathSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { isObject } from "../openapi/contract.ts";
import { mayIdentify } from "../openapi/identifiers.ts";
import { parseDocument } from "../openapi/parse.ts";
import { resolveIdentifiers } from "../openapi/resolve-identifiers.ts";
import { isMetaschema } from "../schema/metaschemas.ts";
import type { ReadResult } from "../spec/host.ts";
import { fetchText, fileText } from "./fetch-text.ts";
import type { Hosts } from "./hosts.ts";

/** Documents that one document is put together from. More is a library, and no tool needs it whole. */
const partsMax = 200;

/** Root member that holds the other documents, until pruning moves what is used to components. */
export const partsKey = "x-parts";

/** Whether a text may refer to other documents: a quick look that may say yes too often. */
export function holdsOutsideReferences(text: string): boolean {
  return /\$ref["']?\s*:\s*["']?[^#"'\s]/.test(text);
}

export interface BundleOptions {
  /** Absolute path or address of the document. */
  readonly location: string;
  /** Folder of the project: files outside of it and of the document's own folder are nobody's API. */
  readonly home: string;
  readonly hosts: Hosts;
  readonly signal: AbortSignal | undefined;
}

/**
 * Put a document and all that it refers to into one, as JSON: other documents lie under `x-parts`, and references lead there.
 *
 * Relative references are read from where the document lies. What cannot be read is named, and nothing is guessed.
 */
export async function bundle(text: string, { location, home, hosts, signal }: BundleOptions): Promise<ReadResult> {
  const root = await parsed(location, text);
  // The reader says better what is wrong with the document itself.
  if (root === undefined) return { kind: "text", text };
  const keys = new Map([[location, ""]]);
  const parts: Record<string, unknown> = {};
  const waiting: { readonly location: string; readonly data: unknown }[] = [{ location, data: root }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const target of rewrite(next.data, next.location, keys)) {
      if (keys.size > partsMax) return unreadable(`it is spread over more than ${partsMax} documents`);
      const stray = strayProblem(target, next.location, { home, hosts });
      if (stray !== undefined) return unreadable(`${next.location} refers to ${target}, ${stray}`);
      const read = isAddress(target) ? await fetchText(target, { hosts, signal }) : await fileText(target);
      const data = read.kind === "text" ? await parsed(target, read.text) : undefined;
      if (data === undefined)
        return unreadable(
          `it refers to ${target}, which cannot be read${read.kind === "unreadable" ? `: ${read.reason}` : ""}`,
          mendOf(read),
        );
      parts[keys.get(target) as string] = data;
      waiting.push({ location: target, data });
    }
  }
  return { kind: "text", text: JSON.stringify({ ...root, [partsKey]: parts }) };
}

/**
 * Why a reference is not followed: what a stranger's document names must not bring a person's files, or what only this machine can
 * reach, into specs that are committed.
 */
function strayProblem(
  target: string,
  from: string,
  { home, hosts }: Pick<BundleOptions, "home" | "hosts">,
): string | undefined {
  const base = isAddress(from) ? new URL(from) : undefined;
  if (isAddress(target)) {
    const url = URL.parse(target);
    return url === null ? "which is no address" : hosts.stray(url, base);
  }
  if (base !== undefined) return "which is not of the same host";
  // A link leads where it leads, whatever folder it lies in. What is not there is told when it is read.
  const real = realPath(target);
  const isInside = [home, dirname(from)].some((folder) => real.startsWith(realPath(folder) + sep));
  return isInside ? undefined : "which lies neither in this project nor beside the document";
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function isAddress(location: string): boolean {
  return /^https?:/i.test(location);
}

const mendByHand = "correct the reference, or bundle the document with another tool first";

function unreadable(reason: string, mend = mendByHand): ReadResult {
  return { kind: "unreadable", reason, mend };
}

function mendOf(read: ReadResult): string {
  return (read.kind === "unreadable" ? read.mend : undefined) ?? mendByHand;
}

async function parsed(location: string, text: string): Promise<Record<string, unknown> | undefined> {
  const { file } = await parseDocument(location, text);
  if (!isObject(file?.data)) return undefined;
  // Else what a document calls itself would be looked for elsewhere.
  if (mayIdentify(text)) resolveIdentifiers(file.data);
  return file.data as Record<string, unknown>;
}

/** Rewrite the references of one document; gives the locations that are new. */
function rewrite(data: unknown, from: string, keys: Map<string, string>): readonly string[] {
  const found: string[] = [];
  const walk = (value: unknown) => {
    if (typeof value !== "object" || value === null) return;
    for (const inner of Object.values(value)) walk(inner);
    const ref = (value as { $ref?: unknown }).$ref;
    if (typeof ref !== "string" || isMetaschema(ref)) return;
    const [address = "", pointer = ""] = ref.split("#", 2);
    const target = address === "" ? from : locate(address, from);
    if (!keys.has(target)) {
      keys.set(target, `part${keys.size}`);
      found.push(target);
    }
    const key = keys.get(target);
    (value as { $ref: string }).$ref = key === "" ? `#${pointer}` : `#/${partsKey}/${key}${pointer}`;
  };
  walk(data);
  return found;
}

function locate(address: string, from: string): string {
  if (isAddress(address)) return address;
  if (isAddress(from)) return new URL(address, from).href;
  return resolve(dirname(from), decodeURI(address));
}
