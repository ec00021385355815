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
  return {
    host: {
      list: (path) => disk.list(path),
      read(path, maxBytes) {
        const known = texts.get(path) ?? disk.read(path, maxBytes);
        // What lies outside the folder is not looked at, so it cannot be known.
        if (path.startsWith(`${folder}/`)) texts.set(path, known);
        return known;
      },
    },
    look() {
      const now = new Map<string, string>();
      visit(root, folder, now);
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

function visit(root: string, folder: string, stamps: Map<string, string>, depth = 0): void {
  for (const entry of entriesOf(join(root, folder))) {
    const path = `${folder}/${entry.name}`;
    // A file may go between two looks; then it is gone with this one.
    const stats = lstatSync(join(root, path), { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) continue;
    if (stats.isDirectory()) {
      stamps.set(path, "folder");
      if (depth < depthMax) visit(root, path, stamps, depth + 1);
    } else stamps.set(path, stampOf(stats));
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // Gone, or not to be read: reading the specs will say so.
    return [];
  }
}

function stampOf({ mtimeNs, ctimeNs, size, ino, mode }: BigIntStats): string {
  return `${mtimeNs} ${ctimeNs} ${size} ${ino} ${mode}`;
}
