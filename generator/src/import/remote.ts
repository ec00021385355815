import { realpath } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";
import { isObject, partsKey } from "../openapi/contract.ts";
import { mayIdentify } from "../openapi/identifiers.ts";
import { parseDocument } from "../openapi/parse.ts";
import { resolveIdentifiers } from "../openapi/resolve-identifiers.ts";
import { isMetaschema } from "../schema/metaschemas.ts";
import type { ReadResult } from "../spec/host.ts";
import { fetchText, fileText } from "./fetch-text.ts";
import type { Hosts } from "./hosts.ts";
import { inlineMaps } from "./inline-maps.ts";

/** Files that one document is put together from: DigitalOcean's is written in some 3,000. */
const filesMax = 10_000;
/** Documents at addresses: each is a request. */
const fetchesMax = 200;

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
  /** Which hosts may be asked then. */
  readonly hosts: Hosts;
  readonly signal: AbortSignal | undefined;
}

/** One document, and what it refers to that was left out of it. */
export interface Bundle {
  readonly read: ReadResult;
  /** Parts that lie where they may be read and cannot be. */
  readonly unread: readonly Unread[];
}

export interface Unread {
  readonly location: string;
  readonly reason: string;
  /** Where in it. */
  readonly start: { readonly line: number; readonly column: number };
}

/**
 * Put a document and all that it refers to into one, as JSON: other documents lie under `x-parts`, and references lead there.
 *
 * Relative references are read from where the document lies. What is allowed and cannot be read is named, and nothing is guessed.
 */
export async function bundle(text: string, options: BundleOptions): Promise<Bundle> {
  const { location, allowRemote, hosts, signal } = options;
  const root = await parsed(location, text);
  // The reader says better what is wrong with the document itself.
  if (!isObject(root.data)) return { read: { kind: "text", text }, unread: [] };
  const parts: Record<string, unknown> = {};
  const unread: Unread[] = [];
  /** The root's is empty; what cannot be read has none, and is asked for once. */
  const keys = new Map<string, string | undefined>([[location, ""]]);
  const waiting: { readonly location: string; readonly data: unknown }[] = [{ location, data: root.data }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const target of targetsOf(next.data, next.location)) {
      if (keys.has(target)) continue;
      const stray = await strayProblem(target, next.location, options);
      if (stray !== undefined && allowRemote) return unreadable(`${next.location} refers to ${target}, ${stray}`);
      if (stray !== undefined) continue;
      const max = isAddress(target) ? fetchesMax : filesMax;
      if (keys.size > max) return unreadable(`it is spread over more than ${max} documents`);
      const read = isAddress(target) ? await fetchText(target, { hosts, signal }) : await fileText(target);
      const part = read.kind === "text" ? await parsed(target, read.text) : unparsed(whyNot(read));
      if (part.data === undefined && allowRemote)
        return unreadable(`it refers to ${target}, which cannot be read: ${part.reason}`, mendOf(read));
      keys.set(target, part.data === undefined ? undefined : freeKey(target, parts));
      if (part.data === undefined) {
        unread.push({ location: target, reason: part.reason, start: part.start });
        continue;
      }
      parts[keys.get(target) as string] = part.data;
      waiting.push({ location: target, data: part.data });
    }
  }
  // Places in the text as it was written are worth more than a copy without parts.
  if (Object.keys(parts).length === 0) return { read: { kind: "text", text }, unread };
  rewrite(root.data, location, keys);
  for (const [from, key] of keys) if (key !== "" && key !== undefined) rewrite(parts[key], from, keys);
  const whole = { ...root.data, [partsKey]: parts };
  inlineMaps(whole);
  return { read: { kind: "text", text: JSON.stringify(whole) }, unread };
}

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
  { location, home, allowRemote, hosts }: BundleOptions,
): Promise<string | undefined> {
  const base = isAddress(from) ? new URL(from) : undefined;
  if (isAddress(target)) {
    const url = URL.parse(target);
    if (url === null) return "which is no address";
    return allowRemote ? hosts.stray(url, base) : "which is an address";
  }
  if (base !== undefined) return "which is not of the same host";
  const beside = dirname(location);
  const steps = target.slice(beside.length).split(sep);
  // A link leads where it leads, whatever folder it lies in: its reader may see what its author may not.
  const real = await realPath(target);
  const liesIn = async (folder: string) => real.startsWith(withSeparator(await realPath(folder)));
  if (allowRemote) {
    const found = await Promise.all([home, beside, dirname(from)].map(liesIn));
    return found.includes(true) ? undefined : "which lies neither in this project nor beside the document";
  }
  const isBeside = target.startsWith(withSeparator(beside)) && !steps.some((step) => step.startsWith("."));
  return isBeside && (await liesIn(beside)) ? undefined : "which does not lie beside the document";
}

function withSeparator(folder: string): string {
  return folder.endsWith(sep) ? folder : folder + sep;
}

/** What is not there is told when it is read. */
function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function isAddress(location: string): boolean {
  return /^https?:/i.test(location);
}

const mendByHand = "correct the reference, or bundle the document with another tool first";

function unreadable(reason: string, mend = mendByHand): Bundle {
  return { read: { kind: "unreadable", reason, mend }, unread: [] };
}

function mendOf(read: ReadResult): string {
  return (read.kind === "unreadable" ? read.mend : undefined) ?? mendByHand;
}

function whyNot(read: Exclude<ReadResult, { kind: "text" }>): string {
  switch (read.kind) {
    case "missing":
      return "it is not there";
    case "too-large":
      return `${read.bytes} bytes are too many`;
    case "unreadable":
      return read.reason;
  }
}

interface Part {
  /** Nothing where it is broken; `reason` then says why, and `start` where. */
  readonly data: unknown;
  readonly reason: string;
  readonly start: Unread["start"];
}

async function parsed(location: string, text: string): Promise<Part> {
  const start = { line: 1, column: 1 };
  if (/\.(md|markdown|txt)$/i.test(location)) return { data: text, reason: "", start };
  const { file, diagnostics } = await parseDocument(location, text);
  // Else what a document calls itself would be looked for elsewhere.
  if (isObject(file?.data) && mayIdentify(text)) resolveIdentifiers(file.data);
  if (file !== undefined) return { data: file.data, reason: "", start };
  return unparsed(diagnostics[0]?.message ?? "it is no document", diagnostics[0]?.span.start);
}

function unparsed(reason: string, start: Unread["start"] = { line: 1, column: 1 }): Part {
  return { data: undefined, reason, start };
}

/** Every reference below a part, outside of data too: what is not used falls away later. */
function eachReference(value: unknown, found: (holder: { $ref: string }) => void): void {
  if (typeof value !== "object" || value === null) return;
  for (const inner of Object.values(value)) eachReference(inner, found);
  if (typeof (value as { $ref?: unknown }).$ref === "string") found(value as { $ref: string });
}

/** Discriminators name schemas by reference too, or by bare name. */
function eachMapping(value: unknown, found: (mapping: Record<string, unknown>) => void): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === "discriminator" && isObject(inner) && isObject(inner.mapping))
      found(inner.mapping as Record<string, unknown>);
    else eachMapping(inner, found);
  }
}

/** Other documents that a document refers to, each once. */
function targetsOf(data: unknown, from: string): ReadonlySet<string> {
  const targets = new Set<string>();
  const add = (ref: string) => {
    if (isMetaschema(ref)) return;
    const [address = ""] = ref.split("#", 1);
    if (address !== "") targets.add(locate(address, from));
  };
  eachReference(data, ({ $ref }) => add($ref));
  eachMapping(data, (mapping) => {
    for (const target of Object.values(mapping))
      if (typeof target === "string" && /\.(json|ya?ml)(#|$)/i.test(target)) add(target);
  });
  return targets;
}

/** Make the references of one document lead to where the others lie now; what was not read is named as it would be found. */
function rewrite(data: unknown, from: string, keys: ReadonlyMap<string, string | undefined>): void {
  eachReference(data, (holder) => {
    holder.$ref = rewritten(holder.$ref);
  });
  eachMapping(data, (mapping) => {
    for (const [value, target] of Object.entries(mapping))
      if (typeof target === "string" && /[/.#]/.test(target)) mapping[value] = rewritten(target);
  });

  function rewritten(ref: string): string {
    const [address = "", pointer = ""] = ref.split("#", 2);
    const key = keys.get(address === "" ? from : locate(address, from));
    if (key === undefined) return ref;
    return key === "" ? `#${pointer}` : `#/${partsKey}/${key}${pointer}`;
  }
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
