import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** What reading specs needs of the world. Paths are relative to the working directory, with forward slashes. */
export interface SpecHost {
  /** Names in a folder, folders with a trailing `/`; `undefined` where there is no such folder. */
  list(folder: string): Promise<readonly string[] | undefined>;
  /** The file's text, of at most `maxBytes`; a larger file is not read. */
  read(path: string, maxBytes: number): Promise<ReadResult>;
}

export type ReadResult =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "too-large"; readonly bytes: number }
  /** Not a regular file (a folder, a pipe), or not to be read; `reason` is one line. */
  | { readonly kind: "unreadable"; readonly reason: string; readonly mend?: string };

/** The file system below `root`. */
export function diskHost(root: string): SpecHost {
  return {
    list: (folder) => listFolder(join(root, folder)),
    read: (path, maxBytes) => readText(join(root, path), maxBytes),
  };
}

async function listFolder(folder: string): Promise<readonly string[] | undefined> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Synchronous within: for a thousand small files, going through Node's pool of threads costs five times as much as reading. */
async function readText(path: string, maxBytes: number): Promise<ReadResult> {
  try {
    // Non-blocking, so that opening a named pipe does not wait for a writer. A link may lead to what its reader may see
    // and its author may not, and code frames would show it.
    const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
    const file = openSync(path, flags);
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) return { kind: "unreadable", reason: "it is not a regular file" };
      if (stats.size > maxBytes) return { kind: "too-large", bytes: stats.size };
      return decode(readFileSync(file), maxBytes);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (isMissing(error)) return { kind: "missing" };
    if (isLink(error))
      return { kind: "unreadable", reason: "it is a link, and links are not followed", mend: "copy the file" };
    return { kind: "unreadable", reason: error instanceof Error ? error.message : String(error) };
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Text of bytes that must be UTF-8. A byte order mark is left out. */
function decode(bytes: Uint8Array, maxBytes: number): ReadResult {
  if (bytes.length > maxBytes) return { kind: "too-large", bytes: bytes.length };
  try {
    return { kind: "text", text: utf8.decode(bytes) };
  } catch {
    return { kind: "unreadable", reason: "it is not UTF-8 text" };
  }
}

/** What POSIX says of `O_NOFOLLOW` (open, "ELOOP"); FreeBSD says the other. */
function isLink(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === "ELOOP" || code === "EMLINK";
}

function isMissing(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === "ENOENT" || code === "ENOTDIR";
}
