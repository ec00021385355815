import { lookup } from "node:dns";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, RequestOptions } from "node:http";
import { isIP, type LookupFunction } from "node:net";
import { contractMaxBytes } from "../openapi/limits.ts";
import type { ReadResult } from "../spec/host.ts";
import { type Hosts, howToName } from "./hosts.ts";
import { isPublic } from "./public-address.ts";

/** Milliseconds that a document takes at most; a slow server is asked again by hand. */
const fetchTimeoutMs = 30_000;

/** Redirects one after the other: from http to https, to the newest version, and one to spare. */
const redirectsMax = 3;

export interface FetchOptions {
  readonly hosts: Hosts;
  readonly signal: AbortSignal | undefined;
}

/** Why nothing was read, for a person. */
class Refusal extends Error {
  readonly mend: string;

  constructor(message: string, mend: string) {
    super(message);
    this.mend = mend;
  }
}

/**
 * The text at an address. Sends no credentials. Follows redirects where `hosts` lets them lead; a host that no person named is asked at
 * public addresses only, and at the very one that was checked.
 */
export async function fetchText(address: string, { hosts, signal }: FetchOptions): Promise<ReadResult> {
  const timeout = AbortSignal.timeout(fetchTimeoutMs);
  const ends = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    return await read(new URL(address), { hosts, signal: ends });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Refusal) return { kind: "unreadable", reason: error.message, mend: error.mend };
    const cause = timeout.aborted ? `no answer in ${fetchTimeoutMs / 1000} s` : messageOf(error);
    return { kind: "unreadable", reason: `it cannot be fetched: ${cause}`, mend: "check the address and the network" };
  }
}

async function read(first: URL, { hosts, signal }: { readonly hosts: Hosts; readonly signal: AbortSignal }) {
  let url = first;
  for (let redirects = 0; ; redirects++) {
    const response = await request(url, { isNamed: hosts.isNamed(url), signal });
    const { statusCode: status = 0, headers } = response;
    if (status < 300 || status > 399 || headers.location === undefined) return await bodyOf(response, status);
    response.destroy();
    if (redirects === redirectsMax)
      throw new Refusal(`it redirects more than ${redirectsMax} times`, "import what the last address holds");
    const next = URL.parse(headers.location, url.href);
    if (next === null || !/^https?:$/.test(next.protocol))
      throw new Refusal("it redirects to what is no web address", "import another address");
    const stray = hosts.stray(next, url);
    if (stray !== undefined)
      throw new Refusal(`it redirects to ${next.origin}, ${stray}`, "check that you trust both hosts");
    url = next;
  }
}

async function request(
  url: URL,
  { isNamed, signal }: { readonly isNamed: boolean; readonly signal: AbortSignal },
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options: RequestOptions = {
    signal,
    headers: { accept: "application/json, application/yaml, text/yaml, */*", "user-agent": "toolspec" },
    // A proxy would look the name up by itself, and what it finds could not be checked.
    ...(!isNamed && { agent: false, lookup: lookupPublic(url) }),
  };
  const literal = url.hostname.replace(/^\[|\]$/g, "");
  if (!isNamed && isIP(literal) !== 0 && !isPublic(literal)) throw notPublic(url, literal);
  // They take 0.1 s to load, and most documents are on disk.
  const { get } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  get(url, options, resolve).once("error", reject);
  return promise;
}

/** The system's look-up, which fails where any of the addresses is not public: a name of a stranger may lead anywhere. */
function lookupPublic(url: URL): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const strange = found?.find(({ address }) => !isPublic(address));
      const [first] = found ?? [];
      if (error !== null) done(error, "");
      else if (strange !== undefined || first === undefined) done(notPublic(url, strange?.address ?? "nowhere"), "");
      else if (options.all === true) done(null, found);
      else done(null, first.address, first.family);
    });
  };
}

function notPublic(url: URL, address: string): Refusal {
  const message = `${url.host} is ${address}, which not everybody reaches: only this machine or its network`;
  return new Refusal(message, howToName(url));
}

async function bodyOf(response: IncomingMessage, status: number): Promise<ReadResult> {
  if (status < 200 || status > 299) {
    response.destroy();
    return { kind: "unreadable", reason: `the server answers ${status}`, mend: "open the address in a browser" };
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > contractMaxBytes) return { kind: "too-large", bytes };
    chunks.push(chunk);
  }
  return decode(Buffer.concat(chunks));
}

function messageOf(error: unknown): string {
  // Several addresses were tried in vain.
  if (error instanceof AggregateError) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

/** The text of a file that a document refers to. */
export async function fileText(path: string): Promise<ReadResult> {
  try {
    const data = await readFile(path);
    return data.length > contractMaxBytes ? { kind: "too-large", bytes: data.length } : decode(data);
  } catch (error) {
    return { kind: "unreadable", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Text of bytes that must be UTF-8. */
export function decode(data: Uint8Array): ReadResult {
  try {
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(data) };
  } catch {
    return { kind: "unreadable", reason: "it is not UTF-8 text" };
  }
}
