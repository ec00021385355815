import { readFile } from "node:fs/promises";
import { contractMaxBytes } from "../openapi/limits.ts";
import type { ReadResult } from "../spec/host.ts";

/** A document takes at most so long; a slow server is asked again by hand. */
const fetchTimeoutMs = 30_000;

/** The text at an address. Follows redirects as browsers do, sends no credentials. */
export async function fetchText(url: string, signal: AbortSignal | undefined): Promise<ReadResult> {
  const timeout = AbortSignal.timeout(fetchTimeoutMs);
  try {
    const response = await fetch(url, {
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      headers: { accept: "application/json, application/yaml, text/yaml, */*" },
    });
    if (!response.ok)
      return {
        kind: "unreadable",
        reason: `the server answers ${response.status}`,
        mend: "open the address in a browser",
      };
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > contractMaxBytes) return { kind: "too-large", bytes };
      chunks.push(chunk);
    }
    return decode(Buffer.concat(chunks));
  } catch (error) {
    signal?.throwIfAborted();
    const cause =
      error instanceof Error && error.cause instanceof Error
        ? error.cause.message
        : error instanceof Error
          ? error.message
          : String(error);
    return { kind: "unreadable", reason: `it cannot be fetched: ${cause}`, mend: "check the address and the network" };
  }
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
