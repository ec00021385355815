import { type BigIntStats, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { diskHost, type ReadResult, type SpecHost } from "../spec/host.ts";

/** A folder whose files are read again only when they are not what they were. */
export interface KnownFiles {
  /** Paths from the root, as every `SpecHost` has them. */
  readonly host: SpecHost;
  /** Look at every file below the folder. @returns those that are new, gone or otherwise since the last look, by path from the root */
  look(): readonly string[];
}

/**
 * Know the files of `folder`, a path from `root`, by what the disk says of them: time of change, size, and inode, which is another
 * one after an editor's atomic rename. Looking costs some microseconds a file; what to look at is never guessed from events.
 */
export function knownFiles(root: string, folder: string): KnownFiles {
  const disk = diskHost(root);
  const texts = new Map<string, Promise<ReadResult>>();
  let stamps = new Map<string, string>();
  let listings: Listings = new Map();
  return {
    host: {
      list: (path) =>
        path === folder || path.startsWith(`${folder}/`) ? Promise.resolve(listings.get(path)) : disk.list(path),
      read(path, maxBytes) {
        const known = texts.get(path) ?? disk.read(path, maxBytes);
        // What lies outside the folder is not looked at, so it cannot be known.
        if (path.startsWith(`${folder}/`)) texts.set(path, known);
        return known;
      },
    },
    look() {
      const now = new Map<string, string>();
      listings = new Map();
      visit({ root, stamps: now, listings }, folder);
      const changed = [
        ...[...now].filter(([path, stamp]) => stamps.get(path) !== stamp).map(([path]) => path),
        ...[...stamps.keys()].filter((path) => !now.has(path)),
      ].sort();
      for (const path of changed) texts.delete(path);
      stamps = now;
      return changed;
    },
  };
}

/** Folders deeper than that hold nothing of ours. */
const depthMax = 8;

/** Names by folder, folders with a trailing slash. */
type Listings = Map<string, readonly string[]>;

interface Looking {
  readonly root: string;
  readonly stamps: Map<string, string>;
  readonly listings: Listings;
}

function visit(looking: Looking, folder: string, depth = 0): void {
  const { root, stamps, listings } = looking;
  const entries = entriesOf(join(root, folder));
  if (entries === undefined) return;
  listings.set(
    folder,
    entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)),
  );
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    // A file may go between two looks; then it is gone with this one.
    const stats = lstatSync(join(root, path), { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) continue;
    if (stats.isDirectory()) {
      stamps.set(path, "folder");
      if (depth < depthMax) visit(looking, path, depth + 1);
    } else stamps.set(path, stampOf(stats));
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // Gone, or not to be read: reading the specs will say so.
    return undefined;
  }
}

/** What tells one state of a file from another: an atomic rename gives another inode. */
export function stampOf({ mtimeNs, ctimeNs, size, ino, mode }: BigIntStats): string {
  return `${mtimeNs} ${ctimeNs} ${size} ${ino} ${mode}`;
}
