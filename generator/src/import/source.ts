import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";
import type { Diagnostic } from "../diagnostics.ts";
import { contractMaxBytes } from "../openapi/limits.ts";
import { type DocumentResult, readDocument } from "../openapi/read-document.ts";
import { diskHost, type ReadResult, type SpecHost } from "../spec/host.ts";
import { decode, fetchText } from "./fetch-text.ts";
import { type Hosts, namedHosts } from "./hosts.ts";
import { bundle, holdsOutsideReferences, type Unread } from "./remote.ts";

/** Where a document came from, and what was read. */
export interface SourceResult extends DocumentResult {
  /** For the record: a path relative to the project where it lies in it, else the file's name. */
  readonly source: string;
  /** Of an address, for servers that are relative to it. */
  readonly baseUrl: string | undefined;
}

export interface SourceOptions {
  /** A path, an address, or `-` for stdin. */
  readonly from: string;
  readonly cwd: string;
  readonly allowRemote: boolean;
  /** Hosts beside the document's own that may be asked: `host` or `host:port`. */
  readonly allowHosts?: readonly string[];
  readonly stdin?: AsyncIterable<string | Uint8Array>;
  readonly signal?: AbortSignal;
}

/** Read the document to import. Parts in files beside it and below are read too; others, and those at addresses, only where that is allowed. */
export async function readSource(options: SourceOptions): Promise<SourceResult> {
  const { from, cwd, allowRemote, allowHosts = [], signal } = options;
  const baseUrl = /^https?:\/\//i.test(from) ? from : undefined;
  if (baseUrl !== undefined && !allowRemote)
    return refused(
      from,
      "remote-document",
      "it is an address, and nothing is fetched unasked",
      "add --allow-remote, or download it and import the file",
    );
  const url = baseUrl === undefined ? undefined : URL.parse(baseUrl);
  if (url === null || (url !== undefined && url.username + url.password !== ""))
    return refused(
      baseUrl?.replace(/\/\/.*@/, "//") ?? from,
      "remote-document",
      url === null ? "it is no address" : "it holds a user's name, and nothing is read with credentials",
      "download it and import the file",
    );
  const hosts = namedHosts([...(url === undefined ? [] : [url.host]), ...allowHosts]);
  const path = baseUrl === undefined && from !== "-" ? resolve(cwd, from) : undefined;
  const source =
    path === undefined
      ? baseUrl === undefined
        ? "stdin"
        : basename(new URL(baseUrl).pathname) || "openapi"
      : nameOf(path, cwd);
  const read =
    path === undefined
      ? await readElsewhere(options, baseUrl, hosts)
      : await diskHost(dirname(path)).read(basename(path), contractMaxBytes);
  const { read: whole, unread } =
    (allowRemote || path !== undefined) && read.kind === "text" && holdsOutsideReferences(read.text)
      ? await bundle(read.text, {
          location: baseUrl ?? path ?? resolve(cwd, "stdin"),
          home: resolve(cwd),
          allowRemote,
          hosts,
          signal,
        })
      : { read, unread: [] };
  const document = await readDocument(shownAs(from, path, cwd), hostOf(whole));
  const told = unread.map((part) => unreadPart(shownAs(part.location, part.location, cwd), part));
  return { ...document, diagnostics: [...told, ...document.diagnostics], source, baseUrl };
}

/** A part that belongs to the document and cannot be read; what refers to it is told of besides. */
function unreadPart(file: string, { reason, start }: Unread): Diagnostic {
  const message = `the document refers to this file, which cannot be read: ${reason}`;
  return {
    rule: "unreadable-file",
    severity: "warning",
    message,
    span: { file, start, end: start },
    mend: "correct it, and import again",
  };
}

/** How problems name the document. */
function shownAs(from: string, path: string | undefined, cwd: string): string {
  return path === undefined ? (from === "-" ? "stdin" : from) : relative(cwd, path).split(sep).join("/");
}

function nameOf(path: string, cwd: string): string {
  const inside = relative(cwd, path);
  return inside.startsWith("..") || isAbsolute(inside) ? basename(path) : inside;
}

async function readElsewhere(
  { stdin, signal }: SourceOptions,
  url: string | undefined,
  hosts: Hosts,
): Promise<ReadResult> {
  if (url !== undefined) return fetchText(url, { hosts, signal });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stdin ?? []) {
    const data = typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
    bytes += data.length;
    if (bytes > contractMaxBytes) return { kind: "too-large", bytes };
    chunks.push(data);
  }
  return decode(Buffer.concat(chunks));
}

function hostOf(result: ReadResult): SpecHost {
  return { list: async () => undefined, read: async () => result };
}

function refused(from: string, rule: string, message: string, mend: string): SourceResult {
  const start = { line: 1, column: 1 };
  const span = { file: from, start, end: start };
  return {
    contract: undefined,
    text: undefined,
    version: undefined,
    source: from,
    baseUrl: undefined,
    diagnostics: [{ rule, severity: "error", message, span, mend }],
  };
}
