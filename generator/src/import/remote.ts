import { realpath } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";
import { isObject } from "../openapi/contract.ts";
import { parseDocument } from "../openapi/parse.ts";
import type { ReadResult } from "../spec/host.ts";
import { fetchText, fileText } from "./fetch-text.ts";

/** Files that one document is put together from: DigitalOcean's is written in some 3,000. */
const filesMax = 10_000;
/** Documents at addresses: each is a request. */
const fetchesMax = 200;

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
  /** Also what lies at addresses and elsewhere in the project; else files beside the document and below alone, and other references stay as they are. */
  readonly allowRemote: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Put a document and all that it refers to into one, as JSON: other documents lie under `x-parts`, and references lead there.
 *
 * Relative references are read from where the document lies. What is allowed and cannot be read is named, and nothing is guessed.
 */
export async function bundle(text: string, options: BundleOptions): Promise<ReadResult> {
  const { location, allowRemote, signal } = options;
  const root = parsed(location, text);
  // The reader says better what is wrong with the document itself.
  if (root === undefined) return { kind: "text", text };
  const parts: Record<string, unknown> = {};
  const keys = new Map([[location, ""]]);
  const waiting: { readonly location: string; readonly data: Json }[] = [{ location, data: root }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const target of targetsOf(next.data, next.location)) {
      if (keys.has(target)) continue;
      const stray = await strayProblem(target, next.location, options);
      if (stray !== undefined && allowRemote) return unreadable(`${next.location} refers to ${target}, ${stray}`);
      if (stray !== undefined) continue;
      const max = isAddress(target) ? fetchesMax : filesMax;
      if (keys.size > max) return unreadable(`it is spread over more than ${max} documents`);
      const read = isAddress(target) ? await fetchText(target, signal) : await fileText(target);
      const data = read.kind === "text" ? parsed(target, read.text) : undefined;
      if (data === undefined && !allowRemote) continue;
      if (data === undefined)
        return unreadable(
          `it refers to ${target}, which cannot be read${read.kind === "unreadable" ? `: ${read.reason}` : ""}`,
        );
      const key = freeKey(target, parts);
      keys.set(target, key);
      parts[key] = data;
      waiting.push({ location: target, data });
    }
  }
  // Places in the text as it was written are worth more than a copy without parts.
  if (keys.size === 1) return { kind: "text", text };
  rewrite(root, location, keys);
  for (const [from, key] of keys) if (key !== "") rewrite(parts[key], from, keys);
  return { kind: "text", text: JSON.stringify({ ...root, [partsKey]: parts }) };
}

type Json = Record<string, unknown>;

/** What a part is called: as its file, so that the components that are made of it read well. */
function freeKey(location: string, parts: Readonly<Record<string, unknown>>): string {
  const file = (location.split(/[?#]/, 1)[0] ?? "").replace(/^.*[/\\]/, "");
  const wanted = file.replace(/\.(json|ya?ml)$/i, "").replaceAll(/[^A-Za-z0-9_-]+/g, "_") || "part";
  let key = wanted;
  for (let count = 2; Object.hasOwn(parts, key); count++) key = `${wanted}${count}`;
  return key;
}

/**
 * Why a reference is not followed: what a stranger's document names must not bring a person's files, or what only this machine can
 * reach, into specs that are committed.
 */
async function strayProblem(
  target: string,
  from: string,
  { location, home, allowRemote }: BundleOptions,
): Promise<string | undefined> {
  if (isAddress(from)) {
    const isSame = isAddress(target) && new URL(target).origin === new URL(from).origin;
    return isSame ? undefined : "which is not of the same host";
  }
  if (isAddress(target)) return allowRemote ? undefined : "which is an address";
  const beside = dirname(location);
  const isInside = (path: string, folders: readonly string[]) =>
    folders.some((folder) => path.startsWith(folder.endsWith(sep) ? folder : folder + sep));
  if (allowRemote)
    return isInside(target, [home, beside, dirname(from)])
      ? undefined
      : "which lies neither in this project nor beside the document";
  const isHidden = target
    .slice(beside.length)
    .split(sep)
    .some((step) => step.startsWith("."));
  if (isHidden || !isInside(target, [beside])) return "which does not lie beside the document";
  // A link may lead to what its reader may see and its author may not.
  const real = await Promise.all([target, beside].map((path) => realpath(path).catch(() => "")));
  return isInside(real[0] ?? "", [real[1] ?? ""]) ? undefined : "which does not lie beside the document";
}

function isAddress(location: string): boolean {
  return /^https?:/i.test(location);
}

function unreadable(reason: string): ReadResult {
  return { kind: "unreadable", reason, mend: "correct the reference, or bundle the document with another tool first" };
}

function parsed(location: string, text: string): Record<string, unknown> | undefined {
  const { file } = parseDocument(location, text);
  return isObject(file?.data) ? (file.data as Record<string, unknown>) : undefined;
}

/** Every reference below a part, outside of data too: what is not used falls away later. */
function eachReference(value: unknown, found: (holder: { $ref: string }) => void): void {
  if (typeof value !== "object" || value === null) return;
  for (const inner of Object.values(value)) eachReference(inner, found);
  if (typeof (value as { $ref?: unknown }).$ref === "string") found(value as { $ref: string });
}

/** Other documents that a document refers to, each once. */
function targetsOf(data: unknown, from: string): ReadonlySet<string> {
  const targets = new Set<string>();
  eachReference(data, ({ $ref }) => {
    const [address = ""] = $ref.split("#", 1);
    if (address !== "") targets.add(locate(address, from));
  });
  return targets;
}

/** Make the references of one document lead to where the others lie now; what was not read is named as it would be found. */
function rewrite(data: unknown, from: string, keys: ReadonlyMap<string, string>): void {
  eachReference(data, (holder) => {
    const [address = "", pointer = ""] = holder.$ref.split("#", 2);
    const key = keys.get(address === "" ? from : locate(address, from));
    if (key !== undefined) holder.$ref = key === "" ? `#${pointer}` : `#/${partsKey}/${key}${pointer}`;
  });
}

function locate(address: string, from: string): string {
  if (isAddress(address)) return address;
  if (isAddress(from)) return new URL(address, from).href;
  return resolve(dirname(from), decoded(address));
}

function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}
